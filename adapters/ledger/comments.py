"""The newest revisions of comments."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, func, insert, select, update

from adapters.ledger import events
from adapters.ledger.tables import COMMENTS, PAYLOAD
from adapters.ledger.transaction import Transaction
from moderation.comment import Comment, CommentRef
from moderation.record import CommentSeen
from moderation.verdict import Verdict


def see(transaction: Transaction, seq: int, comment: Comment) -> None:
    """Take in a revision. One that arrives after a later one changes nothing."""
    named = COMMENTS.c.comment == str(comment.ref)
    newest = transaction.execute(select(COMMENTS.c.revision).where(named)).scalar()
    values = {
        "account": str(comment.account),
        "author": str(comment.author),
        "posted_at": comment.posted_at,
        "revision": comment.revision,
        "seq": seq,
        "unjudged": True,
    }
    if newest is None:
        values |= {"comment": str(comment.ref), "gone": False}
        transaction.execute(insert(COMMENTS).values(values))
    elif comment.revision > newest:
        transaction.execute(update(COMMENTS).where(named).values(values))


def lose(transaction: Transaction, ref: CommentRef) -> None:
    """The network has it no longer: nobody waits for its verdict."""
    transaction.execute(
        update(COMMENTS).where(COMMENTS.c.comment == str(ref)).values(gone=True, unjudged=False)
    )


def judge(transaction: Transaction, verdict: Verdict) -> None:
    """A verdict about the newest revision has come."""
    transaction.execute(
        update(COMMENTS)
        .where(COMMENTS.c.comment == str(verdict.comment), COMMENTS.c.revision <= verdict.revision)
        .values(unjudged=False)
    )


def newest(transaction: Transaction, ref: CommentRef) -> Comment | None:
    """The newest revision; None where there is none, or it was erased."""
    seq = transaction.execute(select(COMMENTS.c.seq).where(COMMENTS.c.comment == str(ref))).scalar()
    event = None if seq is None else events.at(transaction, seq)
    return event.comment if isinstance(event, CommentSeen) else None


def nearby(transaction: Transaction, comment: Comment, since: dt.datetime, limit: int) -> tuple[Comment, ...]:
    """The author's own first, so that a flood by others hides nothing of them; then the account's newest."""
    own = COMMENTS.c.author == str(comment.author)
    found = _since(transaction, own, since, limit)
    if len(found) < limit:
        others = (COMMENTS.c.account == str(comment.account)) & ~own
        found += _since(transaction, others, since, limit - len(found))
    return tuple(sorted(found, key=lambda c: (c.posted_at, str(c.ref))))


def unjudged(transaction: Transaction) -> int:
    """How many comments wait for their verdict."""
    counted = select(func.count()).select_from(COMMENTS).where(COMMENTS.c.unjudged)
    return int(transaction.execute(counted).scalar_one())


def _since(
    transaction: Transaction, which: ColumnElement[bool], since: dt.datetime, limit: int
) -> list[Comment]:
    rows = transaction.execute(
        select(PAYLOAD.c.seq, PAYLOAD.c.body)
        .join(COMMENTS, COMMENTS.c.seq == PAYLOAD.c.seq)
        .where(which, COMMENTS.c.posted_at >= since, PAYLOAD.c.body.is_not(None))
        .order_by(COMMENTS.c.posted_at.desc(), COMMENTS.c.comment)
        .limit(limit)
    )
    read = [events.read(row.seq, "CommentSeen", row.body) for row in rows]
    return [event.comment for event in read if isinstance(event, CommentSeen)]
