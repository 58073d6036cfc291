"""A SQLite ledger survives full disks, kills and second writers, and says what is wrong."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from adapters.ledger import (
    LedgerBrokenError,
    LedgerFullError,
    LedgerLockedError,
    LedgerUnavailableError,
    SqlLedger,
    open_ledger,
    verify,
)
from adapters.ledger.transaction import Transaction
from moderation.ports import Books
from moderation.record import Noted
from tests.contracts.ledger import values
from tests.fakes.clock import NOON, FakeClock

ROOT = Path(__file__).parents[3]


@pytest.fixture
async def ledger(sqlite_url: str, clock: FakeClock) -> AsyncIterator[SqlLedger]:
    opened = await open_ledger(sqlite_url, clock)
    yield opened
    await opened.aclose()


def _note(mark: str, length: int = 10) -> Noted:
    return Noted("somebody", "x" * length, mark)


def _integrity(file: Path) -> str:
    with contextlib.closing(sqlite3.connect(file)) as bare:
        return str(bare.execute("PRAGMA integrity_check").fetchone()[0])


# --- How the file is kept -----------------------------------------------------------------------------------


async def test_the_file_is_kept_safely(ledger: SqlLedger) -> None:
    def ask(transaction: Transaction) -> dict[str, object]:
        names = (
            "journal_mode",
            "synchronous",
            "foreign_keys",
            "busy_timeout",
            "recursive_triggers",
            "secure_delete",
        )
        return {name: transaction.execute(text(f"PRAGMA {name}")).scalar() for name in names}

    assert await ledger.run(ask) == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
        "recursive_triggers": 1,
        "secure_delete": 1,
    }


async def test_nobody_else_on_the_machine_may_read_it(
    sqlite_url: str, sqlite_file: Path, clock: FakeClock
) -> None:
    _write(sqlite_file, b"")
    before = os.umask(0)
    try:
        ledger = await open_ledger(sqlite_url, clock)
        await ledger.transact(lambda books: books.append(_note("1")))
    finally:
        os.umask(before)

    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in _beside(sqlite_file)}
    assert len(modes) == 4
    assert set(modes.values()) == {0o600}
    await ledger.aclose()


def _write(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    file.chmod(0o644)


def _remove(file: Path) -> None:
    file.unlink()


def _beside(file: Path) -> list[Path]:
    return list(file.parent.iterdir())


async def test_a_plain_path_names_a_file_too(tmp_path: Path, clock: FakeClock) -> None:
    ledger = await open_ledger(str(tmp_path / "a file?mode=memory&%41.sqlite3"), clock)
    await ledger.aclose()

    assert {file.name for file in _beside(tmp_path / "it")} == {
        "a file?mode=memory&%41.sqlite3",
        "a file?mode=memory&%41.sqlite3.lock",
    }


# --- One writer ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("ledger")
async def test_a_second_writer_is_refused_by_name_and_may_read(
    sqlite_url: str, sqlite_file: Path, clock: FakeClock
) -> None:
    with pytest.raises(LedgerLockedError) as caught:
        await open_ledger(sqlite_url, clock)

    assert str(sqlite_file) in str(caught.value)
    assert f"number {os.getpid()}" in str(caught.value)
    assert "reading only" in str(caught.value)
    reader = await open_ledger(sqlite_url, clock, read_only=True)
    assert (await verify(reader)).intact
    await reader.aclose()


async def test_a_second_writer_comes_in_once_the_first_has_left(sqlite_url: str, clock: FakeClock) -> None:
    first = await open_ledger(sqlite_url, clock)
    await first.aclose()

    second = await open_ledger(sqlite_url, clock)
    await second.aclose()


async def test_a_start_that_failed_leaves_no_lock(
    sqlite_url: str, sqlite_file: Path, clock: FakeClock
) -> None:
    _write(sqlite_file, b"this is no database, and it is long enough to be looked at" * 20)
    with pytest.raises(LedgerBrokenError, match="no ledger"):
        await open_ledger(sqlite_url, clock)
    _remove(sqlite_file)

    await (await open_ledger(sqlite_url, clock)).aclose()


# --- What the operator may have got wrong -------------------------------------------------------------------


async def test_a_folder_that_is_not_there_is_named(tmp_path: Path, clock: FakeClock) -> None:
    with pytest.raises(LedgerUnavailableError, match="there is no folder"):
        await open_ledger(f"sqlite:///{tmp_path}/missing/ledger.sqlite3", clock)


async def test_a_ledger_that_is_not_there_cannot_be_read(
    sqlite_url: str, sqlite_file: Path, clock: FakeClock
) -> None:
    with pytest.raises(LedgerUnavailableError, match="no such ledger"):
        await open_ledger(sqlite_url, clock, read_only=True)

    assert not _exists(sqlite_file)


def _exists(file: Path) -> bool:
    return file.exists()


async def test_a_house_without_its_row_is_broken(ledger: SqlLedger) -> None:
    await ledger.run(lambda transaction: transaction.execute(text("DELETE FROM house")))

    with pytest.raises(LedgerBrokenError, match="row of the house"):
        await ledger.transact(lambda books: books.mode())


async def test_an_error_quotes_nothing_that_people_wrote(ledger: SqlLedger) -> None:
    with pytest.raises(LedgerBrokenError) as caught:
        await ledger.run(
            lambda transaction: transaction.execute(
                text("INSERT INTO cursors VALUES (:one, NULL, NULL)").bindparams(one="secret")
            )
        )

    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__
    assert any("INSERT INTO cursors" in note for note in caught.value.__notes__)


async def test_a_failed_fsync_is_the_end_until_somebody_has_looked(
    ledger: SqlLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ledger.transact(lambda books: books.append(_note("before")))

    def failed_sync(self: object) -> None:
        del self
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
        error.sqlite_errorname = "SQLITE_IOERR_FSYNC"
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(
            "sqlalchemy.dialects.sqlite.pysqlite.SQLiteDialect_pysqlite.do_commit", lambda *a: failed_sync(a)
        )
        with pytest.raises(LedgerUnavailableError, match=r"SQLITE_IOERR_FSYNC.*may stand or not"):
            await ledger.transact(lambda books: books.append(_note("lost")))

    with pytest.raises(LedgerUnavailableError, match="SQLITE_IOERR_FSYNC"):
        await ledger.transact(lambda books: books.append(_note("after")))


# --- A full disk --------------------------------------------------------------------------------------------


def _limit(pages: int):  # type: ignore[no-untyped-def]  # noqa: ANN202
    return lambda transaction: transaction.execute(text(f"PRAGMA max_page_count = {pages}")).scalar()


@pytest.mark.parametrize("room", [*range(12), 15, 20, 30, 50])
async def test_a_full_disk_undoes_the_transaction_and_the_bot_goes_on_once_there_is_room(
    ledger: SqlLedger, sqlite_file: Path, room: int
) -> None:
    def fill(books: Books) -> None:
        books.case_of(values.AUTHOR)
        for number in range(60):
            books.append(_note(f"big {number}", 3000))
            books.put("source", values.arrived(f"{number}"))
            books.keep(bytes([number]) * 3000)

    await ledger.transact(lambda books: books.append(_note("before")))
    used = await ledger.run(lambda transaction: transaction.execute(text("PRAGMA page_count")).scalar_one())
    await ledger.run(_limit(used + room))

    with pytest.raises(LedgerFullError, match="the disk is full and nothing was written") as caught:
        await ledger.transact(fill)

    assert str(sqlite_file) in str(caught.value)
    assert _integrity(sqlite_file) == "ok"
    assert await ledger.transact(lambda books: books.head()[0]) == 1
    assert await ledger.transact(lambda books: books.waiting(5)) == ()
    assert (await verify(ledger)).intact

    await ledger.run(_limit(1_000_000))
    await ledger.transact(fill)
    assert (await verify(ledger)).holds_to == 61


async def test_a_full_disk_is_not_hidden_by_work_that_swallows_it(ledger: SqlLedger) -> None:
    used = await ledger.run(lambda transaction: transaction.execute(text("PRAGMA page_count")).scalar_one())
    await ledger.run(_limit(used))

    def swallow(books: Books) -> None:
        for number in range(30):
            with contextlib.suppress(LedgerFullError):
                books.append(_note(f"{number}", 3000))

    with pytest.raises(LedgerFullError):
        await ledger.transact(swallow)
    assert await ledger.transact(lambda books: books.head()[0]) == 0


# What a process of its own runs.
WRITER = """
import asyncio, resource, sys
from adapters.ledger import LedgerError, open_ledger, verify
from moderation.record import Noted
from tests.fakes.clock import FakeClock

async def main(url, limit):
    ledger = await open_ledger(url, FakeClock())
    said, number = [], 0
    if limit:
        import signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    while number < 3000 and not said:
        try:
            notes = [Noted("w", "x" * 500, f"{number}.{n}") for n in range(3)]
            await ledger.transact(lambda books: [books.append(note) for note in notes])
            print(number, flush=True)
            number += 1
        except LedgerError as error:
            said.append(f"{type(error).__name__}: {error}")
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await ledger.transact(lambda books: books.append(Noted("w", "again", "after")))
    print(said[0] if said else "nothing", (await verify(ledger)).intact, flush=True)
    await ledger.aclose()

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


def _writer(url: str, limit: int = 0) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, url, str(limit)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("limit", [400_000, 1_000_000])
async def test_a_file_that_may_not_grow_says_so_and_works_again(
    sqlite_url: str, sqlite_file: Path, limit: int
) -> None:
    out, _ = await asyncio.to_thread(_writer(sqlite_url, limit).communicate, timeout=50)

    last = out.splitlines()[-1]
    assert last.startswith("LedgerUnavailableError")
    assert "look at the disk" in last
    assert last.endswith("True")
    assert _integrity(sqlite_file) == "ok"


# --- A kill -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("acknowledged", [1, 2, 3, 5, 8, 13])
async def test_a_kill_in_the_middle_loses_nothing_that_was_committed(
    sqlite_url: str, sqlite_file: Path, clock: FakeClock, acknowledged: int
) -> None:
    count = await asyncio.to_thread(_kill_after, sqlite_url, acknowledged)

    ledger = await open_ledger(sqlite_url, clock)
    report = await verify(ledger)
    found = await ledger.transact(lambda books: books.events(NOON, NOON + values.MINUTE))
    marks = {one.event.mark for one in found if isinstance(one.event, Noted)}
    await ledger.aclose()

    assert report.intact
    assert marks >= {f"{number}.{n}" for number in range(count) for n in range(3)}
    assert len(marks) % 3 == 0  # a transaction is there whole or not at all
    assert _integrity(sqlite_file) == "ok"


def _kill_after(url: str, acknowledged: int) -> int:
    writer = _writer(url)
    assert writer.stdout is not None
    for _ in range(acknowledged):
        writer.stdout.readline()
    writer.send_signal(signal.SIGKILL)
    count = acknowledged + len(writer.stdout.read().splitlines())
    writer.stdout.close()
    writer.wait()
    return count
