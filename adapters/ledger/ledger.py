"""The ledger: runs work in one transaction at a time, in a thread of its own."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from adapters.ledger.books import SqlBooks
from adapters.ledger.errors import (
    LedgerBrokenError,
    LedgerError,
    LedgerUnavailableError,
    LedgerUncertainError,
)
from adapters.ledger.postgres import PostgresStore
from adapters.ledger.sqlite import SqliteStore
from adapters.ledger.store import Store
from adapters.ledger.transaction import House, Transaction
from moderation.ports import Books, Clock

T = TypeVar("T")
Tell = Callable[[Connection, Sequence[str]], None]
"""Queues lanes on the connection, in the transaction that it is in."""

log = structlog.get_logger("ledger")

_OPENINGS = 3
"""How often a transaction is begun anew where the connection was lost before anything was done in it."""


async def open_ledger(url: str, clock: Clock, *, read_only: bool = False) -> SqlLedger:
    """Open the ledger, and bring its tables up to this version of the program.

    `url` is `sqlite:///path/to/file`, a plain path, `sqlite://` for one in memory, or
    `postgresql://user@host/database`. With `read_only` it may be open for writing elsewhere, and nothing is
    changed. Raises a `LedgerError` that says what is wrong and what to do.
    """
    ledger = SqlLedger(_store(url, read_only=read_only), clock)
    try:
        await ledger.prepare()
    except BaseException:
        await ledger.aclose()
        raise
    return ledger


def _store(url: str, *, read_only: bool) -> Store:
    if "://" not in url:
        return SqliteStore(Path(url), read_only=read_only)
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise LedgerUnavailableError(f"the ledger's address is none: {_KNOWN}") from None
    match parsed.get_backend_name():
        case "sqlite":
            return SqliteStore(_path(parsed), read_only=read_only)
        case "postgresql" | "postgres" if parsed.database:
            return PostgresStore(parsed, read_only=read_only)
        case other:
            raise LedgerUnavailableError(f"the ledger cannot be kept in {other} under no name: {_KNOWN}")


_KNOWN = "write sqlite:///path/to/file, or postgresql://user:password@host/database"


def _path(url: URL) -> Path | None:
    return None if url.database in {None, "", ":memory:"} else Path(str(url.database))


class SqlLedger:
    """Runs work in one transaction, off the loop, one at a time."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")
        self._connection: Connection | None = None
        self._hopeless: LedgerError | None = None
        self._tell: Tell | None = None
        self._closed = False

    @property
    def name(self) -> str:
        """What to call it in a message."""
        return self._store.name

    @property
    def read_only(self) -> bool:
        """Whether it refuses to be written to."""
        return self._store.read_only

    def shared(self) -> Engine | None:
        """Connections to the same database, for an engine; None where it is in memory or only read."""
        return self._store.shared()

    def announce_to(self, tell: Tell | None) -> None:
        """From now on say, in each transaction that intends actions, which lanes have work."""
        self._tell = tell

    async def transact(self, work: Callable[[Books], T]) -> T:
        """Run `work` and commit; on any exception nothing of it stays.

        Where the caller is cancelled meanwhile, what has begun is finished all the same.
        """
        return await self.run(lambda transaction: work(SqlBooks(transaction)))

    async def run(self, work: Callable[[Transaction], T]) -> T:
        """As `transact`, one floor below the books: for the audit, and for erasing."""
        if self._closed:
            raise LedgerUnavailableError(f"{self.name} was closed")
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, work)

    async def prepare(self) -> None:
        """Bring the tables up to this version. Once, before anything else."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._prepare)

    async def aclose(self) -> None:
        """Close the database, after what has begun."""
        if not self._closed:
            self._closed = True
            await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
            self._thread.shutdown(wait=False)

    # --- In the thread ----------------------------------------------------------------------------------

    def _prepare(self) -> None:
        try:
            self._connection = self._store.connect()
            with self._connection.begin():
                self._store.prepare(self._connection)
        except DBAPIError as error:
            raise self._store.explain(error) from None

    def _run(self, work: Callable[[Transaction], T]) -> T:
        if self._hopeless is not None:
            raise self._hopeless
        connection, house = self._begin()
        transaction = Transaction(
            connection,
            house,
            self._clock.now().astimezone(dt.UTC),
            read_only=self._store.read_only,
            clock=self._store.clock(),
            explain=self._explained,
        )
        try:
            result = work(transaction)
            if self._tell is not None:
                transaction.announce(self._tell)
            transaction.settle()
        except StopIteration as error:  # asyncio cannot pass one on: the caller would wait for ever
            self._undo(connection)
            raise RuntimeError("the work ran into the end of an iterator") from error
        except DBAPIError as error:  # while rows were fetched
            explained = self._explained(error)
            self._undo(connection)
            raise explained from None
        except BaseException:
            self._undo(connection)
            raise
        finally:
            transaction.close()
        self._commit(connection)
        return result

    def _begin(self) -> tuple[Connection, House]:
        """Nothing has been done in it yet, so beginning once more is harmless."""
        for remaining in reversed(range(_OPENINGS)):
            try:
                if self._connection is None:
                    self._connection = self._store.connect()
                self._connection.begin()
                row = self._connection.execute(self._store.first()).first()
            except DBAPIError as error:
                self._drop()
                if remaining and self._store.passing(error):
                    continue
                raise self._explained(error) from None
            if row is None:
                self._drop()
                raise LedgerBrokenError(f"{self.name}: the row of the house is gone; restore the newest copy")
            return self._connection, House(row.seq, row.digest, row.mode, row.epoch)
        raise LedgerUnavailableError(f"{self.name}: the connection is lost again and again")

    def _commit(self, connection: Connection) -> None:
        try:
            connection.commit()
        except DBAPIError as error:
            uncertain = self._store.uncertain(error)
            explained = self._explained(error)
            self._undo(connection)
            if uncertain:
                raise LedgerUncertainError(
                    f"{explained} The connection was lost while committing, so the transaction may stand or "
                    "not; doing it again is harmless."
                ) from None
            raise explained from None

    def _undo(self, connection: Connection) -> None:
        try:
            connection.rollback()
        except DBAPIError:
            self._drop()
        else:
            if connection.invalidated or self._hopeless is not None:
                self._drop()

    def _drop(self) -> None:
        """Let the connection go; the next transaction opens another, and reads what is on the disk."""
        if self._connection is not None:
            with suppress(DBAPIError):
                self._connection.close()
            self._connection = None

    def _explained(self, error: DBAPIError) -> LedgerError:
        explained = self._store.explain(error)
        if self._store.hopeless(error) and self._hopeless is None:
            self._hopeless = explained
        log.error("ledger failed", error=type(explained).__name__, hopeless=self._hopeless is not None)
        return explained

    def _close(self) -> None:
        self._drop()
        self._store.release()
