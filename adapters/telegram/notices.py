"""From changes in our chats to what a person should know of them."""

from __future__ import annotations

from adapters.telegram import reading
from adapters.telegram.ours import Ours, staff_id
from adapters.telegram.reading import Node
from adapters.telegram.rights import is_present, rights_of


def moved(message: Node, ours: Ours) -> tuple[str, str] | None:
    """A group of ours has a new id. Nothing follows it before the settings name the new one."""
    chat = reading.number(reading.needed(message, "chat"), "id")
    new = reading.maybe_number(message, "migrate_to_chat_id")
    old = reading.maybe_number(message, "migrate_from_chat_id")
    if new is not None:
        old = chat
    elif old is not None:
        new = chat
    if old is None or new is None or not ours.names(old):
        return None
    what = (
        f"{ours.names(old)} has become a supergroup, with the new id {new}. It is not looked after, "
        "and no press from it counts, until an operator has put the new id into the settings."
    )
    return f"moved:{old}:{new}", what


def about_us(change: Node, ours: Ours) -> str | None:
    """The bot was removed, lost or never had a right, or was put into a chat that is not ours."""
    chat = reading.needed(change, "chat")
    number = reading.number(chat, "id")
    if reading.words(chat, "type") == "private":
        return None
    before = rights_of(reading.needed(change, "old_chat_member"))
    after = rights_of(reading.needed(change, "new_chat_member"))
    by = staff_id(reading.number(reading.needed(change, "from"), "id"))
    name = ours.names(number)
    if not name:
        if after.present and not before.present:
            return f"{by} put the bot into chat {number}, which is not ours. Nothing there is read or obeyed."
        return None
    if before.present and not after.present:
        return f"{by} removed the bot from {name}. It can do nothing there any more."
    lost = before.held - after.held
    if lost:
        return f"{by} took rights from the bot in {name}. No longer true: it {', it '.join(sorted(lost))}."
    return None


def about_others(change: Node, ours: Ours) -> tuple[str, str] | None:
    """Somebody came into the staff chat or went from it. Only an administrator is told so."""
    if reading.number(reading.needed(change, "chat"), "id") != ours.staff_chat:
        return None
    old, new = reading.needed(change, "old_chat_member"), reading.needed(change, "new_chat_member")
    number = reading.number(reading.needed(new, "user"), "id")
    was, now = is_present(old), is_present(new)
    return None if was == now else _staff(number, reading.number(change, "date"), ours, came=now)


def said_by_the_chat(message: Node, ours: Ours) -> tuple[str, str] | None:
    """The same, as the chat itself says it, to a bot without any rights too."""
    date = reading.number(message, "date")
    gone = reading.part(message, "left_chat_member")
    if gone is not None:
        return _staff(reading.number(gone, "id"), date, ours, came=False)
    for person in reading.parts(message, "new_chat_members"):
        told = _staff(reading.number(person, "id"), date, ours, came=True)
        if told is not None:
            return told
    return None


def _staff(number: int, date: int, ours: Ours, *, came: bool) -> tuple[str, str] | None:
    if number == ours.bot or (came and number in ours.staff):
        return None
    if came:
        what = f"{staff_id(number)} is new in the staff chat, not on the roster, and can read every card."
    else:
        what = f"{staff_id(number)} has left the staff chat. If they have left the team, end their duty."
    # Both ways of telling have the same key, so that it is told once.
    return f"staff:{number}:{'came' if came else 'left'}:{date}", what
