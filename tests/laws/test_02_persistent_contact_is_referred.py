"""Beside law 2: contact that breaks no rule but does not stop is referred for support, and never punished."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from moderation.decision import Decision, Route, Step
from moderation.ladder import climb
from moderation.taxonomy import Care, Category, Severity
from tests.laws.world import POLICY, situation
from tests.strategies.comments import DAY, HOUR, MINUTE, NOW, SECOND, comment
from tests.strategies.histories import History
from tests.strategies.policies import RUNGS
from tests.strategies.standings import Past
from tests.strategies.verdicts import Band, Shape

MANY = RUNGS.persistent_count


def after(
    count: int,
    every: dt.timedelta = MINUTE,
    *,
    shape: Shape | None = None,
    referred: dt.timedelta | None = None,
) -> tuple[Decision, ...]:
    """What comes of the newest of so many comments."""
    history = History()
    for number in reversed(range(count)):
        history.see(comment(f"c{number}", posted_at=NOW - number * every))
    if referred is not None:
        history.refer(comment("c0"), NOW - referred)
    told = replace(situation(Past(), shape or Shape()), standing=history.standing())
    return climb(told, POLICY)


def test_from_so_many_comments_on_both_teams_are_asked_and_nothing_else_happens() -> None:
    assert after(MANY - 1) == ()

    decided = after(MANY)
    assert [(d.step, d.route, d.ground, d.strike) for d in decided] == [
        (Step.REFER, Route.FREQUENT_CALLER, None, None),
        (Step.REFER, Route.SAFEGUARDING, None, None),
    ]
    assert {d.because for d in decided} == {f"{MANY} comments in 7 days"}


def test_only_the_window_counts() -> None:
    assert after(MANY + 5, 7 * DAY / (MANY - 1) + SECOND) == ()
    assert len(after(MANY, (7 * DAY - SECOND) / (MANY - 1))) == 2


@pytest.mark.parametrize("referred", [HOUR, 179 * DAY])
def test_who_was_referred_is_not_referred_again(referred: dt.timedelta) -> None:
    assert after(MANY, referred=referred) == ()


def test_a_referral_that_has_run_out_is_raised_anew() -> None:
    assert len(after(MANY, referred=180 * DAY)) == 2


def test_a_journalist_may_ask_as_often_as_needed() -> None:
    decided = after(MANY, shape=Shape(care=Care.MEDIA_ENQUIRY))

    assert [(d.step, d.route) for d in decided] == [(Step.ALERT, Route.PRESS)]


def test_a_breach_is_dealt_with_as_one_and_not_as_persistence() -> None:
    decided = after(MANY, shape=Shape(Category.ABUSIVE, Band.ACT, Severity.CLEAR_BREACH))

    assert not [d for d in decided if d.step is Step.REFER]
