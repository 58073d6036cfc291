"""Law 3: warnings and reasons go by direct message or by e-mail, never in public."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from moderation.decision import ActionKind, CaseRef, Decision, Step
from moderation.ladder import climb
from moderation.planning import Plan, carry_out, plan
from moderation.record import Event, Intended
from moderation.roster import Holder, Roster
from moderation.standing import Standing
from moderation.taxonomy import Category, Severity
from tests.laws import invariants
from tests.laws.world import POLICY, judge, near, situation
from tests.strategies.comments import AUTHOR, DAY, HOUR, MINUTE, NOW, SECOND, comment
from tests.strategies.histories import History, approval, decision
from tests.strategies.policies import RUNGS, lawful_policy, lawful_rule
from tests.strategies.standings import Past, Strikes
from tests.strategies.verdicts import Band, Shape

INSULT = Shape(Category.ABUSIVE, Band.ACT, Severity.CLEAR_BREACH)
SLIGHT = Shape(Category.ABUSIVE, Band.ACT, Severity.MINOR)
PRIVATE = {ActionKind.MESSAGE, ActionKind.MAIL}
CASE = Plan(POLICY, Roster((), (Holder("Crew", "crew@example.invalid"),)), CaseRef("C-1"), comment(), NOW, 1)


def kinds(events: tuple[Event, ...], *steps: Step) -> set[ActionKind]:
    """By which calls these steps go out."""
    return {e.action.kind for e in events if isinstance(e, Intended) and e.action.step in steps}


def warned(standing: Standing, shape: Shape = INSULT) -> bool:
    """Whether the next breach leads to a warning."""
    told = replace(situation(Past(), shape), standing=standing)
    return any(d.step is Step.WARN for d in climb(told, POLICY))


def test_a_warning_goes_out_where_it_is_necessary_and_a_message_can_reach() -> None:
    assert not invariants.broken(near(), invariants.a_warning_is_necessary_and_private)


@pytest.mark.parametrize(
    "asked", [decision(Step.WARN), decision(Step.ASK, asks=Step.WARN)], ids=["sent", "by_hand"]
)
def test_a_warning_is_never_a_public_reply(asked: Decision) -> None:
    assert kinds(plan(asked, CASE), Step.WARN, Step.ASK) == {ActionKind.MESSAGE}


def test_reasons_and_circulars_are_never_public() -> None:
    block = decision(Step.BLOCK)

    events = carry_out(block, approval(block), CASE)

    assert kinds(events, Step.REASONS) == {ActionKind.MESSAGE}
    assert kinds(events, Step.REASONS, Step.CIRCULATE) == PRIVATE


def test_one_slight_breach_is_not_yet_worth_a_warning() -> None:
    assert not warned(Standing(AUTHOR), SLIGHT)
    assert warned(Standing(AUTHOR), replace(SLIGHT, severity=Severity.SERIOUS))


def test_an_outburst_is_worth_no_more_than_its_worst_moment() -> None:
    history = History()
    history.strike(comment("a", posted_at=NOW - HOUR), NOW - HOUR + SECOND)
    assert not warned(history.standing())

    longer_ago = History()
    longer_ago.strike(comment("a", posted_at=NOW - HOUR), NOW - HOUR)
    assert warned(longer_ago.standing())


def test_an_edit_of_the_same_comment_is_not_a_second_breach() -> None:
    history = History()
    history.strike(comment("now", posted_at=NOW - DAY), NOW - DAY)

    assert not warned(history.standing())


@pytest.mark.parametrize(
    ("since", "expected"), [(RUNGS.warning_cool_down - SECOND, False), (RUNGS.warning_cool_down, True)]
)
def test_a_warning_that_failed_is_tried_again_after_the_cool_down(
    since: dt.timedelta, *, expected: bool
) -> None:
    history = History()
    history.strike(comment("a", posted_at=NOW - 20 * DAY), NOW - 20 * DAY)
    history.warn(comment("a", posted_at=NOW - 20 * DAY), NOW - 30 * DAY)
    history.warn(comment("b", posted_at=NOW - 20 * DAY), NOW - since)

    assert warned(history.standing()) == expected


def test_a_ground_that_does_not_warn_brings_no_warning() -> None:
    mild = lawful_policy(
        categories={Category.ABUSIVE: replace(lawful_rule(Category.ABUSIVE), warns=False)},
    )

    told = judge(Past(Strikes.SOME), INSULT, policy=mild)

    assert not told.of(Step.WARN)
    assert told.of(Step.HIDE)[0].strike is not None


def test_the_warning_that_holds_is_the_first_that_was_delivered() -> None:
    history = History()
    for name, delivered in (("a", NOW - 3 * DAY), ("b", NOW - 5 * DAY), ("c", NOW - MINUTE)):
        history.settle(history.warn(comment(name), NOW - 6 * DAY), delivered)

    holds = history.standing().warned(NOW, RUNGS.warning_lifetime)

    assert holds is not None
    assert holds.delivered_at == NOW - 5 * DAY
