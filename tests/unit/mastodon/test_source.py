"""Nothing is lost when the stream dies, the instance asks us to wait, or we were away."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
from contextlib import aclosing
from dataclasses import replace

import pytest

from adapters.mastodon.client import Client
from adapters.mastodon.source import MastodonSource
from moderation.ports import Arrived, Batch, Gone, Item, Noticed, Source
from tests.contracts.mastodon_stage import MastodonStage
from tests.fakes.clock import FakeClock
from tests.peers.mastodon_server import Fault
from tests.peers.mastodon_world import US

NO_POLLING = {"poll_every": dt.timedelta(days=1), "look_again_every": dt.timedelta(days=2)}


class StandingClock(FakeClock):
    """Whoever sleeps, sleeps on: only the bell wakes."""

    async def sleep(self, length: dt.timedelta) -> None:
        del length
        await asyncio.Event().wait()


async def read(source: Source, cursor: str | None, wanted: int) -> tuple[list[Item], str | None]:
    items: list[Item] = []
    async with asyncio.timeout(10), aclosing(source.batches(cursor)) as batches:  # type: ignore[type-var]
        async for batch in batches:
            assert isinstance(batch, Batch)
            items += batch.items
            cursor = batch.cursor
            if len(items) >= wanted:
                break
    return items, cursor


def texts(items: list[Item]) -> list[str]:
    return [item.comment.text.removeprefix("@trust ") for item in items if isinstance(item, Arrived)]


async def until_connected(stage: MastodonStage, times: int = 1) -> None:
    async with asyncio.timeout(10):
        while stage.server.connected < times:  # noqa: ASYNC110 - a thread connects
            await asyncio.sleep(0.01)


async def listening(stage: MastodonStage) -> tuple[MastodonSource, str]:
    """A source that has begun, listens to its stream, and looks only when it rings."""
    stage.more |= NO_POLLING
    await stage.write("first")
    source = MastodonSource(Client(stage.settings), StandingClock())
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


async def test_what_came_while_the_stream_was_dead_arrives_when_it_is_back(stage: MastodonStage) -> None:
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


async def test_a_deletion_that_the_stream_tells_is_looked_up_and_told(stage: MastodonStage) -> None:
    source, cursor = await listening(stage)
    waiting = asyncio.ensure_future(read(source, cursor, 1))
    await asyncio.sleep(0.1)
    kept = stage.server.world.post(stage.somebody, "@trust still here")

    stage.server.tell("delete", kept["id"])
    await stage.delete(next(iter(stage.server.world.statuses)))

    items, _ = await waiting
    assert [type(item) for item in items] in ([Arrived], [Arrived, Gone])
    assert kept["id"] not in {item.comment.id for item in items if isinstance(item, Gone)}


async def test_without_a_stream_everything_arrives_all_the_same(stage: MastodonStage) -> None:
    stage.more["stream"] = False
    source = stage.source()
    number = await stage.write("kind")
    _, cursor = await read(source, None, 1)

    stage.server.world.edit(stage.server.world.statuses[number], "@trust unkind", aloud=False)
    edited, cursor = await read(source, cursor, 1)
    stage.server.world.delete(number, aloud=False)
    gone, _ = await read(source, cursor, 1)

    assert texts(edited) == ["unkind"]
    assert [type(item) for item in gone] == [Gone]
    assert stage.server.connected == 0


async def test_an_edit_while_we_were_away_arrives_after_the_restart(stage: MastodonStage) -> None:
    number = await stage.write("kind")
    first = stage.source()
    _, cursor = await read(first, None, 1)
    await first.aclose()

    stage.server.world.edit(stage.server.world.statuses[number], "@trust unkind", aloud=False)
    again, cursor = await read(stage.source(), cursor, 1)
    await stage.write("and another")
    rest, _ = await read(stage.source(), cursor, 1)

    assert texts(again) == ["unkind"]
    assert texts(rest) == ["and another"]


async def test_a_page_of_many_is_read_to_its_end(stage: MastodonStage) -> None:
    await stage.write("first")
    _, cursor = await read(stage.source(), None, 1)
    for number in range(95):
        await stage.write(f"comment {number}")

    items, _ = await read(stage.source(), cursor, 95)

    assert texts(items) == [f"comment {number}" for number in range(95)]


async def test_the_first_look_takes_the_newest_page_and_no_more(stage: MastodonStage) -> None:
    for number in range(50):
        await stage.write(f"comment {number}")
    batches = stage.source().batches(None)

    first = await anext(batches)

    assert texts(list(first.items)) == [f"comment {number}" for number in range(10, 50)]


async def test_a_notification_that_turns_up_below_the_cursor_is_found(stage: MastodonStage) -> None:
    world = stage.server.world
    late = world.post(stage.somebody, "@trust slow to commit")
    held = world.notifications.popitem()
    await stage.write("quick")
    source = stage.source()
    items, cursor = await read(source, None, 1)
    assert texts(items) == ["quick"]

    world.notifications[held[0]] = held[1]
    found, _ = await read(source, cursor, 1)

    assert [item.comment.ref.id for item in found if isinstance(item, Arrived)] == [late["id"]]


async def test_notifications_that_the_instance_sets_aside_are_read(stage: MastodonStage) -> None:
    await stage.write("from a new account")
    stage.server.world.filtered.update(stage.server.world.notifications)

    items, _ = await read(stage.source(), None, 1)

    assert texts(items) == ["from a new account"]


async def test_a_private_message_without_a_notification_is_found(stage: MastodonStage) -> None:
    source = stage.source()
    await stage.write("first")
    _, cursor = await read(source, None, 1)

    stage.server.world.post(stage.somebody, "@trust in private", visibility="direct")
    stage.server.world.notifications.popitem()
    items, _ = await read(source, cursor, 1)

    assert texts(items) == ["in private"]


async def test_one_comment_that_reaches_us_twice_arrives_once(stage: MastodonStage) -> None:
    world = stage.server.world
    ours = world.post(US, "Our ambulance day")
    world.quote(stage.somebody, "@trust look at this", ours)
    await stage.write("last")

    items, _ = await read(stage.source(), None, 2)

    assert texts(items) == ["look at this", "last"]


async def test_our_own_posts_do_not_come_back(stage: MastodonStage) -> None:
    world = stage.server.world
    answer = world.post(US, "@trust @sam@elsewhere.example hello", visibility="direct")
    world.notify("mention", answer)
    await stage.write("last")

    items, _ = await read(stage.source(), None, 1)

    assert texts(items) == ["last"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("/api/", 429, {"Retry-After": "240"}),
        Fault("/api/", 500, times=2),
        Fault("/api/", 503),
        Fault("/api/", drop=True, times=3),
        Fault("/api/v1/notifications", 200, body="{not json"),
        Fault("/api/v1/notifications", 200, body='{"unexpected": 1}'),
    ],
)
async def test_trouble_at_the_instance_delays_and_loses_nothing(stage: MastodonStage, fault: Fault) -> None:
    source = stage.source()
    await stage.write("before")
    _, cursor = await read(source, None, 1)
    stage.server.faults.append(replace(fault))

    await stage.write("after")
    items: list[Item] = []
    while not texts(items):
        more, cursor = await read(source, cursor, 1)
        items += more

    assert texts(items) == ["after"]


async def test_a_request_to_wait_is_obeyed_by_the_instances_own_clock(stage: MastodonStage) -> None:
    headers = {"X-RateLimit-Reset": "2026-06-01T12:04:00.000Z", "Date": "Mon, 01 Jun 2026 12:00:00 GMT"}
    stage.server.faults.append(Fault("/api/v1/notifications", 429, headers))
    begun = stage.clock.now()
    await stage.write("after")

    await read(stage.source(), None, 1)

    assert dt.timedelta(minutes=4) <= stage.clock.now() - begun < dt.timedelta(minutes=6)


async def test_a_token_that_is_refused_is_told_once_and_tried_again(stage: MastodonStage) -> None:
    stage.server.faults.append(Fault("/api/", 401, times=4))
    await stage.write("after")

    items, _ = await read(stage.source(), None, 2)

    assert [type(item) for item in items] == [Noticed, Arrived]


async def test_a_token_of_another_account_reads_nothing(stage: MastodonStage) -> None:
    stage.server.world.accounts[US].acct = "somebody_else"
    await stage.write("not for us")

    items, cursor = await read(stage.source(), None, 1)

    assert [type(item) for item in items] == [Noticed]
    assert cursor == '{"after":"","direct":"","recent":[]}'


async def test_an_account_that_throws_notifications_away_is_told(stage: MastodonStage) -> None:
    stage.server.world.policy = {"for_new_accounts": "drop", "for_private_mentions": "filter"}

    items, _ = await read(stage.source(), None, 1)

    assert isinstance(items[0], Noticed)
    assert "for_new_accounts" in items[0].what
    assert "for_private_mentions" not in items[0].what


async def test_an_older_instance_is_asked_for_one_status_at_a_time(stage: MastodonStage) -> None:
    stage.more["stream"] = False
    source = stage.source()
    number = await stage.write("kind")
    _, cursor = await read(source, None, 1)
    stage.server.faults.append(Fault("/api/v1/statuses$", 404, times=1000))

    stage.server.world.notifications.clear()
    stage.server.world.edit(stage.server.world.statuses[number], "@trust unkind", aloud=False)
    items, _ = await read(source, cursor, 1)

    assert texts(items) == ["unkind"]


async def test_the_window_is_bounded(stage: MastodonStage) -> None:
    stage.more |= {"window": 80, "stream": False}
    await stage.write("first")
    source = stage.source()
    _, cursor = await read(source, None, 1)
    for number in range(200):
        await stage.write(f"comment {number}")

    items, cursor = await read(source, cursor, 200)

    assert len(items) == 200
    assert cursor is not None
    assert cursor.count("[") == 81
    assert len(cursor) < 2_000


async def test_looking_again_tells_nothing_twice(stage: MastodonStage) -> None:
    stage.more["stream"] = False
    for number in range(30):
        await stage.write(f"comment {number}")
    source = stage.source()
    items, cursor = await read(source, None, 30)
    keys = [item.key for item in items]

    for _ in range(5):
        await stage.write("one more")
        items, cursor = await read(source, cursor, 1)
        keys += [item.key for item in items]

    assert len(keys) == len(set(keys)) == 35


async def test_a_storm_of_bells_does_not_become_a_storm_of_calls(stage: MastodonStage) -> None:
    source, cursor = await listening(stage)
    waiting = asyncio.ensure_future(read(source, cursor, 1))
    await asyncio.sleep(0.1)
    before = len(stage.server.calls)

    for number in range(300):
        stage.server.tell("delete", str(number))
    await asyncio.sleep(0.15)
    waiting.cancel()

    assert len(stage.server.calls) - before < 30


async def test_closing_does_not_wait_for_a_silent_stream(stage: MastodonStage) -> None:
    source, _ = await listening(stage)
    assert source._stream is not None
    thread = source._stream._thread

    async with asyncio.timeout(2):
        await source.aclose()

    assert not thread.is_alive()


async def test_closing_does_not_wait_for_an_instance_that_hangs(stage: MastodonStage) -> None:
    stage.server.faults.append(Fault("/api/v1/notifications", hang=3.0))
    source = stage.source()
    reading = asyncio.ensure_future(anext(source.batches(None)))
    await asyncio.sleep(0.1)

    async with asyncio.timeout(2):
        await source.aclose()

    reading.cancel()


async def test_reading_leaves_no_trace_at_the_instance(stage: MastodonStage) -> None:
    await stage.write("first")

    await read(stage.source(), None, 1)

    assert {method for method, _ in stage.server.calls} == {"GET"}


@pytest.mark.parametrize("order", itertools.permutations(range(3)))
async def test_edits_and_deletions_in_any_order_end_the_same(
    stage: MastodonStage, order: tuple[int, ...]
) -> None:
    stage.more["stream"] = False
    source = stage.source()
    kept, dropped = await stage.write("kept"), await stage.write("dropped")
    seen, cursor = await read(source, None, 2)
    deeds = [
        lambda: stage.edit(kept, "kept, edited"),
        lambda: stage.delete(dropped),
        lambda: stage.write("new"),
    ]

    for one in order:
        await deeds[one]()
    while len(seen) < 5:
        items, cursor = await read(source, cursor, 1)
        seen += items

    assert sorted(texts(seen)) == ["dropped", "kept", "kept, edited", "new"]
    assert [item.comment.id for item in seen if isinstance(item, Gone)] == [dropped]
