"""One comment, one author and one policy, and the building of decisions about them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from moderation.comment import Comment
from moderation.decision import (
    ActionKind,
    Clearance,
    Decision,
    Route,
    Ruling,
    StaffId,
    Step,
    StrikeWeight,
    decision_id,
)
from moderation.policy import CategoryRule, Policy
from moderation.standing import Standing
from moderation.taxonomy import URGENT_CARE, Care, Category, Doubt, Severity
from moderation.verdict import Finding, Verdict

_LADDER_CLAUSES = {
    Step.HIDE: "Appendix 3, in the first instance",
    Step.REPORT: "Appendix 3, in the first instance",
    Step.WARN: "Appendix 3, in the first instance",
    Step.REFER: "Appendix 3, if contact continues",
    Step.BLOCK: "Appendix 3, if despite a warning",
    Step.POLICE_PACK: "Appendix 3, report to the police",
    Step.LEGAL: "Appendix 3, legal action",
}


_ANY_GROUND = "Appendix 3, grounds (a) to (h)"
"""What an officer judges by who is asked about a comment that could not be read."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that the ladder looks at. `can` is what the network lets us do on that account."""

    comment: Comment
    verdict: Verdict
    standing: Standing
    can: frozenset[ActionKind]
    now: dt.datetime
    ruling: Ruling | None = None
    suspended: frozenset[Category] = frozenset()
    """The grounds whose licences officers' rulings have suspended."""


@dataclass(frozen=True, slots=True)
class Matter:
    """A situation under a policy, with the building of decisions about it."""

    situation: Situation
    policy: Policy

    def decision(
        self,
        step: Step,
        severity: Severity,
        *,
        because: str,
        ground: Category | Care | None = None,
        clearance: Clearance = Clearance.AUTOMATIC,
        strike: StrikeWeight | None = None,
        route: Route | None = None,
        instead_of: Step | None = None,
        asks: Step | None = None,
        no_warning_because: str | None = None,
        by: StaffId | None = None,
        mark: str = "",
    ) -> Decision:
        """Build a decision about this matter, named by what it is about."""
        comment = self.situation.comment
        ruling = self.situation.ruling
        marks = [m for m in (ground or "", route or "", asks or "", mark, ruling.mark if ruling else "") if m]
        return Decision(
            id=decision_id(comment.ref, comment.revision, step, *marks),
            step=step,
            author=comment.author,
            account=comment.account,
            comment=comment.ref,
            revision=comment.revision,
            ground=ground,
            severity=severity,
            clearance=clearance,
            because=because,
            clause=self.clause(ground, step),
            policy_version=self.policy.version,
            strike=strike,
            route=route,
            instead_of=instead_of,
            asks=asks,
            no_warning_because=no_warning_because,
            by=by or (ruling.by if ruling else None),
        )

    def clause(self, ground: Category | Care | None, step: Step) -> str:
        """Name the policy's words that the step rests on."""
        parts = [_LADDER_CLAUSES.get(step, "")]
        match ground:
            case Category():
                parts.insert(0, self.policy.categories[ground].clause)
            case Care():
                parts.insert(0, self.policy.cares[ground].clause)
            case None:
                pass
        return "; ".join(part for part in parts if part) or _ANY_GROUND

    def noticed(self, care: Care) -> Finding | None:
        """The strongest finding that calls for this care, if it is strong enough to count."""
        strongest = next(iter(self.situation.verdict.of(care)), None)
        if strongest is None or strongest.score < self.policy.cares[care].notice_at:
            return None
        return strongest

    def doubt(self, doubt: Doubt) -> Finding | None:
        """What asks for a person's judgement, if it is strong enough to count."""
        strongest = next(iter(self.situation.verdict.of(doubt)), None)
        return strongest if strongest is not None and strongest.score >= self.policy.ask_at else None

    def urgent(self) -> bool:
        """Whether a person must see to the author at once."""
        return any(self.noticed(care) is not None for care in URGENT_CARE)

    def may_act_alone(self, category: Category) -> bool:
        """Whether the ground holds its licence: by what was measured, and by what officers ruled since."""
        return self.policy.may_act_alone(category) and category not in self.situation.suspended

    def rule(self, finding: Finding) -> CategoryRule:
        """The rule that a finding of a breach is about."""
        if not isinstance(finding.subject, Category):
            message = f"{finding.subject} is no ground for action"
            raise TypeError(message)
        return self.policy.categories[finding.subject]
