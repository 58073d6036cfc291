"""Law 6: defamation and contempt alone are never decided without an officer."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from moderation.decision import ActionKind, Clearance, Decision, Step
from moderation.ladder import climb
from moderation.taxonomy import Category, Doubt, Severity
from moderation.verdict import Span, Verdict
from tests.laws import invariants
from tests.laws.world import ALL, NO_HIDE, NONE, POLICY, TELLING, judge, near, situation
from tests.strategies.comments import ref
from tests.strategies.policies import ACT_AT, OFFICER_ONLY
from tests.strategies.standings import Past
from tests.strategies.verdicts import ELSEWHERE, GRAVE, Band, Shape, Words, finding


def test_nothing_but_a_question_comes_of_them_before_a_ruling() -> None:
    assert not invariants.broken(near(), invariants.defamation_and_contempt_wait_for_an_officer)


def test_defamation_is_told_to_the_lawyers_once_an_officer_has_ruled() -> None:
    assert not invariants.broken(near(), invariants.defamation_is_told_to_legal)


@pytest.mark.parametrize("category", sorted(OFFICER_ONLY))
def test_alone_they_lead_to_one_question_whatever_else_is_so(category: Category) -> None:
    for past, band, severity, words, can in itertools.product(
        TELLING, (Band.LOOK, Band.ACT), GRAVE, Words, (ALL, NO_HIDE, NONE)
    ):
        told = judge(past, Shape(category, band, severity, words), can=can)
        assert [(d.step, d.asks, d.ground) for d in told.decisions] == [(Step.ASK, Step.HIDE, category)]


@pytest.mark.parametrize("category", sorted(OFFICER_ONLY))
def test_an_officers_ruling_is_enough(category: Category) -> None:
    told = judge(Past(), Shape(), category)

    (hidden,) = told.of(Step.HIDE)
    assert hidden.clearance is Clearance.OFFICER
    assert hidden.ground is category


def _about_a_case(severity: Severity, words: Span | None) -> Verdict:
    found = finding(Category.UNLAWFUL, ACT_AT, severity, span=words)
    return Verdict(ref(), 0, (found, finding(Doubt.PROCEEDINGS, 0.5, source="court")), (), ("court@1",))


def _decided(past: Past, verdict: Verdict, can: frozenset[ActionKind]) -> tuple[Decision, ...]:
    return climb(replace(situation(past, Shape(), can=can), verdict=verdict), POLICY)


@pytest.mark.parametrize("severity", [s for s in GRAVE if s is not Severity.MINUTES_MATTER])
@pytest.mark.parametrize("words", [ELSEWHERE, None])
def test_what_touches_a_court_case_leads_to_one_question(severity: Severity, words: Span | None) -> None:
    for past, can in itertools.product(TELLING, (ALL, NO_HIDE, NONE)):
        decisions = _decided(past, _about_a_case(severity, words), can)
        assert [(d.step, d.asks) for d in decisions] == [(Step.ASK, Step.HIDE)]
        assert "never decided without an officer" in decisions[0].because


def test_a_juror_who_is_named_is_hidden_at_once() -> None:
    decisions = _decided(Past(), _about_a_case(Severity.MINUTES_MATTER, ELSEWHERE), ALL)

    assert Step.HIDE in {d.step for d in decisions}
