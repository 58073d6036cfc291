"""A ledger on each database that it promises to work on."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from adapters.ledger import SqlLedger, open_ledger
from tests.contracts.ledger import insider
from tests.fakes.clock import FakeClock


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite3"


@pytest.fixture
def sqlite_url(sqlite_file: Path) -> str:
    return f"sqlite:///{sqlite_file}"


@pytest.fixture(scope="session")
def shared_database(postgres_server: URL) -> Iterator[URL]:
    """One database for all of these tests: making one takes longer than most of them do."""
    name = f"houserules_ledger_{os.getpid()}"
    _administer(postgres_server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield postgres_server.set(database=name)
    _administer(postgres_server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def postgres_url(shared_database: URL) -> Iterator[str]:
    yield shared_database.render_as_string(hide_password=False)
    _administer(
        shared_database,
        sql.SQL("DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS dbos CASCADE"),
    )


def _administer(server: URL, statement: sql.SQL | sql.Composed) -> None:
    dsn = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    named: str = request.getfixturevalue(f"{request.param}_url")
    return named


@pytest.fixture
async def ledger(url: str, clock: FakeClock) -> AsyncIterator[SqlLedger]:
    opened = await open_ledger(url, clock)
    yield opened
    await opened.aclose()


@pytest.fixture
async def kept(ledger: SqlLedger, clock: FakeClock) -> SqlLedger:
    """A ledger of nine events, a minute old."""
    await insider.fill(ledger)
    clock.advance(dt.timedelta(minutes=1))
    return ledger


@pytest.fixture
def intruder(url: str) -> Iterator[Engine]:
    """A way into the database past the ledger, as an insider has one."""
    engine = create_engine(url, poolclass=NullPool)
    yield engine
    engine.dispose()
