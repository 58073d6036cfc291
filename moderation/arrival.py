"""What a source hands over: comments, presses, commands, notices, and what it could not read."""

from __future__ import annotations

from dataclasses import dataclass

from moderation.card import Order, Press
from moderation.comment import Comment, CommentRef


@dataclass(frozen=True, slots=True)
class Arrived:
    """A comment, or a new revision of one."""

    key: str
    comment: Comment
    raw: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The network says that a comment is there no longer."""

    key: str
    comment: CommentRef
    raw: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """Somebody pressed a button in the staff chat."""

    key: str
    press: Press
    raw: str


@dataclass(frozen=True, slots=True)
class Ordered:
    """Somebody typed a command in the staff chat."""

    key: str
    order: Order
    raw: str


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something about the account itself that a person should know: rights lost, a chat moved."""

    key: str
    what: str
    raw: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something arrived that we do not understand. It is set aside, never dropped."""

    key: str
    reason: str
    raw: str


Item = Arrived | Gone | Pressed | Ordered | Noticed | Unreadable


@dataclass(frozen=True, slots=True)
class Batch:
    """What a source hands over at once, and the cursor that is behind it.

    The source may tell the network that it has these only when the next batch is asked for: by then
    they are in the ledger.
    """

    items: tuple[Item, ...]
    cursor: str
