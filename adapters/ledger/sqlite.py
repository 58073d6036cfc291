"""The ledger in one SQLite file, with one writer."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from sqlalchemy import Connection, Engine, Select, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from adapters.ledger import schema
from adapters.ledger.errors import (
    LedgerBrokenError,
    LedgerError,
    LedgerFullError,
    LedgerLockedError,
    LedgerReadOnlyError,
    LedgerUnavailableError,
)
from adapters.ledger.store import READ_HOUSE

_PATIENCE_MS = 10_000
"""How long to wait for a reader that holds the file, such as a backup."""

_FOR_OTHERS = 3

_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    # Otherwise INSERT OR REPLACE would remove rows past the triggers that guard them.
    "PRAGMA recursive_triggers = ON",
    f"PRAGMA busy_timeout = {_PATIENCE_MS}",
)
_WRITING = (
    "PRAGMA journal_mode = WAL",
    # NORMAL loses commits that were acknowledged when the power fails.
    "PRAGMA synchronous = FULL",
    # What is erased is overwritten, not only let go.
    "PRAGMA secure_delete = ON",
)

_FAILED_SYNCS = frozenset({sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC})


class SqliteStore:
    """One file. Whoever writes holds a lock beside it for as long as it is open."""

    def __init__(self, path: Path | None, *, read_only: bool = False) -> None:
        self.read_only = read_only
        self._path = path
        self._lock: int | None = None
        if path is not None:
            _look_at(path, read_only=read_only)
            if not read_only:
                self._lock = _take(path.with_name(f"{path.name}.lock"), path)
                _make_private(path)
        self._engine = create_engine(
            "sqlite+pysqlite://", creator=self._open, poolclass=NullPool, hide_parameters=True
        )
        event.listen(self._engine, "begin", self._begin)

    @property
    def name(self) -> str:
        """The file."""
        return str(self._path or "the ledger in memory")

    def connect(self) -> Connection:
        """Open the file."""
        return self._engine.connect()

    def prepare(self, connection: Connection) -> None:
        """Bring the tables up to this version; one that only reads refuses those of another."""
        if self.read_only:
            schema.refuse_newer(connection, self.name)
            schema.refuse_older(connection, self.name)
        else:
            schema.upgrade(connection, self.name)

    def first(self) -> Select[tuple[int, str, str, int]]:
        """BEGIN IMMEDIATE has taken the file already."""
        return READ_HOUSE

    def clock(self) -> None:
        """There is one host, and its clock is the one."""

    def shared(self) -> Engine | None:
        """A few connections, with the same guards. They wait for the ledger's own transactions."""
        if self.read_only or self._path is None:
            return None
        return create_engine(
            "sqlite+pysqlite://",
            creator=lambda: self._open(isolation_level="IMMEDIATE"),
            poolclass=QueuePool,
            pool_size=_FOR_OTHERS,
            max_overflow=0,
            hide_parameters=True,
        )

    def explain(self, error: DBAPIError) -> LedgerError:
        """Go by SQLite's own code."""
        code = _code(error)
        kind, sentence = _SENTENCES.get(code & 0xFF, (LedgerBrokenError, _UNEXPECTED))
        explained = kind(f"{sentence.format(file=self.name)} [{_code_name(error)}]")
        if error.statement:
            explained.add_note(f"in: {error.statement}")
        return explained

    def hopeless(self, error: DBAPIError) -> bool:
        """After a failed fsync nobody knows what is on the disk, and asking again would not tell."""
        return _code(error) in _FAILED_SYNCS

    def passing(self, error: DBAPIError) -> bool:
        """SQLite has waited for its turn already."""
        return error.connection_invalidated

    def uncertain(self, error: DBAPIError) -> bool:
        """Only a failed fsync leaves a commit open."""
        return self.hopeless(error)

    def release(self) -> None:
        """Give the file to others."""
        self._engine.dispose()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _open(self, isolation_level: Literal["IMMEDIATE"] | None = None) -> sqlite3.Connection:
        if self._path is None:
            connection = sqlite3.connect(":memory:", isolation_level=None)
        else:
            mode = "ro" if self.read_only else "rw"
            file = f"file:{quote(str(self._path.absolute()))}?mode={mode}"
            # The pool hands a connection from thread to thread, never to two at once.
            connection = sqlite3.connect(
                file, uri=True, isolation_level=isolation_level, check_same_thread=isolation_level is None
            )
        for pragma in _PRAGMAS + (() if self.read_only else _WRITING):
            answer = connection.execute(pragma).fetchone()
            if "journal_mode" in pragma and self._path is not None and answer != ("wal",):
                raise LedgerUnavailableError(
                    f"{self.name}: this disk cannot keep a write-ahead log (journal mode is {answer[0]}); "
                    "put the ledger on a local disk, not on a network share"
                )
        return connection

    def _begin(self, connection: Connection) -> None:
        # A transaction that begins as a reader and then writes fails at once where another one writes.
        connection.exec_driver_sql("BEGIN" if self.read_only else "BEGIN IMMEDIATE")


def _look_at(path: Path, *, read_only: bool) -> None:
    if not path.parent.is_dir():
        raise LedgerUnavailableError(
            f"{path}: there is no folder {path.parent}; make it, or name another file for the ledger"
        )
    if read_only and not path.is_file():
        raise LedgerUnavailableError(
            f"{path}: there is no such ledger; start the bot once, or name the file that it writes"
        )


def _take(lock: Path, path: Path) -> int:
    try:
        held = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise LedgerUnavailableError(f"{lock}: {error.strerror}; the ledger needs to write there") from None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        holder = os.pread(held, 32, 0).decode(errors="replace").strip() or "unknown"
        os.close(held)
        raise LedgerLockedError(
            f"{path} is open for writing in another process (number {holder}): stop that one first, or open "
            "the ledger for reading only"
        ) from None
    os.ftruncate(held, 0)
    os.pwrite(held, f"{os.getpid()}\n".encode(), 0)
    return held


def _make_private(path: Path) -> None:
    """SQLite gives the files beside the ledger the ledger's own mode."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            with suppress(FileNotFoundError):
                file.chmod(0o600)
    except OSError as error:
        raise LedgerUnavailableError(f"{path}: {error.strerror}; the ledger needs to write there") from None


def _code(error: DBAPIError) -> int:
    return int(getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR))


def _code_name(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlite_errorname", type(error.orig).__name__))


_UNEXPECTED = "{file}: the database refused what the ledger takes for lawful; please report this"
_SENTENCES: Mapping[int, tuple[type[LedgerError], str]] = {
    sqlite3.SQLITE_FULL: (
        LedgerFullError,
        "{file}: the disk is full and nothing was written; free some space, and the bot goes on by itself",
    ),
    sqlite3.SQLITE_IOERR: (
        LedgerUnavailableError,
        "{file}: the disk did not read or write as asked; look at the disk and at its free space",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        LedgerUnavailableError,
        "{file}: the file cannot be opened; look whether the folder is there and may be written to",
    ),
    sqlite3.SQLITE_BUSY: (
        LedgerUnavailableError,
        "{file}: another program holds the file; close database browsers and let backups finish",
    ),
    sqlite3.SQLITE_LOCKED: (
        LedgerUnavailableError,
        "{file}: another program holds the file; close database browsers and let backups finish",
    ),
    sqlite3.SQLITE_PERM: (LedgerUnavailableError, "{file}: this user may not open the file"),
    sqlite3.SQLITE_READONLY: (
        LedgerReadOnlyError,
        "{file}: the ledger is open for reading only, or the file may not be written to",
    ),
    sqlite3.SQLITE_CORRUPT: (
        LedgerBrokenError,
        "{file}: the file is damaged; stop the bot, keep the file, and restore the newest copy that verifies",
    ),
    sqlite3.SQLITE_NOTADB: (
        LedgerBrokenError,
        "{file}: this is no ledger, or it is damaged; name the right file, or restore the newest copy",
    ),
}
