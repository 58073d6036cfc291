"""What every test may ask for, and what none may do."""

from __future__ import annotations

import ipaddress
import itertools
import os
import sys
from collections.abc import Iterator

import hypothesis
import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from tests import postgres
from tests.fakes.clock import FakeClock

_serial = itertools.count(1)

# How fast an example runs says more about the machine than about us; the limit on each test stands. The
# gate tries the same examples every time; HOUSERULES_TEST_CHANCE=1 looks for new ones.
chance = bool(os.environ.get("HOUSERULES_TEST_CHANCE"))
hypothesis.settings.register_profile("house", deadline=None, derandomize=not chance)
hypothesis.settings.load_profile("house")


def _refuse_the_outside(event: str, arguments: tuple[object, ...]) -> None:
    """Stop a connection that would leave this machine: tests stand on loopback alone."""
    if event != "socket.connect":
        return
    match arguments[1]:
        case (str() as host, *_) if (
            host and host != "localhost" and not ipaddress.ip_address(host).is_loopback
        ):
            message = f"A test reached out to {host}"
            raise RuntimeError(message)


def pytest_configure(config: pytest.Config) -> None:
    """Close the door, unless the run asks for the network by name."""
    if "network" not in str(config.option.markexpr).split():
        sys.addaudithook(_refuse_the_outside)


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands at Monday noon until somebody sleeps."""
    return FakeClock()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """A real PostgreSQL: the one that is named in the environment, or one started for this run."""
    if named := os.environ.get(postgres.NAMED):
        yield make_url(named).set(drivername="postgresql+psycopg")
        return
    with postgres.started() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: URL) -> Iterator[str]:
    """An empty database of the test's own, as SQLAlchemy writes it."""
    name = f"houserules_{os.getpid()}_{next(_serial)}"
    _administer(postgres_server, "CREATE DATABASE {}", name)
    yield postgres_server.set(database=name).render_as_string(hide_password=False)
    _administer(postgres_server, "DROP DATABASE {} WITH (FORCE)", name)


def _administer(server: URL, statement: str, name: str) -> None:
    dsn = server.set(drivername="postgresql", database=server.database or "postgres")
    with psycopg.connect(dsn.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
