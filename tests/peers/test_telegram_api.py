"""A small moderator, written against the emulator as one would against Telegram itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
import telegram

from tests.peers.telegram_api import NotPossibleError, TelegramApi, clients, faults, town
from tests.peers.telegram_api.town import Town


async def moderate(bot: telegram.Bot, place: Town, offset: int) -> int:
    """Hide what is foul and show the case to the staff; the offset confirms what is done."""
    for update in await bot.get_updates(offset=offset):
        message = update.effective_message
        if message is not None and message.text is not None and "foul" in message.text:
            await bot.delete_message(message.chat.id, message.message_id)
            await bot.send_message(
                place.staff.id, f"<tg-spoiler>{message.text}</tg-spoiler>", parse_mode="HTML"
            )
        offset = update.update_id + 1
    return offset


async def test_a_foul_comment_is_hidden_shown_to_the_staff_and_its_author_banned() -> None:
    place = town.build()
    ada = place.world.person("Ada")
    async with TelegramApi(place.world) as api, clients.python_telegram_bot(api, place.bot.token) as bot:
        good = place.world.comment(ada, "What a fine library", thread=place.post)
        foul = place.world.comment(ada, "foul words", thread=place.post, reply_to=good, quote="fine")

        await moderate(bot, place, 0)
        await bot.ban_chat_member(place.discussion.id, ada.id)

    assert foul.deleted is not None
    assert good.deleted is None
    (card,) = place.world.log.effects("sent", chat_id=place.staff.id)
    assert place.staff.messages[card.subject].spoilers == ("foul words",)
    with pytest.raises(NotPossibleError):
        place.world.comment(ada, "more", thread=place.post)


async def test_an_edit_into_foul_words_is_heard() -> None:
    place = town.build()
    async with TelegramApi(place.world) as api, clients.python_telegram_bot(api, place.bot.token) as bot:
        comment = place.world.comment(place.director, "kind words", thread=place.post)
        offset = await moderate(bot, place, 0)
        place.clock.pass_by(timedelta(hours=3))
        place.world.edit(comment, "foul words")

        await moderate(bot, place, offset)

    assert comment.deleted is not None


async def test_the_judge_sees_what_a_naive_retry_doubles() -> None:
    place = town.build()
    place.world.faults.add("sendMessage", faults.drop_after())
    async with TelegramApi(place.world) as api, clients.python_telegram_bot(api, place.bot.token) as bot:
        for _ in range(2):
            try:
                await bot.send_message(place.staff.id, "Case 1")
            except telegram.error.NetworkError:
                continue

    assert place.world.log.doubled() == ((place.staff.id, "Case 1"),)


async def test_the_judge_sees_that_nothing_is_lost_when_the_bot_dies_before_it_confirms() -> None:
    place = town.build()
    foul = place.world.comment(place.director, "foul", thread=place.post)
    async with TelegramApi(place.world) as api:
        async with clients.python_telegram_bot(api, place.bot.token) as dies:
            await dies.get_updates()
        async with clients.python_telegram_bot(api, place.bot.token) as heir:
            offset = await moderate(heir, place, 0)
            assert await heir.get_updates(offset=offset) == ()

    assert foul.deleted is not None
    assert place.bot.queue.lost() == ()
    assert [update.handed_out for update in place.bot.queue.history] == [2]
