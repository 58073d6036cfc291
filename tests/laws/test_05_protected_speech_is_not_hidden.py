"""Law 5: protected speech vetoes an automatic hide, unless a grave finding stands on evidence of its own."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from moderation.decision import Step
from moderation.ladder import climb
from moderation.taxonomy import COMPLAINING, PROTECTED_CARE, Care, Category, Doubt, Protection, Severity
from moderation.verdict import Finding, Span, Verdict
from tests.laws import invariants
from tests.laws.world import POLICY, judge, near, situation
from tests.strategies.comments import ref
from tests.strategies.policies import PROTECT_AT
from tests.strategies.standings import Past
from tests.strategies.verdicts import PASSAGE, Shape, Words, finding


def hidden(*found: Finding) -> bool:
    """Whether these findings hide a comment by themselves."""
    told = replace(situation(Past(), Shape()), verdict=Verdict(ref(), 0, found))
    return any(d.step is Step.HIDE for d in climb(told, POLICY))


def test_only_what_may_act_alone_is_hidden_and_only_a_breach_is_acted_on() -> None:
    assert not invariants.broken(
        near(),
        invariants.only_a_breach_is_acted_on,
        invariants.what_cannot_be_hidden_is_put_to_a_person,
        invariants.no_breach_leads_to_nothing,
    )


def test_a_conflict_goes_to_an_officer() -> None:
    assert not invariants.broken(near(), invariants.a_conflict_with_protection_goes_to_an_officer)


@pytest.mark.parametrize("guard", [*Protection, *sorted(PROTECTED_CARE)])
@pytest.mark.parametrize("severity", Severity)
def test_a_guard_holds_back_whatever_is_not_grave(guard: Protection | Care, severity: Severity) -> None:
    breach = finding(Category.ABUSIVE, 1.0, severity, span=Span(0, 3))

    assert hidden(breach)
    assert hidden(breach, finding(guard, PROTECT_AT)) == (severity >= Severity.SERIOUS)
    assert hidden(breach, finding(guard, PROTECT_AT - 1e-9))


@pytest.mark.parametrize("guard", [*Protection, *sorted(PROTECTED_CARE)])
def test_only_the_wording_of_a_complaint_yields_to_a_model_that_reads_none(guard: Protection | Care) -> None:
    breach = finding(Category.ABUSIVE, 1.0, span=Span(0, 3))
    contradicted = finding(Doubt.NO_COMPLAINT, POLICY.ask_at, source="embedded")
    hardly = finding(Doubt.NO_COMPLAINT, POLICY.ask_at - 1e-9, source="embedded")

    assert hidden(breach, finding(guard, 1.0), contradicted) == (guard in COMPLAINING)
    assert not hidden(breach, finding(guard, 1.0), hardly)
    assert not hidden(breach, finding(Protection.QUOTED_ABUSE, 1.0), finding(guard, 1.0), contradicted)


@pytest.mark.parametrize(
    ("span", "own"),
    [
        (Span(PASSAGE.start, PASSAGE.end), False),
        (Span(PASSAGE.start + 1, PASSAGE.end - 1), False),
        (Span(PASSAGE.start - 1, PASSAGE.end), True),
        (Span(PASSAGE.start, PASSAGE.end + 1), True),
        (Span(0, 3), True),
        (None, False),
    ],
)
def test_a_grave_finding_stands_alone_only_outside_every_protected_passage(
    span: Span | None, *, own: bool
) -> None:
    guard = finding(Protection.COUNTER_SPEECH, PROTECT_AT, span=PASSAGE)
    faint = finding(Protection.CRITICISM, PROTECT_AT - 1e-9, span=Span(0, 100))

    assert hidden(finding(Category.HATEFUL, 1.0, Severity.SERIOUS, span=span), guard, faint) == own


def test_quoted_words_never_hide_their_quoter() -> None:
    for category, severity in itertools.product(Category, Severity):
        assert not hidden(finding(category, 1.0, severity, span=Span(0, 3), quoted=True))


def test_what_is_found_in_protected_words_is_asked_about_with_the_reason() -> None:
    told = judge(Past(), Shape(Category.ABUSIVE, words=Words.IN_PROTECTED))

    (asked,) = told.of(Step.ASK)
    assert asked.because.endswith("protected speech")


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        (Shape(Category.ABUSIVE, words=Words.QUOTED), "in words that the author quotes"),
        (Shape(Category.ABUSIVE, care=Care.EMERGENCY), "the author may need help first"),
        (Shape(Category.ABUSIVE, protection=Protection.PETITION), "the comment is also protected speech"),
        (Shape(Category.DEFAMATORY), "is never decided without an officer"),
        (Shape(Category.SPAM), "has no licence to act alone"),
    ],
)
def test_an_officer_is_told_why_the_ladder_asks(shape: Shape, reason: str) -> None:
    (asked,) = [d for d in judge(Past(), shape).of(Step.ASK) if d.asks is Step.HIDE]

    assert reason in asked.because
