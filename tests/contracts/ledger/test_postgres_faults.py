"""A ledger on PostgreSQL survives lost connections and several hosts, and says what is wrong."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError

from adapters.ledger import (
    LedgerBrokenError,
    LedgerUnavailableError,
    LedgerUncertainError,
    SqlLedger,
    open_ledger,
    verify,
)
from adapters.ledger.transaction import Transaction
from moderation import record
from moderation.ports import Books
from moderation.record import Noted
from tests.contracts.ledger import values
from tests.fakes.clock import FakeClock

pytestmark = pytest.mark.postgres


@pytest.fixture
async def ledger(postgres_url: str, clock: FakeClock) -> AsyncIterator[SqlLedger]:
    opened = await open_ledger(postgres_url, clock)
    yield opened
    await opened.aclose()


@pytest.fixture
async def hosts(postgres_url: str, clock: FakeClock) -> AsyncIterator[list[SqlLedger]]:
    """Four hosts that share one ledger, and start at once."""
    opened = await asyncio.gather(*(open_ledger(postgres_url, clock) for _ in range(4)))
    yield opened
    for one in opened:
        await one.aclose()


def _note(mark: str) -> Noted:
    return Noted("somebody", "something", mark)


def _bare(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def _cut_connections(url: str) -> int:
    """What a restart of the server does to those who are connected."""
    with _bare(url) as bare:
        cut = bare.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE application_name = 'houserules' AND datname = current_database()"
        )
        return len(cut.fetchall())


# --- Several hosts ------------------------------------------------------------------------------------------


async def test_of_a_thousand_presses_on_four_hosts_one_makes_the_next_version(hosts: list[SqlLedger]) -> None:
    card = values.card()
    await hosts[0].transact(lambda books: (books.case_of(values.AUTHOR), books.append(record.Asked(card))))

    def compare_and_set(books: Books) -> bool:
        seen = books.card(card.id)
        changed = values.next_version(card)
        return (
            seen is not None and seen.version == 1 and books.append(record.CardChanged(changed)) is not None
        )

    won = await asyncio.gather(*(hosts[n % 4].transact(compare_and_set) for n in range(1000)))

    assert sum(won) == 1


async def test_the_events_of_four_hosts_make_one_chain(hosts: list[SqlLedger]) -> None:
    await asyncio.gather(
        *(
            hosts[n % 4].transact(lambda books, n=n: [books.append(_note(f"{n}.{k}")) for k in range(3)])  # type: ignore[misc]
            for n in range(200)
        )
    )

    report = await verify(hosts[0])
    assert (report.intact, report.holds_to) == (True, 600)


async def test_a_writer_that_stands_still_holds_others_up_and_breaks_nothing(
    hosts: list[SqlLedger], postgres_url: str
) -> None:
    with _bare(postgres_url) as slow:
        slow.execute("BEGIN")
        slow.execute("SELECT * FROM house FOR UPDATE")
        writing = asyncio.create_task(hosts[0].transact(lambda books: books.append(_note("1"))))
        await asyncio.to_thread(_wait_for_the_waiting, postgres_url)
        assert not writing.done()
        slow.execute("COMMIT")

        assert await writing is not None


def _wait_for_the_waiting(url: str) -> None:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%house%'"
    with _bare(url) as bare:
        while bare.execute(waiting).fetchone() == (0,):
            pass


# --- Lost connections ---------------------------------------------------------------------------------------


async def test_a_connection_that_was_cut_in_between_is_made_again(
    ledger: SqlLedger, postgres_url: str
) -> None:
    await ledger.transact(lambda books: books.append(_note("1")))
    assert _cut_connections(postgres_url) == 1

    assert await ledger.transact(lambda books: books.append(_note("2"))) is not None
    assert (await verify(ledger)).holds_to == 2


async def test_a_connection_that_is_cut_within_undoes_the_transaction_and_runs_nothing_twice(
    ledger: SqlLedger, postgres_url: str
) -> None:
    runs = []

    def work(books: Books) -> None:
        runs.append(books.append(_note("1")))
        _cut_connections(postgres_url)
        books.append(_note("2"))

    with pytest.raises(LedgerUnavailableError, match="cannot be reached") as caught:
        await ledger.transact(work)

    assert not isinstance(caught.value, LedgerUncertainError)
    assert len(runs) == 1
    assert await ledger.transact(lambda books: books.head()[0]) == 0


async def test_a_commit_that_was_never_answered_is_said_to_be_uncertain_and_not_repeated(
    ledger: SqlLedger, postgres_url: str
) -> None:
    runs = []

    def work(books: Books) -> None:  # moves no chain, so the commit is the first to notice
        runs.append(1)
        books.move_cursor("source", "1")
        _cut_connections(postgres_url)

    with pytest.raises(LedgerUncertainError, match="may stand or not"):
        await ledger.transact(work)

    assert len(runs) == 1
    assert await ledger.transact(lambda books: books.cursor("source")) is None


async def test_a_server_that_is_not_there_is_named_without_its_password(
    postgres_url: str, clock: FakeClock
) -> None:
    nowhere = make_url(postgres_url).set(port=1, password="secret")

    with pytest.raises(LedgerUnavailableError, match="cannot be reached") as caught:
        await open_ledger(nowhere.render_as_string(hide_password=False), clock)

    assert "secret" not in str(caught.value)
    assert f"{nowhere.host}/{nowhere.database}" in str(caught.value)


async def test_a_database_that_is_not_there_is_named(postgres_url: str, clock: FakeClock) -> None:
    nowhere = make_url(postgres_url).set(database="houserules_nowhere")

    with pytest.raises(
        LedgerUnavailableError, match=r"nowhere: .*3D000|nowhere: the database cannot be reached"
    ):
        await open_ledger(nowhere.render_as_string(hide_password=False), clock)


# --- How the server is set ----------------------------------------------------------------------------------


@pytest.fixture
def ascii_url(postgres_server: URL) -> Iterator[str]:
    dsn = postgres_server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn, autocommit=True) as bare:
        bare.execute("DROP DATABASE IF EXISTS houserules_ascii")
        bare.execute("CREATE DATABASE houserules_ascii ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
        yield postgres_server.set(database="houserules_ascii").render_as_string(hide_password=False)
        bare.execute("DROP DATABASE houserules_ascii WITH (FORCE)")


async def test_a_database_that_cannot_hold_every_text_is_refused(ascii_url: str, clock: FakeClock) -> None:
    with pytest.raises(LedgerUnavailableError, match=r"LATIN1.*ENCODING 'UTF8'"):
        await open_ledger(ascii_url, clock)


async def test_what_is_committed_is_on_the_disk_whatever_the_server_says(ledger: SqlLedger) -> None:
    def ask(transaction: Transaction) -> dict[str, object]:
        names = ("synchronous_commit", "lock_timeout", "statement_timeout", "transaction_isolation")
        return {name: transaction.execute(text(f"SHOW {name}")).scalar() for name in names}

    assert await ledger.run(ask) == {
        "synchronous_commit": "on",
        "lock_timeout": "30s",
        "statement_timeout": "1min",
        "transaction_isolation": "read committed",
    }


async def test_an_error_quotes_nothing_that_people_wrote(ledger: SqlLedger) -> None:
    with pytest.raises(LedgerBrokenError) as caught:
        await ledger.run(
            lambda transaction: transaction.execute(
                text("INSERT INTO cursors VALUES (:one, NULL, NULL)").bindparams(one="secret")
            )
        )

    assert "secret" not in str(caught.value)
    assert "[23502]" in str(caught.value)
    assert caught.value.__suppress_context__


async def test_a_statement_that_fails_is_the_end_even_if_the_error_is_swallowed(ledger: SqlLedger) -> None:
    def swallow(transaction: Transaction) -> None:
        with contextlib.suppress(LedgerBrokenError):
            transaction.execute(text("SELECT 1 / 0"))

    with pytest.raises(LedgerBrokenError):
        await ledger.run(swallow)
    assert await ledger.transact(lambda books: books.head()[0]) == 0


async def test_a_reader_writes_nothing_even_past_the_books(
    postgres_url: str, ledger: SqlLedger, clock: FakeClock
) -> None:
    del ledger
    reader = await open_ledger(postgres_url, clock, read_only=True)

    with pytest.raises(Exception, match="reading only") as caught:
        await reader.run(lambda transaction: transaction.execute(text("DELETE FROM inbox")))

    assert not isinstance(caught.value, OperationalError)
    await reader.aclose()
