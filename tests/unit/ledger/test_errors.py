"""Every way in which a database fails is told in one sentence that says what to do."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from adapters.ledger import (
    LedgerBrokenError,
    LedgerError,
    LedgerFullError,
    LedgerReadOnlyError,
    LedgerUnavailableError,
)
from adapters.ledger.postgres import PostgresStore
from adapters.ledger.sqlite import SqliteStore
from adapters.ledger.store import Store

SECRET = "what somebody wrote"


def _of_sqlite(code: int) -> DBAPIError:
    error = sqlite3.OperationalError(SECRET)
    error.sqlite_errorcode = code
    error.sqlite_errorname = "SQLITE_SO_AND_SO"
    return DBAPIError("INSERT INTO event", {"body": SECRET}, error, hide_parameters=True)


def _of_postgres(code: str, *, cut: bool = False) -> DBAPIError:
    error = psycopg.errors.lookup(code)(SECRET) if code else psycopg.OperationalError(SECRET)
    return DBAPIError(
        "INSERT INTO event", {"body": SECRET}, error, hide_parameters=True, connection_invalidated=cut
    )


def _sqlite() -> Store:
    return SqliteStore(None)


def _postgres() -> Store:
    return PostgresStore(make_url("postgresql://somebody:password@db.example/ledger"))


SQLITE = {
    sqlite3.SQLITE_FULL: LedgerFullError,
    sqlite3.SQLITE_IOERR_WRITE: LedgerUnavailableError,
    sqlite3.SQLITE_IOERR_FSYNC: LedgerUnavailableError,
    sqlite3.SQLITE_CANTOPEN: LedgerUnavailableError,
    sqlite3.SQLITE_BUSY: LedgerUnavailableError,
    sqlite3.SQLITE_BUSY_SNAPSHOT: LedgerUnavailableError,
    sqlite3.SQLITE_LOCKED: LedgerUnavailableError,
    sqlite3.SQLITE_PERM: LedgerUnavailableError,
    sqlite3.SQLITE_READONLY_DBMOVED: LedgerReadOnlyError,
    sqlite3.SQLITE_CORRUPT: LedgerBrokenError,
    sqlite3.SQLITE_NOTADB: LedgerBrokenError,
    sqlite3.SQLITE_CONSTRAINT_TRIGGER: LedgerBrokenError,
}
POSTGRES = {
    "53100": LedgerFullError,
    "53300": LedgerUnavailableError,
    "": LedgerUnavailableError,
    "08006": LedgerUnavailableError,
    "57P01": LedgerUnavailableError,
    "57014": LedgerUnavailableError,
    "40001": LedgerUnavailableError,
    "40P01": LedgerUnavailableError,
    "55P03": LedgerUnavailableError,
    "28P01": LedgerUnavailableError,
    "3D000": LedgerUnavailableError,
    "42501": LedgerUnavailableError,
    "58030": LedgerUnavailableError,
    "25006": LedgerReadOnlyError,
    "XX001": LedgerBrokenError,
    "23505": LedgerBrokenError,
    "P0001": LedgerBrokenError,
}


def _fits(explained: LedgerError, expected: type[LedgerError], name: str) -> None:
    said = f"{explained} {' '.join(explained.__notes__)}"
    assert type(explained) is expected
    assert str(explained).startswith(f"{name}: ")
    assert SECRET not in said
    assert "password" not in str(explained).replace("name and password", "")


@pytest.mark.parametrize(("code", "expected"), SQLITE.items())
def test_what_sqlite_says_is_told_plainly(code: int, expected: type[LedgerError]) -> None:
    _fits(_sqlite().explain(_of_sqlite(code)), expected, "the ledger in memory")


@pytest.mark.parametrize(("code", "expected"), POSTGRES.items())
def test_what_postgres_says_is_told_plainly(code: str, expected: type[LedgerError]) -> None:
    _fits(_postgres().explain(_of_postgres(code)), expected, "db.example/ledger")


def test_only_a_failed_sync_is_without_hope() -> None:
    hopeless = {code for code in SQLITE if _sqlite().hopeless(_of_sqlite(code))}

    assert hopeless == {sqlite3.SQLITE_IOERR_FSYNC}
    assert not any(_postgres().hopeless(_of_postgres(code)) for code in POSTGRES)


def test_beginning_again_helps_where_nobody_is_at_fault() -> None:
    passing = {code for code in POSTGRES if _postgres().passing(_of_postgres(code))}

    assert passing == {"40001", "40P01"}
    assert _postgres().passing(_of_postgres("57P01", cut=True))
    assert not any(_sqlite().passing(_of_sqlite(code)) for code in SQLITE)


def test_a_commit_is_uncertain_where_the_answer_never_came() -> None:
    uncertain = {code for code in POSTGRES if _postgres().uncertain(_of_postgres(code))}

    assert uncertain == {"", "08006", "57P01", "57014"}
    assert {code for code in SQLITE if _sqlite().uncertain(_of_sqlite(code))} == {sqlite3.SQLITE_IOERR_FSYNC}
