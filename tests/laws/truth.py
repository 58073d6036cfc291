"""What is so about an author, read from the raw events: the other opinion beside the fold."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from moderation.comment import Comment
from moderation.decision import (
    AlreadyDone,
    Decision,
    DecisionId,
    Done,
    Refused,
    Step,
    Unsupported,
)
from moderation.record import Approved, Decided, ReferralAnswered, Reversed, Settled
from moderation.taxonomy import Care
from tests.strategies.histories import History, action
from tests.strategies.policies import RUNGS


@dataclass(frozen=True, slots=True)
class Truth:
    """Reads, and remembers nothing."""

    history: History

    def decisions(self) -> dict[DecisionId, tuple[Decision, dt.datetime, int]]:
        """Every decision that was ever taken, when, and as which event."""
        return {
            r.event.decision.id: (r.event.decision, r.at, r.seq)
            for r in self.history.recorded
            if isinstance(r.event, Decided)
        }

    def valid(self, step: Step | None = None) -> list[tuple[Decision, dt.datetime]]:
        """Those that no officer has voided since."""
        return [
            (decision, at)
            for decision, at, seq in self.decisions().values()
            if (step is None or decision.step is step) and not self._voided(decision, seq)
        ]

    def _voided(self, decision: Decision, since: int) -> bool:
        return any(
            isinstance(r.event, Reversed)
            and (r.event.comment, r.event.revision) == (decision.comment, decision.revision)
            and r.seq > since
            for r in self.history.recorded
        )

    def outcomes(self, decision: Decision) -> list[tuple[object, dt.datetime]]:
        """What came of a decision's action, in order."""
        key = action(decision).key
        told = self.history.recorded
        return [
            (r.event.outcome, r.at) for r in told if isinstance(r.event, Settled) and r.event.action == key
        ]

    def unsettled(self, step: Step) -> list[Decision]:
        """Decisions whose action has not come to an end."""
        ended = (Done, AlreadyDone, Refused, Unsupported)
        open_ones = (d for d, _ in self.valid(step))
        return [d for d in open_ones if not any(isinstance(o, ended) for o, _ in self.outcomes(d))]

    def strikes(self) -> list[DecisionId]:
        """The decisions whose strike was not voided."""
        return sorted(d.id for d, _ in self.valid() if d.strike is not None)

    def delivered(self) -> list[tuple[Decision, dt.datetime]]:
        """Every warning that arrived, and when first."""
        arrived = []
        for warning, _ in self.valid(Step.WARN):
            times = [at for outcome, at in self.outcomes(warning) if isinstance(outcome, Done | AlreadyDone)]
            arrived += [(warning, min(times))] if times else []
        return arrived

    def delivered_names(self) -> set[DecisionId]:
        """The same, by name."""
        return {warning.id for warning, _ in self.delivered()}

    def holding(self, now: dt.datetime) -> list[dt.datetime]:
        """When the warnings that still hold arrived."""
        return [at for _, at in self.delivered() if at <= now < at + RUNGS.warning_lifetime]

    def warned_before(self, told: Comment, now: dt.datetime) -> bool:
        """Whether the comment came after a warning that holds."""
        return any(at < told.posted_at for at in self.holding(now))

    def cooled_down(self, now: dt.datetime) -> bool:
        """Whether the last warning, delivered or not, is long enough ago."""
        return all(now >= at + RUNGS.warning_cool_down for _, at in self.valid(Step.WARN))

    def referrals(self) -> list[tuple[Decision, dt.datetime]]:
        """Referrals about conduct."""
        return [(d, at) for d, at in self.valid(Step.REFER) if not isinstance(d.ground, Care)]

    def heard(self, told: Comment, now: dt.datetime) -> bool:
        """Whether the teams had their time or their say, before contact went on, and ask for no delay."""
        holding = [(d, at) for d, at in self.referrals() if at <= now < at + RUNGS.referral_lifetime]
        before = [(d, at) for d, at in holding if at < told.posted_at]
        waited = any(now >= at + RUNGS.referral_wait for _, at in before)
        answered = any(self._answers(d) for d, _ in holding)
        return bool(before) and (waited or answered) and self.held_until(now) is None

    def _answers(self, referral: Decision) -> list[ReferralAnswered]:
        told = (r.event for r in self.history.recorded)
        return [e for e in told if isinstance(e, ReferralAnswered) and e.decision == referral.id]

    def held_until(self, now: dt.datetime) -> dt.datetime | None:
        """Until when a team asks for no block: its newest answer counts."""
        newest = [self._answers(d)[-1].hold_until for d, _ in self.valid(Step.REFER) if self._answers(d)]
        return max((until for until in newest if until is not None and until > now), default=None)

    def blocked(self, now: dt.datetime) -> bool:
        """Whether the network holds a block now: the newest word of it counts."""
        until: dt.datetime | None = None
        terms: dict[DecisionId, dt.timedelta] = {}
        steps = {
            action(d).key: d for d, _, _ in self.decisions().values() if d.step in {Step.BLOCK, Step.UNBLOCK}
        }
        for recorded in self.history.recorded:
            match recorded.event:
                case Approved(approval=approval):
                    terms[approval.decision] = approval.term
                case Settled(action=key, outcome=Done()) if key in steps:
                    decision = steps[key]
                    lasts = decision.step is Step.BLOCK
                    until = max(until or recorded.at, recorded.at + terms[decision.id]) if lasts else None
                case _:
                    pass
        return until is not None and now < until
