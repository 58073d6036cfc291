"""What is done can be undone, and the undoing is recorded."""

from __future__ import annotations

from dataclasses import replace

from moderation.card import CardKind, Heard
from moderation.casework import House, close, newest, refresh, standing_of, write
from moderation.comment import Comment, CommentRef
from moderation.decision import AlreadyDone, CaseRef, Clearance, Decision, Done, StaffId, Step, decision_id
from moderation.licensing import rule
from moderation.ports import Books
from moderation.record import Decided, Intended, Reversed, Ruled
from moderation.standing import BlockState
from moderation.taxonomy import Severity


def overturn(
    books: Books, house: House, ref: CommentRef, revision: int, by: StaffId, why: str, *, card: str = ""
) -> bool:
    """Void all that was decided about a revision, undo what can be undone, and look at what followed.

    Returns False where it had been overturned before.
    """
    comment = newest(books, ref)
    author = comment.author
    rule(books, house, comment, Ruled(ref, revision, by, breach=False, why=why, card=card))
    if books.append(Reversed(ref, revision, by, why), author) is None:
        return False
    write(books, house, comment, _undoing(books, house, comment, revision, by, why))
    for other in books.cards(books.case_of(author), open_only=True):
        about_it = other.comment == ref and other.revision == revision
        if about_it and other.kind in {CardKind.RULE, CardKind.REVIEW}:
            close(books, other, f"overturned by {house.person(by)}")
    refresh(books, house, author)
    return True


def _undoing(
    books: Books, house: House, comment: Comment, revision: int, by: StaffId, why: str
) -> tuple[Decision, ...]:
    undone: list[Decision] = []
    about = [
        r.event.action
        for r in books.history(comment.author)
        if isinstance(r.event, Intended) and r.event.action.comment == comment.ref
    ]
    for action in about:
        progress = books.action(action.key)
        decision = books.decision(action.decision)
        if progress is None or decision is None or decision.revision != revision:
            continue
        if action.step is Step.HIDE and isinstance(progress.outcome, Done | AlreadyDone):
            undone.append(_reversal(decision, Step.UNHIDE, by, why, house))
    standing = standing_of(books, comment.author)
    undone.extend(
        replace(_reversal(block.decision, Step.ASK, by, why, house), asks=Step.UNBLOCK)
        for block in standing.blocks
        if block.in_force(books.now)
    )
    return tuple(undone)


def _reversal(undone: Decision, step: Step, by: StaffId, why: str, house: House) -> Decision:
    return Decision(
        id=decision_id(undone.comment, undone.revision, step, undone.id),
        step=step,
        author=undone.author,
        account=undone.account,
        comment=undone.comment,
        revision=undone.revision,
        ground=None,
        severity=Severity.NOTHING,
        clearance=Clearance.OFFICER,
        because=why,
        clause="what is done can be undone",
        policy_version=house.policy.version,
        by=by,
    )


def unblock(books: Books, house: House, case: CaseRef, by: StaffId, why: str) -> Heard:
    """Lift every block that is in force on the case's author, and tell the person."""
    author = books.author_of(case)
    if author is None:
        return Heard(taken=False, say=f"There is no case {case}.")
    standing = standing_of(books, author)
    blocks = [b for b in standing.blocks if b.state in {BlockState.ACTIVE, BlockState.APPROVED}]
    for block in blocks:
        comment = newest(books, block.decision.comment)
        write(books, house, comment, (_reversal(block.decision, Step.UNBLOCK, by, why, house),))
    if not blocks:
        return Heard(taken=False, say=f"Nobody is blocked under {case}.")
    return Heard(taken=True, say=f"Lifting {len(blocks)} block{'s' if len(blocks) > 1 else ''} under {case}.")


def undo_last(books: Books, house: House, case: CaseRef, by: StaffId, why: str) -> Heard:
    """Overturn the newest decision of the ladder on a case."""
    author = books.author_of(case)
    if author is None:
        return Heard(taken=False, say=f"There is no case {case}.")
    undone = {
        (r.event.comment, r.event.revision) for r in books.history(author) if isinstance(r.event, Reversed)
    }
    struck = [
        r.event.decision
        for r in books.history(author)
        if isinstance(r.event, Decided)
        and r.event.decision.step in {Step.HIDE, Step.REPORT, Step.RECORD}
        and (r.event.decision.comment, r.event.decision.revision) not in undone
    ]
    if not struck:
        return Heard(taken=False, say=f"There is nothing left to undo under {case}.")
    last = struck[-1]
    overturn(books, house, last.comment, last.revision, by, why)
    return Heard(
        taken=True, say=f"Undone under {case}: {last.step} of {books.now:%-d %B %Y}. Its strike is void."
    )
