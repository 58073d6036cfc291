"""From a model's labels to findings."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.checks import fusion
from moderation.taxonomy import Care, Category, Severity


def _scores(**labels: float) -> dict[object, float]:
    return {f.subject: f.score for f in fusion.findings((labels,), (), "model", "1")}


def test_an_insult_is_abusive() -> None:
    assert _scores(insult=0.9, toxic=0.95)[Category.ABUSIVE] == 0.9


def test_a_threat_and_hatred_keep_their_scores() -> None:
    found = _scores(threat=0.8, identity_hate=0.7)

    assert found == {Category.THREATENING: 0.8, Category.HATEFUL: 0.7}


def test_toxic_alone_never_acts() -> None:
    assert _scores(toxic=1.0)[Category.ABUSIVE] < 0.6


def test_swearing_without_insult_is_nothing() -> None:
    assert _scores(toxic=0.98, obscene=0.95, insult=0.1) == {}


def test_self_harm_is_care() -> None:
    assert _scores(self_harm=0.9) == {Care.SAFEGUARDING: 0.9}


def test_severe_raises_the_severity() -> None:
    (found,) = fusion.findings(({"insult": 0.9, "severe": 0.8},), (), "model", "1")

    assert found.severity is Severity.SERIOUS


def test_an_unknown_label_is_refused() -> None:
    with pytest.raises(ValueError, match="rudeness"):
        fusion.findings(({"rudeness": 0.5},), (), "model", "1")


@pytest.mark.parametrize("score", [math.nan, -0.1, 1.1, math.inf])
def test_what_is_no_probability_is_refused(score: float) -> None:
    with pytest.raises(ValueError, match="no probability"):
        fusion.findings(({"toxic": score},), (), "model", "1")


def test_a_part_that_is_no_number_is_not_outvoted() -> None:
    with pytest.raises(ValueError, match="no probability"):
        fusion.findings(({"toxic": math.nan}, {"toxic": 0.2}), (), "model", "1")


def test_the_strongest_part_of_a_long_text_counts() -> None:
    (found,) = fusion.findings(({"insult": 0.2}, {"insult": 0.9}), (), "model", "1")

    assert found.score == 0.9


def test_what_is_quoted_is_not_the_authors() -> None:
    assert fusion.findings(({"insult": 0.9},), ({"insult": 0.1},), "model", "1") == ()


@given(st.dictionaries(st.sampled_from(list(fusion.Label)), st.floats(0, 1)))
def test_any_labels_give_lawful_findings(scores: dict[str, float]) -> None:
    for finding in fusion.findings((scores,), (), "model", "1"):
        assert 0.15 <= finding.score <= 1
        assert finding.source == "model"
