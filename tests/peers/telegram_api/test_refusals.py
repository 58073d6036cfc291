"""Every refusal, word for word on the wire and through both client libraries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import aiogram.exceptions
import pytest
import telegram.error

from tests.peers.telegram_api import Chat, Message, User
from tests.peers.telegram_api.clients import AiogramCaller, PtbCaller, RawCaller
from tests.peers.telegram_api.objects import Json
from tests.peers.telegram_api.town import Town


class Case(NamedTuple):
    """A call that must be refused."""

    method: str
    arrange: Callable[[Town], Json]
    code: int
    description: str


def _comment(town: Town) -> Message:
    return town.world.comment(town.world.person("Ada"), "hello", thread=town.post)


def _on(message: Message, **more: Any) -> Json:  # noqa: ANN401 -- arguments of any method
    return {"chat_id": message.chat.id, "message_id": message.message_id} | more


def _to(chat: Chat | User, **more: Any) -> Json:  # noqa: ANN401
    return {"chat_id": chat.id, "text": "hello"} | more


def _later(town: Town, arguments: Json, **wait: float) -> Json:
    town.clock.pass_by(timedelta(**wait))
    return arguments


def _own(town: Town, **more: Any) -> Json:  # noqa: ANN401
    """The bot's own message in the staff chat, saying "card"."""
    message = Message(
        town.staff,
        town.world.next_message_id(town.staff),
        town.clock(),
        {"text": "card"},
        town.bot.user,
        town.bot.user,
    )
    return _on(town.world.store(message), **more)


def _in_talk(town: Town, who: User, **more: Any) -> Json:  # noqa: ANN401
    return {"chat_id": town.discussion.id, "user_id": who.id} | more


def _powerless(town: Town) -> Town:
    town.world.add(town.discussion, town.bot, "administrator", rights=())
    return town


def _without_bot(town: Town, status: str) -> Json:
    town.world.add(town.staff, town.bot, status)
    return _to(town.staff)


def _person(town: Town, **state: bool) -> Json:
    person = town.world.person("Bob")
    if not state.get("stranger"):
        town.world.direct(person, "/start")
    if state.get("blocks"):
        town.world.block(person)
    person.deactivated = bool(state.get("deactivated"))
    return _to(person)


def _topic(town: Town) -> Json:
    town.staff.is_forum = True
    number = town.world.topic(town.staff, "Closed", by=town.owner, closed=True)
    return _to(town.staff, message_thread_id=number)


def _keys(data: str) -> Json:
    return {"reply_markup": {"inline_keyboard": [[{"text": "Go", "callback_data": data}]]}}


def _query(town: Town) -> str:
    own = _own(town)
    card = town.staff.messages[own["message_id"]]
    card.body |= _keys("go")
    return town.world.press(town.director, card, "Go").id


NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup "
    "are exactly the same as a current content and reply markup of the message"
)
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
NO_DELETE = "Bad Request: message can't be deleted"
PARSE = "Bad Request: can't parse entities: "
RIGHTS = "Bad Request: not enough rights to restrict/unrestrict chat member"
ALL_OFF: Json = {"permissions": {"can_send_messages": False}}


def _html(text: str) -> Callable[[Town], Json]:
    return lambda town: _to(town.staff, text=text, parse_mode="HTML")


CASES = {
    "deleting twice": Case(
        "deleteMessage",
        lambda t: {"chat_id": t.discussion.id, "message_id": 999},
        400,
        "Bad Request: message to delete not found",
    ),
    "deleting after 48 hours": Case(
        "deleteMessage", lambda t: _later(t, _on(_comment(t)), hours=48), 400, NO_DELETE
    ),
    "deleting an own message after 48 hours": Case(
        "deleteMessage", lambda t: _later(t, _own(t), hours=49), 400, NO_DELETE
    ),
    "deleting without the right": Case(
        "deleteMessage", lambda t: _on(_comment(_powerless(t))), 400, NO_DELETE
    ),
    "deleting a topic's first message": Case(
        "deleteMessage",
        lambda t: {
            "chat_id": t.discussion.id,
            "message_id": t.world.topic(t.discussion, "x", by=t.owner),
        },
        400,
        NO_DELETE,
    ),
    "editing to the same": Case("editMessageText", lambda t: _own(t, text="card"), 400, NOT_MODIFIED),
    "editing what is gone": Case(
        "editMessageText",
        lambda t: {"chat_id": t.staff.id, "message_id": 77, "text": "x"},
        400,
        "Bad Request: message to edit not found",
    ),
    "editing somebody else's": Case(
        "editMessageText",
        lambda t: _on(_comment(t), text="x"),
        400,
        "Bad Request: message can't be edited",
    ),
    "removing a keyboard that is not there": Case("editMessageReplyMarkup", _own, 400, NOT_MODIFIED),
    "answering an unknown press": Case(
        "answerCallbackQuery", lambda _: {"callback_query_id": "1"}, 400, TOO_OLD
    ),
    "answering late": Case(
        "answerCallbackQuery",
        lambda t: _later(t, {"callback_query_id": _query(t)}, seconds=61),
        400,
        TOO_OLD,
    ),
    "banning an administrator": Case(
        "banChatMember",
        lambda t: (
            t.world.add(t.discussion, t.director, "administrator"),  # type: ignore[func-returns-value]
            _in_talk(t, t.director),
        )[1],
        400,
        "Bad Request: user is an administrator of the chat",
    ),
    "banning the owner": Case(
        "banChatMember", lambda t: _in_talk(t, t.owner), 400, "Bad Request: can't remove chat owner"
    ),
    "banning without the right": Case(
        "banChatMember", lambda t: _in_talk(_powerless(t), t.director), 400, RIGHTS
    ),
    "restricting without the right": Case(
        "restrictChatMember", lambda t: _in_talk(_powerless(t), t.director, **ALL_OFF), 400, RIGHTS
    ),
    "banning oneself": Case(
        "banChatMember", lambda t: _in_talk(t, t.bot.user), 400, "Bad Request: can't restrict self"
    ),
    "banning a nobody": Case(
        "banChatMember",
        lambda t: {"chat_id": t.discussion.id, "user_id": 12345},
        400,
        "Bad Request: PARTICIPANT_ID_INVALID",
    ),
    "restricting in a basic group": Case(
        "restrictChatMember",
        lambda t: {"chat_id": t.world.group("Small", [t.bot]).id, "user_id": t.director.id} | ALL_OFF,
        400,
        "Bad Request: method is available only for supergroups",
    ),
    "writing to a stranger": Case(
        "sendMessage",
        lambda t: _person(t, stranger=True),
        403,
        "Forbidden: bot can't initiate conversation with a user",
    ),
    "writing to one who blocked": Case(
        "sendMessage", lambda t: _person(t, blocks=True), 403, "Forbidden: bot was blocked by the user"
    ),
    "writing to one who is gone": Case(
        "sendMessage", lambda t: _person(t, deactivated=True), 403, "Forbidden: user is deactivated"
    ),
    "writing where one was kicked": Case(
        "sendMessage",
        lambda t: _without_bot(t, "kicked"),
        403,
        "Forbidden: bot was kicked from the supergroup chat",
    ),
    "writing where one is not": Case(
        "sendMessage",
        lambda t: _without_bot(t, "left"),
        403,
        "Forbidden: bot is not a member of the supergroup chat",
    ),
    "writing nowhere": Case(
        "sendMessage", lambda _: {"chat_id": 42, "text": "x"}, 400, "Bad Request: chat not found"
    ),
    "writing nothing": Case(
        "sendMessage", lambda t: _to(t.staff, text=" "), 400, "Bad Request: message text is empty"
    ),
    "writing too much": Case(
        "sendMessage", lambda t: _to(t.staff, text="x" * 4097), 400, "Bad Request: message is too long"
    ),
    "counting in UTF-16": Case(
        "sendMessage",
        lambda t: _to(t.staff, text="\N{GRINNING FACE}" * 2049),
        400,
        "Bad Request: message is too long",
    ),
    "a caption too long": Case(
        "sendPhoto",
        lambda t: {
            "chat_id": t.staff.id,
            "photo": t.world.add_file(b"jpg", "photos/a.jpg").file_id,
            "caption": "x" * 1025,
        },
        400,
        "Bad Request: message caption is too long",
    ),
    "replying to what is gone": Case(
        "sendMessage",
        lambda t: _to(t.staff, reply_parameters={"message_id": 99}),
        400,
        "Bad Request: message to be replied not found",
    ),
    "writing in a closed topic": Case("sendMessage", _topic, 400, "Bad Request: TOPIC_CLOSED"),
    "writing in no thread": Case(
        "sendMessage",
        lambda t: _to(t.staff, message_thread_id=88),
        400,
        "Bad Request: message thread not found",
    ),
    "too much data on a button": Case(
        "sendMessage",
        lambda t: _to(t.staff, **_keys("\N{CYRILLIC SMALL LETTER A}" * 33)),
        400,
        "Bad Request: BUTTON_DATA_INVALID",
    ),
    "an unknown tag": Case(
        "sendMessage",
        _html("é <x>"),
        400,
        PARSE + 'Unsupported start tag "x" at byte offset 3',
    ),
    "a tag left open": Case(
        "sendMessage",
        _html("<b>x"),
        400,
        PARSE + 'Can\'t find end tag corresponding to start tag "b"',
    ),
    "tags crossed": Case(
        "sendMessage",
        _html("<b><i>x</b></i>"),
        400,
        PARSE + 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
    ),
    "a lone end tag": Case("sendMessage", _html("x</b>"), 400, PARSE + "Unexpected end tag at byte offset 1"),
    "a bare less-than": Case(
        "sendMessage", _html("1 <2"), 400, PARSE + "Unclosed start tag at byte offset 2"
    ),
    "a class that is not a spoiler": Case(
        "sendMessage",
        _html("<span class='x'>a</span>"),
        400,
        PARSE + 'Tag "span" must have class "tg-spoiler" at byte offset 0',
    ),
    "an unknown file": Case(
        "getFile",
        lambda _: {"file_id": "nope"},
        400,
        "Bad Request: wrong file_id or the file is temporarily unavailable",
    ),
    "a file too big": Case(
        "getFile",
        lambda t: {"file_id": t.world.add_file(b"x", "a.bin", 21 * 1024 * 1024).file_id},
        400,
        "Bad Request: file is too big",
    ),
    "a webhook without TLS": Case(
        "setWebhook",
        lambda _: {"url": "http://127.0.0.1/"},
        400,
        "Bad Request: bad webhook: An HTTPS URL must be provided for webhook",
    ),
    "pinning without the right": Case(
        "pinChatMessage",
        _own,
        400,
        "Bad Request: not enough rights to manage pinned messages in the chat",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_a_refusal_has_the_words_of_the_real_server(case: Case, place: Town, raw: RawCaller) -> None:
    arguments = case.arrange(place)

    status, answer = await raw(case.method, **arguments)

    assert status == case.code
    assert answer == {"ok": False, "error_code": case.code, "description": case.description}
    assert place.world.log.effects() == ()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_both_libraries_understand_a_refusal(
    case: Case, place: Town, call: PtbCaller | AiogramCaller
) -> None:
    arguments = case.arrange(place)
    kinds: tuple[type[Exception], ...] = {
        400: (telegram.error.BadRequest, aiogram.exceptions.TelegramBadRequest),
        403: (telegram.error.Forbidden, aiogram.exceptions.TelegramForbiddenError),
    }[case.code]

    with pytest.raises(kinds) as refusal:
        await call(case.method, **arguments)

    words = case.description.removeprefix("Bad Request: ").casefold()
    assert words in str(refusal.value).casefold()
