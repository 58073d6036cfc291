"""Trouble on Telegram: hostile words, storms of errors, a second house, updates that nobody understands."""

from __future__ import annotations

import asyncio
import contextlib
import pathlib
from collections.abc import AsyncIterator

import pytest

from bot.wiring import live as wiring
from config.settings import Settings
from moderation.ports import SourceFailedError
from moderation.record import CommentSeen, Quarantined
from tests.journey import live
from tests.journey.telegram_scene import ABUSE, MINUTE, Scene, TownClock
from tests.peers.telegram_api import faults
from tests.peers.telegram_api.objects import Json

HOSTILE = (
    "<b>bold</b><a href='tg://user?id=1'>you</a> & <script>alert(1)</script>",
    "*bold* _it_ [click](tg://resolve?domain=evil) `code` ||spoiler||",
    "\u202egnilgnap\u202c \u200b\u2066 \U0001f9ff\ufe0f e\u0301\u0301\u0301",
    "@dana_director /pause@houserules_bot https://evil.example t.me/joinchat/x #tag $CASH",
    "'; DROP TABLE event; -- {0} %s ${x} {{7*7}} \\",
    "A" * 3000,
)


async def test_hostile_names_and_words_never_break_a_card(scene: Scene) -> None:
    world = scene.place.world
    await scene.activate()

    for number, hostile in enumerate(HOSTILE):
        author = world.person(hostile[:60], last_name=hostile[:60])
        comment = scene.comment(author, f"{ABUSE[0]} {hostile}")
        await scene.hidden(comment)
        await scene.shown("Not a breach", f"C-{number + 1} ")
    await scene.rests()

    cards = [m for m in scene.place.staff.messages.values() if m.author is scene.place.bot.user]
    links = {e["type"] for m in cards for e in m.body.get("entities", [])}
    assert links <= {"bold", "italic", "spoiler", "blockquote", "expandable_blockquote", "code"}
    assert not world.log.calls("sendMessage", ok=False)
    assert scene.place.bot.queue.pending() == ()


@pytest.mark.parametrize("fault", [faults.too_many_requests(1), faults.server_error(500)], ids=["429", "500"])
async def test_a_storm_of_errors_delays_and_loses_nothing(scene: Scene, fault: faults.Fault) -> None:
    world = scene.place.world
    await scene.activate()
    for method in ("sendMessage", "deleteMessage", "editMessageText", "getUpdates"):
        world.faults.add(method, fault, times=3)

    comment = scene.comment(world.person("Dean"), ABUSE[0])
    async with _hours_pass(scene):
        await scene.hidden(comment)
        await scene.shown("Not a breach", "C-1")
        await live.until(lambda: world.faults.left == 0 or not _stormy(scene), "the storm is over")
        await scene.rests()

    assert len(world.log.effects("deleted", subject=comment.message_id)) == 1
    seen = await scene.recorded(CommentSeen)
    assert len(seen) == 1


def _stormy(scene: Scene) -> bool:
    waiting = scene.place.world.faults.waiting
    return any(waiting[method.lower()] for method in ("deleteMessage", "getUpdates"))


@contextlib.asynccontextmanager
async def _hours_pass(scene: Scene) -> AsyncIterator[None]:
    """Time goes on by itself, so that whatever waits for its hour gets it."""

    async def tick() -> None:
        while True:
            scene.place.clock.pass_by(MINUTE / 4)
            await asyncio.sleep(0.02)

    ticking = asyncio.create_task(tick())
    try:
        yield
    finally:
        ticking.cancel()


async def test_a_second_house_on_the_same_bot_ends_with_a_clear_message(
    scene: Scene, tmp_path: pathlib.Path
) -> None:
    await scene.stop()
    first, second = [await _another(scene, tmp_path / name) for name in ("first", "second")]
    async with asyncio.timeout(live.PATIENCE):
        await asyncio.wait([second, first], return_when=asyncio.FIRST_COMPLETED)

    ended, goes_on = (second, first) if second.done() else (first, second)
    with pytest.raises(SourceFailedError, match=r"Stop the other one, or give houserules a bot of its own"):
        await ended
    await asyncio.sleep(0.2)
    assert not goes_on.done()
    goes_on.cancel()
    await asyncio.gather(goes_on, return_exceptions=True)


async def _another(scene: Scene, folder: pathlib.Path) -> asyncio.Task[None]:
    wanted, clock = _elsewhere(scene.wanted, folder), TownClock(scene.place)
    house = await wiring.build(wanted, scene.rules, clock, telegram_url=scene.api.base_url)
    house.dispatch.engine = None  # there can be one in each process, and here are two houses in one
    return asyncio.create_task(house.run())


def _elsewhere(settings: Settings, folder: pathlib.Path) -> Settings:
    url = type(settings.database_url)(f"sqlite:///{folder / 'houserules.db'}")
    return settings.model_copy(update={"data_dir": folder, "database_url": url})


STRANGE: tuple[Json, ...] = (
    {"message": {"message_id": "one"}},
    {"message": {"message_id": 5, "chat": {"id": "x"}, "date": "yesterday"}},
    {"edited_message": []},
    {"callback_query": {"id": 7, "from": None}},
    {"callback_query": {"id": "7", "from": {"id": 5}, "data": "x"}},
    {"message": None, "something_new": {"a": [1, {"b": "\u0000\ud800"}]}},
    {"purchased_paid_media": {}},
    {"my_chat_member": {"chat": {"id": 1}}},
    {},
)


async def test_updates_that_nobody_understands_are_set_aside_and_the_stream_goes_on(scene: Scene) -> None:
    world = scene.place.world
    await scene.activate()
    before = scene.comment(world.person("Ada"), ABUSE[0])
    for raw in STRANGE:
        world.unknown_update(raw)
    after = scene.comment(world.person("Dean"), ABUSE[1])

    await scene.hidden(before)
    await scene.hidden(after)
    await scene.rests()

    kept = [event for event in await scene.recorded(Quarantined) if isinstance(event, Quarantined)]
    assert len(kept) >= 5
    assert all(event.raw for event in kept)
    assert scene.place.bot.queue.lost() == ()


async def test_a_house_that_starts_while_telegram_is_down_waits_for_it(scene: Scene) -> None:
    world = scene.place.world
    await scene.activate()
    await scene.stop()
    for method in ("getMe", "getChatMember", "getChat", "getUpdates"):
        world.faults.add(method, faults.server_error(502), times=2)
    comment = scene.comment(world.person("Dean"), ABUSE[0])

    await scene.start()

    async with _hours_pass(scene):
        await scene.hidden(comment)
