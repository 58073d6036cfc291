"""Hosts hold leases, and what a host has in hand is free when its lease has run out."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from sqlalchemy import select

from adapters.ledger import SqlLedger
from adapters.ledger.tables import HOSTS
from bot.tenure import LEASE, MARGIN, Tenure
from moderation import record
from moderation.comment import AuthorRef, Platform
from moderation.decision import ActionKey, ActionKind
from moderation.ports import Books, LedgerDownError
from tests.contracts.ledger import values
from tests.fakes.clock import FakeClock

GONE = -dt.timedelta(seconds=1)
"""A lease that has run out when it is given: on a server, time cannot be moved."""
LONG = dt.timedelta(hours=1)
_ALL = select(HOSTS.c.host)


async def _claim(ledger: SqlLedger, key: str, host: str | None) -> bool:
    return await ledger.transact(lambda books: books.claim(ActionKey(key), LONG, host))


async def _beat(ledger: SqlLedger, host: str, lease: dt.timedelta) -> None:
    await ledger.transact(lambda books: books.beat(host, lease))


async def _living(ledger: SqlLedger) -> frozenset[str]:
    return await ledger.transact(lambda books: books.living())


async def test_a_host_lives_as_long_as_its_lease(ledger: SqlLedger) -> None:
    await _beat(ledger, "a", LONG)
    await _beat(ledger, "b", LONG)
    assert await _living(ledger) == {"a", "b"}

    await _beat(ledger, "b", GONE)
    assert await _living(ledger) == {"a"}

    await _beat(ledger, "b", LONG)
    assert await _living(ledger) == {"a", "b"}


async def test_a_host_that_has_long_been_gone_is_forgotten(ledger: SqlLedger) -> None:
    await _beat(ledger, "long gone", -dt.timedelta(days=2))
    await _beat(ledger, "new", LONG)
    known = await ledger.run(lambda t: t.execute(_ALL).scalars().all())

    assert known == ["new"]


async def test_what_a_dead_host_has_in_hand_is_free_at_once(ledger: SqlLedger) -> None:
    await ledger.transact(lambda books: books.append(record.Intended(values.action())))
    await _beat(ledger, "a", LONG)
    await _beat(ledger, "b", LONG)

    assert await _claim(ledger, "a-1", "a")
    assert not await _claim(ledger, "a-1", "b")

    await _beat(ledger, "a", GONE)
    assert await _claim(ledger, "a-1", "b")
    assert not await _claim(ledger, "a-1", "a")


async def test_what_no_host_stands_for_is_held_by_its_own_lease(ledger: SqlLedger, clock: FakeClock) -> None:
    await ledger.transact(lambda books: books.append(record.Intended(values.action())))

    assert await _claim(ledger, "a-1", None)
    assert not await _claim(ledger, "a-1", "b")
    clock.advance(LONG)
    assert await _claim(ledger, "a-1", "b")


async def test_lanes_are_the_cases_with_something_ready_the_most_pressing_first(ledger: SqlLedger) -> None:
    def decided(books: Books) -> None:
        for author, kind in (("7", ActionKind.MAIL), ("8", ActionKind.HIDE), ("9", ActionKind.HIDE)):
            whose = AuthorRef(Platform.SANDBOX, author)
            action = dataclasses.replace(values.action(f"a-{author}", kind), author=whose)
            books.append(record.Intended(action), whose)
        following = values.action("a-after", after="a-9")
        books.append(record.Intended(following), values.AUTHOR)

    await ledger.transact(decided)

    assert await ledger.transact(lambda books: books.lanes(10)) == ("C-2", "C-3", "C-1")
    assert await ledger.transact(lambda books: books.lanes(1)) == ("C-2",)
    ready = await ledger.transact(lambda books: books.ready(10, "C-1"))
    assert [one.action.key for one in ready] == ["a-7"]
    assert await ledger.transact(lambda books: books.ready(10, "C-99")) == ()


async def test_a_tenure_holds_for_less_than_its_lease_and_counts_from_before_it_was_renewed(
    ledger: SqlLedger,
) -> None:
    time = 100.0
    tenure = Tenure(ledger, "a", lambda: time)
    assert not tenure.holds()

    await tenure.renew()
    time += (LEASE - MARGIN).total_seconds() - 0.01
    assert tenure.holds()
    time += 0.02
    assert not tenure.holds()

    await tenure.renew()
    assert tenure.holds()
    assert await _living(ledger) == {"a"}


async def test_a_lease_that_could_not_be_renewed_does_not_hold(ledger: SqlLedger) -> None:
    tenure = Tenure(ledger, "a", lambda: 0.0)
    await ledger.aclose()

    with pytest.raises(LedgerDownError):
        await tenure.renew()
    assert not tenure.holds()
