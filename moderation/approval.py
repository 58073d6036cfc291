"""Who may press what, and whether a yes still holds. Every rule against a wrongful block is here."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace

from moderation.card import Button, Card, CardKind, CardState, Draft, Place, Press, Stage, Verb
from moderation.decision import Approval, Decision, StaffId, Step
from moderation.policy import Policy
from moderation.roster import Role, Roster
from moderation.standing import BlockState, Standing
from moderation.taxonomy import Category

FAKE_IDS = frozenset({"1087968824", "136817688", "777000"})
"""Telegram's stand-ins for anonymous admins, channels and itself: nobody's identity."""


class Refusal(enum.StrEnum):
    """Why a press was turned away, or an approval does not hold."""

    FORGED = "that button is not one of ours"
    ELSEWHERE = "that button was pressed in another chat"
    MOVED = "that message is out of date; the case has a newer one"
    ANONYMOUS = "turn off anonymous posting first: a decision has a person's name on it"
    STRANGER = "you are not on the roster"
    NOT_YOURS = "this is not for your role to decide"
    OUT_OF_TERM = "your role on the roster has ended or not begun"
    CLOSED = "this has been answered already"
    SUPERSEDED = "a newer card has taken this one's place"
    EXPIRED = "this card has run out; it can be proposed anew"
    CHANGED = "the evidence has changed since the card was shown; a new card follows"
    OLD_EPOCH = "the ledger was restored since; a new card follows"
    OWN_PROPOSAL = "who proposes a block does not approve it"
    ANOTHERS_DRAFT = "somebody else is deciding this; ask them, or press Back first"
    TOO_SOON = "please read the case first; try again in a moment"
    OUT_OF_TURN = "that step is not open now"
    NO_SUCH_CHOICE = "that is not one of the choices"
    NOT_APPROVED = "nobody has approved this"
    APPROVAL_EXPIRED = "the approval has run out"
    APPROVER_LEFT = "the person who approved is not the assistant director now"
    NO_WARNING = "no warning was delivered, and nobody said why none was needed"
    DECIDED_OTHERWISE = "the block was declined, carried out or withdrawn already"
    WRONG_DECISION = "the approval is for another decision"


SUSPICIOUS = frozenset(
    {
        Refusal.FORGED,
        Refusal.ELSEWHERE,
        Refusal.ANONYMOUS,
        Refusal.STRANGER,
        Refusal.OWN_PROPOSAL,
        Refusal.NOT_YOURS,
    }
)
"""Refusals that the operator hears of."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a press is held against: all of it ours, none of it from the press."""

    roster: Roster
    now: dt.datetime
    epoch: int
    card: Card | None
    button: Button | None
    place: Place | None
    """Where the ledger says that the card stands."""
    shown_at: dt.datetime | None
    evidence: str
    """The digest as it is at this moment."""


def admit(press: Press, desk: Desk, policy: Policy) -> Card | Refusal:
    """Let a press through to its card, or say why not. Nothing in the press is believed unchecked."""
    card, button = desk.card, desk.button
    if card is None or button is None or button.token != press.token or button.card != card.id:
        return Refusal.FORGED
    if desk.place is None:
        return Refusal.TOO_SOON
    if press.place.chat != desk.place.chat:
        return Refusal.ELSEWHERE
    if press.place.message != desk.place.message:
        return Refusal.MOVED
    if press.anonymous or press.by.rpartition(":")[2] in FAKE_IDS:
        return Refusal.ANONYMOUS
    unfit = _unfit(press.by, card, desk)
    if unfit is not None:
        return unfit
    return _stale(card, button, desk, policy) or card


def _unfit(by: StaffId, card: Card, desk: Desk) -> Refusal | None:
    member = desk.roster.find(by)
    if member is None:
        return Refusal.STRANGER
    if not member.serves(card.role, desk.now):
        return Refusal.OUT_OF_TERM if card.role in member.roles else Refusal.NOT_YOURS
    if card.kind is CardKind.BLOCK and card.proposed_by == by:
        return Refusal.OWN_PROPOSAL
    return None


def _stale(card: Card, button: Button, desk: Desk, policy: Policy) -> Refusal | None:
    if card.epoch != desk.epoch:
        return Refusal.OLD_EPOCH
    if card.state is CardState.SUPERSEDED:
        return Refusal.SUPERSEDED
    if card.state is CardState.EXPIRED or desk.now >= card.expires_at:
        return Refusal.EXPIRED
    if card.state is CardState.ANSWERED:
        return Refusal.CLOSED
    if button.version != card.version:
        return Refusal.SUPERSEDED
    if card.kind is CardKind.BLOCK and card.evidence != desk.evidence:
        return Refusal.CHANGED
    if button.verb is Verb.CONFIRM and not _read(desk, card, policy):
        return Refusal.TOO_SOON
    return None


def _read(desk: Desk, card: Card, policy: Policy) -> bool:
    """Whether the card has stood there long enough to have been read."""
    since = max(desk.shown_at, card.asked_at) if desk.shown_at else desk.now
    return desk.now - since >= policy.approvals.minimum_dwell


@dataclass(frozen=True, slots=True)
class Advanced:
    """The card in its next version; nothing is decided yet."""

    card: Card


@dataclass(frozen=True, slots=True)
class Consented:
    """The assistant director said yes, with all that a yes needs."""

    card: Card
    approval: Approval


@dataclass(frozen=True, slots=True)
class Dissented:
    """The assistant director said no, and why."""

    card: Card
    reason: str


Answer = Advanced | Consented | Dissented | Refusal


def weigh(
    card: Card, button: Button, by: StaffId, *, now: dt.datetime, policy: Policy, warned: bool
) -> Answer:
    """Move a block card on by one admitted press.

    Approve, then a ground, then (where no warning was delivered) why none, then a term, then confirm:
    a yes is never one tap. `warned` says whether the warning before it is on record as delivered.
    """
    draft = card.draft
    if draft is not None and draft.by != by and button.verb is not Verb.BACK:
        return Refusal.ANOTHERS_DRAFT
    match button.verb:
        case Verb.BACK:
            return _next(card, None)
        case Verb.APPROVE if draft is None:
            return _next(card, Draft(by, Stage.GROUND))
        case Verb.DECLINE if draft is None:
            return _next(card, Draft(by, Stage.DECLINING))
        case Verb.GROUND if draft is not None and draft.stage is Stage.GROUND:
            return _with_ground(card, draft, button.argument, policy, warned=warned)
        case Verb.NO_WARNING if draft is not None and draft.stage is Stage.NO_WARNING:
            return _with_no_warning(card, draft, button.argument, policy)
        case Verb.TERM if draft is not None and draft.stage is Stage.TERM:
            return _with_term(card, draft, button.argument, policy)
        case Verb.CONFIRM if draft is not None and draft.stage is Stage.CONFIRM:
            return _confirmed(card, draft, now=now, policy=policy, warned=warned)
        case Verb.REASON if draft is not None and draft.stage is Stage.DECLINING:
            return _declined(card, button.argument, policy)
        case _:
            return Refusal.OUT_OF_TURN


NO_WARNING_REASONS: Mapping[str, str] = {
    "threat": "a credible threat to a person",
    "undeliverable": "a warning could not be delivered, and the conduct is grave",
    "evasion": "the person was warned or blocked under another account, as a person confirmed",
}
"""Why a block may stand without a delivered warning; the assistant director picks one."""


def _next(card: Card, draft: Draft | None) -> Advanced:
    return Advanced(replace(card, version=card.version + 1, draft=draft))


def _with_ground(card: Card, draft: Draft, argument: str, policy: Policy, *, warned: bool) -> Answer:
    if argument not in set(Category) or policy.categories[Category(argument)].protective:
        return Refusal.NO_SUCH_CHOICE  # nobody is blocked for what is hidden for somebody's sake
    stage = Stage.TERM if warned else Stage.NO_WARNING
    return _next(card, replace(draft, stage=stage, ground=Category(argument)))


def _with_no_warning(card: Card, draft: Draft, argument: str, policy: Policy) -> Answer:
    del policy
    reason = NO_WARNING_REASONS.get(argument)
    if reason is None:
        return Refusal.NO_SUCH_CHOICE
    return _next(card, replace(draft, stage=Stage.TERM, no_warning_because=reason))


def _with_term(card: Card, draft: Draft, argument: str, policy: Policy) -> Answer:
    term = next((t for t in policy.rungs.block_terms if str(t.days) == argument), None)
    if term is None:
        return Refusal.NO_SUCH_CHOICE
    return _next(card, replace(draft, stage=Stage.CONFIRM, term=term))


def _confirmed(card: Card, draft: Draft, *, now: dt.datetime, policy: Policy, warned: bool) -> Answer:
    if draft.ground is None or draft.term is None:
        return Refusal.OUT_OF_TURN
    if not warned and draft.no_warning_because is None:
        return Refusal.NO_WARNING
    approval = Approval(
        decision=card.decision,
        evidence=card.evidence,
        by=draft.by,
        at=now,
        expires_at=now + policy.approvals.approval_lifetime,
        ground=draft.ground,
        term=draft.term,
        review_on=(now + draft.term).date(),
        epoch=card.epoch,
        no_warning_because=draft.no_warning_because,
    )
    return Consented(_closed(card), approval)


def _declined(card: Card, argument: str, policy: Policy) -> Answer:
    reasons = policy.approvals.decline_reasons
    if not argument.isdecimal() or int(argument) >= len(reasons):
        return Refusal.NO_SUCH_CHOICE
    return Dissented(_closed(card), reasons[int(argument)])


def _closed(card: Card) -> Card:
    return replace(card, version=card.version + 1, state=CardState.ANSWERED)


def hold(
    decision: Decision,
    approval: Approval | None,
    standing: Standing,
    *,
    roster: Roster,
    evidence: str,
    now: dt.datetime,
    epoch: int,
    warned: bool,
) -> Refusal | None:
    """Say why a block may not be carried out at this moment, or None where it may.

    Asked in the transaction just before the call, with everything as it is then.
    """
    if decision.step is not Step.BLOCK:
        return Refusal.WRONG_DECISION
    if approval is None:
        return Refusal.NOT_APPROVED
    if approval.decision != decision.id:
        return Refusal.WRONG_DECISION
    if approval.epoch != epoch:
        return Refusal.OLD_EPOCH
    if not approval.at <= now < approval.expires_at:
        return Refusal.APPROVAL_EXPIRED
    if not roster.serves(approval.by, Role.ASSISTANT_DIRECTOR, now):
        return Refusal.APPROVER_LEFT
    if decision.by is not None and decision.by == approval.by:
        return Refusal.OWN_PROPOSAL
    if approval.evidence != evidence:
        return Refusal.CHANGED
    if not warned and approval.no_warning_because is None:
        return Refusal.NO_WARNING
    block = standing.block_of(decision.id)
    if block is None or block.state is not BlockState.APPROVED:
        return Refusal.DECIDED_OTHERWISE
    if block.approval != approval:
        return Refusal.NOT_APPROVED
    return None
