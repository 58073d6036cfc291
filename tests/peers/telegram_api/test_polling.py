"""How updates are fetched, confirmed and fought over."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import aiogram.exceptions
import aiohttp
import pytest
import telegram.error

from tests.peers.telegram_api import TelegramApi
from tests.peers.telegram_api.clients import AiogramCaller, PtbCaller, RawCaller, until
from tests.peers.telegram_api.objects import Json
from tests.peers.telegram_api.town import Town
from tests.peers.telegram_api.updates import Fate

OTHER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


def say(town: Town, times: int = 1) -> None:
    for number in range(times):
        town.world.comment(town.director, f"comment {number}", thread=town.post)


async def ids(raw: RawCaller, **arguments: object) -> list[int]:
    _, answer = await raw("getUpdates", **arguments)
    return [update["update_id"] for update in answer["result"]]


async def polling(raw: RawCaller, api: TelegramApi) -> asyncio.Task[tuple[int, Json]]:
    """A poll that has reached the server and waits there."""
    poll = asyncio.create_task(raw("getUpdates", timeout=30))
    await until(lambda: api.polls.waiting)
    return poll


async def test_updates_come_again_until_they_are_confirmed(place: Town, raw: RawCaller) -> None:
    say(place, 2)

    first = await ids(raw)
    again = await ids(raw)
    rest = await ids(raw, offset=first[0] + 1)

    assert again == first
    assert rest == first[1:]
    assert [update.fate for update in place.bot.queue.history] == [Fate.CONFIRMED, Fate.PENDING]
    assert [update.handed_out for update in place.bot.queue.history] == [2, 3]


async def test_a_negative_offset_forgets_all_but_the_last(place: Town, raw: RawCaller) -> None:
    say(place, 5)

    last = await ids(raw, offset=-2)

    assert len(last) == 2
    assert await ids(raw) == last


async def test_at_most_a_hundred_come_at_once(place: Town, raw: RawCaller) -> None:
    say(place, 120)

    assert len(await ids(raw)) == 100
    assert len(await ids(raw, limit=7)) == 7


async def test_a_waiting_poll_is_answered_by_the_next_update(
    place: Town, api: TelegramApi, raw: RawCaller
) -> None:
    poll = await polling(raw, api)

    say(place)

    _, answer = await poll
    assert len(answer["result"]) == 1


async def test_a_poll_comes_back_empty_when_its_time_is_up(
    place: Town, raw: RawCaller, api: TelegramApi
) -> None:
    api.polls.longest = 0.01

    assert await ids(raw, timeout=30) == []
    assert place.world.log.calls("getUpdates", ok=True)


async def test_the_subscription_is_remembered_until_it_is_changed(place: Town, raw: RawCaller) -> None:
    await ids(raw, allowed_updates=["edited_message"])
    say(place)
    assert await ids(raw) == []

    await ids(raw, allowed_updates=[])
    say(place)
    assert len(await ids(raw)) == 1


async def test_what_is_queued_comes_in_spite_of_a_new_subscription(place: Town, raw: RawCaller) -> None:
    say(place)

    assert len(await ids(raw, allowed_updates=["callback_query"])) == 1


async def test_the_older_of_two_polls_is_ended(place: Town, api: TelegramApi, raw: RawCaller) -> None:
    older = await polling(raw, api)
    say_later = asyncio.create_task(raw("getUpdates", timeout=30))

    status, answer = await older

    assert (status, answer["description"]) == (409, OTHER)
    say(place)
    assert len((await say_later)[1]["result"]) == 1


async def test_both_libraries_understand_the_conflict_of_two_polls(
    api: TelegramApi, raw: RawCaller, call: PtbCaller | AiogramCaller
) -> None:
    older = asyncio.create_task(call("getUpdates", timeout=1))
    await until(lambda: api.polls.waiting)

    await raw("getUpdates")

    with pytest.raises(
        (telegram.error.Conflict, aiogram.exceptions.TelegramConflictError), match="terminated by other"
    ):
        await older


async def test_polling_is_refused_while_a_webhook_is_set(raw: RawCaller) -> None:
    await raw("setWebhook", url="https://town.example/hook")

    status, answer = await raw("getUpdates")

    assert (status, answer["description"]) == (409, WEBHOOK)


async def test_setting_a_webhook_ends_a_waiting_poll(api: TelegramApi, raw: RawCaller) -> None:
    poll = await polling(raw, api)

    await raw("setWebhook", url="https://town.example/hook")

    status, answer = await poll
    assert (status, answer["description"]) == (409, "Conflict: terminated by setWebhook request")


async def test_deleting_the_webhook_may_drop_what_waits(place: Town, raw: RawCaller) -> None:
    await raw("setWebhook", url="https://town.example/hook", allowed_updates=["message"])
    say(place)
    _, info = await raw("getWebhookInfo")
    assert info["result"]["pending_update_count"] == 1
    assert info["result"]["allowed_updates"] == ["message"]

    await raw("deleteWebhook", drop_pending_updates=True)

    assert await ids(raw) == []
    assert place.bot.queue.history[0].fate is Fate.DROPPED


async def test_an_outage_loses_a_press_but_no_message(place: Town, raw: RawCaller) -> None:
    _, sent = await raw(
        "sendMessage",
        chat_id=place.staff.id,
        text="card",
        reply_markup={"inline_keyboard": [[{"text": "Approve", "callback_data": "ap:1"}]]},
    )
    say(place)
    place.world.press(place.director, place.staff.messages[sent["result"]["message_id"]], "ap:1")

    place.clock.pass_by(timedelta(minutes=3))

    _, answer = await raw("getUpdates")
    assert [list(update)[1] for update in answer["result"]] == ["message"]
    assert [update.kind for update in place.bot.queue.lost()] == ["callback_query"]


async def test_closing_the_server_lets_a_waiting_poll_go(place: Town) -> None:
    api = TelegramApi(place.world)
    async with api, aiohttp.ClientSession(f"{api.base_url}/bot{place.bot.token}/") as session:
        poll = await polling(RawCaller(session), api)

        api.polls.close()

        assert (await poll)[1] == {"ok": True, "result": []}
