"""An author's record with us, folded from the ledger."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass, replace

from moderation.comment import AccountRef, AuthorRef, CommentRef
from moderation.decision import (
    AlreadyDone,
    Approval,
    Decision,
    DecisionId,
    Done,
    Outcome,
    Refused,
    Route,
    Step,
    Unsupported,
)
from moderation.record import (
    Approved,
    CommentSeen,
    Decided,
    Declined,
    Event,
    Intended,
    Recorded,
    ReferralAnswered,
    Reversed,
    Settled,
    Withheld,
)
from moderation.taxonomy import Care, Category

CONTACTS_KEPT = 200
"""The newest contacts of an author that the standing remembers."""


@dataclass(frozen=True, slots=True)
class Strike:
    """A breach that counts: how much, and until when."""

    decision: DecisionId
    comment: CommentRef
    revision: int
    category: Category
    points: int
    at: dt.datetime
    expires_at: dt.datetime

    def counts(self, now: dt.datetime) -> bool:
        """Whether it still counts."""
        return self.at <= now < self.expires_at


@dataclass(frozen=True, slots=True)
class Warning_:  # noqa: N801 - `Warning` is Python's own
    """A warning: decided, and then delivered or not."""

    decision: DecisionId
    comment: CommentRef
    issued_at: dt.datetime
    delivered_at: dt.datetime | None = None
    failed_because: str = ""

    @property
    def pending(self) -> bool:
        """Whether nobody knows yet if it will arrive."""
        return self.delivered_at is None and not self.failed_because


@dataclass(frozen=True, slots=True)
class Referral:
    """A question to the frequent-caller or safeguarding team, and its answer."""

    decision: DecisionId
    comment: CommentRef
    at: dt.datetime
    route: Route | None
    for_care: bool
    answered_at: dt.datetime | None = None
    advice: str = ""
    tailored_response: str = ""
    hold_until: dt.datetime | None = None


class BlockState(enum.StrEnum):
    """How far a block has come."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"
    ACTIVE = "active"
    FAILED = "failed"
    LIFTED = "lifted"


@dataclass(frozen=True, slots=True)
class Block:
    """A block on one account: proposed, decided, carried out, ended."""

    decision: Decision
    state: BlockState
    at: dt.datetime
    approval: Approval | None = None
    until: dt.datetime | None = None

    def in_force(self, now: dt.datetime) -> bool:
        """Whether the person is blocked at that moment."""
        return self.state is BlockState.ACTIVE and (self.until is None or now < self.until)


@dataclass(frozen=True, slots=True)
class Standing:
    """What we know of an author that matters for the next decision."""

    author: AuthorRef
    strikes: tuple[Strike, ...] = ()
    warnings: tuple[Warning_, ...] = ()
    referrals: tuple[Referral, ...] = ()
    blocks: tuple[Block, ...] = ()
    signposted: frozenset[str] = frozenset()
    """Threads in which the author was shown the way to the complaints team."""
    contacts: tuple[dt.datetime, ...] = ()

    def points(self, now: dt.datetime, spacing: dt.timedelta) -> int:
        """Count the strikes that still count: each comment once and each outburst once, by its heaviest.

        It is the lesser of the two counts, so that taking a strike out never makes the others count more.
        """
        counting = [strike for strike in self.strikes if strike.counts(now)]
        return min(_by_comment(counting), _by_outburst(counting, spacing))

    def warned(self, now: dt.datetime, lifetime: dt.timedelta) -> Warning_ | None:
        """The first delivered warning that still holds."""
        holding = [
            warning
            for warning in self.warnings
            if warning.delivered_at is not None
            and warning.delivered_at <= now < warning.delivered_at + lifetime
        ]
        return min(holding, key=lambda w: (w.delivered_at or now, w.decision), default=None)

    def last_warning(self) -> Warning_ | None:
        """The newest warning that was delivered or still may be."""
        open_or_done = [w for w in self.warnings if not w.failed_because]
        return max(open_or_done, key=lambda w: w.issued_at, default=None)

    def referred(self, now: dt.datetime, lifetime: dt.timedelta) -> Referral | None:
        """The first referral about conduct that still holds."""
        holding = [r for r in self.referrals if not r.for_care and r.at <= now < r.at + lifetime]
        return min(holding, key=lambda r: (r.at, r.decision), default=None)

    def held_until(self, now: dt.datetime) -> dt.datetime | None:
        """Until when a team has asked us to propose no block."""
        holds = [r.hold_until for r in self.referrals if r.hold_until is not None and r.hold_until > now]
        return max(holds, default=None)

    @property
    def tailored_response(self) -> str:
        """What a team asked us to say to this person in place of the template."""
        answered = [r for r in self.referrals if r.tailored_response and r.answered_at is not None]
        newest = max(answered, key=lambda r: r.answered_at or r.at, default=None)
        return newest.tailored_response if newest else ""

    def blocked(self, account: AccountRef, now: dt.datetime) -> Block | None:
        """The block that is in force on that account, if any."""
        return next((b for b in self.blocks if b.decision.account == account and b.in_force(now)), None)

    def block_of(self, decision: DecisionId) -> Block | None:
        """The block that came of that decision."""
        return next((b for b in self.blocks if b.decision.id == decision), None)


def fold(author: AuthorRef, history: Iterable[Recorded], *, rehearsal: bool = False) -> Standing:
    """Add up an author's history.

    What happened in rehearsal counts only for a rehearsal: nobody was hidden or warned by it.
    """
    told = Standing(author)
    decisions: dict[str, Decision] = {}
    for recorded in history:
        if recorded.rehearsed and not rehearsal:
            continue
        told = _add(told, recorded.event, recorded.at, decisions)
    return told


def _add(told: Standing, event: Event, at: dt.datetime, actions: dict[str, Decision]) -> Standing:
    match event:
        case CommentSeen(comment=comment):
            contacts = (*told.contacts, comment.posted_at)[-CONTACTS_KEPT:]
            return replace(told, contacts=contacts) if comment.revision == 0 else told
        case Decided(decision=decision):
            actions[decision.id] = decision
            return _decided(told, decision, at)
        case Intended(action=action):
            behind = actions.get(action.decision)
            if behind is not None and action.step is behind.step:  # a reminder of a block is not the block
                actions[action.key] = behind
            return told
        case Settled(action=key, outcome=outcome):
            return _settled(told, actions.get(key), outcome, at)
        case Withheld(action=key, reason=reason):
            return _settled(told, actions.get(key), Refused(reason), at)
        case Approved(approval=approval):
            return _with_block(told, approval.decision, state=BlockState.APPROVED, approval=approval)
        case Declined(decision=decision_id):
            return _with_block(told, decision_id, state=BlockState.DECLINED)
        case Reversed(comment=comment, revision=revision):
            return _without(told, comment, revision, actions)
        case ReferralAnswered():
            return _answered(told, event, at)
        case _:
            return told


def _decided(told: Standing, decision: Decision, at: dt.datetime) -> Standing:
    if decision.strike is not None and isinstance(decision.ground, Category):
        strike = Strike(
            decision=decision.id,
            comment=decision.comment,
            revision=decision.revision,
            category=decision.ground,
            points=decision.strike.points,
            at=at,
            expires_at=decision.strike.expires_at,
        )
        told = replace(told, strikes=(*told.strikes, strike))
    match _rung_of(decision):
        case Step.WARN:
            warning = Warning_(decision.id, decision.comment, at)
            return replace(told, warnings=(*told.warnings, warning))
        case Step.REFER:
            for_care = isinstance(decision.ground, Care)
            referral = Referral(decision.id, decision.comment, at, decision.route, for_care)
            return replace(told, referrals=(*told.referrals, referral))
        case Step.BLOCK:
            return replace(told, blocks=(*told.blocks, Block(decision, BlockState.PROPOSED, at)))
        case _:
            return told


def _by_comment(strikes: Iterable[Strike]) -> int:
    """An edit does not make two breaches of one comment: the heaviest stands for it."""
    heaviest: dict[CommentRef, int] = {}
    for strike in strikes:
        heaviest[strike.comment] = max(strike.points, heaviest.get(strike.comment, 0))
    return sum(heaviest.values())


def _by_outburst(strikes: Iterable[Strike], spacing: dt.timedelta) -> int:
    """The most that strikes come to of which no two lie closer together than `spacing`."""
    up_to: list[tuple[dt.datetime, int]] = []
    for strike in sorted(strikes, key=lambda s: s.at):
        before = max((total for at, total in up_to if strike.at - at >= spacing), default=0)
        up_to.append((strike.at, before + strike.points))
    return max((total for _, total in up_to), default=0)


def _settled(told: Standing, decision: Decision | None, outcome: Outcome, at: dt.datetime) -> Standing:
    if decision is None:
        return told
    done = isinstance(outcome, Done | AlreadyDone)
    failed = isinstance(outcome, Refused | Unsupported)
    match _rung_of(decision):
        case Step.WARN if done:
            return _with_warning(told, decision.id, delivered_at=at)
        case Step.WARN if failed:
            reason = outcome.reason if isinstance(outcome, Refused | Unsupported) else ""
            reason = reason or "the network has no private message"
            return _with_warning(told, decision.id, failed_because=reason)
        case Step.BLOCK if done:
            block = told.block_of(decision.id)
            term = block.approval.term if block and block.approval else None
            return _with_block(told, decision.id, state=BlockState.ACTIVE, until=at + term if term else None)
        case Step.BLOCK if failed:
            return _with_block(told, decision.id, state=BlockState.FAILED)
        case Step.UNBLOCK if done:
            return _lifted(told, decision.account)
        case Step.SIGNPOST if done:
            return replace(told, signposted=told.signposted | {thread_of(decision)})
        case _:
            return told


def _rung_of(decision: Decision) -> Step:
    """The step that a decision takes. A warning that an officer is asked to deliver is a warning."""
    return Step.WARN if decision.step is Step.ASK and decision.asks is Step.WARN else decision.step


def thread_of(decision: Decision) -> str:
    """Where a signpost was put up: once for each account is enough for one author."""
    return str(decision.account)


def _with_warning(
    told: Standing, decision: DecisionId, *, delivered_at: dt.datetime | None = None, failed_because: str = ""
) -> Standing:
    warnings = tuple(
        replace(w, delivered_at=delivered_at, failed_because=failed_because)
        if w.decision == decision and w.delivered_at is None
        else w
        for w in told.warnings
    )
    return replace(told, warnings=warnings)


def _with_block(
    told: Standing,
    decision: DecisionId,
    *,
    state: BlockState,
    approval: Approval | None = None,
    until: dt.datetime | None = None,
) -> Standing:
    blocks = tuple(
        replace(b, state=state, approval=approval or b.approval, until=until or b.until)
        if b.decision.id == decision
        else b
        for b in told.blocks
    )
    return replace(told, blocks=blocks)


def _lifted(told: Standing, account: AccountRef) -> Standing:
    blocks = tuple(
        replace(b, state=BlockState.LIFTED)
        if b.decision.account == account and b.state in {BlockState.ACTIVE, BlockState.APPROVED}
        else b
        for b in told.blocks
    )
    return replace(told, blocks=blocks)


def _without(told: Standing, comment: CommentRef, revision: int, actions: dict[str, Decision]) -> Standing:
    """Take out everything that rested on a revision which an officer has cleared."""

    def stays(decision: DecisionId) -> bool:
        known = actions.get(decision)
        return known is None or known.comment != comment or known.revision != revision

    return replace(
        told,
        strikes=tuple(s for s in told.strikes if stays(s.decision)),
        warnings=tuple(w for w in told.warnings if stays(w.decision)),
        referrals=tuple(r for r in told.referrals if r.for_care or stays(r.decision)),
        blocks=tuple(
            replace(b, state=BlockState.DECLINED)
            if b.state is BlockState.APPROVED and not stays(b.decision.id)
            else b
            for b in told.blocks
            if b.state is not BlockState.PROPOSED or stays(b.decision.id)
        ),
    )


def _answered(told: Standing, answer: ReferralAnswered, at: dt.datetime) -> Standing:
    referrals = tuple(
        replace(
            r,
            answered_at=at,
            advice=answer.advice,
            tailored_response=answer.tailored_response,
            hold_until=answer.hold_until,
        )
        if r.decision == answer.decision
        else r
        for r in told.referrals
    )
    return replace(told, referrals=referrals)
