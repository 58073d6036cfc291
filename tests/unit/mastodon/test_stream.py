"""The bell wakes the source, and the source does without it."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from adapters.mastodon import stream
from adapters.mastodon.client import Client
from adapters.mastodon.source import GAP, MastodonSource
from moderation.arrival import Gone
from tests.contracts.mastodon_stage import MastodonStage
from tests.fakes.clock import FakeClock
from tests.unit.mastodon.reading import read, texts

NO_POLLING = {"poll_every": dt.timedelta(days=1), "look_again_every": dt.timedelta(days=2)}


class StandingClock(FakeClock):
    """Whoever sleeps for long, sleeps on: only the bell wakes."""

    async def sleep(self, length: dt.timedelta) -> None:
        if length > GAP:
            await asyncio.Event().wait()
        self.advance(length)
        await asyncio.sleep(0.01)


class HeldClock(FakeClock):
    """Whoever sleeps, sleeps on."""

    async def sleep(self, length: dt.timedelta) -> None:
        del length
        await asyncio.Event().wait()


async def until_connected(stage: MastodonStage, times: int = 1) -> None:
    async with asyncio.timeout(10):
        while stage.server.connected < times:  # noqa: ASYNC110 - a thread connects
            await asyncio.sleep(0.01)


async def listening(stage: MastodonStage, clock: FakeClock | None = None) -> tuple[MastodonSource, str]:
    """A source that has begun, listens to its stream, and looks only when it rings."""
    stage.more |= NO_POLLING
    await stage.write("first")
    source = MastodonSource(Client(stage.settings), clock or StandingClock())
    stage.sources.append(source)
    _, cursor = await read(source, None, 1)
    await until_connected(stage)
    assert cursor is not None
    return source, cursor


async def test_the_stream_wakes_the_source(stage: MastodonStage) -> None:
    source, cursor = await listening(stage)
    waiting = asyncio.ensure_future(read(source, cursor, 1))
    await asyncio.sleep(0.1)

    await stage.write("second")

    assert texts((await waiting)[0]) == ["second"]


async def test_what_came_while_the_stream_was_dead_arrives_when_it_is_back(
    stage: MastodonStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "FIRST_PAUSE", 0.02)
    source, cursor = await listening(stage)
    waiting = asyncio.ensure_future(read(source, cursor, 1))
    await asyncio.sleep(0.1)
    await stage.server.drop_streams()

    await stage.write("nobody heard")
    await until_connected(stage, 2)

    assert texts((await waiting)[0]) == ["nobody heard"]


async def test_an_edit_that_the_stream_tells_arrives_at_once(stage: MastodonStage) -> None:
    source, cursor = await listening(stage)
    waiting = asyncio.ensure_future(read(source, cursor, 1))
    await asyncio.sleep(0.1)

    (status,) = stage.server.world.statuses.values()
    stage.server.world.edit(status, "@trust worse")

    assert texts((await waiting)[0]) == ["worse"]


async def test_a_deletion_that_the_stream_tells_arrives_at_once(stage: MastodonStage) -> None:
    source, cursor = await listening(stage)
    waiting = asyncio.ensure_future(read(source, cursor, 1))
    await asyncio.sleep(0.1)
    (number,) = stage.server.world.statuses

    await stage.delete(number)

    items, _ = await waiting
    assert [item.comment.id for item in items if isinstance(item, Gone)] == [number]


async def test_a_deletion_is_told_of_old_comments_too(stage: MastodonStage) -> None:
    source, cursor = await listening(stage)
    waiting = asyncio.ensure_future(read(source, cursor, 1))
    await asyncio.sleep(0.1)

    stage.server.tell("delete", "77")

    items, _ = await waiting
    assert [item.comment.id for item in items if isinstance(item, Gone)] == ["77"]


async def test_a_deletion_is_looked_up_before_it_is_believed(stage: MastodonStage) -> None:
    source, cursor = await listening(stage)
    waiting = asyncio.ensure_future(read(source, cursor, 1))
    await asyncio.sleep(0.1)
    (number,) = stage.server.world.statuses

    stage.server.tell("delete", number)
    await asyncio.sleep(0.1)
    await stage.write("and it is still there")

    items, _ = await waiting
    assert texts(items) == ["and it is still there"]
    assert not any(isinstance(item, Gone) for item in items)


async def test_a_storm_of_bells_does_not_become_a_storm_of_calls(stage: MastodonStage) -> None:
    source, cursor = await listening(stage, HeldClock())
    waiting = asyncio.ensure_future(read(source, cursor, 1))
    await asyncio.sleep(0.1)
    stage.server.tell("conversation", {})
    await asyncio.sleep(0.1)
    before = len(stage.server.calls)

    for _ in range(50):
        stage.server.tell("conversation", {})
    await asyncio.sleep(0.15)
    waiting.cancel()

    assert len(stage.server.calls) == before


async def test_closing_does_not_wait_for_a_silent_stream(stage: MastodonStage) -> None:
    source, _ = await listening(stage)
    assert source._stream is not None
    thread = source._stream._thread

    async with asyncio.timeout(2):
        await source.aclose()

    assert not thread.is_alive()
