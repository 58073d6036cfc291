"""Methods that change or delete messages, and answer presses."""

from __future__ import annotations

from tests.peers.telegram_api import errors
from tests.peers.telegram_api.methods.sending import CAPTION_LIMIT, TEXT_LIMIT, formatted, keyboard
from tests.peers.telegram_api.objects import UNDELETABLE, Chat, Json, Message
from tests.peers.telegram_api.turn import Turn, method

ANSWER_LIMIT = 200
BULK = 100
WORDS = ("text", "entities", "caption", "caption_entities", "reply_markup", "link_preview_options")


def _own(turn: Turn) -> Message:
    chat = turn.chat()
    number = turn.args.integer("message_id")
    if number <= 0:
        raise errors.bad_request("message identifier is not specified")
    message = turn.message(chat, number, "edit")
    if chat.type == "private":
        turn.check_can_write(chat)
    if message.author is not turn.bot.user or message.is_service:
        raise errors.bad_request("message can't be edited")
    return message


def _change(turn: Turn, message: Message, new: Json) -> Json:
    old = {name: message.body[name] for name in WORDS if name in message.body}
    if old == new:
        raise errors.not_modified()
    for name in old:
        del message.body[name]
    message.body |= new
    message.edited = turn.now
    turn.did("edited", message.chat, message.message_id, message.text)
    turn.world.announce(message, edited=True)
    return message.render()


@method("editMessageText")
def edit_message_text(turn: Turn) -> Json:
    message = _own(turn)
    new = formatted(turn, "text", TEXT_LIMIT)
    if "text" not in message.body:
        raise errors.bad_request("there is no text in the message to edit")
    options = turn.args.parsed("link_preview_options")
    if options:
        new["link_preview_options"] = options
    return _change(turn, message, new | keyboard(turn))


@method("editMessageCaption")
def edit_message_caption(turn: Turn) -> Json:
    message = _own(turn)
    new = formatted(turn, "caption", CAPTION_LIMIT)
    if "text" in message.body:
        raise errors.bad_request("there is no caption in the message to edit")
    return _change(turn, message, new | keyboard(turn))


@method("editMessageReplyMarkup")
def edit_message_reply_markup(turn: Turn) -> Json:
    message = _own(turn)
    kept = {name: message.body[name] for name in WORDS if name in message.body and name != "reply_markup"}
    return _change(turn, message, kept | keyboard(turn))


def _check_deletable(turn: Turn, message: Message) -> None:
    chat = message.chat
    too_old = turn.now - message.date >= turn.world.deletable_for
    if too_old or UNDELETABLE & message.body.keys():
        raise errors.cannot_delete()
    if chat.type == "private" or message.author is turn.bot.user:
        return
    if not turn.world.member(chat, turn.bot.id).has("can_delete_messages"):
        raise errors.cannot_delete()


def _delete(turn: Turn, message: Message) -> None:
    message.deleted = turn.now
    turn.did("deleted", message.chat, message.message_id, message.text)


@method("deleteMessage")
def delete_message(turn: Turn) -> bool:
    chat = turn.chat()
    message = turn.message(chat, turn.args.integer("message_id"), "delete")
    _check_deletable(turn, message)
    _delete(turn, message)
    return True


@method("deleteMessages")
def delete_messages(turn: Turn) -> bool:
    chat = turn.chat()
    numbers = turn.args.integers("message_ids")
    if not numbers:
        raise errors.bad_request("message identifiers are not specified")
    if len(numbers) > BULK:
        raise errors.bad_request("too many message identifiers specified")
    # Missing ones are skipped; one that can't be deleted spoils the whole call.
    found = [m for m in map(chat.messages.get, dict.fromkeys(numbers)) if m is not None and m.deleted is None]
    for message in found:
        _check_deletable(turn, message)
    for message in found:
        _delete(turn, message)
    return True


@method("answerCallbackQuery")
def answer_callback_query(turn: Turn) -> bool:
    query = turn.world.queries.get(turn.args.text("callback_query_id"))
    text = turn.args.text("text")
    if len(text) > ANSWER_LIMIT:
        raise errors.bad_request("MESSAGE_TOO_LONG")
    if query is None or query.bot_id != turn.bot.id or turn.now - query.at > turn.world.answer_window:
        raise errors.query_too_old()
    query.answered, query.answer, query.alert = turn.now, text, turn.args.boolean("show_alert")
    chat = query.message.chat if query.message is not None else None
    turn.did("answered", chat, int(query.id), text)
    return True


def _pinner(turn: Turn) -> Chat:
    chat = turn.chat()
    if chat.type == "private":
        return chat
    right = "can_edit_messages" if chat.type == "channel" else "can_pin_messages"
    if not turn.world.member(chat, turn.bot.id).has(right):
        raise errors.bad_request("not enough rights to manage pinned messages in the chat")
    return chat


@method("pinChatMessage")
def pin_chat_message(turn: Turn) -> bool:
    chat = _pinner(turn)
    message = turn.message(chat, turn.args.integer("message_id"), "pin")
    if message.message_id not in chat.pinned:
        chat.pinned.append(message.message_id)
        turn.did("pinned", chat, message.message_id)
    return True


@method("unpinChatMessage")
def unpin_chat_message(turn: Turn) -> bool:
    chat = _pinner(turn)
    number = turn.args.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if number not in chat.pinned:
        raise errors.bad_request("message to unpin not found")
    chat.pinned.remove(number)
    turn.did("unpinned", chat, number)
    return True


@method("setMessageReaction")
def set_message_reaction(turn: Turn) -> bool:
    chat = turn.chat()
    message = turn.message(chat, turn.args.integer("message_id"), "react")
    turn.did("reacted", chat, message.message_id, turn.args.text("reaction"))
    return True
