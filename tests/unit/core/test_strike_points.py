"""What an author's strikes come to."""

from __future__ import annotations

import datetime as dt

import pytest

from moderation.standing import Standing
from tests.strategies.comments import AUTHOR, DAY, HOUR, MINUTE, NOW, SECOND, comment
from tests.strategies.histories import History

SPACING = HOUR


def points(*strikes: tuple[str, int, int], now: dt.datetime = NOW + DAY) -> int:
    """Count strikes, each a comment's name, a minute and a weight."""
    history = History()
    for revision, (name, minute, weight) in enumerate(strikes):
        history.strike(comment(name, revision=revision), NOW + minute * MINUTE, weight)
    return history.standing().points(now, SPACING)


def test_somebody_new_has_none() -> None:
    assert Standing(AUTHOR).points(NOW, SPACING) == 0


@pytest.mark.parametrize(
    ("strikes", "expected"),
    [
        ([("a", 0, 2)], 2),
        ([("a", 0, 2), ("b", 60, 2)], 4),
        ([("a", 0, 2), ("b", 59, 2)], 2),
        ([("a", 0, 1), ("b", 59, 4)], 4),
        ([("a", 0, 4), ("b", 30, 1), ("c", 59, 2)], 4),
        ([("a", 0, 1), ("b", 50, 1), ("c", 100, 1)], 2),
        ([("a", 0, 1), ("b", 60, 1), ("c", 120, 1)], 3),
        ([("a", 0, 1), ("b", 50, 1), ("c", 65, 9), ("d", 115, 9)], 10),
    ],
)
def test_breaches_closer_together_than_the_spacing_count_once_by_the_heaviest(
    strikes: list[tuple[str, int, int]], expected: int
) -> None:
    assert points(*strikes) == expected


@pytest.mark.parametrize(
    ("strikes", "expected"),
    [
        ([("a", 0, 2), ("a", 600, 2)], 2),
        ([("a", 0, 1), ("a", 600, 4)], 4),
        ([("a", 0, 4), ("a", 600, 1)], 4),
        ([("a", 0, 2), ("a", 600, 2), ("b", 1200, 1)], 3),
    ],
)
def test_an_edited_comment_counts_once_by_its_heaviest_revision(
    strikes: list[tuple[str, int, int]], expected: int
) -> None:
    assert points(*strikes) == expected


def test_the_order_of_writing_down_does_not_matter() -> None:
    assert (
        points(("b", 120, 1), ("a", 0, 1), ("c", 30, 4))
        == points(("a", 0, 1), ("c", 30, 4), ("b", 120, 1))
        == 5
    )


def test_a_strike_counts_from_its_moment_to_its_end() -> None:
    history = History()
    history.strike(comment("a"), NOW, 3)
    standing = history.standing()

    counted = {
        after: standing.points(NOW + after, SPACING) for after in (-SECOND, 0 * DAY, 180 * DAY - SECOND)
    }
    assert counted == {-SECOND: 0, 0 * DAY: 3, 180 * DAY - SECOND: 3}
    assert standing.points(NOW + 180 * DAY, SPACING) == 0


def test_an_expired_strike_takes_its_outburst_with_it_only_for_itself() -> None:
    history = History()
    history.strike(comment("a"), NOW, 4)
    history.strike(comment("b"), NOW + 30 * MINUTE, 1)

    assert history.standing().points(NOW + 180 * DAY - SECOND, SPACING) == 4
    assert history.standing().points(NOW + 180 * DAY, SPACING) == 1


def test_it_is_recounted_after_a_reversal() -> None:
    history = History()
    for name, minute, weight in (("a", 0, 4), ("b", 30, 1), ("c", 60, 2)):
        history.strike(comment(name), NOW + minute * MINUTE, weight)
    assert history.standing().points(NOW + DAY, SPACING) == 6

    history.overturn(comment("a"), NOW + DAY)
    assert history.standing().points(NOW + DAY, SPACING) == 2

    history.overturn(comment("c"), NOW + DAY)
    assert history.standing().points(NOW + DAY, SPACING) == 1


def test_without_spacing_every_comment_counts() -> None:
    history = History()
    for name in "abc":
        history.strike(comment(name), NOW, 2)

    assert history.standing().points(NOW, dt.timedelta(0)) == 6
