"""What every method answers and changes, through both client libraries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import aiogram.exceptions
import aiogram.types
import aiohttp
import pytest
import telegram.error

from tests.peers.telegram_api import Message, TelegramApi
from tests.peers.telegram_api.clients import AiogramCaller, PtbCaller, RawCaller
from tests.peers.telegram_api.objects import PERMISSIONS, Json
from tests.peers.telegram_api.town import Town
from tests.peers.telegram_api.turn import METHODS

Call = PtbCaller | AiogramCaller
KEYS: Json = {"inline_keyboard": [[{"text": "Approve", "callback_data": "ap:1"}]]}


def comment(town: Town, text: str = "hello") -> Message:
    return town.world.comment(town.world.person("Ada"), text, thread=town.post)


def on(message: Message, **more: object) -> Json:
    return {"chat_id": message.chat.id, "message_id": message.message_id} | more


def in_talk(town: Town, **more: object) -> Json:
    return {"chat_id": town.discussion.id} | more


def dana(town: Town, **more: object) -> Json:
    return in_talk(town, user_id=town.director.id, **more)


def own(town: Town, **body: object) -> Message:
    number = town.world.next_message_id(town.discussion)
    message = Message(town.discussion, number, town.clock(), {"text": "card"} | body)
    message.author = message.shown_as = town.bot.user
    return town.world.store(message)


def captioned(town: Town) -> Message:
    message = own(town, photo=[], caption="old")
    del message.body["text"], message.body["photo"]
    return message


def pinned(town: Town) -> Message:
    message = comment(town)
    town.discussion.pinned.append(message.message_id)
    return message


def from_file(town: Town, field: str) -> Json:
    return in_talk(town, **{field: town.world.add_file(b"jpg", "photos/a.jpg").file_id})


def press(town: Town) -> str:
    return town.world.press(town.director, own(town, reply_markup=KEYS), "Approve").id


def forwarded(town: Town) -> Json:
    return on(comment(town), chat_id=town.staff.id, from_chat_id=town.discussion.id)


def two_photos(town: Town) -> Json:
    ids = [town.world.add_file(b"jpg", "photos/a.jpg").file_id for _ in range(2)]
    return in_talk(town, media=[{"type": "photo", "media": one} for one in ids])


COMMANDS: Json = {"commands": [{"command": "pending", "description": "What waits"}]}
CALLS: dict[str, tuple[Callable[[Town], Json], str | None]] = {
    "getMe": (lambda _: {}, None),
    "setWebhook": (lambda _: {"url": "https://town.example/hook"}, "webhook set"),
    "deleteWebhook": (lambda _: {}, None),
    "getWebhookInfo": (lambda _: {}, None),
    "setMyCommands": (lambda _: COMMANDS, "commands set"),
    "getMyCommands": (lambda _: {}, None),
    "deleteMyCommands": (lambda _: {}, None),
    "sendMessage": (lambda t: in_talk(t, text="hello"), "sent"),
    "sendPhoto": (lambda t: from_file(t, "photo"), "sent"),
    "sendDocument": (lambda t: from_file(t, "document"), "sent"),
    "sendChatAction": (lambda t: in_talk(t, action="typing"), None),
    "forwardMessage": (forwarded, "sent"),
    "copyMessage": (forwarded, "sent"),
    "editMessageText": (lambda t: on(own(t), text="done"), "edited"),
    "editMessageCaption": (lambda t: on(captioned(t), caption="new"), "edited"),
    "editMessageReplyMarkup": (lambda t: on(own(t, reply_markup=KEYS)), "edited"),
    "deleteMessage": (lambda t: on(comment(t)), "deleted"),
    "deleteMessages": (lambda t: in_talk(t, message_ids=[comment(t).message_id, 9999]), "deleted"),
    "answerCallbackQuery": (lambda t: {"callback_query_id": press(t), "text": "ok"}, "answered"),
    "pinChatMessage": (lambda t: on(comment(t)), "pinned"),
    "unpinChatMessage": (lambda t: on(pinned(t)), "unpinned"),
    "setMessageReaction": (lambda t: on(comment(t), reaction=[]), "reacted"),
    "banChatMember": (dana, "banned"),
    "unbanChatMember": (lambda t: dana(t, only_if_banned=True), None),
    "restrictChatMember": (lambda t: dana(t, permissions={"can_send_messages": False}), "restricted"),
    "banChatSenderChat": (
        lambda t: in_talk(t, sender_chat_id=t.world.channel("Mask").id),
        "sender banned",
    ),
    "unbanChatSenderChat": (lambda t: in_talk(t, sender_chat_id=t.world.channel("Mask").id), None),
    "getChatMember": (dana, None),
    "getChatAdministrators": (in_talk, None),
    "getChatMemberCount": (in_talk, None),
    "getChat": (in_talk, None),
    "leaveChat": (lambda t: {"chat_id": t.staff.id}, "left"),
    "getFile": (lambda t: {"file_id": t.world.add_file(b"x", "a.txt").file_id}, None),
}


@pytest.mark.parametrize("method", CALLS)
async def test_both_libraries_read_the_answer_of_every_method(method: str, place: Town, call: Call) -> None:
    arrange, effect = CALLS[method]
    arguments = arrange(place)

    answer = await call(method, **arguments)

    assert answer not in (None, False)
    assert {done.kind for done in place.world.log.effects()} == ({effect} if effect else set())


def test_every_method_has_a_case_here() -> None:
    # kickChatMember is an old name, sendMediaGroup has a test of its own.
    assert {name.lower() for name in CALLS} | {"kickchatmember", "sendmediagroup"} == METHODS.keys()


async def test_an_album_of_the_bot_is_several_messages(place: Town, raw: RawCaller) -> None:
    status, answer = await raw("sendMediaGroup", **two_photos(place))

    assert status == 200
    assert len({message["media_group_id"] for message in answer["result"]}) == 1


async def test_html_becomes_text_with_entities(place: Town, call: Call) -> None:
    text = (
        "\N{GRINNING FACE} <tg-spoiler>a &lt;b&gt;</tg-spoiler> <a href='https://a.example/?x=1&amp;y'>c</a>"
    )

    sent = await call("sendMessage", chat_id=place.staff.id, text=text, parse_mode="HTML")

    assert sent.text == "\N{GRINNING FACE} a <b> c"
    assert [(str(e.type), e.offset, e.length, e.url) for e in sent.entities] == [
        ("spoiler", 3, 5, None),
        ("text_link", 9, 1, "https://a.example/?x=1&y"),
    ]
    assert place.staff.messages[sent.message_id].spoilers == ("a <b>",)


async def test_given_entities_are_kept(place: Town, raw: RawCaller) -> None:
    marks = [{"type": "spoiler", "offset": 0, "length": 3}]

    _, answer = await raw("sendMessage", chat_id=place.staff.id, text="bad word", entities=marks)

    assert answer["result"]["entities"] == marks


async def test_a_reply_in_the_thread_stays_in_the_thread(place: Town, call: Call) -> None:
    said = comment(place)

    sent = await call(
        "sendMessage",
        chat_id=place.discussion.id,
        text="Please keep to the rules.",
        reply_parameters={"message_id": said.message_id, "quote": "hello"},
    )

    assert sent.message_thread_id == place.world.forward_of(place.post).message_id
    assert sent.reply_to_message.message_id == said.message_id
    assert sent.quote.text == "hello"


async def test_an_edit_without_a_keyboard_removes_it(place: Town, raw: RawCaller) -> None:
    card = own(place, reply_markup=KEYS)

    await raw("editMessageText", **on(card, text="card"))

    assert card.buttons == ()


async def test_a_ban_hides_nothing(place: Town, raw: RawCaller) -> None:
    said = comment(place)
    assert said.author is not None

    await raw("banChatMember", **in_talk(place, user_id=said.author.id, revoke_messages=True))

    assert place.world.member(place.discussion, said.author.id).status == "kicked"
    assert place.world.member(place.channel, said.author.id).status == "left"
    assert said.deleted is None


@pytest.mark.parametrize("seconds", [29, 366 * 86400 + 1])
async def test_a_ban_too_short_or_too_long_is_for_ever(place: Town, raw: RawCaller, seconds: int) -> None:
    until = int((place.clock() + timedelta(seconds=seconds)).timestamp())

    await raw("banChatMember", **dana(place, until_date=until))

    place.clock.pass_by(timedelta(days=1000))
    assert place.world.member(place.discussion, place.director.id).status == "kicked"


async def test_a_ban_runs_out(place: Town, raw: RawCaller) -> None:
    until = int((place.clock() + timedelta(hours=1)).timestamp())
    await raw("banChatMember", **dana(place, until_date=until))

    place.clock.pass_by(timedelta(hours=1))

    assert place.world.member(place.discussion, place.director.id).status == "left"


async def test_unbanning_somebody_present_throws_them_out(place: Town, raw: RawCaller) -> None:
    await raw("unbanChatMember", **dana(place))

    assert place.world.member(place.discussion, place.director.id).status == "left"
    assert [effect.kind for effect in place.world.log.effects()] == ["kicked"]


async def test_unbanning_only_if_banned_leaves_others_alone(place: Town, raw: RawCaller) -> None:
    await raw("unbanChatMember", **dana(place, only_if_banned=True))

    assert place.world.member(place.discussion, place.director.id).status == "member"


async def test_giving_every_permission_back_ends_a_restriction(place: Town, raw: RawCaller) -> None:
    await raw("restrictChatMember", **dana(place, permissions={}))

    await raw("restrictChatMember", **dana(place, permissions=dict.fromkeys(PERMISSIONS, True)))

    assert place.world.member(place.discussion, place.director.id).status == "member"


async def test_one_message_too_old_spoils_a_bulk_deletion(place: Town, raw: RawCaller) -> None:
    old = comment(place)
    place.clock.pass_by(timedelta(hours=49))
    new = comment(place)

    status, _ = await raw("deleteMessages", **in_talk(place, message_ids=[old.message_id, new.message_id]))

    assert status == 400
    assert new.deleted is None


async def test_the_linked_chat_is_told_on_both_sides(place: Town, call: Call) -> None:
    channel = await call("getChat", chat_id=f"@{place.channel.username}")
    discussion = await call("getChat", chat_id=place.discussion.id)

    assert channel.linked_chat_id == discussion.id
    assert discussion.linked_chat_id == channel.id


async def test_a_file_comes_down_again(place: Town, api: TelegramApi, call: Call) -> None:
    said = place.world.comment(place.director, photo=b"\xff\xd8 picture", thread=place.post)

    found = await call("getFile", file_id=said.body["photo"][-1]["file_id"])

    if isinstance(call, PtbCaller):
        content = bytes(await found.download_as_bytearray())
    else:
        stream = await call.bot.download_file(found.file_path)
        assert stream is not None
        content = stream.read()
    assert content == b"\xff\xd8 picture"
    assert api.base_url


async def test_a_file_sent_comes_down_again(place: Town, call: Call) -> None:
    if isinstance(call, PtbCaller):
        sent = await call("sendDocument", chat_id=place.staff.id, document=b"evidence", filename="e.txt")
    else:
        upload = aiogram_upload(b"evidence")
        sent = await call("sendDocument", chat_id=place.staff.id, document=upload)

    stored = place.world.files[sent.document.file_id]
    assert stored.content == b"evidence"
    assert sent.document.file_name == "e.txt"


def aiogram_upload(content: bytes) -> object:
    return aiogram.types.BufferedInputFile(content, "e.txt")


async def test_a_migrated_group_says_where_it_went(place: Town, raw: RawCaller) -> None:
    group = place.world.group("Small", [place.bot])
    new = place.world.migrate(group)

    status, answer = await raw("sendMessage", chat_id=group.id, text="x")

    assert status == 400
    assert answer["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert answer["parameters"] == {"migrate_to_chat_id": new.id}


async def test_both_libraries_follow_a_migrated_group(place: Town, call: Call) -> None:
    group = place.world.group("Small", [place.bot])
    new = place.world.migrate(group)

    with pytest.raises((telegram.error.ChatMigrated, aiogram.exceptions.TelegramMigrateToChat)) as moved:
        await call("sendMessage", chat_id=group.id, text="x")

    error = moved.value
    if isinstance(error, telegram.error.ChatMigrated):
        assert error.new_chat_id == new.id
    else:
        assert isinstance(error, aiogram.exceptions.TelegramMigrateToChat)
        assert error.migrate_to_chat_id == new.id


async def test_both_libraries_understand_a_token_withdrawn(place: Town, call: Call) -> None:
    place.bot.token = "1:another"

    with pytest.raises((telegram.error.InvalidToken, aiogram.exceptions.TelegramUnauthorizedError)):
        await call("getMe")


async def test_an_unknown_method_is_not_found(raw: RawCaller) -> None:
    status, answer = await raw("sendTelepathy")

    assert (status, answer["error_code"]) == (404, 404)


async def test_a_wrong_token_is_unauthorized(api: TelegramApi) -> None:
    async with aiohttp.ClientSession(f"{api.base_url}/bot99:wrong/") as session:
        status, answer = await RawCaller(session)("getMe")

    assert (status, answer) == (401, {"ok": False, "error_code": 401, "description": "Unauthorized"})


@pytest.mark.parametrize("way", ["query", "form", "multipart", "json"])
async def test_arguments_may_come_in_any_way(place: Town, api: TelegramApi, way: str) -> None:
    url = f"{api.base_url}/bot{place.bot.token}/sendMessage"
    given = {"chat_id": str(place.staff.id), "text": "hello", "reply_markup": '{"inline_keyboard": []}'}
    multipart = aiohttp.MultipartWriter("form-data")
    for name, value in given.items():
        multipart.append(value).set_content_disposition("form-data", name=name)

    async with aiohttp.ClientSession() as session:
        answer = await {
            "query": lambda: session.get(url, params=given),
            "form": lambda: session.post(url, data=given),
            "multipart": lambda: session.post(url, data=multipart),
            "json": lambda: session.post(url, json=given),
        }[way]()

    assert answer.status == 200
    assert place.world.log.effects("sent")[0].detail == "hello"
