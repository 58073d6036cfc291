"""A period of the ledger, added up."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from moderation.comment import AccountRef
from moderation.decision import Action, ActionKey, AlreadyDone, Decision, DecisionId, Done, Refused, Step
from moderation.record import (
    Answered,
    Approved,
    CommentSeen,
    Decided,
    Declined,
    EpochRaised,
    Intended,
    Judged,
    ModeChanged,
    PolicySet,
    Quarantined,
    Recorded,
    ReferralAnswered,
    Reversed,
    Ruled,
    Settled,
    Withheld,
)
from moderation.suspension import LicenceRestored, LicenceSuspended
from moderation.taxonomy import Care, Category


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account's period."""

    account: AccountRef
    comments: int
    hidden: int
    care: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """What happened between `since` (included) and `until` (not)."""

    since: dt.datetime
    until: dt.datetime
    comments: int = 0
    edits: int = 0
    gaps: int = 0
    hidden: Mapping[Category, int] = field(default_factory=dict)
    asked: int = 0
    upheld: int = 0
    overturned: int = 0
    warnings: int = 0
    warnings_delivered: int = 0
    warnings_failed: int = 0
    referrals: int = 0
    referrals_answered: int = 0
    blocks_proposed: int = 0
    blocks_approved: int = 0
    blocks_declined: int = 0
    blocks_done: int = 0
    blocks_lifted: int = 0
    decision_times: tuple[dt.timedelta, ...] = ()
    care: Mapping[Care, int] = field(default_factory=dict)
    presses_refused: int = 0
    quarantined: int = 0
    withheld: int = 0
    by_hand: int = 0
    rehearsed: int = 0
    accounts: tuple[AccountRow, ...] = ()
    policies: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    suspended: tuple[LicenceSuspended, ...] = ()
    """The suspensions of licences that hold at the end."""

    @property
    def hidden_in_all(self) -> int:
        """Comments that were hidden or reported, on every ground."""
        return sum(self.hidden.values())


FIRST_INSTANCE = frozenset({Step.HIDE, Step.REPORT, Step.RECORD})


def add_up(since: dt.datetime, until: dt.datetime, events: Iterable[Recorded]) -> Numbers:
    """Add a period up. `events` may begin earlier: what was decided before is looked up there.

    An event about a licence may be told twice, so that those from long before can be put first.
    """
    tally = _Tally(since, until)
    for recorded in events:
        tally.see(recorded)
    return tally.numbers()


@dataclass(slots=True)
class _Tally:
    since: dt.datetime
    until: dt.datetime
    counts: Counter[str] = field(default_factory=Counter)
    hidden: Counter[Category] = field(default_factory=Counter)
    care: Counter[Care] = field(default_factory=Counter)
    per_account: dict[AccountRef, Counter[str]] = field(default_factory=dict)
    decisions: dict[DecisionId, tuple[Decision, dt.datetime]] = field(default_factory=dict)
    actions: dict[ActionKey, Action] = field(default_factory=dict)
    times: list[dt.timedelta] = field(default_factory=list)
    policies: list[str] = field(default_factory=list)
    modes: list[str] = field(default_factory=list)
    suspended: dict[Category, LicenceSuspended] = field(default_factory=dict)

    def see(self, recorded: Recorded) -> None:
        event = recorded.event
        if isinstance(event, Decided):
            self.decisions[event.decision.id] = (event.decision, recorded.at)
        elif isinstance(event, Intended):
            self.actions[event.action.key] = event.action
        elif isinstance(event, LicenceSuspended | LicenceRestored) and recorded.at < self.until:
            self.suspended.pop(event.category, None)
            if isinstance(event, LicenceSuspended):
                self.suspended[event.category] = event
        if self.since <= recorded.at < self.until:
            self._count(recorded)

    def _count(self, recorded: Recorded) -> None:  # noqa: C901, PLR0912 - one arm for each event
        match recorded.event:
            case CommentSeen(comment=comment):
                self.counts["edits" if comment.revision else "comments"] += 1
                self._account(comment.account)["comments"] += 1
            case Judged(verdict=verdict):
                self.counts["gaps"] += bool(verdict.gaps)
            case Decided(decision=decision):
                self._decided(decision)
                self.counts["rehearsed"] += recorded.rehearsed
            case Ruled(breach=breach):
                self.counts["upheld"] += breach
            case Reversed():
                self.counts["overturned"] += 1
            case Settled(action=key, outcome=outcome, by=by):
                self._settled(key, outcome)
                self.counts["by_hand"] += by is not None
            case Withheld():
                self.counts["withheld"] += 1
            case Approved(approval=approval):
                self._answered("blocks_approved", approval.decision, recorded.at)
            case Declined(decision=decision_id):
                self._answered("blocks_declined", decision_id, recorded.at)
            case ReferralAnswered():
                self.counts["referrals_answered"] += 1
            case Answered(taken=False):
                self.counts["presses_refused"] += 1
            case Quarantined():
                self.counts["quarantined"] += 1
            case PolicySet(version=version):
                self.policies.append(version)
            case ModeChanged(mode=mode):
                self.modes.append(mode.value)
            case EpochRaised(epoch=epoch):
                self.modes.append(f"restored to epoch {epoch}")
            case _:
                pass

    def _account(self, account: AccountRef) -> Counter[str]:
        return self.per_account.setdefault(account, Counter())

    def _decided(self, decision: Decision) -> None:
        counted = {
            Step.ASK: "asked",
            Step.WARN: "warnings",
            Step.REFER: "referrals",
            Step.BLOCK: "blocks_proposed",
        }
        step = Step.WARN if decision.step is Step.ASK and decision.asks is Step.WARN else decision.step
        if step in counted:
            self.counts[counted[step]] += 1
        main = decision.step in FIRST_INSTANCE and (
            decision.step is not Step.REPORT or decision.instead_of is not None
        )
        if main and isinstance(decision.ground, Category):
            self.hidden[decision.ground] += 1
            self._account(decision.account)["hidden"] += 1
        if isinstance(decision.ground, Care) and decision.step is not Step.REFER:
            self.care[decision.ground] += 1
            self._account(decision.account)["care"] += 1

    def _settled(self, key: ActionKey, outcome: object) -> None:
        action = self.actions.get(key)
        if action is None:
            return
        done, failed = isinstance(outcome, Done | AlreadyDone), isinstance(outcome, Refused)
        decided = self.decisions.get(action.decision)
        by_officer = decided is not None and decided[0].step is Step.ASK and decided[0].asks is Step.WARN
        step = Step.WARN if by_officer else action.step
        counted = {
            (Step.WARN, True): "warnings_delivered",
            (Step.BLOCK, True): "blocks_done",
        }
        if (step, done) in counted:
            self.counts[counted[step, done]] += 1
        if action.step is Step.UNBLOCK and done and action.kind == "unblock":
            self.counts["blocks_lifted"] += 1
        if step is Step.WARN and failed:
            self.counts["warnings_failed"] += 1

    def _answered(self, what: str, decision: DecisionId, at: dt.datetime) -> None:
        self.counts[what] += 1
        known = self.decisions.get(decision)
        if known is not None:
            self.times.append(at - known[1])

    def numbers(self) -> Numbers:
        rows = tuple(
            AccountRow(account, counts["comments"], counts["hidden"], counts["care"])
            for account, counts in sorted(self.per_account.items())
        )
        return Numbers(
            since=self.since,
            until=self.until,
            hidden=dict(self.hidden),
            care=dict(self.care),
            decision_times=tuple(self.times),
            accounts=rows,
            policies=tuple(dict.fromkeys(self.policies)),
            modes=tuple(self.modes),
            suspended=tuple(self.suspended.values()),
            **{name: self.counts[name] for name in _COUNTED},
        )


_COUNTED = (
    "comments",
    "edits",
    "gaps",
    "asked",
    "upheld",
    "overturned",
    "warnings",
    "warnings_delivered",
    "warnings_failed",
    "referrals",
    "referrals_answered",
    "blocks_proposed",
    "blocks_approved",
    "blocks_declined",
    "blocks_done",
    "blocks_lifted",
    "presses_refused",
    "quarantined",
    "withheld",
    "by_hand",
    "rehearsed",
)
