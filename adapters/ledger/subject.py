"""Whom and what an event is about: the author, the account, the comment and the case on its envelope."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from adapters.ledger import cases
from adapters.ledger.escape import escaped, fitted
from adapters.ledger.tables import COMMENTS, EVENT
from adapters.ledger.transaction import Transaction
from moderation import record
from moderation.comment import AuthorRef, CommentRef
from moderation.decision import ActionKey, CaseRef, DecisionId
from moderation.suspension import LicenceTested

_OF_COMMENT = select(COMMENTS.c.author).where(COMMENTS.c.comment == bindparam("wanted"))
_OF_EVENT = select(EVENT.c.author, EVENT.c.account, EVENT.c.comment, EVENT.c.case).where(
    EVENT.c.key == bindparam("wanted")
)


@dataclass(frozen=True, slots=True)
class Subject:
    """The envelope's columns, escaped as they are stored."""

    author: str | None = None
    account: str | None = None
    comment: str | None = None
    case: str | None = None


def subject_of(transaction: Transaction, event: record.Event, author: AuthorRef | None) -> Subject:
    """Work out whom an event is about, from itself and from what stands in the ledger already."""
    found = _found(transaction, event)
    if author is not None:
        found = Subject(escaped(str(author)), found.account, found.comment, found.case)
    if found.case is None and found.author is not None:
        found = Subject(found.author, found.account, found.comment, cases.known(transaction, found.author))
    return found


def _found(transaction: Transaction, event: record.Event) -> Subject:
    match event:
        case record.CommentSeen(comment=comment):
            return _direct(str(comment.author), comment.ref)
        case record.Decided(decision=decision):
            return _direct(str(decision.author), decision.comment)
        case record.Intended(action=action):
            return Subject(
                escaped(str(action.author)),
                escaped(str(action.account)),
                escaped(str(action.comment)) if action.comment else None,
            )
        case record.CommentGone(comment=ref) | record.EvidenceKept(comment=ref):
            return _on_comment(transaction, ref)
        case record.Ruled(comment=ref) | record.Reversed(comment=ref) | LicenceTested(comment=ref):
            return _on_comment(transaction, ref)
        case record.Judged(verdict=verdict):
            return _on_comment(transaction, verdict.comment)
        case _:
            return _through_another(transaction, event)


def _through_another(transaction: Transaction, event: record.Event) -> Subject:
    """About the same as the action, the decision, the card or the case that it names."""
    match event:
        case record.Attempted(action=action) | record.Settled(action=action) | record.Withheld(action=action):
            return _as_event(transaction, intended_key(action))
        case record.Approved(approval=approval):
            return _as_event(transaction, decided_key(approval.decision))
        case record.Declined(decision=decision) | record.ReferralAnswered(decision=decision):
            return _as_event(transaction, decided_key(decision))
        case record.Asked(card=card) | record.CardChanged(card=card):
            return _in_case(transaction, card.case, card.comment)
        case record.Shown(case=case) | record.Offered(case=case):
            return _in_case(transaction, case, None)
        case record.Answered(card=card):
            return _as_event(transaction, fitted(f"asked:{card}"))
        case _:
            return Subject()


def intended_key(action: ActionKey) -> str:
    """The key under which an action's intention is stored."""
    return fitted(f"intended:{action}")


def decided_key(decision: DecisionId) -> str:
    """The key under which a decision is stored."""
    return fitted(f"decided:{decision}")


def _direct(author: str, comment: CommentRef) -> Subject:
    return Subject(escaped(author), escaped(str(comment.account)), escaped(str(comment)))


def _on_comment(transaction: Transaction, comment: CommentRef) -> Subject:
    row = transaction.execute(_OF_COMMENT, {"wanted": str(comment)}).first()
    author = escaped(row.author) if row else None
    return Subject(author, escaped(str(comment.account)), escaped(str(comment)))


def _as_event(transaction: Transaction, key: str) -> Subject:
    row = transaction.execute(_OF_EVENT, {"wanted": key}).first()
    return Subject(row.author, row.account, row.comment, row.case) if row else Subject()


def _in_case(transaction: Transaction, case: CaseRef, comment: CommentRef | None) -> Subject:
    author = cases.author_of(transaction, case)
    return Subject(
        escaped(str(author)) if author else None,
        escaped(str(comment.account)) if comment else None,
        escaped(str(comment)) if comment else None,
        escaped(case),
    )
