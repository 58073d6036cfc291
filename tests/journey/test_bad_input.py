"""What breaks the house from below: no database, a full disk, broken checks, items past working through."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from adapters.ledger.errors import LedgerUnavailableError
from adapters.ledger.ledger import SqlLedger
from bot import loop, worker
from bot.wiring import live as wiring
from moderation.arrival import Unreadable
from moderation.card import Audience
from moderation.checks.check import Context
from moderation.comment import Comment
from moderation.decision import Step
from moderation.pipeline import Pipeline
from moderation.record import CommentSeen, Decided, Quarantined
from moderation.verdict import Sight, Verdict
from tests.journey import telegram_scene
from tests.journey.attack_scene import Siege
from tests.journey.player import Broken
from tests.journey.telegram_scene import ABUSE, MINUTE, Scene, TownClock

SOON = dt.timedelta(milliseconds=50)


@pytest.fixture(autouse=True)
def _quick_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "AFTER_A_FAULT", SOON)
    monkeypatch.setattr(worker, "RESTART_AFTER", SOON)


# --- The database -----------------------------------------------------------------------------------


class Door:
    """A way to a database that can be shut, with everybody thrown out, and opened again."""

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self._inside: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._let_in, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in tuple(self._inside):
            writer.transport.abort()
        await asyncio.sleep(0.05)

    async def _let_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*self._to)
        self._inside |= {writer, back}
        try:
            await asyncio.gather(_pass_on(reader, back), _pass_on(there, writer))
        finally:
            self._inside -= {writer, back}


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@pytest.fixture
async def door(postgres_url: str) -> AsyncIterator[tuple[Door, str]]:
    """A shuttable way to a database of the test's own, and its address."""
    url = make_url(postgres_url)
    door = Door(url.host or "127.0.0.1", url.port or 5432)
    await door.open()
    yield door, url.set(host="127.0.0.1", port=door.port).render_as_string(hide_password=False)
    await door.shut()


@pytest.mark.postgres
async def test_a_database_that_goes_away_and_comes_back_loses_nothing(
    door: tuple[Door, str], tmp_path: Path
) -> None:
    way, url = door
    async with telegram_scene.opened(tmp_path, HOUSERULES_DATABASE_URL=url) as scene:
        await scene.activate()
        before = scene.comment(scene.place.world.person("Ada"), ABUSE[0])
        await scene.hidden(before)
        await way.shut()
        meanwhile = scene.comment(scene.place.world.person("Dean"), ABUSE[1])
        await asyncio.sleep(0.3)
        assert meanwhile.deleted is None

        await way.open()

        await scene.hidden(meanwhile)
        scene.place.clock.pass_by(3 * MINUTE)  # whatever was in hand when it went is taken in hand again
        await scene.rests()
        assert len(await scene.recorded(CommentSeen)) == 2
        log = scene.place.world.log  # a card in the staff chat may come twice; nothing else does
        assert all(len(log.effects("deleted", subject=c.message_id)) == 1 for c in (before, meanwhile))


@pytest.mark.postgres
async def test_without_a_database_the_house_does_not_start_and_says_what_to_do(
    door: tuple[Door, str], scene: Scene
) -> None:
    way, url = door
    await way.shut()
    wanted = scene.wanted.model_copy(update={"database_url": type(scene.wanted.database_url)(url)})

    with pytest.raises(LedgerUnavailableError, match="look whether the server runs") as told:
        await wiring.build(wanted, scene.rules, TownClock(scene.place), telegram_url=scene.api.base_url)

    assert (make_url(url).password or "") not in str(told.value)


async def test_a_full_disk_stops_the_house_and_it_goes_on_by_itself(scene: Scene) -> None:
    await scene.activate()
    ledger = scene.house.ledger
    assert isinstance(ledger, SqlLedger)
    pages = await ledger.run(lambda transaction: transaction.execute(text("PRAGMA page_count")).scalar())
    await _most_pages(ledger, int(pages or 0))

    full = [scene.comment(scene.place.world.person(f"P{n}"), f"{ABUSE[0]} {'x' * 2000}{n}") for n in range(8)]
    await asyncio.sleep(0.5)
    assert any(comment.deleted is None for comment in full)

    await _most_pages(ledger, 1_000_000)
    for comment in full:
        await scene.hidden(comment)
    await scene.rests()
    assert len(await scene.recorded(CommentSeen)) == len(full)
    assert all(len(scene.place.world.log.effects("deleted", subject=c.message_id)) == 1 for c in full)


async def _most_pages(ledger: SqlLedger, most: int) -> None:
    """Make the disk as large as that. Goes past a transaction that could not write anything."""
    await ledger.run(
        lambda transaction: transaction.execute(text(f"PRAGMA max_page_count = {most}")).scalar()
    )


# --- Checks and casework ----------------------------------------------------------------------------


async def test_a_check_that_raises_leaves_a_gap_for_an_officer(siege: Siege) -> None:
    whole = siege.stage.worker.pipeline
    broken = tuple(Broken(check.name, check.version) for check in whole.checks)
    siege.stage.worker.pipeline = Pipeline(broken)

    await siege.says("nell", "What a lovely day.")

    nell = await siege.stage.ledger.transact(lambda books: books.history(siege.author("nell")))
    decided = [r.event.decision for r in nell if isinstance(r.event, Decided)]
    assert [one.step for one in decided] == [Step.ASK]
    assert decided[0].because.startswith("could not be checked")
    assert siege.buttons(Audience.OFFICERS)


class _Poisoned:
    """A pipeline that cannot bear one comment."""

    def __init__(self, whole: Pipeline) -> None:
        self._whole = whole
        self.tries = 0

    async def judge(self, comment: Comment, context: Context, sight: Sight) -> Verdict:
        if "POISON" in comment.text:
            self.tries += 1
            raise ZeroDivisionError
        return await self._whole.judge(comment, context, sight)


async def test_an_item_that_breaks_casework_three_times_is_set_aside(siege: Siege) -> None:
    poisoned = _Poisoned(siege.stage.worker.pipeline)
    siege.stage.worker.pipeline = cast("Pipeline", poisoned)

    await siege.says("nell", "POISON", settle=False)
    await siege.says("nell", ABUSE[0])

    aside = [event for event in await siege.recorded(Quarantined) if isinstance(event, Quarantined)]
    assert poisoned.tries == 3
    assert [("ZeroDivisionError" in event.reason, "POISON" in event.raw) for event in aside] == [(True, True)]
    assert [name for name in siege.stage.network.hidden if "nell" in name]


async def test_what_a_network_could_not_explain_is_kept_word_for_word(siege: Siege) -> None:
    raw = '{"strange": "\\u0000\\ud800 \\u202e"}'
    siege.stage.network.put(Unreadable("odd-1", "no such kind", raw))
    siege.stage.network.put(Unreadable("odd-1", "no such kind", raw))
    await siege.says("nell", ABUSE[0])

    aside = [event for event in await siege.recorded(Quarantined) if isinstance(event, Quarantined)]
    assert [(event.key.split(":")[-1], event.raw) for event in aside] == [("odd-1", raw)]
    assert [name for name in siege.stage.network.hidden if "nell" in name]
