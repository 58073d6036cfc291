"""Whether an action may go out at this moment, and what its outcome leads to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from moderation.approval import Refusal, hold
from moderation.casework import House, newest, plan_for, refresh, standing_of
from moderation.comment import Media
from moderation.decision import Action, ActionKey, ActionKind, Approval, Decision, Done, Outcome, Step
from moderation.evidence import digest_of
from moderation.planning import follow_up
from moderation.ports import Books, OpenAction
from moderation.record import (
    Approved,
    Attempted,
    EvidenceKept,
    Mode,
    Noted,
    Reversed,
    Settled,
    Withheld,
)
from moderation.rulings import warning_held
from moderation.standing import Block, BlockState

LEASE = dt.timedelta(minutes=2)
"""How long an action stays in hand before another hand may take it."""
PAUSE = dt.timedelta(seconds=15)
"""How soon a paused house looks again."""
UNDOING = frozenset({Step.UNHIDE, Step.UNBLOCK})


@dataclass(frozen=True, slots=True)
class Go:
    """Perform it now. `again` says that an earlier attempt may have got through: read back first."""

    action: Action
    attempt: int
    again: bool
    rehearse: bool


@dataclass(frozen=True, slots=True)
class Secure:
    """Attachments whose bytes have to be in the ledger before the comment may be hidden."""

    action: Action
    media: tuple[Media, ...]


def begin(books: Books, house: House, key: ActionKey, host: str | None = None) -> Go | Secure | None:
    """Claim an action and write the attempt down, or say why there is nothing to do.

    For whatever rests on an approval, this is where the approval is held against the ledger again, in
    the transaction just before the call.
    """
    mode = books.mode()
    progress = books.action(key)
    if progress is None or not books.claim(key, LEASE, host):
        return None
    action = progress.action
    if mode is Mode.PAUSED:
        books.postpone(key, books.now + PAUSE)
        return None
    decision = books.decision(action.decision)
    why_not = (
        "its decision is not in the ledger"
        if decision is None
        else _forbidden(books, house, action, decision)
    )
    if why_not is not None:
        _withhold(books, house, action, why_not)
        return None
    missing = _unsecured(books, action) if mode is Mode.ACTIVE else ()
    if missing:
        books.postpone(key, books.now)
        return Secure(action, missing)
    attempt = progress.attempts + 1
    books.append(Attempted(key, attempt), action.author)
    return Go(action, attempt, again=_in_doubt(books, progress), rehearse=mode is not Mode.ACTIVE)


def _in_doubt(books: Books, progress: OpenAction) -> bool:
    """Whether an earlier attempt may have got through. One that was put off certainly did not."""
    accounted = {
        r.event.attempt
        for r in books.history(progress.action.author)
        if isinstance(r.event, Settled) and r.event.action == progress.action.key
    }
    return any(attempt not in accounted for attempt in range(1, progress.attempts + 1))


def _withhold(books: Books, house: House, action: Action, why: str) -> None:
    books.append(Withheld(action.key, why), action.author)
    books.append(Noted("dispatch", f"{action.step} withheld: {why}", f"withheld:{action.key}"), action.author)
    refresh(books, house, action.author)


def _forbidden(books: Books, house: House, action: Action, decision: Decision) -> str | None:
    if decision.step not in UNDOING and _overturned(books, decision):
        return "an officer overturned it"
    rests_on_approval = action.kind is ActionKind.BLOCK or decision.step in {Step.REASONS, Step.CIRCULATE}
    if not rests_on_approval:
        return None
    block = _block_behind(books, decision)
    if block is None:
        return Refusal.NOT_APPROVED.value
    if decision.step is Step.CIRCULATE:  # tells what was done; the block itself was checked
        return None if block.state is BlockState.ACTIVE else Refusal.DECIDED_OTHERWISE.value
    refusal = _held(books, house, block.decision)
    return refusal.value if refusal else None


def _overturned(books: Books, decision: Decision) -> bool:
    return any(
        isinstance(r.event, Reversed)
        and r.event.comment == decision.comment
        and r.event.revision == decision.revision
        for r in books.history(decision.author)
    )


def _block_behind(books: Books, decision: Decision) -> Block | None:
    """The approved block that an action serves: its own, or the one on the same comment and account."""
    standing = standing_of(books, decision.author)
    if decision.step is Step.BLOCK:
        return standing.block_of(decision.id)
    serving = (
        b for b in standing.blocks if b.decision.comment == decision.comment and b.approval is not None
    )
    return next((b for b in serving if b.decision.account == decision.account), None)


def _held(books: Books, house: House, block: Decision) -> Refusal | None:
    history = books.history(block.author)
    standing = standing_of(books, block.author)
    return hold(
        block,
        _approval(books, block),
        standing,
        roster=house.roster,
        evidence=digest_of(block, standing, history),
        now=books.now,
        epoch=books.epoch,
        warned=warning_held(books, house, block),
    )


def _approval(books: Books, block: Decision) -> Approval | None:
    given = (
        r.event.approval
        for r in books.history(block.author)
        if isinstance(r.event, Approved) and r.event.approval.decision == block.id
    )
    return next(given, None)


# --- Evidence before action -------------------------------------------------------------------------


def _unsecured(books: Books, action: Action) -> tuple[Media, ...]:
    if action.kind not in {ActionKind.HIDE, ActionKind.REPORT} or action.comment is None:
        return ()
    kept = {
        r.event.media
        for r in books.history(action.author)
        if isinstance(r.event, EvidenceKept) and r.event.comment == action.comment
    }
    return tuple(item for item in action.media if item.id not in kept)


def secure(
    books: Books, house: House, action: Action, media: Media, content: bytes | None, why: str = ""
) -> None:
    """Store an attachment's bytes, or why the network does not give them, before the hide."""
    if action.comment is None:
        return
    if content is None:
        kept = EvidenceKept(action.comment, media.id, missing_because=why or "the network does not give it")
    else:
        kept = EvidenceKept(action.comment, media.id, sha256=books.keep(content), size=len(content))
    books.append(kept, action.author)
    refresh(books, house, action.author)


# --- Afterwards ---------------------------------------------------------------------------------------


def finish(books: Books, house: House, going: Go, outcome: Outcome) -> None:
    """Write down what came of an attempt, and what that calls for."""
    action = going.action
    if going.rehearse and isinstance(outcome, Done):
        outcome = Done(outcome.proof, rehearsed=True)
    if books.append(Settled(action.key, going.attempt, outcome), action.author) is None:
        return
    decision = books.decision(action.decision)
    if decision is None or action.comment is None:
        return
    comment = newest(books, action.comment)
    for event in follow_up(action, decision, outcome, plan_for(books, house, comment, decision)):
        books.append(event, action.author)
    refresh(books, house, action.author)
