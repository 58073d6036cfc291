"""Events: written once, each hanging on the one before, and read back."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from sqlalchemy import CursorResult, bindparam, insert, select

from adapters.ledger import cases, chain, codec
from adapters.ledger.columns import written
from adapters.ledger.errors import LedgerBrokenError
from adapters.ledger.escape import escaped, fitted, unescaped
from adapters.ledger.subject import Subject, decided_key
from adapters.ledger.tables import EVENT, PAYLOAD
from adapters.ledger.transaction import Transaction
from moderation.comment import AuthorRef
from moderation.decision import CaseRef, Decision, DecisionId
from moderation.record import Decided, Event, Recorded, ReferralAnswered

_STANDS = select(EVENT.c.seq).where(EVENT.c.key == bindparam("wanted"))
_ENVELOPE = insert(EVENT)
_BODY = insert(PAYLOAD)
_AT = (
    select(EVENT.c.kind, PAYLOAD.c.body)
    .join(PAYLOAD, EVENT.c.seq == PAYLOAD.c.seq)
    .where(EVENT.c.seq == bindparam("wanted"), PAYLOAD.c.body.is_not(None))
)
_DECISION = (
    select(PAYLOAD.c.seq, PAYLOAD.c.body)
    .join(EVENT, EVENT.c.seq == PAYLOAD.c.seq)
    .where(EVENT.c.key == bindparam("wanted"), PAYLOAD.c.body.is_not(None))
)
RECORDED = (
    select(
        EVENT.c.seq, EVENT.c.at, EVENT.c.kind, EVENT.c.case, EVENT.c.author, EVENT.c.rehearsed, PAYLOAD.c.body
    )
    .join(PAYLOAD, EVENT.c.seq == PAYLOAD.c.seq)
    .where(PAYLOAD.c.body.is_not(None))
    .order_by(EVENT.c.seq)
)
_HISTORY = RECORDED.where(EVENT.c.author == bindparam("wanted"))
_BETWEEN = RECORDED.where(EVENT.c.at >= bindparam("since"), EVENT.c.at < bindparam("until"))


def key_of(event: Event) -> str:
    """The event's key as it is stored. Envelopes outlive what people wrote, so they hold none of it."""
    if isinstance(event, ReferralAnswered):  # its key quotes the advice
        digest = hashlib.sha256(event.key.encode(errors="surrogatepass")).hexdigest()
        return fitted(f"advice:{event.decision}:sha256:{digest}")
    return fitted(event.key)


def stands(transaction: Transaction, key: str) -> bool:
    """Whether an event with that key is in the ledger."""
    return transaction.execute(_STANDS, {"wanted": key}).first() is not None


def write(transaction: Transaction, event: Event, key: str, subject: Subject) -> Recorded:
    """Hang an event on the end of the chain."""
    house = transaction.house
    body, salt = codec.write(event), chain.new_salt()
    rehearsed = house.rehearsing
    envelope: dict[str, Any] = {
        "seq": house.seq + 1,
        "at": written(transaction.now),
        "kind": type(event).__name__,
        "key": key,
        "case": subject.case,
        "author": subject.author,
        "account": subject.account,
        "comment": subject.comment,
        "rehearsed": int(rehearsed),
        "payload_digest": chain.seal(salt, body),
        "previous": house.digest,
    }
    envelope["digest"] = chain.link(envelope)
    transaction.execute(_ENVELOPE, envelope)
    transaction.execute(_BODY, {"seq": envelope["seq"], "salt": salt, "body": body})
    house.seq, house.digest = envelope["seq"], envelope["digest"]
    return Recorded(
        seq=house.seq,
        at=transaction.now,
        event=event,
        case=_case(subject.case),
        author=_author(subject.author),
        rehearsed=rehearsed,
    )


def history(transaction: Transaction, author: AuthorRef) -> tuple[Recorded, ...]:
    """Everything about an author that has not been erased, oldest first."""
    return recorded(transaction.execute(_HISTORY, {"wanted": escaped(str(author))}))


def between(transaction: Transaction, since: dt.datetime, until: dt.datetime) -> tuple[Recorded, ...]:
    """Everything in a period that has not been erased, oldest first: `since` included, `until` not."""
    period = {"since": written(since), "until": written(until)}
    return recorded(transaction.execute(_BETWEEN, period))


def decision(transaction: Transaction, name: DecisionId) -> Decision | None:
    """The decision with that id."""
    row = transaction.execute(_DECISION, {"wanted": decided_key(name)}).first()
    event = read(row.seq, "Decided", row.body) if row else None
    return event.decision if isinstance(event, Decided) else None


def at(transaction: Transaction, seq: int) -> Event | None:
    """What the event with that number says; None where it was erased."""
    row = transaction.execute(_AT, {"wanted": seq}).first()
    return read(seq, row.kind, row.body) if row else None


def read(seq: int, kind: str, body: str) -> Event:
    """Read an event's body."""
    try:
        return codec.read_event(kind, body)
    except codec.UnreadableError as error:
        raise LedgerBrokenError(f"event {seq}: {error}; was it written by a newer version?") from None


def recorded(rows: CursorResult[Any]) -> tuple[Recorded, ...]:
    """Read rows of `RECORDED`."""
    return tuple(
        Recorded(
            seq=row.seq,
            at=dt.datetime.fromisoformat(row.at),
            event=read(row.seq, row.kind, row.body),
            case=_case(row.case),
            author=_author(row.author),
            rehearsed=row.rehearsed != 0,
        )
        for row in rows
    )


def _case(stored: str | None) -> CaseRef | None:
    return None if stored is None else CaseRef(unescaped(stored))


def _author(stored: str | None) -> AuthorRef | None:
    return None if stored is None else cases.author_named(unescaped(stored))
