"""The source loses nothing, waits out what passes, and stops for what does not."""

from __future__ import annotations

import asyncio
import datetime as dt
from contextlib import aclosing

import pytest
import structlog.testing
import telegram

from adapters.telegram import mapping
from adapters.telegram.api import Lines
from adapters.telegram.intake import AnotherPollerError
from moderation.arrival import Arrived, Batch, Noticed, Pressed, Unreadable
from moderation.ports import SourceFailedError
from tests.peers.telegram_api import clients, errors, faults, town
from tests.peers.telegram_api.updates import Fate
from tests.unit.telegram import station
from tests.unit.telegram.station import Station

SECOND = dt.timedelta(seconds=1)


def _pending(here: Station) -> int:
    return len(here.town.bot.queue.pending())


# --- Nothing is lost ----------------------------------------------------------------------------------


async def test_a_batch_that_was_not_committed_comes_again(here: Station) -> None:
    here.comment("one")
    here.comment("two")

    first, _ = await here.items()  # the iterator is dropped: the process died before the commit
    again, cursor = await here.items()

    assert [item.key for item in again] == [item.key for item in first]
    assert len(again) == 2
    assert _pending(here) == 2
    assert cursor


async def test_telegram_is_told_only_when_the_next_batch_is_asked_for(here: Station) -> None:
    here.comment("one")
    async with aclosing(here.telegram.intake.batches(None)) as source:  # type: ignore[type-var]
        batch: Batch = await anext(source)
        assert _pending(here) == 1
        here.comment("two")
        await anext(source)

    (first, second) = here.town.bot.queue.history
    assert (first.fate, second.fate) == (Fate.CONFIRMED, Fate.PENDING)
    assert batch.cursor == str(first.update_id + 1)


async def test_a_cursor_continues_where_the_last_batch_ended(here: Station) -> None:
    here.comment("one")
    _, cursor = await here.items()
    here.comment("two")

    items, _ = await here.items(cursor)

    assert [item.comment.text for item in items if isinstance(item, Arrived)] == ["two"]


async def test_more_than_telegram_gives_at_once_comes_whole_and_in_order(here: Station) -> None:
    ada = here.world.person("Ada")
    for number in range(230):
        here.comment(str(number), ada)

    items, _ = await here.items(batches=3)

    texts = [item.comment.text for item in items if isinstance(item, Arrived)]
    assert texts == [str(number) for number in range(230)]


async def test_after_a_week_of_silence_the_new_numbers_are_followed(
    here: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Telegram answers an offset that is far ahead of its queue from the head of the queue.
    asked: list[int | None] = []
    numbers = iter([812_000_001, 100_000_000, 100_000_001])

    async def updates(_: Lines, offset: int | None, *_rest: object) -> list[object]:
        asked.append(offset)
        return [{"update_id": next(numbers)}]

    monkeypatch.setattr(Lines, "updates", updates)

    _, cursor = await here.items(batches=3)

    assert asked == [None, 812_000_002, 100_000_001]
    assert cursor == "100000002"


async def test_one_update_that_cannot_be_read_stops_nobody(here: Station) -> None:
    here.comment("before")
    here.world.unknown_update({"message": "gibberish"})
    here.world.unknown_update({"callback_query": {"id": 7}})
    here.comment("after")

    items, _ = await here.items()

    kinds = [type(item) for item in items]
    assert kinds == [Arrived, Unreadable, Unreadable, Arrived]
    assert all(item.raw for item in items)


async def test_a_fault_of_ours_in_one_update_stops_nobody(
    here: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = mapping.read

    def brittle(update: dict[str, dict[str, str]], *rest: object) -> object:
        if update["message"]["text"] == "poison":
            raise ZeroDivisionError
        return real(update, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(mapping, "read", brittle)
    here.comment("poison")
    here.comment("after")

    with structlog.testing.capture_logs() as logs:
        items, _ = await here.items()

    assert [type(item) for item in items] == [Unreadable, Arrived]
    assert [line["event"] for line in logs] == ["update broke the mapping"]
    assert "poison" not in str([{**line, "exc_info": ""} for line in logs])


async def test_a_batch_of_what_is_none_of_our_business_still_moves_the_cursor(here: Station) -> None:
    here.world.channel_post(here.town.channel, "news")

    items, cursor = await here.items()

    assert items == ()
    assert int(cursor) > here.town.bot.queue.history[0].update_id


async def test_the_subscription_names_what_telegram_leaves_out_by_itself(here: Station) -> None:
    here.comment()
    await here.items()

    assert here.town.bot.queue.allowed == frozenset(mapping.KINDS)
    assert "chat_member" in mapping.KINDS


async def test_presses_and_changes_come_through(here: Station) -> None:
    await _subscribed(here)
    here.world.add(here.town.staff, here.town.bot, "administrator")
    card = await here.telegram.lines.speaking.send_message(
        here.town.staff.id,
        "card",
        reply_markup=telegram.InlineKeyboardMarkup.from_button(
            telegram.InlineKeyboardButton("Uphold", callback_data="token-1")
        ),
    )
    here.world.press(here.town.director, here.town.staff.messages[card.message_id], "Uphold")
    here.world.member_change(here.town.staff, here.town.director, "left")

    items, _ = await here.items()

    assert [type(item) for item in items] == [Pressed, Noticed]


async def _subscribed(here: Station) -> None:
    await here.telegram.lines.updates(None, 0, mapping.KINDS)


# --- Albums -------------------------------------------------------------------------------------------


async def test_an_album_waits_for_its_other_parts(here: Station) -> None:
    ada = here.world.person("Ada")
    here.world.album(ada, [b"1", b"2", b"3"], caption="three", thread=here.town.post)

    (item,), _ = await here.items()

    assert isinstance(item, Arrived)
    assert (item.comment.text, len(item.comment.siblings)) == ("three", 2)
    assert here.clock.slept == [SECOND]


async def test_parts_that_arrive_while_we_wait_belong_to_it(
    here: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = here.world.person("Ada")
    late = iter([b"2", b"3"])

    def part(photo: bytes) -> None:
        here.world.comment(ada, photo=photo, media_group="77", thread=here.town.post)

    async def sleep(length: dt.timedelta) -> None:
        here.clock.slept.append(length)
        for photo in late:
            part(photo)
            break

    monkeypatch.setattr(here.clock, "sleep", sleep)
    part(b"1")

    (item,), _ = await here.items()

    assert isinstance(item, Arrived)
    assert len(item.comment.siblings) == 2
    assert len(here.clock.slept) == 3


async def test_an_album_is_not_confirmed_before_it_is_complete(
    here: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting: list[int] = []

    async def sleep(length: dt.timedelta) -> None:
        del length
        waiting.append(_pending(here))

    monkeypatch.setattr(here.clock, "sleep", sleep)
    here.world.album(here.world.person("Ada"), [b"1", b"2"], thread=here.town.post)

    await here.items()

    assert waiting == [2]
    assert _pending(here) == 2


async def test_what_came_before_an_album_does_not_wait_for_it(here: Station) -> None:
    here.comment("first")
    here.world.album(here.world.person("Ada"), [b"1", b"2"], thread=here.town.post)

    items, cursor = await here.items()

    assert len(items) == 1
    assert here.clock.slept == []
    (album,), _ = await here.items(cursor)
    assert isinstance(album, Arrived)
    assert len(album.comment.siblings) == 1


async def test_an_album_across_the_end_of_a_full_batch_stays_whole(here: Station) -> None:
    ada = here.world.person("Ada")
    for number in range(97):
        here.comment(str(number), ada)
    here.world.album(ada, [b"%d" % number for number in range(6)], thread=here.town.post)

    items, _ = await here.items(batches=2)

    album = items[-1]
    assert len(items) == 98
    assert isinstance(album, Arrived)
    assert len(album.comment.siblings) == 5


async def test_an_album_at_the_head_of_a_full_batch_does_not_cut_the_one_at_its_end(here: Station) -> None:
    ada = here.world.person("Ada")
    here.world.album(ada, [b"1", b"2"], thread=here.town.post)
    for number in range(95):
        here.comment(str(number), ada)
    here.world.album(ada, [b"%d" % number for number in range(6)], thread=here.town.post)

    items, _ = await here.items(batches=2)

    sizes = [len(item.comment.siblings) for item in items if isinstance(item, Arrived)]
    assert sizes == [1, *[0] * 95, 5]


async def test_a_director_pressing_behind_many_albums_waits_one_second(here: Station) -> None:
    for _ in range(8):
        here.world.album(here.world.person(), [b"1", b"2"], thread=here.town.post)
    here.comment("last")

    items, _ = await here.items()

    assert len(items) == 9
    assert here.clock.slept == [SECOND]


# --- What passes, and what does not -------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        faults.refuse(errors.ApiError(401)),
        faults.refuse(errors.ApiError(404)),
        faults.refuse(errors.ApiError(429)),
        faults.refuse(errors.bad_request("something new")),
        faults.server_error(500),
        faults.server_error(502, html=True),
        faults.drop_before(),
        faults.drop_after(),
        faults.too_many_requests(7),
    ],
    ids=lambda fault: fault.name + (" html" if fault.html else ""),
)
async def test_what_passes_is_waited_out(here: Station, fault: faults.Fault) -> None:
    here.comment()
    here.world.faults.add("getUpdates", fault, times=3)

    items, _ = await here.items()

    assert len(items) == 1
    assert len(here.clock.slept) == 3


async def test_telegram_says_how_long_to_wait(here: Station) -> None:
    here.comment()
    here.world.faults.add("getUpdates", faults.too_many_requests(41))

    await here.items()

    assert here.clock.slept == [41 * SECOND]


async def test_pauses_grow_to_a_minute_and_no_further(here: Station) -> None:
    here.comment()
    here.world.faults.add("getUpdates", faults.refuse(errors.ApiError(401)), times=9)

    await here.items()

    assert [wait.total_seconds() for wait in here.clock.slept] == [1, 2, 4, 8, 16, 32, 60, 60, 60]


async def test_an_answer_that_never_ends_is_cut_short() -> None:
    async with station.opened(answer_within=dt.timedelta(seconds=0.01)) as here:
        here.comment()
        here.world.faults.add("getUpdates", faults.hold(asyncio.Event()))
        with pytest.raises(telegram.error.TimedOut):
            await here.telegram.lines.updates(None, 0, mapping.KINDS)


async def test_the_last_success_stands_still_while_telegram_refuses(here: Station) -> None:
    intake = here.telegram.intake
    assert intake.last_success is None
    here.comment()
    await here.items()
    then = here.clock.now()
    assert intake.last_success == then

    here.world.faults.add("getUpdates", faults.refuse(errors.ApiError(401)), times=1000)
    task = asyncio.create_task(here.items())
    await station.until(lambda: len(here.clock.slept) >= 4)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert intake.last_success == then
    assert here.clock.now() > then


async def test_another_poller_is_fatal_and_says_what_to_do(here: Station) -> None:
    async with clients.python_telegram_bot(here.api, here.town.bot.token) as other:
        here.api.polls.longest = 5
        ours = asyncio.create_task(here.items())
        await station.until(lambda: bool(here.api.polls.waiting))
        await other.get_updates(timeout=0)

        with pytest.raises(AnotherPollerError, match="Stop the other one"):
            await ours
    assert issubclass(AnotherPollerError, SourceFailedError)


async def test_a_webhook_is_fatal_and_says_what_to_do(here: Station) -> None:
    await here.telegram.lines.acting.set_webhook("https://elsewhere.example/hook")

    with pytest.raises(AnotherPollerError, match="deleteWebhook"):
        await here.items()


async def test_a_bot_that_was_not_known_at_the_start_is_asked_for_again() -> None:
    place = town.build()
    place.world.faults.add("getMe", faults.server_error(502))
    place.world.faults.add("getChatMember", faults.drop_before(), times=2)
    async with station.opened(place) as here:
        assert here.enforcer.can  # nobody has told us, so everything may be tried
        asked = here.calls("getMe")
        here.comment()
        await here.items()

        assert here.calls("getMe") == asked + 1


async def test_updates_without_numbers_do_not_make_us_run_in_circles(here: Station) -> None:
    here.world.unknown_update({"update_id": "seven"})
    here.comment()

    items, cursor = await here.items()

    assert [type(item) for item in items] == [Arrived]
    assert int(cursor) == here.town.bot.queue.history[-1].update_id + 1
