"""From presses and commands in the staff chat to what they ask for."""

from __future__ import annotations

import datetime as dt
import re

from adapters.telegram import reading
from adapters.telegram.ours import Ours, is_stand_in, staff_id
from adapters.telegram.reading import Node, UnreadableError
from moderation.card import Order, Place, Press

COMMANDS = frozenset(
    {
        "activate",
        "answer",
        "tailor",
        "hold",
        "case",
        "digest",
        "help",
        "licence",
        "pause",
        "pending",
        "propose",
        "queue",
        "resume",
        "unblock",
        "undo",
    }
)
_COMMAND = re.compile(r"/([A-Za-z_]{1,32})(?:@(\w{1,64}))?(?:\s+(.*))?", re.DOTALL | re.ASCII)


def press_of(query: Node, at: dt.datetime) -> Press:
    """Read a press. Telegram does not say when it happened: `at` is when we heard of it."""
    person = reading.number(reading.needed(query, "from"), "id")
    message = reading.needed(query, "message")
    place = Place(
        str(reading.number(reading.needed(message, "chat"), "id")), str(reading.number(message, "message_id"))
    )
    token, name = reading.words(query, "data"), reading.words(query, "id")
    if not token or not name:
        raise UnreadableError("a press without data or without an id")
    anonymous = is_stand_in(person) or reading.part(query, "sender_chat") is not None
    return Press(token, staff_id(person), place, at, name, anonymous)


def order_of(message: Node, ours: Ours) -> Order | None:
    """Read a command in the staff chat; None where it is none of ours.

    A forwarded command was meant for somewhere else, and one from a bot for somebody else.
    """
    found = _COMMAND.fullmatch(reading.words(message, "text").strip())
    if found is None or found[1].lower() not in COMMANDS:
        return None
    if found[2] is not None and found[2].lower() != ours.bot_name.lower():
        return None
    if any(key in message for key in ("forward_origin", "via_bot")):
        return None
    person = reading.number(reading.needed(message, "from"), "id")
    anonymous = is_stand_in(person) or reading.part(message, "sender_chat") is not None
    return Order(
        name=found[1].lower(),
        argument=(found[3] or "").strip(),
        by=staff_id(person),
        chat=str(ours.staff_chat),
        at=reading.moment(message, "date"),
        message=str(reading.number(message, "message_id")),
        anonymous=anonymous,
    )
