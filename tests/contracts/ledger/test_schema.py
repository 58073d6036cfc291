"""The tables come up by themselves, are what the program declares, and never go back."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, inspect, text

from adapters.ledger import (
    LedgerReadOnlyError,
    LedgerTooNewError,
    LedgerUnavailableError,
    SqlLedger,
    open_ledger,
    schema,
    verify,
)
from adapters.ledger.tables import METADATA
from moderation.record import Noted
from tests.contracts.ledger import values
from tests.fakes.clock import NOON, FakeClock

NOTE = Noted("somebody", "something", "m")


async def test_an_empty_database_comes_to_hold_the_declared_tables(
    ledger: SqlLedger, intruder: Engine
) -> None:
    del ledger

    with intruder.connect() as connection:
        assert schema.differences(connection) == []
        assert set(inspect(connection).get_table_names()) == {*METADATA.tables, schema.VERSION_TABLE}


async def test_a_table_that_is_not_as_declared_would_be_noticed(ledger: SqlLedger, intruder: Engine) -> None:
    del ledger
    with intruder.begin() as connection:
        connection.execute(text("ALTER TABLE cursors ADD COLUMN more TEXT"))
        connection.execute(text("DROP INDEX ix_event_at"))

    with intruder.connect() as connection:
        assert len(schema.differences(connection)) == 2


async def test_tables_of_others_are_left_alone(url: str, intruder: Engine, clock: FakeClock) -> None:
    with intruder.begin() as connection:
        connection.execute(text("CREATE TABLE workflow_status (id TEXT PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('somebody else''s')"))
        connection.execute(text("INSERT INTO workflow_status VALUES ('1')"))

    await (await open_ledger(url, clock)).aclose()
    await (await open_ledger(url, clock)).aclose()

    with intruder.connect() as connection:
        assert schema.differences(connection) == []
        assert connection.execute(text("SELECT count(*) FROM workflow_status")).scalar() == 1


async def test_what_was_written_is_there_when_the_ledger_is_opened_again(url: str, clock: FakeClock) -> None:
    first = await open_ledger(url, clock)
    await first.transact(lambda books: books.append(NOTE))
    await first.aclose()

    second = await open_ledger(url, clock)
    assert [
        one.event for one in await second.transact(lambda books: books.events(NOON, NOON + values.MINUTE))
    ] == [NOTE]
    assert (await verify(second)).intact
    await second.aclose()


@pytest.mark.parametrize("read_only", [False, True])
async def test_a_ledger_of_a_newer_version_is_refused_and_not_touched(
    url: str, intruder: Engine, clock: FakeClock, read_only: bool
) -> None:
    await (await open_ledger(url, clock)).aclose()
    with intruder.begin() as connection:
        connection.execute(text(f"UPDATE {schema.VERSION_TABLE} SET version_num = '9999'"))  # noqa: S608

    with pytest.raises(LedgerTooNewError, match=r"newer version of houserules.*9999.*up to 0003"):
        await open_ledger(url, clock, read_only=read_only)

    with intruder.connect() as connection:
        version = connection.execute(text(f"SELECT version_num FROM {schema.VERSION_TABLE}"))  # noqa: S608
        assert version.scalar_one() == "9999"


async def test_one_cannot_read_where_nobody_has_written_yet(
    url: str, intruder: Engine, clock: FakeClock
) -> None:
    with intruder.begin() as connection:
        connection.execute(text("CREATE TABLE other (id TEXT)"))

    with pytest.raises(LedgerUnavailableError, match="start the bot once"):
        await open_ledger(url, clock, read_only=True)


async def test_a_reader_sees_what_is_written_and_writes_nothing(
    ledger: SqlLedger, url: str, clock: FakeClock
) -> None:
    await ledger.transact(lambda books: (books.append(NOTE), books.put("source", values.arrived())))
    reader = await open_ledger(url, clock, read_only=True)

    await ledger.transact(lambda books: books.append(Noted("somebody", "more", "m2")))

    seen = await reader.transact(lambda books: books.events(NOON, NOON + values.MINUTE))
    assert len(seen) == 2
    assert len(await reader.transact(lambda books: books.waiting(5))) == 1
    assert await reader.transact(lambda books: books.ready(5)) == ()
    for write in (
        lambda books: books.append(Noted("reader", "no", "m3")),
        lambda books: books.case_of(values.AUTHOR),
        lambda books: books.keep(b"no"),
        lambda books: books.finish(1),
    ):
        with pytest.raises(LedgerReadOnlyError, match="reading only"):
            await reader.transact(write)
    assert (await verify(reader)).intact
    assert len(await ledger.transact(lambda books: books.waiting(5))) == 1
    await reader.aclose()


async def test_a_reader_does_not_hold_up_the_writer(ledger: SqlLedger, url: str, clock: FakeClock) -> None:
    reader = await open_ledger(url, clock, read_only=True)

    def look(books: object) -> int:
        del books
        return 1

    assert await reader.transact(look) == 1
    for number in range(20):
        await ledger.transact(lambda books, n=number: books.append(Noted("a", "b", f"{n}")))  # type: ignore[misc]

    assert (await reader.transact(lambda books: books.head()))[0] == 20
    await reader.aclose()


async def test_a_closed_ledger_says_so_and_closes_twice(url: str, clock: FakeClock) -> None:
    ledger = await open_ledger(url, clock)
    await ledger.aclose()
    await ledger.aclose()

    with pytest.raises(LedgerUnavailableError, match="closed"):
        await ledger.transact(lambda books: books.mode())


async def test_a_ledger_in_memory_needs_no_file(clock: FakeClock) -> None:
    ledger = await open_ledger("sqlite://", clock)
    await ledger.transact(lambda books: books.append(NOTE))

    assert (await verify(ledger)).holds_to == 1
    await ledger.aclose()


@pytest.mark.parametrize(
    "address", ["mysql://root:secret@host/db", "::://secret", "postgresql://u:secret@127.0.0.1"]
)
async def test_an_address_of_something_else_is_refused_without_its_password(
    address: str, clock: FakeClock
) -> None:
    with pytest.raises(LedgerUnavailableError, match=r"sqlite:///path.*postgresql://") as caught:
        await open_ledger(address, clock)

    assert "secret" not in str(caught.value)
