"""The newest revisions of comments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, bindparam, func, insert, select, update

from adapters.ledger import events
from adapters.ledger.tables import COMMENTS, PAYLOAD
from adapters.ledger.transaction import Transaction
from moderation.comment import AccountRef, AuthorRef, Comment, CommentRef
from moderation.record import CommentSeen
from moderation.verdict import Verdict

_NAMED = COMMENTS.c.comment == bindparam("wanted")
_REVISION = select(COMMENTS.c.revision).where(_NAMED)
_SEQ = select(COMMENTS.c.seq).where(_NAMED)
_NEW = insert(COMMENTS)
_EDITED = update(COMMENTS).where(_NAMED)
_JUDGED = update(COMMENTS).where(_NAMED, COMMENTS.c.revision <= bindparam("judged")).values(unjudged=False)


def see(transaction: Transaction, seq: int, comment: Comment) -> None:
    """Take in a revision. One that arrives after a later one changes nothing."""
    known = transaction.execute(_REVISION, {"wanted": str(comment.ref)}).scalar()
    values = {
        "account": str(comment.account),
        "author": str(comment.author),
        "posted_at": comment.posted_at,
        "revision": comment.revision,
        "seq": seq,
        "unjudged": True,
    }
    if known is None:
        transaction.execute(_NEW, {**values, "comment": str(comment.ref), "gone": False})
    elif comment.revision > known:
        transaction.execute(_EDITED, {**values, "wanted": str(comment.ref)})


def lose(transaction: Transaction, ref: CommentRef) -> None:
    """The network has it no longer: nobody waits for its verdict."""
    transaction.execute(_EDITED, {"wanted": str(ref), "gone": True, "unjudged": False})


def judge(transaction: Transaction, verdict: Verdict) -> None:
    """A verdict about the newest revision has come."""
    transaction.execute(_JUDGED, {"wanted": str(verdict.comment), "judged": verdict.revision})


def newest(transaction: Transaction, ref: CommentRef) -> Comment | None:
    """The newest revision; None where there is none, or it was erased."""
    seq = transaction.execute(_SEQ, {"wanted": str(ref)}).scalar()
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


def on_accounts(
    transaction: Transaction, accounts: Collection[AccountRef], since: dt.datetime, limit: int
) -> tuple[Comment, ...]:
    """What anybody wrote on these accounts, newest revisions, oldest first."""
    there = COMMENTS.c.account.in_(sorted(map(str, accounts)))
    return tuple(sorted(_since(transaction, there, since, limit), key=lambda c: (c.posted_at, str(c.ref))))


def first_seen(transaction: Transaction, authors: Collection[AuthorRef]) -> Mapping[AuthorRef, dt.datetime]:
    """When each of these authors first wrote to us, where they did."""
    named = {str(author): author for author in authors}
    rows = transaction.execute(
        select(COMMENTS.c.author, func.min(COMMENTS.c.posted_at, type_=COMMENTS.c.posted_at.type).label("at"))
        .where(COMMENTS.c.author.in_(sorted(named)))
        .group_by(COMMENTS.c.author)
    )
    return {named[row.author]: row.at for row in rows}


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
