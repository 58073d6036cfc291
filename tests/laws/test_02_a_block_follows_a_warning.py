"""Law 2: a block presupposes a delivered warning and contact after it, or a recorded reason why not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moderation.decision import Clearance, Step
from moderation.ladder import climb, propose
from moderation.taxonomy import Category, Severity
from tests.laws import invariants
from tests.laws.world import POLICY, judge, near, situation
from tests.strategies.comments import MINUTE, NOW, OFFICER, SECOND, SECOND_OFFICER, comment
from tests.strategies.histories import History
from tests.strategies.policies import RUNGS, lawful_policy
from tests.strategies.standings import Past, Referrals, Warnings, standing_of
from tests.strategies.verdicts import Band, Shape

INSULT = Shape(Category.ABUSIVE, Band.ACT, Severity.CLEAR_BREACH)
THREAT = Shape(Category.THREATENING, Band.ACT, Severity.MINUTES_MATTER)
RIPE = Past(warning=Warnings.BEFORE, referral=Referrals.WAITED)


def test_a_block_is_proposed_where_the_rungs_before_it_were_climbed_and_nowhere_else() -> None:
    assert not invariants.broken(near(), invariants.a_block_follows_a_warning_or_says_why_not)


def test_contact_that_goes_on_after_a_warning_is_referred_first() -> None:
    assert not invariants.broken(near(), invariants.contact_that_goes_on_is_referred)


def test_a_credible_threat_is_told_to_people_at_once() -> None:
    assert not invariants.broken(near(), invariants.a_credible_threat_is_told_at_once)


def test_a_comment_of_the_very_second_of_the_delivery_did_not_go_on_after_it() -> None:
    """The comment that crossed with its warning counts for nothing yet."""
    past = replace(RIPE, warning=Warnings.CROSSED)

    assert not judge(past, INSULT).of(Step.BLOCK)
    assert not judge(past, INSULT).of(Step.REFER)


def test_a_comment_of_the_very_second_of_the_referral_leads_to_no_block() -> None:
    history = History()
    warned = history.warn(history.see(comment("warned", posted_at=NOW - 40 * MINUTE)), NOW - 30 * MINUTE)
    history.settle(warned, NOW - 20 * MINUTE)
    raised = history.refer(history.see(comment("referred", posted_at=NOW - MINUTE)), NOW - MINUTE)
    history.advise(raised, NOW - SECOND)
    told = replace(situation(RIPE, INSULT), standing=history.standing())

    assert not [d for d in climb(told, POLICY) if d.step is Step.BLOCK]
    later = replace(told, comment=comment(posted_at=NOW - MINUTE + SECOND))
    assert [d for d in climb(later, POLICY) if d.step is Step.BLOCK]


def test_where_policy_says_so_even_a_threat_waits_for_the_warning() -> None:
    patient = lawful_policy(rungs=replace(RUNGS, credible_threat_skips=False))

    assert not judge(Past(), THREAT, policy=patient).of(Step.BLOCK)
    assert len(judge(Past(), THREAT, policy=patient).of(Step.WARN)) == 1
    assert len(judge(RIPE, THREAT, policy=patient).of(Step.BLOCK)) == 1


@pytest.mark.parametrize("warning", Warnings)
def test_an_officers_proposal_says_whether_a_warning_came_first(warning: Warnings) -> None:
    past = Past(warning=warning)

    proposed = propose(situation(past, Shape()), POLICY, OFFICER, Category.HARASSING, "he does not stop")

    assert proposed.step is Step.BLOCK
    assert proposed.clearance is Clearance.ASSISTANT_DIRECTOR
    assert proposed.by == OFFICER
    assert (proposed.no_warning_because is None) == past.went_on
    assert proposed.because == "he does not stop"


def test_two_officers_proposals_are_two_and_one_officers_twice_is_one() -> None:
    told = situation(Past(), Shape())

    once, again, other = (
        propose(told, POLICY, by, Category.ABUSIVE, "why").id for by in (OFFICER, OFFICER, SECOND_OFFICER)
    )

    assert once == again
    assert once != other


def test_a_threat_ruled_on_by_an_officer_bears_that_name_as_the_proposers() -> None:
    ruled = judge(Past(), replace(THREAT, band=Band.LOOK), Category.THREATENING)

    assert [d.by for d in ruled.of(Step.BLOCK)] == [OFFICER]


def test_an_undelivered_warning_is_none() -> None:
    for warning in (
        Warnings.PENDING,
        Warnings.FAILED,
        Warnings.FAILED_LATELY,
        Warnings.EXPIRED,
        Warnings.VOIDED,
    ):
        told = standing_of(Past(warning=warning))

        assert told.warned(NOW, RUNGS.warning_lifetime) is None
