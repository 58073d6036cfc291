"""Every law over the whole small world at once, and its size, so that it cannot shrink unseen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.laws import invariants, world
from tests.laws.world import Case
from tests.strategies.standings import pasts
from tests.strategies.verdicts import shapes


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("part", "size"),
    [(world.by_past, 71280), (world.by_verdict, 63184), (world.by_ruling, 78408)],
    ids=["by_past", "by_verdict", "by_ruling"],
)
def test_every_law_holds_in_every_case(part: Callable[[], Iterator[Case]], size: int) -> None:
    seen = 0
    for case in part():
        seen += 1
        for law in invariants.LAWS:
            assert law(case), (law.__name__, case)

    assert seen == size


def test_the_small_world_is_as_large_as_it_was() -> None:
    assert (len(pasts()), len(shapes()), len(world.WORDS)) == (3564, 1436, 11)


def test_every_step_of_the_ladder_is_reached_in_it() -> None:
    reached = {d.step.value for case in world.near() for d in case.decisions}

    assert reached == {
        "hide", "warn", "refer", "block", "report", "record", "explain",
        "ask", "signpost", "alert", "police_pack", "legal",
    }  # fmt: skip
