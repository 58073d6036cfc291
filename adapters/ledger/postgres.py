"""The ledger in a PostgreSQL database, which several hosts may write to in turn."""

from __future__ import annotations

from collections.abc import Mapping

import psycopg
from sqlalchemy import Connection, Engine, Select, create_engine, func, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from adapters.ledger import schema
from adapters.ledger.errors import (
    LedgerBrokenError,
    LedgerError,
    LedgerFullError,
    LedgerReadOnlyError,
    LedgerUnavailableError,
)
from adapters.ledger.store import READ_HOUSE, TAKE_HOUSE

_OPTIONS: Mapping[str, str | int] = {
    "connect_timeout": 10,
    "application_name": "houserules",
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "options": "-c lock_timeout=30s -c statement_timeout=60s -c idle_in_transaction_session_timeout=120s",
}

_FOR_OTHERS = 5
_CLOCK = select(
    func.to_char(func.timezone("UTC", func.clock_timestamp()), 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')
)
_MIGRATING = 0x686F757365
"""The number under which hosts that start at once take turns with the tables."""


class PostgresStore:
    """One database. Writers take turns at the row of the house."""

    def __init__(self, url: URL, *, read_only: bool = False) -> None:
        self.read_only = read_only
        self._url = url.set(drivername="postgresql+psycopg")
        self._engine = create_engine(
            self._url,
            poolclass=NullPool,
            hide_parameters=True,
            connect_args=dict(_OPTIONS),
            # A reader sees one state from its first statement to its last; a writer has taken the row.
            isolation_level="REPEATABLE READ" if read_only else "READ COMMITTED",
        )

    @property
    def name(self) -> str:
        """The server and the database, without the password."""
        return f"{self._url.host or 'localhost'}/{self._url.database}"

    def connect(self) -> Connection:
        """Connect, and make sure that what is committed is on the disk and may be any text."""
        connection = self._engine.connect()
        if self.read_only:
            return connection.execution_options(postgresql_readonly=True)
        with connection.begin():
            encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
            if encoding != "UTF8":
                raise LedgerUnavailableError(
                    f"{self.name}: the database is encoded as {encoding}; make one with ENCODING 'UTF8'"
                )
            if connection.execute(text("SHOW synchronous_commit")).scalar_one() == "off":
                connection.execute(text("SET SESSION synchronous_commit = 'on'"))
        return connection

    def prepare(self, connection: Connection) -> None:
        """Bring the tables up to this version; one that only reads refuses those of another."""
        if self.read_only:
            schema.refuse_newer(connection, self.name)
            schema.refuse_older(connection, self.name)
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)").bindparams(number=_MIGRATING))
            schema.upgrade(connection, self.name)

    def first(self) -> Select[tuple[int, str, str, int]]:
        """Take the house's row, so that writers take turns."""
        return READ_HOUSE if self.read_only else TAKE_HOUSE

    def clock(self) -> Select[tuple[str]]:
        """The server's time, written as ours is."""
        return _CLOCK

    def shared(self) -> Engine | None:
        """A few connections, with the same guards."""
        if self.read_only:
            return None
        return create_engine(
            self._url,
            pool_size=_FOR_OTHERS,
            max_overflow=0,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args=dict(_OPTIONS),
        )

    def explain(self, error: DBAPIError) -> LedgerError:
        """Go by PostgreSQL's own code; without one, the server was not reached."""
        code = _code(error)
        kind, sentence = _SENTENCES.get(code) or _CLASSES.get(code[:2]) or (LedgerBrokenError, _UNEXPECTED)
        explained = kind(f"{sentence.format(name=self.name)} [{code or type(error.orig).__name__}]")
        if error.statement:
            explained.add_note(f"in: {error.statement}")
        return explained

    def hopeless(self, error: DBAPIError) -> bool:
        """The server itself stops when its disk fails, so there is always hope."""
        del error
        return False

    def passing(self, error: DBAPIError) -> bool:
        """A server that was started anew, a deadlock, or a reader whom a replica has overtaken."""
        return error.connection_invalidated or _code(error) in {"40001", "40P01"}

    def uncertain(self, error: DBAPIError) -> bool:
        """A commit whose answer never came."""
        return error.connection_invalidated or _code(error)[:2] in {"", "08", "57"}

    def release(self) -> None:
        """Nothing is held beside the connection."""
        self._engine.dispose()


def _code(error: DBAPIError) -> str:
    return (error.orig.sqlstate if isinstance(error.orig, psycopg.Error) else None) or ""


_UNEXPECTED = "{name}: the database refused what the ledger takes for lawful; please report this"
_LOST = (
    LedgerUnavailableError,
    "{name}: the database cannot be reached; look whether the server runs and lets this host in",
)
_BUSY = (LedgerUnavailableError, "{name}: the database takes too long; look what else is working there")
_FULL = (
    LedgerFullError,
    "{name}: the server's disk is full and nothing was written; free some, and the bot goes on by itself",
)
_DAMAGED = (
    LedgerBrokenError,
    "{name}: the database is damaged; stop the bot, and restore the newest copy that verifies",
)
_SENTENCES: Mapping[str, tuple[type[LedgerError], str]] = {
    "53100": _FULL,
    "40001": _BUSY,
    "40P01": _BUSY,
    "55P03": _BUSY,
    "57014": _BUSY,
    "25006": (LedgerReadOnlyError, "{name}: the ledger is open for reading only, or the server is a replica"),
    "3D000": (LedgerUnavailableError, "{name}: there is no such database; create it, or name another"),
    "42501": (LedgerUnavailableError, "{name}: this user may not use the tables; grant them to it"),
    "58030": (LedgerUnavailableError, "{name}: the server's disk did not read or write as asked; look at it"),
}
_CLASSES: Mapping[str, tuple[type[LedgerError], str]] = {
    "": _LOST,
    "08": _LOST,
    "57": _LOST,
    "53": _BUSY,
    "28": (LedgerUnavailableError, "{name}: the server does not let this user in; look at name and password"),
    "XX": _DAMAGED,
}
