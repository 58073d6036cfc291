"""Reading what an instance sends, whatever it sends."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import TypeAlias

Payload: TypeAlias = Mapping[str, object]

_DEEPEST = 32


def plain(value: object, depth: int = 0) -> object:
    """Turn Mastodon.py's entities into plain JSON values; anything odd becomes its text."""
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return str.__str__(value)
        case dt.datetime():
            return value.isoformat()
        case _ if depth > _DEEPEST:
            return None
        case Mapping():
            return {str(key): plain(inner, depth + 1) for key, inner in value.items()}
        case list() | tuple():
            return [plain(inner, depth + 1) for inner in value]
        case _:
            return str(value)


def record(value: object) -> Payload:
    """The value as an object; an empty one where it is none."""
    found = plain(value)
    return found if isinstance(found, dict) else {}


def written(value: object) -> str:
    """The value as JSON on one line, safe to store whatever is in it."""
    return json.dumps(plain(value), ensure_ascii=True, separators=(",", ":"))


def text(source: Payload, key: str) -> str:
    """A text field; empty where there is none."""
    value = source.get(key)
    return value if isinstance(value, str) else ""


def inner(source: Payload, key: str) -> Payload:
    """An object field; empty where there is none."""
    value = source.get(key)
    return value if isinstance(value, Mapping) else {}


def rows(source: Payload, key: str) -> tuple[Payload, ...]:
    """The objects in a list field."""
    value = source.get(key)
    return tuple(one for one in value if isinstance(one, Mapping)) if isinstance(value, list) else ()


def identifier(source: Payload, key: str = "id") -> str:
    """An id, which some software writes as a number; empty where there is none."""
    value = source.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)


def moment(source: Payload, key: str) -> dt.datetime | None:
    """A time in UTC; None where there is none that makes sense."""
    try:
        found = dt.datetime.fromisoformat(text(source, key))
        return (found if found.tzinfo else found.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def newer(one: str, other: str) -> bool:
    """Whether an id came after another: ids are numbers, or at least grow in length."""
    return (len(one), one) > (len(other), other)


def fingerprint(raw: str) -> str:
    """A short name for something that has no id."""
    return hashlib.sha256(raw.encode()).hexdigest()[:16]
