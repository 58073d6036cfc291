"""Events and items as JSON, and back again, exactly."""

from __future__ import annotations

import functools
import json
import typing
from collections.abc import Mapping

from pydantic import TypeAdapter, ValidationError

from moderation.arrival import Item
from moderation.decision import Outcome
from moderation.record import Event, Settled

_AS_HEX = "utf-8-surrogatepass:"
"""Marks a body that no database could hold as text. A body in JSON begins with a brace."""


class UnreadableError(ValueError):
    """A body that this version of the program cannot read."""


_EVENTS: Mapping[str, type] = {kind.__name__: kind for kind in typing.get_args(Event)}
_ITEMS: Mapping[str, type] = {kind.__name__: kind for kind in typing.get_args(Item)}
_OUTCOMES: Mapping[str, type] = {kind.__name__: kind for kind in typing.get_args(Outcome)}


def write(value: Event | Item) -> str:
    """Write an event or an item as text that every database can hold. Its kind is its class's name."""
    kind: type = type(value)
    body = _adapter(kind).dump_python(value, mode="json")
    if isinstance(value, Settled):
        body["outcome"]["is"] = type(value.outcome).__name__
    return _holdable(json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")))


def read_event(kind: str, body: str) -> Event:
    """Read an event. Fields that are unknown are ignored; fields that are missing have their defaults."""
    event: Event = _read(_EVENTS, kind, body)
    return event


def read_item(kind: str, body: str) -> Item:
    """Read an item, likewise."""
    item: Item = _read(_ITEMS, kind, body)
    return item


def _read(kinds: Mapping[str, type], kind: str, written: str) -> typing.Any:  # noqa: ANN401 - the caller says
    if kind not in kinds:
        raise UnreadableError(f"this version knows no {kind!r}")
    try:
        body = json.loads(_unheld(written))
        if kinds[kind] is Settled:
            body["outcome"] = _outcome(body["outcome"])
        return _adapter(kinds[kind]).validate_python(body)
    except (ValidationError, ValueError, TypeError, KeyError) as error:
        # The error's own text quotes what people wrote, so only its type goes on.
        raise UnreadableError(f"this {kind} cannot be read: {type(error).__name__}") from None


def _outcome(body: Mapping[str, object]) -> Outcome:
    """Outcomes look alike in JSON, so each says what it is."""
    outcome: Outcome = _adapter(_OUTCOMES[str(body["is"])]).validate_python(body)
    return outcome


@functools.cache
def _adapter(kind: type) -> TypeAdapter[typing.Any]:
    return TypeAdapter(kind)


def _holdable(body: str) -> str:
    """JSON escapes NUL by itself. Lone surrogates it would join into one character on the way back."""
    try:
        body.encode()
    except UnicodeEncodeError:
        return _AS_HEX + body.encode(errors="surrogatepass").hex()
    return body


def _unheld(written: str) -> str:
    if written.startswith(_AS_HEX):
        return bytes.fromhex(written.removeprefix(_AS_HEX)).decode(errors="surrogatepass")
    return written
