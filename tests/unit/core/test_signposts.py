"""Whom the ladder shows the way, and who is asked first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moderation.decision import ActionKind, Clearance, Route, Step
from moderation.ladder import climb
from moderation.situation import Matter
from moderation.taxonomy import Care, Protection
from tests.laws.world import POLICY, situation
from tests.strategies.comments import NOW
from tests.strategies.histories import History, decision
from tests.strategies.policies import lawful_care, lawful_policy
from tests.strategies.standings import Past
from tests.strategies.verdicts import Shape, finding

UNHAPPY = situation(Past(), Shape(care=Care.COMPLAINT))
CAREFUL = lawful_policy(
    cares={Care.COMPLAINT: replace(lawful_care(Care.COMPLAINT), signpost_by=Clearance.OFFICER)}
)


@pytest.mark.parametrize("can", [ActionKind.REPLY, ActionKind.MESSAGE])
def test_who_is_unhappy_is_shown_the_way_by_whatever_can_reach(can: ActionKind) -> None:
    (shown,) = climb(replace(UNHAPPY, can=frozenset({can})), POLICY)

    assert (shown.step, shown.route, shown.clearance) == (
        Step.SIGNPOST,
        Route.COMPLAINTS,
        Clearance.AUTOMATIC,
    )


def test_where_nothing_can_reach_an_officer_is_asked() -> None:
    (asked,) = climb(replace(UNHAPPY, can=frozenset({ActionKind.HIDE})), POLICY)

    assert (asked.step, asked.asks) == (Step.ASK, Step.SIGNPOST)


def test_where_the_policy_says_so_an_officer_is_asked_first() -> None:
    (asked,) = climb(UNHAPPY, CAREFUL)

    assert (asked.step, asked.asks) == (Step.ASK, Step.SIGNPOST)


def test_nobody_is_shown_the_way_twice_on_one_account() -> None:
    history = History()
    shown = history.decide(decision(Step.SIGNPOST, ground=Care.COMPLAINT), NOW)
    history.settle(shown, NOW)

    assert climb(replace(UNHAPPY, standing=history.standing()), POLICY) == ()


@pytest.mark.parametrize("subject", [Care.COMPLAINT, Protection.PETITION])
def test_what_is_no_ground_has_no_rule(subject: Care | Protection) -> None:
    with pytest.raises(TypeError, match="no ground for action"):
        Matter(UNHAPPY, POLICY).rule(finding(subject))
