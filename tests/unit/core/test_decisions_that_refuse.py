"""Values that cannot be built wrong."""

from __future__ import annotations

import datetime as dt

import pytest

from moderation.comment import AccountRef, AuthorRef, Comment, CommentRef, Platform
from moderation.decision import Step, StrikeWeight, UnlawfulDecisionError
from moderation.roster import Member, Role, Roster
from moderation.taxonomy import Care, Category
from moderation.verdict import Span
from tests.strategies.comments import DAY, NOW, OFFICER, comment, ref
from tests.strategies.histories import approval, decision
from tests.strategies.verdicts import finding


@pytest.mark.parametrize("points", [0, -1])
def test_a_strike_counts_at_least_one(points: int) -> None:
    with pytest.raises(UnlawfulDecisionError, match="at least 1 point"):
        StrikeWeight(points, NOW)


def test_a_question_carries_no_strike() -> None:
    with pytest.raises(UnlawfulDecisionError, match="carries no strike"):
        decision(Step.ASK, points=1)


def test_care_may_still_be_referred_and_signposted() -> None:
    for step in (Step.REFER, Step.ALERT, Step.SIGNPOST, Step.ASK):
        assert decision(step, ground=Care.SAFEGUARDING).strike is None


@pytest.mark.parametrize("term", [dt.timedelta(0), -DAY])
def test_a_yes_needs_a_term(term: dt.timedelta) -> None:
    with pytest.raises(UnlawfulDecisionError, match="term"):
        approval(decision(Step.BLOCK), term=term)


@pytest.mark.parametrize("lasts", [dt.timedelta(0), -DAY])
def test_a_yes_does_not_end_before_it_begins(lasts: dt.timedelta) -> None:
    with pytest.raises(UnlawfulDecisionError, match="before it begins"):
        approval(decision(Step.BLOCK), lasts=lasts)


@pytest.mark.parametrize("score", [-0.001, 1.001, float("nan"), float("inf")])
def test_a_score_is_a_probability(score: float) -> None:
    with pytest.raises(ValueError, match="not between 0 and 1"):
        finding(Category.ABUSIVE, score)


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2)])
def test_a_span_runs_forward(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="runs forward"):
        Span(start, end)


def test_a_span_lies_inside_itself_and_no_smaller_one() -> None:
    assert Span(2, 5).inside(Span(2, 5))
    assert not Span(2, 5).inside(Span(3, 5))
    assert not Span(2, 5).inside(Span(2, 4))


@pytest.mark.parametrize("kind", [AccountRef, AuthorRef])
def test_an_id_is_never_empty(kind: type[AccountRef | AuthorRef]) -> None:
    with pytest.raises(ValueError, match="empty"):
        kind(Platform.SANDBOX, "")
    with pytest.raises(ValueError, match="comment id is empty"):
        ref("")


def test_a_comment_has_a_zone_a_revision_and_one_network() -> None:
    with pytest.raises(ValueError, match="time zone"):
        comment(posted_at=NOW.replace(tzinfo=None))
    with pytest.raises(ValueError, match="below 0"):
        comment(revision=-1)
    with pytest.raises(ValueError, match="another network"):
        Comment(CommentRef(AccountRef(Platform.X, "p"), "1"), AuthorRef(Platform.TELEGRAM, "a"), "", NOW)


def test_nobody_stands_on_the_roster_twice_or_without_a_zone() -> None:
    member = Member(OFFICER, "A", frozenset({Role.OFFICER}), NOW)
    with pytest.raises(ValueError, match="more than once"):
        Roster((member, member))
    with pytest.raises(ValueError, match="time zone"):
        Member(OFFICER, "A", frozenset(), NOW.replace(tzinfo=None))
    with pytest.raises(ValueError, match="time zone"):
        Member(OFFICER, "A", frozenset(), NOW, NOW.replace(tzinfo=None))


def test_a_member_serves_from_the_first_moment_to_just_before_the_last() -> None:
    people = Roster((Member(OFFICER, "A", frozenset({Role.OFFICER}), NOW, NOW + DAY),))

    serving = [bool(people.serving(Role.OFFICER, NOW + n * DAY / 2)) for n in (-1, 0, 1, 2)]
    assert serving == [False, True, True, False]
    assert not people.serves(OFFICER, Role.OPERATOR, NOW)
