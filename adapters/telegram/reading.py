"""Reading JSON that came from outside: every field is checked before it is used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TypeAlias

Node: TypeAlias = Mapping[str, object]

LARGEST = 2**63 - 1


class UnreadableError(ValueError):
    """A field is missing or not what it should be."""


def part(node: Node, key: str) -> Node | None:
    """Give the object under a key, or None where there is none."""
    value = node.get(key)
    if value is None:
        return None
    if not isinstance(value, dict):
        raise UnreadableError(f"{key} is not an object")
    return value


def needed(node: Node, key: str) -> Node:
    """Give the object under a key."""
    found = part(node, key)
    if found is None:
        raise UnreadableError(f"{key} is missing")
    return found


def parts(node: Node, key: str) -> tuple[Node, ...]:
    """Give the objects in the list under a key; nothing where there is none."""
    value = node.get(key)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise UnreadableError(f"{key} is not a list of objects")
    return tuple(value)


def words(node: Node, key: str) -> str:
    """Give the text under a key; nothing where there is none. Halves of characters are made whole."""
    value = node.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UnreadableError(f"{key} is not a text")
    return whole(value)


def whole(text: str) -> str:
    """Join surrogates that belong together; replace those left alone, and NUL: no database takes them."""
    if any("\ud800" <= char <= "\udfff" for char in text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace("\0", "\ufffd")


def number(node: Node, key: str) -> int:
    """Give the whole number under a key, which fits into 64 bits."""
    found = maybe_number(node, key)
    if found is None:
        raise UnreadableError(f"{key} is missing")
    return found


def maybe_number(node: Node, key: str) -> int | None:
    """Give the whole number under a key, or None where there is none."""
    value = node.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST:
        raise UnreadableError(f"{key} is not a whole number")
    return value


def moment(node: Node, key: str) -> dt.datetime:
    """Give the time under a key, in UTC."""
    seconds = number(node, key)
    try:
        return dt.datetime.fromtimestamp(seconds, dt.UTC)
    except (ValueError, OverflowError, OSError):
        raise UnreadableError(f"{key} is not a time") from None


def units(text: str) -> int:
    """The length of a text as Telegram counts it, in UTF-16 code units."""
    return len(text) + sum(char > "\uffff" for char in text)


def slice_units(text: str, offset: int, length: int) -> str:
    """The part of a text that an entity covers; its offsets count UTF-16 code units."""
    encoded = text.encode("utf-16-le", "surrogatepass")
    return encoded[2 * max(offset, 0) : 2 * max(offset + length, 0)].decode("utf-16-le", "replace")
