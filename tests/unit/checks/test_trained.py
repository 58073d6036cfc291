"""From the answers of a model that was trained on the house rules to findings."""

from __future__ import annotations

import pytest

from moderation.checks import blend, blend_table, fusion, trained
from moderation.taxonomy import COMPLAINING, Care, Category, Doubt, Protection, Severity
from moderation.verdict import Finding


def _answers(**given: float) -> dict[str, float]:
    named = {name.replace("__", "."): score for name, score in given.items()}
    return dict.fromkeys(trained.ANSWERS, 0.0) | {trained.KEEP: 1.0} | named


def _found(
    whole: dict[str, float], own: dict[str, float] | None = None, rules: tuple[Finding, ...] = ()
) -> dict[object, float]:
    apart = () if own is None else (own,)
    return {f.subject: f.score for f in fusion.findings((whole,), apart, "model", "1", rules)}


def _certain(monkeypatch: pytest.MonkeyPatch, course: str) -> None:
    courses = dict.fromkeys(blend.COURSES, 0.0) | {course: 1.0}
    monkeypatch.setattr(blend, "course", lambda _scores, _rules: courses)


def test_a_likely_ground_that_would_be_hidden_counts_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    _certain(monkeypatch, trained.HIDE)

    assert _found(_answers(ground__abusive=0.6)) == {Category.ABUSIVE: 1.0}


def test_an_unlikely_ground_counts_for_less(monkeypatch: pytest.MonkeyPatch) -> None:
    _certain(monkeypatch, trained.HIDE)

    assert _found(_answers(ground__abusive=0.2)) == {Category.ABUSIVE: 0.4}


def test_a_ground_that_is_hardly_likelier_than_not_is_for_an_officer(monkeypatch: pytest.MonkeyPatch) -> None:
    _certain(monkeypatch, trained.HIDE)

    assert _found(_answers(ground__threatening=0.52)) == {Category.THREATENING: 0.5}


@pytest.mark.parametrize("category", Category)
def test_a_ground_that_is_not_likely_is_for_an_officer_only_where_a_miss_would_hurt(
    category: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    _certain(monkeypatch, trained.HIDE)
    hurts = category in {Category.THREATENING, Category.CONFIDENTIALITY, Category.UNLAWFUL}

    assert _found(_answers(**{f"ground__{category.value}": 0.49})) == {category: 0.5 if hurts else 0.4}
    assert _found(_answers(**{f"ground__{category.value}": 0.5})) == {category: 0.5}


def test_a_ground_that_goes_to_an_officer_counts_half(monkeypatch: pytest.MonkeyPatch) -> None:
    _certain(monkeypatch, trained.REVIEW)

    assert _found(_answers(ground__defamatory=0.9)) == {Category.DEFAMATORY: 0.5, Doubt.CLOSE_CALL: 1.0}


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


def _course(*rules: Finding, **given: float) -> dict[str, float]:
    return blend.course(_answers(**given), rules)


def test_the_courses_come_to_one() -> None:
    assert sum(_course().values()) == pytest.approx(1.0)


def test_a_rule_that_agrees_makes_a_hide_likelier() -> None:
    rule = Finding(Category.ABUSIVE, 0.9, Severity.CLEAR_BREACH, "words", "1", "an insult")
    model = {"ground__abusive": 0.8, "course__keep": 0.3, "course__hide": 0.5, "course__human_review": 0.2}

    assert _course(rule, **model)[trained.HIDE] > _course(**model)[trained.HIDE]


def test_every_feature_has_its_weights() -> None:
    features = tuple(blend.features(_answers(), ()))

    assert len(features) == len(blend.FEATURES)
    assert all(len(weights) == len(features) for weights in blend_table.WEIGHTS)


@pytest.mark.parametrize("subject", sorted(COMPLAINING))
def test_a_wording_that_sounds_like_a_complaint_is_contradicted_where_the_model_reads_none(
    subject: Care | Protection,
) -> None:
    rule = Finding(subject, 0.8, Severity.NOTHING, "rule", "1", "sounds like it")
    kind = "care" if isinstance(subject, Care) else "protection"

    assert _found(_answers(), rules=(rule,)) == {Doubt.NO_COMPLAINT: 1.0}
    assert _found(_answers()) == {}
    assert Doubt.NO_COMPLAINT not in _found(_answers(**{f"{kind}__{subject.value}": 0.15}), rules=(rule,))


def test_what_else_protects_is_never_contradicted() -> None:
    for subject in {*Protection, *Care} - COMPLAINING:
        assert _found(_answers(), rules=(Finding(subject, 0.8, Severity.NOTHING, "rule", "1", "so"),)) == {}
