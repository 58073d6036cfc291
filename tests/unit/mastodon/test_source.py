"""Nothing is lost or doubled when the instance makes us wait, or we were away."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
from dataclasses import replace

import pytest

from moderation.arrival import Arrived, Gone, Item, Noticed
from tests.contracts.mastodon_stage import MastodonStage
from tests.peers.mastodon_server import Fault
from tests.peers.mastodon_world import US
from tests.unit.mastodon.reading import read, texts


def newest_pages(stage: MastodonStage) -> int:
    """How often the newest notifications were looked at without the cursor."""
    return sum(
        where.endswith("/notifications") and "min_id" not in query for where, query in stage.server.queries
    )


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


async def test_looking_again_does_not_keep_the_same_riddle_twice(stage: MastodonStage) -> None:
    stage.more["stream"] = False
    source = stage.source()
    await stage.garble()
    _, cursor = await read(source, None, 1)
    waiting = asyncio.ensure_future(read(source, cursor, 1))

    async with asyncio.timeout(10):
        while newest_pages(stage) < 4:  # noqa: ASYNC110 - the source looks in its own time
            await asyncio.sleep(0.01)
    await stage.write("one more")

    items, _ = await waiting
    assert texts(items) == ["one more"]
    assert len(items) == 1


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


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_edits_and_deletions_in_any_order_end_the_same(
    stage: MastodonStage, order: tuple[int, ...]
) -> None:
    stage.more["stream"] = False
    source = stage.source()
    kept, dropped = await stage.write("kept"), await stage.write("dropped")
    seen, cursor = await read(source, None, 2)

    for one in order:
        match one:
            case 0:
                await stage.edit(kept, "kept, edited")
            case 1:
                await stage.delete(dropped)
            case _:
                await stage.write("new")
    while len(seen) < 5:
        items, cursor = await read(source, cursor, 1)
        seen += items

    assert sorted(texts(seen)) == ["dropped", "kept", "kept, edited", "new"]
    assert [item.comment.id for item in seen if isinstance(item, Gone)] == [dropped]
