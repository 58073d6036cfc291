"""We slow down before Telegram has to say so."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram.pace import NO_WAIT, Pace
from tests.fakes.clock import FakeClock

SECOND = dt.timedelta(seconds=1)
GROUP, PERSON = -100, 7


@given(st.lists(st.tuples(st.sampled_from([GROUP, -200, PERSON, 8]), st.integers(0, 3000)), max_size=200))
def test_no_window_ever_holds_more_than_telegram_allows(wishes: list[tuple[int, int]]) -> None:
    clock = FakeClock()
    pace = Pace(clock)
    sent: list[tuple[int, dt.datetime]] = []
    for chat, pause in wishes:
        clock.advance(dt.timedelta(milliseconds=pause))
        if pace.take(chat) == NO_WAIT:
            sent.append((chat, clock.now()))

    for chat, moment in sent:
        within = [(c, m) for c, m in sent if moment <= m < moment + SECOND]
        assert len(within) <= 30
        assert sum(c == chat for c, _ in within) <= 1
        if chat < 0:
            assert sum(c == chat and moment <= m < moment + 60 * SECOND for c, m in sent) <= 20


@given(st.integers(1, 40))
def test_after_the_wait_that_it_names_there_is_none(count: int) -> None:
    clock = FakeClock()
    pace = Pace(clock)
    for _ in range(count):
        wait = pace.take(GROUP)
        if wait > NO_WAIT:
            clock.advance(wait)
            assert pace.take(GROUP) == NO_WAIT


def test_thirty_people_at_once_and_not_one_more() -> None:
    pace = Pace(FakeClock())

    waits = [pace.take(person) for person in range(1, 32)]

    assert waits == [NO_WAIT] * 30 + [SECOND]


def test_what_telegram_asks_for_wins() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    pace.stop(GROUP, 90 * SECOND)

    assert pace.take(GROUP) == 90 * SECOND
    assert pace.take(PERSON) == NO_WAIT
    clock.advance(90 * SECOND)
    assert pace.take(GROUP) == NO_WAIT


def test_edits_are_not_messages_but_keep_their_second() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    for _ in range(20):
        pace.take(GROUP)
        clock.advance(SECOND)

    assert pace.take(GROUP) > NO_WAIT
    assert pace.take(GROUP, edit=True) == NO_WAIT
    assert pace.take(GROUP, edit=True) == SECOND


def test_nobody_is_remembered_for_longer_than_a_minute() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    for person in range(1, 500):
        pace.take(person)
        clock.advance(SECOND)

    assert len(pace._in) < 70
