"""What is found about licences, without reading the whole ledger."""

from __future__ import annotations

import datetime as dt

import pytest

from adapters.ledger import SqlLedger, open_ledger
from moderation.ports import Books
from moderation.record import CommentSeen, Event, Recorded
from moderation.suspension import LicenceRestored, LicenceSuspended, LicenceTested
from moderation.taxonomy import Category
from tests.contracts.ledger import values
from tests.contracts.ledger.values import AUTHOR, MINUTE, OFFICER
from tests.fakes.clock import NOON, FakeClock


def ruling(name: str = "1", *, on: Category = Category.ABUSIVE, right: bool = True) -> LicenceTested:
    return LicenceTested(on, values.ref(name), 0, OFFICER, right)


def suspended(on: Category = Category.ABUSIVE) -> LicenceSuspended:
    return LicenceSuspended(on, 1, 1, 20, NOON, 0.95, "1")


SEEN = CommentSeen(values.comment("1"), "")
FELL, ELSEWHERE = suspended(), suspended(Category.SPAM)
GIVEN_BACK = LicenceRestored(Category.ABUSIVE, 1, OFFICER, "mended")


async def write(ledger: SqlLedger, clock: FakeClock, *events: Event) -> list[Recorded | None]:
    """Write events, a minute apart."""
    written = []
    for event in events:
        written.append(await ledger.transact(lambda books, event=event: books.append(event)))  # type: ignore[misc]
        clock.advance(MINUTE)
    return written


async def changes(ledger: SqlLedger) -> list[Event]:
    return [one.event for one in await ledger.transact(lambda books: books.licence_changes())]


async def rulings_on(ledger: SqlLedger, on: Category, since: dt.datetime = NOON) -> list[Event]:
    return [one.event for one in await ledger.transact(lambda books: books.licence_tests(on, since))]


async def test_changes_come_in_the_order_in_which_they_were_made(ledger: SqlLedger, clock: FakeClock) -> None:
    await write(ledger, clock, FELL, ruling(), ELSEWHERE, GIVEN_BACK, SEEN)

    assert await changes(ledger) == [FELL, ELSEWHERE, GIVEN_BACK]


async def test_tests_are_those_of_one_ground_from_a_moment_on(ledger: SqlLedger, clock: FakeClock) -> None:
    first, second, third = ruling("1"), ruling("2", right=False), ruling("3")
    await write(ledger, clock, first, ruling("4", on=Category.SPAM), second, FELL, third)

    assert await rulings_on(ledger, Category.ABUSIVE) == [first, second, third]
    assert await rulings_on(ledger, Category.ABUSIVE, NOON + 2 * MINUTE) == [second, third]
    assert await rulings_on(ledger, Category.HATEFUL) == []


async def test_each_is_written_once(ledger: SqlLedger, clock: FakeClock) -> None:
    again = await write(ledger, clock, ruling(), FELL, GIVEN_BACK, ruling(right=False), FELL, GIVEN_BACK)

    assert [one is None for one in again] == [False, False, False, True, True, True]
    assert await rulings_on(ledger, Category.ABUSIVE) == [ruling()]


async def test_a_test_is_about_the_author_and_a_suspension_about_nobody(ledger: SqlLedger) -> None:
    def write(books: Books) -> tuple[Recorded | None, Recorded | None]:
        books.append(SEEN)
        return books.append(ruling()), books.append(FELL)

    about, of_nobody = await ledger.transact(write)

    assert about is not None
    assert of_nobody is not None
    assert about.author == AUTHOR
    assert (of_nobody.author, of_nobody.case) == (None, None)


async def test_they_are_found_when_the_ledger_is_opened_again(url: str, clock: FakeClock) -> None:
    first = await open_ledger(url, clock)
    await write(first, clock, ruling(), FELL)
    await first.aclose()

    second = await open_ledger(url, clock)
    assert await changes(second) == [FELL]
    assert await rulings_on(second, Category.ABUSIVE) == [ruling()]
    await second.aclose()


async def test_what_fails_leaves_none_of_it(ledger: SqlLedger) -> None:
    def write(books: Books) -> None:
        books.append(FELL)
        raise KeyError("the rest of the transaction")

    with pytest.raises(KeyError):
        await ledger.transact(write)

    assert await changes(ledger) == []
