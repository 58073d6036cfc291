"""From an update, word for word as Telegram sent it, to an item."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

from adapters.telegram import notices, reading
from adapters.telegram.comments import comment_in_group, comment_in_private
from adapters.telegram.ours import Ours
from adapters.telegram.reading import Node, UnreadableError
from adapters.telegram.staff import order_of, press_of
from moderation.arrival import Arrived, Item, Noticed, Ordered, Pressed, Unreadable

KINDS = ("message", "edited_message", "callback_query", "my_chat_member", "chat_member")
"""The updates that we ask for. Telegram sends chat_member to nobody who does not."""


def read(update: object, ours: Ours, at: dt.datetime) -> Item | None:
    """Read an update; None where it is none of our business. What cannot be read is set aside."""
    raw = written(update)
    try:
        return _item(update, ours, at, raw)
    except UnreadableError as error:
        return unreadable(update, str(error))


def unreadable(update: object, reason: str) -> Unreadable:
    """Set an update aside under a key that it keeps when it comes again."""
    raw = written(update)
    return Unreadable(f"unreadable:{_mark(raw)}", reason, raw)


def written(update: object) -> str:
    """The update as text, in characters that every database takes."""
    return json.dumps(update, ensure_ascii=True, separators=(",", ":"))


def update_id(update: object) -> int | None:
    """The update's number, where it has one."""
    if not isinstance(update, dict):
        return None
    try:
        return reading.maybe_number(update, "update_id")
    except UnreadableError:
        return None


def _item(update: object, ours: Ours, at: dt.datetime, raw: str) -> Item | None:
    if not isinstance(update, dict):
        raise UnreadableError("the update is not an object")
    if (message := reading.part(update, "message")) is not None:
        return _message(message, ours, raw)
    if (message := reading.part(update, "edited_message")) is not None:
        return _edited(message, ours, raw)
    if (query := reading.part(update, "callback_query")) is not None:
        press = press_of(query, at)
        return Pressed(f"press:{press.query}", press, raw)
    if (change := reading.part(update, "my_chat_member")) is not None:
        what = notices.about_us(change, ours)
        return None if what is None else Noticed(f"my_chat_member:{_mark(raw)}", what, raw)
    if (change := reading.part(update, "chat_member")) is not None:
        news = notices.about_others(change, ours)
        return None if news is None else Noticed(*news, raw)
    # Kinds that we did not ask for still come for a while after the subscription has changed.
    return None


def _message(message: Node, ours: Ours, raw: str) -> Item | None:
    if (news := notices.moved(message, ours)) is not None:
        return Noticed(*news, raw)
    chat = reading.needed(message, "chat")
    if reading.number(chat, "id") == ours.staff_chat:
        if (news := notices.said_by_the_chat(message, ours)) is not None:
            return Noticed(*news, raw)
        order = order_of(message, ours)
        return None if order is None else Ordered(f"order:{order.chat}:{order.message}", order, raw)
    return _comment(message, ours, raw, "message", 0)


def _edited(message: Node, ours: Ours, raw: str) -> Item | None:
    """Read an edit of a comment. A command that is edited is not given twice."""
    revision = reading.maybe_number(message, "edit_date") or 0
    if revision < 0:
        raise UnreadableError("edit_date is before 1970")
    return _comment(message, ours, raw, "edit", revision)


def _comment(message: Node, ours: Ours, raw: str, kind: str, revision: int) -> Arrived | None:
    chat = reading.needed(message, "chat")
    place = reading.number(chat, "id")
    account = ours.account(place)
    if account is not None:
        comment = comment_in_group(message, account, ours, revision)
    elif reading.words(chat, "type") == "private":
        comment = comment_in_private(message, ours, revision)
    else:
        return None
    if comment is None:
        return None
    key = f"{kind}:{place}:{reading.number(message, 'message_id')}:{revision}"
    # Two edits within one second have the same time: what they say tells them apart.
    return Arrived(f"{key}:{comment.digest[:8]}" if kind == "edit" else key, comment, raw)


def _mark(raw: str) -> str:
    return hashlib.sha256(raw.encode()).hexdigest()[:16]
