"""From the answers of a model that was trained on the house rules to findings."""

from __future__ import annotations

import pytest

from moderation.checks import fusion, trained
from moderation.taxonomy import Care, Category, Doubt, Protection, Severity


def _answers(**given: float) -> dict[str, float]:
    named = {name.replace("__", "."): score for name, score in given.items()}
    return dict.fromkeys(trained.ANSWERS, 0.0) | {trained.KEEP: 1.0} | named


def _found(whole: dict[str, float], own: dict[str, float] | None = None) -> dict[object, float]:
    apart = () if own is None else (own,)
    return {f.subject: f.score for f in fusion.findings((whole,), apart, "model", "1")}


def test_a_ground_that_would_be_hidden_counts_whole() -> None:
    found = _found(_answers(ground__abusive=0.9, course__keep=0.0, course__hide=1.0))

    assert found[Category.ABUSIVE] == pytest.approx(0.9)


def test_a_ground_that_goes_to_an_officer_counts_half() -> None:
    found = _found(_answers(ground__defamatory=0.9, course__keep=0.0, course__human_review=1.0))

    assert found[Category.DEFAMATORY] == pytest.approx(0.45)
    assert found[Doubt.CLOSE_CALL] == pytest.approx(1.0)


def test_a_ground_in_what_would_be_kept_counts_nothing() -> None:
    assert _found(_answers(ground__abusive=0.9)) == {}


def test_a_ground_in_quoted_words_alone_goes_to_an_officer_at_most() -> None:
    whole = _answers(ground__hateful=0.9, course__keep=0.0, course__hide=1.0)

    assert _found(whole, _answers()) == {Category.HATEFUL: 0.5}


def test_what_reads_as_harmless_with_its_quotation_stays_harmless() -> None:
    quoted_alone = _answers(ground__hateful=0.9, course__keep=0.0, course__hide=1.0)

    assert _found(_answers(), quoted_alone) == {}


def test_care_counts_wherever_it_is_said() -> None:
    whole = _answers(care__safeguarding=0.9, protection__quoted_abuse=0.8)

    assert _found(whole, _answers()) == {Care.SAFEGUARDING: 0.9, Protection.QUOTED_ABUSE: 0.8}


def test_an_emergency_counts_in_minutes() -> None:
    (found,) = fusion.findings((_answers(care__emergency=0.9),), (), "model", "1")

    assert found.severity is Severity.MINUTES_MATTER


def test_a_model_that_leaves_an_answer_out_is_refused() -> None:
    answers = _answers()
    del answers["care.emergency"]

    with pytest.raises(ValueError, match=r"left out care\.emergency"):
        fusion.findings((answers,), (), "model", "1")


def test_every_kind_of_the_taxonomy_can_be_answered() -> None:
    assert set(trained.SUBJECTS.values()) == {*Category, *Care, *Protection}
