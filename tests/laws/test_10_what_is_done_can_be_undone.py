"""Law 10: overturning voids the strike and what followed, and never leaves a standing heavier."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, replace

from hypothesis import event, given
from hypothesis import strategies as st

from moderation.comment import Comment
from moderation.decision import Done, Refused, StrikeWeight
from moderation.standing import BlockState, Standing, Strike
from moderation.taxonomy import Care
from tests.strategies.comments import AUTHOR, HOUR, MINUTE, NOW, comment, ref
from tests.strategies.histories import History
from tests.strategies.policies import RUNGS
from tests.strategies.settings import quick

SPACING = RUNGS.strike_spacing


@dataclass(frozen=True, slots=True)
class Told:
    """A strike on one revision of one comment, so many minutes after the first."""

    comment: int
    revision: int
    minute: int
    points: int

    def about(self) -> Comment:
        """The revision that it is about."""
        return comment(f"c{self.comment}", revision=self.revision)


told = st.builds(
    Told, st.integers(0, 3), st.integers(0, 1), st.integers(0, 24).map(lambda n: 10 * n), st.integers(1, 6)
)


def struck(strikes: list[Told]) -> History:
    """A history of nothing but these strikes."""
    history = History()
    for one in sorted(strikes, key=lambda s: s.minute):
        history.strike(one.about(), NOW + one.minute * MINUTE, one.points)
    return history


def points(standing: Standing) -> int:
    """What counts at the end of the day."""
    return standing.points(NOW + 24 * HOUR, SPACING)


@quick
@given(st.lists(told, min_size=1, max_size=7, unique_by=lambda t: (t.comment, t.revision)))
def test_clearing_any_revision_never_makes_the_rest_count_more(strikes: list[Told]) -> None:
    before = struck(strikes)
    for cleared in strikes:
        history = History(recorded=list(before.recorded))
        history.overturn(cleared.about(), NOW + 24 * HOUR)
        event(f"lighter by {min(6, points(before.standing()) - points(history.standing()))}")
        assert points(history.standing()) <= points(before.standing())


def test_clearing_one_of_five_never_makes_the_rest_count_more_enumerated() -> None:
    """Every way to lay four strikes of 1 or 9 points on a grid of 25 minutes."""
    for minutes in itertools.combinations(range(0, 200, 25), 4):
        for weights in itertools.product((1, 9), repeat=4):
            strikes = tuple(_strike(str(m), m, w) for m, w in zip(minutes, weights, strict=True))
            whole = points(Standing(AUTHOR, strikes))
            for gone in range(4):
                rest = strikes[:gone] + strikes[gone + 1 :]
                assert points(Standing(AUTHOR, rest)) <= whole


def _strike(name: str, minute: int, weight: int) -> Strike:
    history = History()
    history.strike(comment(name), NOW + minute * MINUTE, weight)
    return history.standing().strikes[0]


def test_clearing_a_revision_takes_out_all_that_rested_on_it_and_nothing_else() -> None:
    history = History()
    for name in ("a", "b"):
        about = comment(name)
        history.strike(about, NOW)
        history.settle(history.warn(about, NOW), NOW)
        history.refer(about, NOW)
        history.refer(about, NOW, Care.SAFEGUARDING)
        history.propose(about, NOW)

    history.overturn(comment("a"), NOW + HOUR)
    left = history.standing()

    assert [s.comment for s in left.strikes] == [ref("b")]
    assert [w.comment for w in left.warnings] == [ref("b")]
    assert [(r.comment, r.for_care) for r in left.referrals] == [
        (ref("a"), True),
        (ref("b"), False),
        (ref("b"), True),
    ]
    assert [b.decision.comment for b in left.blocks] == [ref("b")]


def test_clearing_one_revision_leaves_another_of_the_same_comment() -> None:
    history = History()
    history.strike(comment("a"), NOW)
    history.strike(comment("a", revision=7), NOW + HOUR)

    history.overturn(comment("a"), NOW + 2 * HOUR)

    assert [s.revision for s in history.standing().strikes] == [7]


def test_a_block_in_force_stays_until_somebody_lifts_it() -> None:
    """The standing says what is so on the network; that it rests on nothing now is for a person to act on."""
    history = History()
    about = comment("a")
    block = history.propose(about, NOW)
    history.approve(block, NOW)
    history.settle(block, NOW, Done())

    history.overturn(about, NOW + HOUR)

    assert history.standing().blocks[0].state is BlockState.ACTIVE


def test_a_block_that_was_under_way_when_it_was_taken_back_is_still_told_as_it_is() -> None:
    history = History()
    about = comment("a")
    block = history.propose(about, NOW)
    history.approve(block, NOW)
    history.overturn(about, NOW + MINUTE)
    assert history.standing().blocks[0].state is BlockState.DECLINED

    history.settle(block, NOW + HOUR, Done())
    (after,) = history.standing().blocks

    assert after.in_force(NOW + HOUR)


def test_what_arrives_for_a_cleared_warning_brings_it_not_back() -> None:
    for outcome in (Done(), Refused("closed")):
        history = History()
        warning = history.warn(comment("a"), NOW)
        history.overturn(comment("a"), NOW)
        history.settle(warning, NOW + HOUR, outcome)
        assert history.standing().warnings == ()


@given(st.integers(1, 9), st.timedeltas(dt.timedelta(seconds=1), dt.timedelta(days=400)))
@quick
def test_every_strike_ends_by_itself(weight: int, lasts: dt.timedelta) -> None:
    end = StrikeWeight(weight, NOW + lasts).expires_at
    strike = replace(_strike("a", 0, weight), expires_at=end)

    assert Standing(AUTHOR, (strike,)).points(end - dt.timedelta.resolution, SPACING) == weight
    assert Standing(AUTHOR, (strike,)).points(end, SPACING) == 0
