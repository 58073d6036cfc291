"""The ledger's history under another policy: what would have been decided differently."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from moderation.comment import AuthorRef, Comment, CommentRef
from moderation.decision import CaseRef, Decision, Done, Step
from moderation.ladder import climb
from moderation.licence import suspended
from moderation.planning import Plan, plan
from moderation.policy import Policy
from moderation.ports import Abilities
from moderation.record import (
    Approved,
    CommentSeen,
    Decided,
    Declined,
    Event,
    Intended,
    Judged,
    Recorded,
    ReferralAnswered,
    Reversed,
    Settled,
)
from moderation.roster import Roster
from moderation.situation import Situation
from moderation.standing import fold
from moderation.suspension import LicenceRestored, LicenceSuspended
from moderation.verdict import Verdict

SETTLES = frozenset({Step.WARN, Step.SIGNPOST, Step.UNBLOCK})
"""Steps whose success the standing counts. A replay takes them to have succeeded, unless they did not."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One revision about which the two policies disagree."""

    at: dt.datetime
    case: str
    comment: CommentRef
    revision: int
    then: tuple[str, ...]
    now: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of a replay."""

    judged: int
    differences: tuple[Difference, ...]
    steps_then: tuple[tuple[str, int], ...]
    steps_now: tuple[tuple[str, int], ...]


def replay(events: Iterable[Recorded], policy: Policy, abilities: Abilities) -> Replay:
    """Climb again, comment by comment, with the standing that the other policy would have led to.

    What people did (rulings, approvals, answers to referrals) stays as it was, where the question that
    they answered would have been asked at all. So do the suspensions of licences that their rulings led to.
    """
    told = tuple(events)
    cases = {r.author: r.case for r in told if r.author is not None and r.case is not None}
    other = _Other(policy, abilities, _steps_then(told), _failed(told), cases)
    for recorded in told:
        other.see(recorded)
    return Replay(
        judged=other.judged,
        differences=tuple(other.differences),
        steps_then=_counted(other.then),
        steps_now=_counted(other.now),
    )


Revision = tuple[CommentRef, int]


def _is_the_ladders(decision: Decision) -> bool:
    return decision.by is None and decision.step not in {
        Step.REASONS,
        Step.CIRCULATE,
        Step.UNHIDE,
        Step.UNBLOCK,
    }


def _steps_then(told: tuple[Recorded, ...]) -> dict[Revision, tuple[str, ...]]:
    steps: dict[Revision, list[str]] = defaultdict(list)
    for recorded in told:
        if isinstance(recorded.event, Decided) and _is_the_ladders(recorded.event.decision):
            decision = recorded.event.decision
            steps[decision.comment, decision.revision].append(_name(decision))
    return {revision: tuple(sorted(names)) for revision, names in steps.items()}


def _failed(told: tuple[Recorded, ...]) -> frozenset[str]:
    """Decisions whose action was tried and never succeeded."""
    actions = {r.event.action.key: r.event.action.decision for r in told if isinstance(r.event, Intended)}
    settled: dict[str, bool] = {}
    for recorded in told:
        if isinstance(recorded.event, Settled) and recorded.event.action in actions:
            decision = actions[recorded.event.action]
            settled[decision] = settled.get(decision, False) or isinstance(recorded.event.outcome, Done)
    return frozenset(decision for decision, done in settled.items() if not done)


def _name(decision: Decision) -> str:
    asked = f": {decision.asks}" if decision.asks else ""
    ground = f" ({decision.ground})" if decision.ground else ""
    return f"{decision.step}{asked}{ground}"


def _counted(names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = defaultdict(int)
    for name in names:
        counts[name] += 1
    return tuple(sorted(counts.items()))


@dataclass(slots=True)
class _Other:
    """The same past under the other policy."""

    policy: Policy
    abilities: Abilities
    steps_then: dict[Revision, tuple[str, ...]]
    failed: frozenset[str]
    cases: dict[AuthorRef, CaseRef]
    judged: int = 0
    comments: dict[Revision, Comment] = field(default_factory=dict)
    newest: dict[CommentRef, int] = field(default_factory=dict)
    histories: dict[AuthorRef, list[Recorded]] = field(default_factory=lambda: defaultdict(list))
    known: set[str] = field(default_factory=set)
    differences: list[Difference] = field(default_factory=list)
    then: list[str] = field(default_factory=list)
    now: list[str] = field(default_factory=list)
    licences: list[Recorded] = field(default_factory=list)

    def see(self, recorded: Recorded) -> None:
        match recorded.event:
            case CommentSeen(comment=comment):
                self.comments[comment.ref, comment.revision] = comment
                self.newest[comment.ref] = max(comment.revision, self.newest.get(comment.ref, 0))
                self._keep(recorded)
            case Judged(verdict=verdict):
                self._judge(recorded, verdict)
            case Decided(decision=decision) if not _is_the_ladders(decision):
                hidden_already = decision.step in {Step.HIDE, Step.REPORT} and self._has_strike(decision)
                if not hidden_already:
                    self._decide(recorded, decision)
            case Approved(approval=approval) if approval.decision in self.known:
                self._keep(recorded)
            case Declined(decision=decision_id) | ReferralAnswered(decision=decision_id) if (
                decision_id in self.known
            ):
                self._keep(recorded)
            case Reversed():
                self._keep(recorded)
            case LicenceSuspended() | LicenceRestored():
                self.licences.append(recorded)
            case _:
                pass

    def _keep(self, recorded: Recorded) -> None:
        if recorded.author is not None:
            self.histories[recorded.author].append(replace(recorded, rehearsed=False))

    def _has_strike(self, decision: Decision) -> bool:
        return any(
            isinstance(r.event, Decided)
            and r.event.decision.comment == decision.comment
            and r.event.decision.strike is not None
            for r in self.histories[decision.author]
        )

    def _judge(self, recorded: Recorded, verdict: Verdict) -> None:
        comment = self.comments.get((verdict.comment, verdict.revision))
        if comment is None or self.newest[verdict.comment] > verdict.revision:
            return
        self.judged += 1
        situation = Situation(
            comment=comment,
            verdict=verdict,
            standing=fold(comment.author, self.histories[comment.author]),
            can=self.abilities.of(comment.account),
            now=recorded.at,
            suspended=suspended(self.licences),
        )
        decisions = climb(situation, self.policy)
        for decision in decisions:
            self._decide(recorded, decision)
        self._compare(recorded, verdict, tuple(sorted(_name(d) for d in decisions)))

    def _compare(self, recorded: Recorded, verdict: Verdict, now: tuple[str, ...]) -> None:
        then = self.steps_then.get((verdict.comment, verdict.revision), ())
        self.then.extend(then)
        self.now.extend(now)
        if then != now:
            case = self.cases.get(recorded.author, "") if recorded.author else ""
            self.differences.append(
                Difference(recorded.at, case, verdict.comment, verdict.revision, then, now)
            )

    def _decide(self, recorded: Recorded, decision: Decision) -> None:
        self.known.add(decision.id)
        self._write(recorded, decision.author, Decided(decision))
        if decision.step not in SETTLES or decision.id in self.failed:
            return
        comment = self.comments.get((decision.comment, decision.revision))
        if comment is None:
            return
        for event in plan(decision, self._plan(recorded, comment)):
            if isinstance(event, Intended):
                self._write(recorded, decision.author, event)
                self._write(recorded, decision.author, Settled(event.action.key, 1, Done()))

    def _write(self, recorded: Recorded, author: AuthorRef, event: Event) -> None:
        self.histories[author].append(replace(recorded, event=event, author=author, rehearsed=False))

    def _plan(self, recorded: Recorded, comment: Comment) -> Plan:
        case = self.cases.get(comment.author, CaseRef("C-0"))
        return Plan(self.policy, Roster(()), case, comment, recorded.at, epoch=0)
