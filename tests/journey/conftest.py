"""Houses for the journeys: on each database, and on emulated Telegram."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import structlog
from psycopg import sql
from sqlalchemy.engine import URL

from tests.journey import attack_scene, telegram_scene
from tests.journey.attack_scene import Outside, Siege
from tests.journey.telegram_scene import Scene

_serial = itertools.count(1)


@pytest.fixture(autouse=True)
def _plain_logs() -> Iterator[None]:
    """A trace with everybody's locals takes seconds to draw."""
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, plain])
    yield
    structlog.reset_defaults()


@dataclass(frozen=True, slots=True)
class Played:
    """A ledger that was played up to the block card, and what is outside of it."""

    ledger: str
    outside: Outside


def _play(url: str, home: Path) -> Outside:
    with ThreadPoolExecutor(1) as elsewhere:  # a session's fixture has no loop of its own
        return elsewhere.submit(asyncio.run, attack_scene.besieged(url, home)).result()


@pytest.fixture(scope="session")
def played_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """A file to copy."""
    home = tmp_path_factory.mktemp("siege")
    return Played(str(home / "ledger.db"), _play(f"sqlite:///{home / 'ledger.db'}", home))


@pytest.fixture(scope="session")
def played_on_postgres(postgres_server: URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """A database to make others from."""
    name = f"houserules_siege_{os.getpid()}"
    _administer(postgres_server, "CREATE DATABASE {}", name)
    yield Played(name, _play(_url(postgres_server, name), tmp_path_factory.mktemp("siege")))
    _administer(postgres_server, "DROP DATABASE {} WITH (FORCE)", name)


def _url(server: URL, name: str) -> str:
    return server.set(database=name).render_as_string(hide_password=False)


def _administer(server: URL, statement: str, *names: str) -> None:
    dsn = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def besieged(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Outside]]:
    """On each database, a ledger of the test's own in which Dave's block card waits."""
    played: Played = request.getfixturevalue(f"played_on_{request.param}")
    if request.param == "sqlite":
        shutil.copy(played.ledger, tmp_path / "ledger.db")
        yield f"sqlite:///{tmp_path / 'ledger.db'}", played.outside
        return
    server: URL = request.getfixturevalue("postgres_server")
    name = f"{played.ledger}_{next(_serial)}"
    _administer(server, "CREATE DATABASE {} TEMPLATE {}", name, played.ledger)
    yield _url(server, name), played.outside
    _administer(server, "DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture
async def siege(besieged: tuple[str, Outside], tmp_path: Path) -> AsyncIterator[Siege]:
    """A house in which Dave's block card waits for the assistant director."""
    siege = await attack_scene.resumed(besieged[0], tmp_path, besieged[1])
    yield siege
    await siege.stage.aclose()


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """A town on emulated Telegram whose house has just started for the first time."""
    async with telegram_scene.opened(tmp_path) as scene:
        yield scene
