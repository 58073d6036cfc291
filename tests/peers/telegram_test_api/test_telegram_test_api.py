"""python-telegram-bot against the emulator from npm: a message, a press, an edit."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import telegram

from tests.peers.telegram_test_api import MendingRequest, TelegramTestApi, telegram_test_api

TOKEN = "123456:peer"
PERSON = 42


@pytest.fixture(name="peer")
async def _peer() -> AsyncIterator[TelegramTestApi]:
    async with telegram_test_api() as peer:
        yield peer


@pytest.fixture(name="bot")
async def _bot(peer: TelegramTestApi) -> AsyncIterator[telegram.Bot]:
    requests = [MendingRequest(httpx_kwargs={"verify": False}) for _ in range(2)]
    bot = telegram.Bot(
        TOKEN, base_url=f"{peer.base_url}/bot", request=requests[0], get_updates_request=requests[1]
    )
    async with bot:
        yield bot


async def test_a_message_a_press_and_an_edit_go_round(peer: TelegramTestApi, bot: telegram.Bot) -> None:
    await peer.write(TOKEN, "/start", person=PERSON, name="Dana")
    (started,) = await bot.get_updates()
    assert started.message is not None
    assert (started.message.chat.id, started.message.text) == (PERSON, "/start")

    button = telegram.InlineKeyboardButton("Approve", callback_data="ap:1:n")
    card = await bot.send_message(PERSON, "Case 1", reply_markup=telegram.InlineKeyboardMarkup([[button]]))
    (shown,) = await peer.unread(TOKEN, PERSON)
    assert shown["message"]["text"] == "Case 1"
    (row,) = shown["message"]["reply_markup"]["inline_keyboard"]
    assert row[0]["callback_data"] == "ap:1:n"

    await peer.press(TOKEN, row[0]["callback_data"], message=card.to_dict(), person=PERSON, name="Dana")
    (pressed,) = await bot.get_updates(offset=started.update_id + 1)
    query = pressed.callback_query
    assert query is not None
    assert (query.data, query.from_user.id) == ("ap:1:n", PERSON)
    assert query.message is not None
    assert await bot.answer_callback_query(query.id)

    await bot.edit_message_text("Case 1: approved", PERSON, query.message.message_id)
    said = [entry["message"].get("text") for entry in await peer.history(TOKEN) if "message" in entry]
    assert said == ["/start", "Case 1: approved"]


async def test_each_process_has_a_port_of_its_own() -> None:
    async with telegram_test_api() as one, telegram_test_api() as other:
        assert one.base_url != other.base_url
