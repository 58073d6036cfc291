"""A case's messages in the staff chat: what they ought to show, and what they show."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, bindparam, case, exists, insert, select, update

from adapters.ledger import cases
from adapters.ledger.tables import BOARDS, CARDS, CASES
from adapters.ledger.transaction import Transaction
from moderation import record
from moderation.card import Audience, CardState, Place
from moderation.decision import CaseRef
from moderation.ports import Board

TELLING = (
    record.Asked,
    record.CardChanged,
    record.Decided,
    record.Settled,
    record.Withheld,
    record.Approved,
    record.Declined,
    record.Ruled,
    record.Reversed,
    record.ReferralAnswered,
    record.Noted,
    record.CommentSeen,
    record.CommentGone,
)
"""Events on a case that somebody who reads its message would want to see."""

_STALE = BOARDS.c.version > BOARDS.c.shown_version

_TOLD = {
    "version": BOARDS.c.version + 1,
    "stale_since": case((_STALE, BOARDS.c.stale_since), else_=bindparam("since")),
}
_TELL = update(BOARDS).where(BOARDS.c.case == bindparam("number")).values(_TOLD)
_TELL_ONE = _TELL.where(BOARDS.c.audience == bindparam("to"))


def tell(transaction: Transaction, number: int, audience: Audience | None = None) -> None:
    """Something has happened on the case: its messages ought to show it."""
    told = {"number": number, "since": transaction.house.seq}
    if audience is None:
        transaction.execute(_TELL, told)
    else:
        transaction.execute(_TELL_ONE, {**told, "to": audience.value})


def open_for(transaction: Transaction, number: int, audience: Audience) -> None:
    """An audience has its first card on the case: from now on there is a message for it."""
    which = (BOARDS.c.case == number) & (BOARDS.c.audience == audience)
    if transaction.execute(select(BOARDS.c.version).where(which)).first() is None:
        transaction.execute(
            insert(BOARDS).values(
                case=number,
                audience=audience,
                version=1,
                shown_version=0,
                stale_since=transaction.house.seq,
            )
        )


def show(transaction: Transaction, shown: record.Shown) -> None:
    """The message stands there. A version that we never made would never grow stale: ours at most."""
    number = cases.number_of(shown.case) or 0
    least = case((BOARDS.c.version < shown.version, BOARDS.c.version), else_=shown.version)
    transaction.execute(
        update(BOARDS)
        .where(BOARDS.c.case == number, BOARDS.c.audience == shown.audience)
        .values(
            shown_version=least,
            chat=shown.place.chat,
            message=shown.place.message,
            shown_at=shown.at,
            stale_since=transaction.house.seq,
        )
    )


def board(transaction: Transaction, name: CaseRef, audience: Audience) -> Board | None:
    """A case's message."""
    which = (BOARDS.c.case == (cases.number_of(name) or 0)) & (BOARDS.c.audience == audience)
    row = transaction.execute(_boards().where(which)).first()
    return _board(row) if row else None


def boards(transaction: Transaction, *, stale_only: bool, limit: int) -> tuple[Board, ...]:
    """The assistant director's first; then those that have been out of date the longest."""
    if stale_only:
        which = _STALE
    else:
        same = (CARDS.c.case == BOARDS.c.case) & (CARDS.c.audience == BOARDS.c.audience)
        which = exists().where(same, CARDS.c.state == CardState.OPEN)
    first = case((BOARDS.c.audience == Audience.ASSISTANT_DIRECTOR, 0), else_=1)
    query = _boards().where(which).order_by(first, BOARDS.c.stale_since, BOARDS.c.case)
    return tuple(_board(row) for row in transaction.execute(query.limit(limit)))


def _boards() -> Select[Any]:
    return select(BOARDS, CASES.c.author).join(CASES, CASES.c.number == BOARDS.c.case)


def _board(row: Row[Any]) -> Board:
    return Board(
        case=cases.spoken(row.case),
        author=cases.author_named(row.author),
        audience=Audience(row.audience),
        version=row.version,
        shown_version=row.shown_version,
        place=None if row.chat is None else Place(row.chat, row.message),
        shown_at=row.shown_at,
    )
