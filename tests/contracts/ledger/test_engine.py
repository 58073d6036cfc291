"""The engine moves what the ledger holds open: one at a time in a case, and never in the ledger's stead."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text

from adapters.engine import dbos
from adapters.engine.dbos import DbosEngine
from adapters.ledger import SqlLedger
from moderation import record
from moderation.comment import AuthorRef, Platform
from moderation.ports import Books
from tests.contracts.ledger import values

pytestmark = pytest.mark.timeout(60)

PATIENCE = 20.0
EVER = dt.datetime(2200, 1, 1, tzinfo=dt.UTC)


@contextlib.asynccontextmanager
async def running(
    ledger: SqlLedger, walk: Callable[[str], Coroutine[Any, Any, None]], host: str = "here"
) -> AsyncIterator[DbosEngine]:
    database = ledger.shared()
    assert database is not None
    engine = DbosEngine(database, host, ledger.announce_to)
    await engine.start(walk)
    try:
        yield engine
    finally:
        await engine.stop()


class Walks:
    """Walks that take a moment, and what was seen of them."""

    def __init__(self, takes: float = 0.0) -> None:
        self.takes = takes
        self.walked: list[str] = []
        self.now: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.at_once = 0

    async def __call__(self, lane: str) -> None:
        self.now[lane] += 1
        self.most[lane] = max(self.most[lane], self.now[lane])
        self.at_once = max(self.at_once, self.now.total())
        await asyncio.sleep(self.takes)
        self.now[lane] -= 1
        self.walked.append(lane)

    async def until(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while len(self.walked) < count:  # noqa: ASYNC110 - as many as it takes
                await asyncio.sleep(0.02)


def intend(name: str, author: str = "7") -> Callable[[Books], None]:
    def work(books: Books) -> None:
        whose = AuthorRef(Platform.SANDBOX, author)
        comment = values.comment(f"c-{author}", author=whose)
        books.append(record.CommentSeen(comment, "{}"), whose)
        books.append(record.Intended(dataclasses.replace(values.action(name), author=whose)), whose)

    return work


async def test_what_is_intended_is_walked_once_the_transaction_stands(ledger: SqlLedger) -> None:
    walks = Walks()
    async with running(ledger, walks):
        await ledger.transact(intend("a-1"))
        await walks.until(1)

        assert walks.walked == ["C-1"]


async def test_what_does_not_stand_is_not_walked(ledger: SqlLedger) -> None:
    def fails(books: Books) -> None:
        intend("a-1")(books)
        raise ValueError

    walks = Walks()
    async with running(ledger, walks):
        with pytest.raises(ValueError, match=r"^$"):
            await ledger.transact(fails)
        await ledger.transact(intend("a-2", "8"))
        await walks.until(1)
        await asyncio.sleep(0.5)

        assert len(walks.walked) == 1


async def test_a_case_is_walked_by_one_at_a_time_and_cases_side_by_side(ledger: SqlLedger) -> None:
    walks = Walks(takes=0.15)
    async with running(ledger, walks):
        for number in range(4):
            for author in ("7", "8", "9"):
                await ledger.transact(intend(f"a-{author}-{number}", author))
        await walks.until(12)

        assert set(walks.most.values()) == {1}
        assert walks.at_once > 1


async def test_a_walk_that_breaks_is_over_and_is_queued_anew(ledger: SqlLedger) -> None:
    tried: list[str] = []

    async def walk(lane: str) -> None:
        tried.append(lane)
        if len(tried) == 1:
            raise ValueError(lane)

    async with running(ledger, walk) as engine:
        await ledger.transact(intend("a-1"))
        async with asyncio.timeout(PATIENCE):
            while len(tried) < 2:
                await engine.queue(await ledger.transact(lambda books: books.lanes(10)), {"here"})
                await asyncio.sleep(0.05)


async def test_a_lane_that_is_moving_is_not_queued_again(ledger: SqlLedger) -> None:
    walks = Walks(takes=1.0)
    async with running(ledger, walks) as engine:
        await ledger.transact(intend("a-1"))

        assert await engine.queue(["C-1"], {"here"}) == 0
        assert await engine.queue(["C-1", "C-2"], {"here"}) == 1
        await walks.until(2)


async def test_what_a_dead_host_was_walking_is_taken_over_and_what_a_living_one_is_walking_is_not(
    ledger: SqlLedger,
) -> None:
    begun = asyncio.Event()

    async def hangs(lane: str) -> None:
        del lane
        begun.set()
        await asyncio.sleep(PATIENCE * 10)

    async with running(ledger, hangs, "gone"):
        await ledger.transact(intend("a-1"))
        async with asyncio.timeout(PATIENCE):
            await begun.wait()

    walks = Walks()
    async with running(ledger, walks, "here") as engine:
        assert await engine.queue(["C-1"], {"here", "gone"}) == 0
        await asyncio.sleep(0.5)
        assert walks.walked == []

        assert await engine.queue(["C-1"], {"here"}) == 1
        await walks.until(1)


async def test_what_waits_outlives_a_stop_and_another_version_of_the_program(
    ledger: SqlLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()

    async def old(lane: str) -> None:
        del lane
        begun.set()
        await asyncio.sleep(PATIENCE * 10)

    monkeypatch.setattr(dbos, "AT_ONCE", 1)
    async with running(ledger, old, "before"):
        for author in ("7", "8", "9"):
            await ledger.transact(intend(f"a-{author}", author))
        async with asyncio.timeout(PATIENCE):
            await begun.wait()

    walks = Walks()
    async with running(ledger, walks, "after"):  # by itself: nobody queues them anew
        await walks.until(2)
        assert len(set(walks.walked)) == 2


async def test_without_its_tables_nothing_is_lost_and_a_start_makes_them_anew(
    ledger: SqlLedger, intruder: Engine
) -> None:
    walks = Walks()
    async with running(ledger, walks) as engine:
        _drop(intruder)
        await ledger.transact(intend("a-1"))  # the ledger goes on, with nobody to tell
        with pytest.raises(Exception, match="workflow_status"):
            await engine.queue(["C-1"], {"here"})

        await engine.stop()
        await engine.start(walks)
        assert await engine.queue(await ledger.transact(lambda books: books.lanes(10)), {"here"}) == 1
        await walks.until(1)


async def test_it_holds_case_numbers_and_nothing_about_anybody(ledger: SqlLedger, intruder: Engine) -> None:
    walks = Walks()
    async with running(ledger, walks):
        await ledger.transact(intend("a-1", "somebody-4711"))
        await walks.until(1)
        held = _everything(intruder)

    assert "C-1" in held
    assert "4711" not in held
    assert "slow again" not in held


async def test_what_is_over_is_forgotten(ledger: SqlLedger, intruder: Engine) -> None:
    walks = Walks()
    async with running(ledger, walks) as engine:
        await ledger.transact(intend("a-1"))
        await walks.until(1)
        async with asyncio.timeout(PATIENCE):
            while await engine.purge(EVER) == 0:  # noqa: ASYNC110 - its outcome is written a moment later
                await asyncio.sleep(0.05)

        assert await engine.purge(EVER) == 0
        assert "C-1" not in _everything(intruder)


async def test_there_is_one_in_each_process(ledger: SqlLedger) -> None:
    walks = Walks()
    async with running(ledger, walks):
        database = ledger.shared()
        assert database is not None
        with pytest.raises(RuntimeError, match="start another process"):
            await DbosEngine(database, "second", ledger.announce_to).start(walks)
        await DbosEngine(database, "second", ledger.announce_to).stop()  # stops nobody else's
        database.dispose()

        await ledger.transact(intend("a-1"))
        await walks.until(1)


async def test_it_puts_nothing_under_our_loop(ledger: SqlLedger) -> None:
    async with running(ledger, Walks()) as engine:
        await engine.queue(["C-1"], {"here"})
        await engine.purge(EVER)

    assert await asyncio.to_thread(lambda: "still works") == "still works"


def _tables(intruder: Engine) -> list[str]:
    schema = "dbos" if intruder.dialect.name == "postgresql" else None
    ours = set() if schema else {"workflow_status", "workflow_input", "workflow_output", "operation_outputs"}
    names = inspect(intruder).get_table_names(schema=schema)
    return [f"{schema}.{name}" if schema else name for name in names if schema or name in ours]


def _drop(intruder: Engine) -> None:
    with intruder.begin() as connection:
        if intruder.dialect.name == "postgresql":
            connection.execute(text("DROP SCHEMA dbos CASCADE"))
            return
        theirs = connection.execute(
            text(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND (name LIKE 'workflow%' OR name IN"
                " ('dbos_migrations', 'queues', 'streams', 'notifications', 'operation_outputs',"
                " 'application_versions'))"
            )
        ).scalars()
        for name in list(theirs):
            connection.execute(text(f"DROP TABLE {name}"))


def _everything(intruder: Engine) -> str:
    with intruder.connect() as connection:
        return "\n".join(
            str(tuple(row))
            for name in _tables(intruder)
            for row in connection.execute(text(f"SELECT * FROM {name}"))  # noqa: S608 - names of theirs
        )
