"""What the engine costs and how fast it is, beside this host's own loop: `python -m benchmarks.engine`.

Each case is two hides, one after the other, on a network that answers after 2 ms and is called once at a time
for the account. `--postgres URL` names a server where databases may be created; without it, SQLite alone.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import itertools
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from adapters.ledger import open_ledger
from bot.clocks import WallClock
from tests.chaos import host

EACH = 2
LATENCY = 0.002
_serial = itertools.count(1)


def main(arguments: Sequence[str]) -> int:
    """Measure every way, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", default="")
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--fed", type=int, default=60)
    given = parser.parse_args(arguments)
    _say(f"{given.cases} cases of {EACH} actions; the network answers after {LATENCY * 1000:.0f} ms")
    _say("way                          cases/s   times the loop   p50 / p99 ms   idle %")
    base = 0.0
    for name, engine, hosts in (("loop", False, 1), ("engine", True, 1), ("engine, 2 hosts", True, 2)):
        for database in ("SQLite", *(("PostgreSQL",) if given.postgres else ())):
            if database == "SQLite" and hosts > 1:
                continue
            with _database(given.postgres if database == "PostgreSQL" else "") as (url, log):
                rate = _drained(url, log, given.cases, engine=engine, hosts=hosts)
            with _database(given.postgres if database == "PostgreSQL" else "") as (url, log):
                fed = _fed(url, log, given.fed, engine=engine) if hosts == 1 else None
            base = base or rate
            waits = f"{fed[0]:.0f} / {fed[1]:.0f}" if fed else "-"
            idle = f"{fed[2]:.1f}" if fed else "-"
            _say(f"{f'{name}, {database}':28} {rate:7.0f} {rate / base:16.2f} {waits:>14} {idle:>8}")
    return 0


@contextmanager
def _database(server: str) -> Iterator[tuple[str, pathlib.Path]]:
    with tempfile.TemporaryDirectory(prefix="houserules-benchmark-") as folder:
        log = pathlib.Path(folder) / "network.log"
        if not server:
            yield f"sqlite:///{folder}/ledger.db", log
            return
        url, name = make_url(server), f"houserules_benchmark_{next(_serial)}"
        dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            try:
                yield url.set(database=name).render_as_string(hide_password=False), log
            finally:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _drained(url: str, log: pathlib.Path, cases: int, *, engine: bool, hosts: int) -> float:
    """Cases a second, from the first effect to the last."""
    asyncio.run(_seeded(url, cases))
    running = [_start(url, log, engine=engine) for _ in range(hosts)]
    try:
        while len(host.effects(log)) < hosts:
            time.sleep(0.002)
        began = time.monotonic()
        while len(host.effects(log)) < cases * EACH:
            time.sleep(0.01)
        return cases / (time.monotonic() - began)
    finally:
        for one in running:
            one.kill()
            one.wait()


def _fed(url: str, log: pathlib.Path, cases: int, *, engine: bool) -> tuple[float, float, float]:
    """Milliseconds from a decision to its effect, p50 and p99, at five a second; and the idle percentage."""
    running = _start(url, log, engine=engine, feed=cases)
    told = json.loads(running.communicate(timeout=300)[0])
    waited = statistics.quantiles((second * 1000 for second in told["waited"]), n=100, method="inclusive")
    return waited[49], waited[98], told["idle"] * 100


def _start(url: str, log: pathlib.Path, *, engine: bool, feed: int = 0) -> subprocess.Popen[bytes]:
    more = [*(() if engine else ("--loops",)), "--latency", str(LATENCY), "--feed", str(feed)]
    command = [sys.executable, "-m", "tests.chaos.host", url, str(log), f"host-{next(_serial)}", *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # noqa: S603 - our own


async def _seeded(url: str, cases: int) -> None:
    ledger = await open_ledger(url, WallClock())
    await ledger.transact(functools.partial(host.seed, authors=cases, each=EACH))
    await ledger.aclose()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
