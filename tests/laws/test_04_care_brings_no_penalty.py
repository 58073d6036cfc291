"""Law 4: care never leads to a strike, a warning or a block; a protective hide brings a kind word at most."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from moderation.decision import PENALTIES, Step, StrikeWeight, UnlawfulDecisionError
from moderation.ladder import climb
from moderation.taxonomy import URGENT_CARE, Care, Category, Protection, Severity
from moderation.verdict import Finding, Verdict
from tests.laws import invariants
from tests.laws.world import POLICY, TELLING, WORDS, Word, judge, near, situation
from tests.strategies.any_verdict import verdicts
from tests.strategies.comments import DAY, NOW
from tests.strategies.histories import decision
from tests.strategies.settings import quick
from tests.strategies.standings import Past
from tests.strategies.verdicts import Shape, finding, shapes


def test_who_may_need_help_is_not_punished() -> None:
    assert not invariants.broken(
        near(),
        invariants.care_brings_no_penalty,
        invariants.a_strike_is_given_once_for_a_breach_that_counts,
    )


def test_a_protective_hide_brings_a_kind_message_at_most() -> None:
    assert not invariants.broken(near(), invariants.a_protective_hide_brings_a_kind_message_at_most)


def test_care_reaches_whom_it_is_for() -> None:
    assert not invariants.broken(near(), invariants.care_reaches_whom_it_is_for)


@pytest.mark.parametrize("care", Care)
@pytest.mark.parametrize("step", sorted(PENALTIES))
def test_a_penalty_for_care_cannot_be_built(care: Care, step: Step) -> None:
    with pytest.raises(UnlawfulDecisionError, match="never brings a penalty"):
        decision(step, ground=care)


@pytest.mark.parametrize("care", Care)
def test_a_strike_for_care_cannot_be_built(care: Care) -> None:
    with pytest.raises(UnlawfulDecisionError, match="never brings a penalty"):
        replace(decision(Step.HIDE, ground=care), strike=StrikeWeight(1, NOW + DAY))


def test_adding_care_or_protection_to_a_verdict_adds_no_penalty() -> None:
    """Each verdict of the small world without one, then with each."""
    plain = [s for s in shapes() if s.care is None and s.protection is None]
    more: list[Care | Protection] = [*Care, *Protection]
    for past, shape in itertools.product(TELLING[3:6], plain):
        before = judge(past, shape).penalties
        for added in more:
            with_it = replace(
                shape, **({"care": added} if isinstance(added, Care) else {"protection": added})
            )
            assert judge(past, with_it).penalties <= before, (past, shape, added)


@quick
@given(
    st.sampled_from(TELLING),
    verdicts(),
    st.sampled_from([*Care, *Protection]),
    st.floats(0, 1),
    st.sampled_from(WORDS),
)
def test_no_care_and_no_protection_at_any_score_adds_a_penalty(
    past: Past, found: Verdict, added: Care | Protection, score: float, word: Word
) -> None:
    told = replace(situation(past, Shape(), word), verdict=found)
    gentler = replace(
        told, verdict=replace(told.verdict, findings=(*told.verdict.findings, finding(added, score)))
    )

    before = [d for d in climb(told, POLICY) if d.step in PENALTIES or d.strike]
    after = [d for d in climb(gentler, POLICY) if d.step in PENALTIES or d.strike]

    event(f"penalties before: {bool(before)}, after: {bool(after)}")
    assert len(after) <= len(before)
    assert sum(d.strike.points for d in after if d.strike) <= sum(d.strike.points for d in before if d.strike)


def test_care_that_is_noticed_only_just_counts_and_a_hair_less_does_not() -> None:
    def brings(score: float) -> bool:
        told = situation(TELLING[5], Shape(Category.ABUSIVE, severity=Severity.CLEAR_BREACH))
        found: tuple[Finding, ...] = (*told.verdict.findings, finding(Care.EMERGENCY, score))
        decided = climb(replace(told, verdict=replace(told.verdict, findings=found)), POLICY)
        return any(d.strike is not None for d in decided)

    notice_at = POLICY.cares[Care.EMERGENCY].notice_at
    assert not brings(notice_at)
    assert brings(notice_at - 1e-9)


@pytest.mark.parametrize("care", sorted(URGENT_CARE))
@pytest.mark.parametrize("category", Category)
def test_even_an_officers_ruling_does_not_punish_who_may_need_help(care: Care, category: Category) -> None:
    for past in TELLING:
        told = judge(past, Shape(care=care, severity=Severity.MINUTES_MATTER), category)
        assert not told.penalties
        assert told.of(Step.HIDE)
