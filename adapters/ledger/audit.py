"""Proves that the ledger is as it was written: nothing changed, taken out, put in or cut off."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.exc import DBAPIError

from adapters.ledger import chain, codec, erasure
from adapters.ledger.chain import Head
from adapters.ledger.errors import LedgerBrokenError
from adapters.ledger.ledger import SqlLedger
from adapters.ledger.transaction import Transaction, after
from moderation.record import EpochRaised, Event, Mode, ModeChanged, Noted

_AT_ONCE = 2_000
"""Rows for one transaction, so that the bot's own need not wait long."""

# Plain SQL, so that every byte comes as it stands there. The payload's own number is asked for too: an
# envelope without a payload is told from one whose payload was erased.
_ROWS = text(
    'SELECT e.seq, e.at, e.kind, e.key, e."case", e.author, e.account, e.comment, e.rehearsed, '
    "e.payload_digest, e.previous, e.digest, p.seq AS payload, p.salt, p.body, p.erased_at "
    "FROM event AS e LEFT JOIN payload AS p ON p.seq = e.seq "
    "WHERE e.seq > :after ORDER BY e.seq LIMIT :most"
)
_FOLLOWED = frozenset(kind.__name__ for kind in (Noted, ModeChanged, EpochRaised))
_BEFORE_ALL = -(2**63)
_STRAY = text("SELECT min(p.seq) FROM payload AS p LEFT JOIN event AS e ON e.seq = p.seq WHERE e.seq IS NULL")


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What the audit found. `holds_to` is the last event up to which everything is as it was written."""

    head: Head
    holds_to: int
    erased: int
    broken_at: int | None = None
    wrong: str = ""

    @property
    def intact(self) -> bool:
        """Whether nothing at all is wrong."""
        return self.broken_at is None


class _BrokenError(Exception):
    def __init__(self, seq: int, wrong: str) -> None:
        self.seq = seq
        super().__init__(wrong)


@dataclass(slots=True)
class _Walk:
    """How far the audit has come."""

    expected: Head | None
    seq: int = 0
    digest: str = chain.BEGINNING
    erased: dict[int, str] = field(default_factory=dict)
    noted: dict[int, str] = field(default_factory=dict)
    mode: str | None = Mode.REHEARSAL
    epoch: int = 0


async def head(ledger: SqlLedger) -> Head:
    """Where the chain ends. Whoever keeps it elsewhere can prove later that nothing was cut off."""
    return await ledger.run(lambda transaction: transaction.head)


async def verify(ledger: SqlLedger, expected: Head | None = None) -> AuditReport:
    """Follow the chain from its beginning.

    `expected` is a head from outside of the house, such as a digest's mail: without one, nobody can tell
    a ledger whose end was cut off, or written anew, from one that is whole.
    """
    walk = _Walk(expected)
    try:
        while await _stretch(ledger, walk):
            pass
        await ledger.run(lambda transaction: _end(transaction, walk))
    except _BrokenError as broken:
        return AuditReport(Head(walk.seq, walk.digest), walk.seq, len(walk.erased), broken.seq, str(broken))
    return AuditReport(Head(walk.seq, walk.digest), walk.seq, len(walk.erased))


async def _stretch(ledger: SqlLedger, walk: _Walk) -> bool:
    """Follow some rows; False where there are no more."""
    after = walk.seq or _BEFORE_ALL
    try:
        rows = await ledger.run(lambda transaction: _rows(transaction, after, _AT_ONCE))
    except (LedgerBrokenError, DBAPIError):
        rows = [await _one(ledger, after, walk.seq + 1)]
    for row in rows:
        _follow(row, walk)
    return bool(rows)


async def _one(ledger: SqlLedger, after: int, seq: int) -> Row[Any]:
    """Where a row cannot even be read, go one by one, to find which."""
    try:
        rows = await ledger.run(lambda transaction: _rows(transaction, after, 1))
    except (LedgerBrokenError, DBAPIError) as error:
        raise _BrokenError(seq, f"event {seq} cannot be read: {error}") from None
    return rows[0]


def _rows(transaction: Transaction, after: int, most: int) -> list[Row[Any]]:
    return list(transaction.execute(_ROWS.bindparams(after=after, most=most)))


def _follow(row: Row[Any], walk: _Walk) -> None:
    due = walk.seq + 1
    if row.seq < due:
        raise _BrokenError(row.seq, f"event {row.seq} was put in before the first")
    if row.seq > due:
        raise _BrokenError(due, f"event {due} is missing")
    if row.previous != walk.digest:
        raise _BrokenError(due, f"event {due} does not hang on the one before it")
    if _link(row) != row.digest:
        raise _BrokenError(due, f"event {due} is not as it was written")
    _weigh_payload(row, walk)
    if walk.expected is not None and walk.expected.seq == due and walk.expected.digest != row.digest:
        raise _BrokenError(due, f"event {due} is not the one that the head from outside names")
    walk.seq, walk.digest = due, row.digest


def _link(row: Row[Any]) -> str:
    try:
        return chain.link(dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's public name for it
    except TypeError:  # bytes where a text stood
        return ""


def _weigh_payload(row: Row[Any], walk: _Walk) -> None:
    if row.payload is None:
        raise _BrokenError(row.seq, f"the payload of event {row.seq} is missing")
    if row.erased_at is not None or row.body is None:
        if row.body is not None or row.salt != "" or not isinstance(row.erased_at, str):
            raise _BrokenError(row.seq, f"the payload of event {row.seq} is neither there nor erased")
        walk.erased[row.seq] = row.erased_at
        walk.mode = None if row.kind == ModeChanged.__name__ else walk.mode
        return
    whole = isinstance(row.salt, str) and isinstance(row.body, str)
    if not whole or chain.seal(row.salt, row.body) != row.payload_digest:
        raise _BrokenError(row.seq, f"the payload of event {row.seq} is not as it was written")
    if row.kind in _FOLLOWED:
        _take_in(codec.read_event(row.kind, row.body), row, walk)


def _take_in(event: Event, row: Row[Any], walk: _Walk) -> None:
    """Follow what the house's own row, and erased payloads, are held against at the end."""
    match event:
        case Noted(text=told) if row.key.startswith(erasure.KEY):
            walk.noted.update(dict.fromkeys(erasure.told(told), row.at))
        case ModeChanged(mode=mode):
            known = walk.mode is not None or mode is not Mode.PAUSED
            walk.mode = after(walk.mode or "", mode) if known else None
        case EpochRaised(epoch=epoch):
            walk.epoch = max(epoch, walk.epoch)
        case _:
            pass


def _end(transaction: Transaction, walk: _Walk) -> None:
    """The last thing, in one transaction: the end of the chain is where the house says that it is."""
    for row in _rows(transaction, walk.seq or _BEFORE_ALL, 1_000_000):
        _follow(row, walk)
    unnoted = sorted(seq for seq, at in walk.erased.items() if walk.noted.get(seq) != at)
    if unnoted:
        raise _BrokenError(unnoted[0], f"the payload of event {unnoted[0]} was erased, and no note says so")
    stray = transaction.execute(_STRAY).scalar()
    if stray is not None:
        raise _BrokenError(stray, f"there is a payload {stray} without an event")
    if transaction.head != Head(walk.seq, walk.digest):
        named = transaction.head.seq
        raise _BrokenError(
            min(walk.seq, named) + 1,
            f"the ledger ends with event {walk.seq}, and the house names event {named} as its last",
        )
    house = transaction.house
    if house.epoch != walk.epoch or (walk.mode is not None and house.mode != walk.mode):
        raise _BrokenError(walk.seq, "the house's mode or epoch is not what the events made it")
    expected = walk.expected
    if expected is not None and expected.seq > walk.seq:
        raise _BrokenError(
            walk.seq + 1,
            f"the ledger ends with event {walk.seq}, and the head from outside names event {expected.seq}: "
            "its end was cut off, or it is an older copy",
        )
