"""Hosts are killed and stopped under work: nothing is lost, nothing done twice, nothing out of order."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import itertools
import os
import pathlib
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from adapters.ledger import open_ledger, verify
from bot.clocks import WallClock
from bot.tenure import LEASE
from tests.chaos import host

pytestmark = [pytest.mark.timeout(240), pytest.mark.xdist_group("chaos")]

AUTHORS, EACH = 12, 4
PATIENCE = 60.0
ROOT = pathlib.Path(__file__).parents[2]
_serial = itertools.count(1)


class Hosts:
    """Processes on one ledger, and the log of the network that they share."""

    def __init__(self, url: str, log: pathlib.Path) -> None:
        self.url, self.log = url, log
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, *, blind: bool = False) -> subprocess.Popen[bytes]:
        name = f"host-{next(_serial)}"
        command = [sys.executable, "-m", "tests.chaos.host", self.url, str(self.log), name]
        started = subprocess.Popen(
            [*command, *(["--blind"] if blind else [])],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.processes.append(started)
        return started

    def until(self, happened: Callable[[], bool]) -> float:
        """Wait for something; gives how many seconds that took."""
        began = time.monotonic()
        while not happened():
            if time.monotonic() - began > PATIENCE:
                pytest.fail(f"did not come: {len(host.effects(self.log))} effects after {PATIENCE:.0f} s")
            time.sleep(0.02)
        return time.monotonic() - began

    def until_effects(self, count: int) -> float:
        return self.until(lambda: len(host.effects(self.log)) >= count)

    def until_all(self) -> float:
        return self.until(lambda: set(host.effects(self.log)) >= set(host.intend(AUTHORS, EACH)))

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture
def postgres_url(postgres_server: URL) -> Iterator[str]:
    name = f"houserules_chaos_{os.getpid()}_{next(_serial)}"
    dsn = postgres_server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield postgres_server.set(database=name).render_as_string(hide_password=False)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def sqlite_url(tmp_path: pathlib.Path) -> str:
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@contextlib.asynccontextmanager
async def under_work(url: str, folder: pathlib.Path) -> AsyncIterator[Hosts]:
    """Hosts to be started on a ledger with work. What runs at the end is killed."""
    hosts = Hosts(url, folder / "network.log")
    ledger = await open_ledger(url, WallClock())
    await ledger.transact(functools.partial(host.seed, authors=AUTHORS, each=EACH))
    await ledger.aclose()
    try:
        yield hosts
    finally:
        hosts.end()


async def _sound(url: str) -> bool:
    ledger = await open_ledger(url, WallClock(), read_only=True)
    try:
        return (await verify(ledger)).intact
    finally:
        await ledger.aclose()


def _once_and_in_order(log: pathlib.Path) -> None:
    happened = host.effects(log)
    twice = [effect for effect, times in Counter(happened).items() if times > 1]
    assert twice == []
    assert sorted(happened) == sorted(host.intend(AUTHORS, EACH))
    for author in range(AUTHORS):
        own = [effect for effect in happened if effect.startswith(f"{author} ")]
        assert own == sorted(own)


@pytest.mark.postgres
async def test_a_killed_hosts_work_is_taken_over_within_three_leases(
    postgres_url: str, tmp_path: pathlib.Path
) -> None:
    async with under_work(postgres_url, tmp_path) as hosts:
        first, _ = hosts.start(), hosts.start()
        hosts.until_effects(AUTHORS)
        first.kill()
        took = hosts.until_all()

    _once_and_in_order(hosts.log)
    assert took <= 3 * LEASE.total_seconds()
    assert await _sound(postgres_url)


@pytest.mark.postgres
async def test_a_host_that_was_stopped_and_goes_on_does_nothing_twice(
    postgres_url: str, tmp_path: pathlib.Path
) -> None:
    async with under_work(postgres_url, tmp_path) as hosts:
        first, _ = hosts.start(), hosts.start()
        hosts.until_effects(AUTHORS)
        first.send_signal(signal.SIGSTOP)
        took = hosts.until_all()
        first.send_signal(signal.SIGCONT)
        await asyncio.sleep(2)

    _once_and_in_order(hosts.log)
    assert took <= 3 * LEASE.total_seconds()


@pytest.mark.postgres
async def test_an_engine_whose_tables_are_dropped_under_work_loses_nothing(
    postgres_url: str, tmp_path: pathlib.Path
) -> None:
    async with under_work(postgres_url, tmp_path) as hosts:
        hosts.start()
        hosts.until_effects(AUTHORS)
        hosts.until(lambda: _dropped(postgres_url))
        hosts.until_all()

    _once_and_in_order(hosts.log)


def _dropped(url: str) -> bool:
    """Drop the engine's tables. It works meanwhile, so the two may deadlock, and the server picks one."""
    dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn, autocommit=True) as connection:
        try:
            connection.execute("DROP SCHEMA dbos CASCADE")
        except psycopg.errors.DeadlockDetected:
            return False
    return True


async def test_one_host_killed_again_and_again_finishes_after_its_last_start(
    sqlite_url: str, tmp_path: pathlib.Path
) -> None:
    async with under_work(sqlite_url, tmp_path) as hosts:
        for kill in range(1, 4):
            running = hosts.start()
            hosts.until_effects(kill * AUTHORS // 2)
            running.kill()
            running.wait()
        hosts.start()
        hosts.until_all()

    _once_and_in_order(hosts.log)
    assert await _sound(sqlite_url)


async def test_without_reading_back_doubles_are_seen(sqlite_url: str, tmp_path: pathlib.Path) -> None:
    """Otherwise nobody would know whether these tests could see any."""
    async with under_work(sqlite_url, tmp_path) as hosts:
        for kill in range(1, 5):
            running = hosts.start(blind=True)
            hosts.until_effects(kill * 2)
            running.kill()
            running.wait()
        hosts.start(blind=True)
        hosts.until_all()

    assert max(Counter(host.effects(hosts.log)).values()) > 1
