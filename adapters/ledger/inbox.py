"""What has arrived and is not yet worked through, and how far each source has been read."""

from __future__ import annotations

from sqlalchemy import bindparam, insert, select, update

from adapters.ledger import codec
from adapters.ledger.escape import fitted, unescaped
from adapters.ledger.tables import CURSORS, INBOX
from adapters.ledger.transaction import Transaction
from moderation.arrival import Item, Ordered, Pressed
from moderation.ports import Waiting
from moderation.record import Quarantined

_PEOPLE, _REST = 0, 1
"""Lanes: what a person of ours pressed or typed goes before what arrives by itself."""

_STANDS = select(INBOX.c.id).where(INBOX.c.source == bindparam("of"), INBOX.c.key == bindparam("wanted"))
_NEW = insert(INBOX)
_FINISHED = update(INBOX).where(INBOX.c.id == bindparam("wanted")).values(done=True, body=None)


def cursor(transaction: Transaction, source: str) -> str | None:
    """How far a source has been read."""
    known = select(CURSORS.c.cursor).where(CURSORS.c.source == source)
    found: str | None = transaction.execute(known).scalar()
    return found


def move_cursor(transaction: Transaction, source: str, to: str) -> None:
    """Remember how far a source has been read."""
    values = {"cursor": to, "moved_at": transaction.now}
    moved = transaction.execute(update(CURSORS).where(CURSORS.c.source == source).values(values))
    if moved.rowcount == 0:
        transaction.execute(insert(CURSORS).values(source=source, **values))


def put(transaction: Transaction, source: str, item: Item) -> bool:
    """Take an item in, once."""
    key = fitted(item.key)
    if transaction.execute(_STANDS, {"of": source, "wanted": key}).first() is not None:
        return False
    values = {
        "source": source,
        "key": key,
        "lane": _PEOPLE if isinstance(item, Pressed | Ordered) else _REST,
        "kind": type(item).__name__,
        "body": codec.write(item),
        "arrived_at": transaction.now,
        "tries": 0,
        "done": False,
    }
    transaction.execute(_NEW, values)
    return True


def waiting(transaction: Transaction, limit: int) -> tuple[tuple[Waiting, ...], tuple[int, ...]]:
    """Items to be worked through, and the numbers of those that this version cannot read.

    `tries` says how often an item was handed out before this time.
    """
    query = select(INBOX).where(~INBOX.c.done).order_by(INBOX.c.lane, INBOX.c.id).limit(limit)
    readable, unreadable = [], []
    for row in transaction.execute(query).all():
        try:
            item = codec.read_item(row.kind, row.body)
        except codec.UnreadableError:
            unreadable.append(row.id)
        else:
            readable.append(Waiting(row.id, row.source, item, row.tries))
    if readable and not transaction.read_only:
        handed = INBOX.c.id.in_([one.id for one in readable])
        transaction.execute(update(INBOX).where(handed).values(tries=INBOX.c.tries + 1))
    return tuple(readable), tuple(unreadable)


def finish(transaction: Transaction, item: int) -> None:
    """The item has been worked through: what it said goes, its key stays."""
    transaction.execute(_FINISHED, {"wanted": item})


def as_quarantined(transaction: Transaction, item: int, reason: str) -> Quarantined | None:
    """Say what is set aside, exactly as it came; None where nothing of that number is waiting."""
    row = transaction.execute(select(INBOX).where(INBOX.c.id == item, ~INBOX.c.done)).first()
    if row is None:
        return None
    try:
        read = codec.read_item(row.kind, row.body)
    except codec.UnreadableError as error:
        return Quarantined(row.source, unescaped(row.key), f"{reason}: {error}", row.body)
    return Quarantined(row.source, read.key, reason, read.raw)
