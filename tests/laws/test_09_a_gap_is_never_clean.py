"""Law 9: where a check could not look, a person does; and what is doubtful is asked about."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from moderation.decision import PENALTIES, Step
from moderation.ladder import climb
from moderation.situation import Situation
from moderation.taxonomy import Care, Category, Protection, Severity
from moderation.verdict import Finding, Gap, Span, Verdict
from tests.laws import invariants
from tests.laws.world import POLICY, TELLING, judge, near, situation
from tests.strategies.any_verdict import verdicts
from tests.strategies.comments import ref
from tests.strategies.policies import LOOK_AT
from tests.strategies.settings import quick
from tests.strategies.standings import Past
from tests.strategies.verdicts import SUBJECTS, Shape, finding, shapes

GAPS = (Gap("pictures", "late"), Gap("model", "broken"), Gap("model", "late"))


def told(*found: Finding, gaps: tuple[Gap, ...] = ()) -> Situation:
    """A comment with these findings and gaps, by somebody new."""
    return replace(situation(Past(), Shape()), verdict=Verdict(ref(), 0, found, gaps))


def test_what_may_not_act_alone_is_asked_about_once() -> None:
    assert not invariants.broken(near(), invariants.what_may_not_act_alone_is_asked)


def test_a_gap_alone_is_asked_about_and_names_what_did_not_look() -> None:
    (asked,) = climb(told(gaps=GAPS), POLICY)

    assert asked.step is Step.ASK
    assert asked.because == "could not be checked: model (broken), model (late), pictures (late)"
    assert asked.ground is None


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_gap_beside_a_finding_that_leads_nowhere_is_asked_about(
    subject: Category | Care | Protection,
) -> None:
    faint = finding(subject, LOOK_AT - 0.01, Severity.SERIOUS)

    assert [d.asks for d in climb(told(faint, gaps=GAPS), POLICY)] == [Step.HIDE]


@pytest.mark.parametrize("praise", [Care.COMPLIMENT, *Protection])
def test_praise_beside_an_unread_picture_does_not_make_it_clean(praise: Care | Protection) -> None:
    assert [d.asks for d in climb(told(finding(praise, 1.0), gaps=GAPS), POLICY)] == [Step.HIDE]


def test_a_gap_adds_no_penalty_to_any_verdict() -> None:
    for past, shape in itertools.product(TELLING, [s for s in shapes() if not s.gap]):
        assert judge(past, replace(shape, gap=True)).penalties == judge(past, shape).penalties


@quick
@given(st.sampled_from(TELLING), verdicts())
def test_with_a_gap_there_is_always_somebody_who_looks(past: Past, found: Verdict) -> None:
    holed = replace(situation(past, Shape()), verdict=replace(found, gaps=GAPS))

    decided = climb(holed, POLICY)

    acted = [d for d in decided if d.step in {Step.HIDE, Step.REPORT, Step.RECORD}]
    event("acted on" if acted else "asked about")
    assert acted or any(d.step is Step.ASK and d.asks is Step.HIDE for d in decided)


@quick
@given(st.sampled_from(TELLING), verdicts())
def test_gaps_alone_change_no_penalty_at_all(past: Past, found: Verdict) -> None:
    whole = replace(situation(past, Shape()), verdict=replace(found, gaps=()))
    holed = replace(whole, verdict=replace(found, gaps=GAPS))

    def falls(decided: Situation) -> list[object]:
        return [(d.step, d.strike) for d in climb(decided, POLICY) if d.step in PENALTIES or d.strike]

    assert falls(whole) == falls(holed)


def test_a_doubt_that_is_graver_than_what_was_acted_on_is_still_asked_about() -> None:
    certain = finding(Category.ABUSIVE, 1.0, Severity.MINOR, span=Span(0, 3))
    threat = finding(Category.THREATENING, LOOK_AT, Severity.MINUTES_MATTER)

    decided = climb(told(certain, threat), POLICY)

    assert [(d.ground, d.asks) for d in decided if d.step is Step.ASK] == [(Category.THREATENING, Step.HIDE)]
    assert [d.ground for d in decided if d.step is Step.HIDE] == [Category.ABUSIVE]


def test_of_several_doubts_the_gravest_is_asked_about() -> None:
    found = (
        finding(Category.ABUSIVE, 0.8, Severity.MINOR),
        finding(Category.HATEFUL, 0.6, Severity.SERIOUS),
        finding(Category.UNLAWFUL, 0.7, Severity.SERIOUS),
    )

    (asked,) = climb(told(*found), POLICY)

    assert asked.ground is Category.UNLAWFUL
    assert asked.severity is Severity.SERIOUS
