"""The tables: the events, which only grow, and the projections that are computed from them."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from sqlalchemy import Index, LargeBinary, MetaData, Table, Text, UniqueConstraint
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from adapters.ledger.columns import Moment, Words, number

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

METADATA = MetaData(naming_convention=_NAMES)


class _Row(SQLModel, registry=registry(metadata=METADATA)):
    """A row of ours; tables of others have a registry of their own."""


# --- What happened ----------------------------------------------------------------------------------


class EventRow(_Row, table=True):
    """The envelope of an event. Its columns hold exactly what the digest covers, escaped already."""

    __tablename__: ClassVar[str] = "event"
    __table_args__ = (Index(None, "author", "seq"), Index(None, "at"))

    seq: int = Field(primary_key=True, sa_type=number(), sa_column_kwargs={"autoincrement": False})
    at: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    key: str = Field(sa_type=Text, unique=True)
    case: str | None = Field(sa_type=Text)
    author: str | None = Field(sa_type=Text)
    account: str | None = Field(sa_type=Text)
    comment: str | None = Field(sa_type=Text)
    rehearsed: int
    payload_digest: str = Field(sa_type=Text)
    previous: str = Field(sa_type=Text)
    digest: str = Field(sa_type=Text)


class PayloadRow(_Row, table=True):
    """What an event says. It may be erased; the envelope then still proves that there was one."""

    __tablename__: ClassVar[str] = "payload"

    seq: int = Field(
        primary_key=True,
        foreign_key="event.seq",
        sa_type=number(),
        sa_column_kwargs={"autoincrement": False},
    )
    salt: str = Field(sa_type=Text)
    body: str | None = Field(sa_type=Text)
    erased_at: str | None = Field(sa_type=Text)


# --- What follows from it ---------------------------------------------------------------------------


class HouseRow(_Row, table=True):
    """The one row that every writer takes first: where the chain ends, and the state of the house."""

    __tablename__: ClassVar[str] = "house"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    seq: int = Field(sa_type=number())
    digest: str = Field(sa_type=Text)
    mode: str = Field(sa_type=Words)
    epoch: int


class CaseRow(_Row, table=True):
    """A case for an author. C-42 is number 42."""

    __tablename__: ClassVar[str] = "cases"

    number: int = Field(primary_key=True, sa_type=number(), sa_column_kwargs={"autoincrement": False})
    author: str = Field(sa_type=Words, unique=True)


class CommentRow(_Row, table=True):
    """The newest revision of a comment: where to find it."""

    __tablename__: ClassVar[str] = "comments"
    __table_args__ = (Index(None, "author", "posted_at"), Index(None, "account", "posted_at"))

    comment: str = Field(primary_key=True, sa_type=Words)
    account: str = Field(sa_type=Words)
    author: str = Field(sa_type=Words)
    posted_at: dt.datetime = Field(sa_type=Moment)
    revision: int = Field(sa_type=number())
    seq: int = Field(sa_type=number())
    gone: bool
    unjudged: bool = Field(index=True)


class CardRow(_Row, table=True):
    """The newest version of a card: where to find it."""

    __tablename__: ClassVar[str] = "cards"

    card: str = Field(primary_key=True, sa_type=Words)
    case: int = Field(sa_type=number(), index=True)
    audience: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text, index=True)
    version: int
    asked: int = Field(sa_type=number())
    seq: int = Field(sa_type=number())


class ButtonRow(_Row, table=True):
    """What a token stands for. One of an older version stays, and is refused for being older."""

    __tablename__: ClassVar[str] = "buttons"

    token: str = Field(primary_key=True, sa_type=Words)
    card: str = Field(sa_type=Words)
    version: int
    verb: str = Field(sa_type=Text)
    argument: str = Field(sa_type=Words)


class BoardRow(_Row, table=True):
    """A case's message for one audience."""

    __tablename__: ClassVar[str] = "boards"

    case: int = Field(primary_key=True, sa_type=number(), sa_column_kwargs={"autoincrement": False})
    audience: str = Field(primary_key=True, sa_type=Text)
    version: int
    shown_version: int
    stale_since: int = Field(sa_type=number())
    chat: str | None = Field(sa_type=Words)
    message: str | None = Field(sa_type=Words)
    shown_at: dt.datetime | None = Field(sa_type=Moment)


class ActionRow(_Row, table=True):
    """How far an action has come."""

    __tablename__: ClassVar[str] = "actions"
    __table_args__ = (Index(None, "state", "rank", "seq"),)

    action: str = Field(primary_key=True, sa_type=Words)
    seq: int = Field(sa_type=number())
    rank: int
    state: str = Field(sa_type=Text)
    attempts: int
    after: str | None = Field(sa_type=Words)
    only_if_done: bool
    not_before: dt.datetime | None = Field(sa_type=Moment)
    lease_until: dt.datetime | None = Field(sa_type=Moment)
    settled: int | None = Field(sa_type=number())
    succeeded: bool
    holder: str | None = Field(default=None, sa_type=Text)


class HostRow(_Row, table=True):
    """A process that moves work, and until when the others take it to be alive."""

    __tablename__: ClassVar[str] = "hosts"

    host: str = Field(primary_key=True, sa_type=Text)
    since: dt.datetime = Field(sa_type=Moment)
    until: dt.datetime = Field(sa_type=Moment)


class LicenceRow(_Row, table=True):
    """An event about a ground's licence: where to find it. `test` is true for what a ruling says of it."""

    __tablename__: ClassVar[str] = "licences"
    __table_args__ = (Index(None, "test", "category"),)

    seq: int = Field(primary_key=True, sa_type=number(), sa_column_kwargs={"autoincrement": False})
    category: str = Field(sa_type=Text)
    test: bool


# --- What comes in, and what is kept ----------------------------------------------------------------


class InboxRow(_Row, table=True):
    """An item that arrived. Once it is worked through, only its key stays."""

    __tablename__: ClassVar[str] = "inbox"
    __table_args__ = (UniqueConstraint("source", "key"), Index(None, "done", "lane", "id"))

    id: int | None = Field(default=None, primary_key=True, sa_type=number())
    source: str = Field(sa_type=Words)
    key: str = Field(sa_type=Text)
    lane: int
    kind: str = Field(sa_type=Text)
    body: str | None = Field(sa_type=Text)
    arrived_at: dt.datetime = Field(sa_type=Moment)
    tries: int
    done: bool


class CursorRow(_Row, table=True):
    """How far a source has been read."""

    __tablename__: ClassVar[str] = "cursors"

    source: str = Field(primary_key=True, sa_type=Words)
    cursor: str = Field(sa_type=Words)
    moved_at: dt.datetime = Field(sa_type=Moment)


class KeptRow(_Row, table=True):
    """An attachment's bytes."""

    __tablename__: ClassVar[str] = "kept"

    sha256: str = Field(primary_key=True, sa_type=Text)
    content: bytes = Field(sa_type=LargeBinary)
    kept_at: dt.datetime = Field(sa_type=Moment)


class AttachmentRow(_Row, table=True):
    """Which event names which bytes, so that they go when the last of these is erased."""

    __tablename__: ClassVar[str] = "attachments"

    seq: int = Field(primary_key=True, sa_type=number(), sa_column_kwargs={"autoincrement": False})
    sha256: str = Field(sa_type=Text, index=True)


def _table(row: type[_Row]) -> Table:
    return METADATA.tables[str(row.__tablename__)]


EVENT = _table(EventRow)
PAYLOAD = _table(PayloadRow)
HOUSE = _table(HouseRow)
CASES = _table(CaseRow)
COMMENTS = _table(CommentRow)
CARDS = _table(CardRow)
BUTTONS = _table(ButtonRow)
BOARDS = _table(BoardRow)
ACTIONS = _table(ActionRow)
HOSTS = _table(HostRow)
LICENCES = _table(LicenceRow)
INBOX = _table(InboxRow)
CURSORS = _table(CursorRow)
KEPT = _table(KeptRow)
ATTACHMENTS = _table(AttachmentRow)
