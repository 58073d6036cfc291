"""The ladder: from a verdict and a standing to decisions. Pure, and the same every time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from moderation.comment import Comment, CommentKind
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
from moderation.policy import CareRule, CategoryRule, Policy
from moderation.standing import BlockState, Standing, Strike
from moderation.taxonomy import PROTECTED_CARE, URGENT_CARE, Care, Category, Severity
from moderation.verdict import Finding, Verdict


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that the ladder looks at. `can` is what the network lets us do on that account."""

    comment: Comment
    verdict: Verdict
    standing: Standing
    can: frozenset[ActionKind]
    now: dt.datetime
    ruling: Ruling | None = None


@dataclass(frozen=True, slots=True)
class Breach:
    """A ground that holds, and by whose leave something may be done about it."""

    category: Category
    severity: Severity
    clearance: Clearance
    because: str
    punishable: bool
    """False where the hide is for somebody's sake, or where the author needs care first."""


def climb(situation: Situation, policy: Policy) -> tuple[Decision, ...]:
    """Say what is to happen about one revision of one comment.

    With a ruling, the officer's word takes the place of the checks' scores, and care has been seen to
    already.
    """
    case = _Case(situation, policy)
    decisions: list[Decision] = []
    if situation.ruling is None:
        decisions.extend(_care(case))
    breach = _breach(case)
    if breach is not None:
        decisions.extend(_act(case, breach))
    if situation.ruling is None:
        decisions.extend(_questions(case, breach))
        if breach is None:
            decisions.extend(_persistence(case))
    return tuple(decisions)


def propose(situation: Situation, policy: Policy, by: StaffId, category: Category, why: str) -> Decision:
    """Put a block to the assistant director at an officer's word."""
    case = _Case(situation, policy)
    return case.decision(
        Step.BLOCK,
        Severity.SERIOUS,
        because=why,
        ground=category,
        clearance=Clearance.ASSISTANT_DIRECTOR,
        no_warning_because=None if _went_on_after_warning(case) else why,
        by=by,
        mark=f"by {by}",
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """A situation under a policy, with the building of decisions about it."""

    situation: Situation
    policy: Policy

    def decision(  # noqa: PLR0913 - a decision says all of this, and each by name
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


_ANY_GROUND = "Appendix 3, grounds (a) to (h)"
"""What an officer judges by who is asked about a comment that could not be read."""

_LADDER_CLAUSES = {
    Step.HIDE: "Appendix 3, in the first instance",
    Step.REPORT: "Appendix 3, in the first instance",
    Step.WARN: "Appendix 3, in the first instance",
    Step.REFER: "Appendix 3, if contact continues",
    Step.BLOCK: "Appendix 3, if despite a warning",
    Step.POLICE_PACK: "Appendix 3, report to the police",
    Step.LEGAL: "Appendix 3, legal action",
}


# --- Care ---------------------------------------------------------------------------------------


def _care(case: _Case) -> Iterator[Decision]:
    for care in Care:
        rule = case.policy.cares[care]
        seen = _noticed(case, care)
        if seen is None:
            continue
        if care in URGENT_CARE:
            yield case.decision(Step.ALERT, seen.severity, because=seen.because, ground=care, route=Route.ON_CALL)
        if care is Care.SAFEGUARDING:
            yield case.decision(Step.REFER, seen.severity, because=seen.because, ground=care, route=rule.route)
        elif care not in {Care.COMPLAINT, Care.COMPLIMENT, Care.EMERGENCY}:
            yield case.decision(Step.ALERT, seen.severity, because=seen.because, ground=care, route=rule.route)
        if rule.signpost:
            yield from _signpost(case, care, rule, seen)


def _noticed(case: _Case, care: Care) -> Finding | None:
    strongest = next(iter(case.situation.verdict.of(care)), None)
    if strongest is None or strongest.score < case.policy.cares[care].notice_at:
        return None
    return strongest


def _signpost(case: _Case, care: Care, rule: CareRule, seen: Finding) -> Iterator[Decision]:
    situation = case.situation
    if str(situation.comment.account) in situation.standing.signposted:
        return
    reachable = bool(situation.can & {ActionKind.REPLY, ActionKind.MESSAGE})
    if rule.signpost_by is Clearance.AUTOMATIC and reachable:
        yield case.decision(Step.SIGNPOST, seen.severity, because=seen.because, ground=care, route=rule.route)
    else:
        yield case.decision(
            Step.ASK, seen.severity, because=seen.because, ground=care, route=rule.route, asks=Step.SIGNPOST
        )


def _urgent(case: _Case) -> bool:
    return any(_noticed(case, care) is not None for care in URGENT_CARE)


# --- What counts as a breach --------------------------------------------------------------------


def _breach(case: _Case) -> Breach | None:
    ruling = case.situation.ruling
    if ruling is not None:
        return _ruled(case, ruling)
    allowed = [finding for finding in case.situation.verdict.breaches if _may_act(case, finding)]
    gravest = max(allowed, key=lambda f: _gravity(case, f), default=None)
    if gravest is None or not isinstance(gravest.subject, Category):
        return None
    category = gravest.subject
    return Breach(
        category=category,
        severity=gravest.severity,
        clearance=Clearance.AUTOMATIC,
        because=gravest.because,
        punishable=not case.policy.categories[category].protective and not _urgent(case),
    )


def _ruled(case: _Case, ruling: Ruling) -> Breach | None:
    if ruling.category is None:
        return None
    rule = case.policy.categories[ruling.category]
    return Breach(
        category=ruling.category,
        severity=max(ruling.severity, Severity.MINOR),
        clearance=Clearance.OFFICER,
        because=ruling.why or f"an officer ruled that this is {rule.title.lower()}",
        punishable=not rule.protective and not _urgent(case),
    )


def _gravity(case: _Case, finding: Finding) -> tuple[int, bool, float]:
    rule = _rule(case, finding)
    return finding.severity, not rule.protective, finding.score


def _rule(case: _Case, finding: Finding) -> CategoryRule:
    assert isinstance(finding.subject, Category)  # noqa: S101 - only breaches come here
    return case.policy.categories[finding.subject]


def _may_act(case: _Case, finding: Finding) -> bool:
    """Whether a finding is enough to hide without asking anybody."""
    rule = _rule(case, finding)
    if finding.score < rule.act_at or finding.quoted or not case.policy.may_act_alone(rule.category):
        return False
    grave = finding.severity >= Severity.SERIOUS and _stands_alone(case, finding)
    return grave or not (_protected(case) or _urgent(case))


def _protected(case: _Case) -> bool:
    """Whether the comment is speech that is not hidden for being what it is."""
    by_kind = any(f.score >= case.policy.protect_at for f in case.situation.verdict.protections)
    return by_kind or any(_noticed(case, care) is not None for care in PROTECTED_CARE)


def _stands_alone(case: _Case, finding: Finding) -> bool:
    """Whether the evidence is in the author's own words, outside any protected passage."""
    if finding.span is None or finding.quoted:
        return False
    passages = [
        f.span
        for f in case.situation.verdict.protections
        if f.span is not None and f.score >= case.policy.protect_at
    ]
    return not any(finding.span.inside(passage) for passage in passages)


# --- What follows from a breach -----------------------------------------------------------------


def _act(case: _Case, breach: Breach) -> Iterator[Decision]:
    rule = case.policy.categories[breach.category]
    strike = _strike(case, breach, rule)
    yield from _first_instance(case, breach, strike)
    if rule.protective:
        yield from _explain(case, breach)
    if breach.severity >= Severity.MINUTES_MATTER and breach.category is Category.THREATENING:
        yield from _police(case, breach)
    if breach.category is Category.DEFAMATORY:
        yield _follow(case, breach, Step.LEGAL, route=Route.LEGAL)
    if strike is not None:
        yield from _rungs(case, breach, rule, strike)


def _follow(  # noqa: PLR0913 - each by name
    case: _Case,
    breach: Breach,
    step: Step,
    *,
    strike: StrikeWeight | None = None,
    route: Route | None = None,
    instead_of: Step | None = None,
    asks: Step | None = None,
) -> Decision:
    return case.decision(
        step,
        breach.severity,
        because=breach.because,
        ground=breach.category,
        clearance=breach.clearance,
        strike=strike,
        route=route,
        instead_of=instead_of,
        asks=asks,
    )


def _strike(case: _Case, breach: Breach, rule: CategoryRule) -> StrikeWeight | None:
    if not breach.punishable:
        return None
    return StrikeWeight(rule.weights[max(breach.severity, Severity.MINOR)], case.situation.now + rule.lifetime)


def _first_instance(case: _Case, breach: Breach, strike: StrikeWeight | None) -> Iterator[Decision]:
    """Hide; where the network cannot, report; where it cannot do that either, ask a person to."""
    can = case.situation.can
    if case.situation.comment.kind is CommentKind.DIRECT:
        yield _follow(case, breach, Step.RECORD, strike=strike)
    elif ActionKind.HIDE in can:
        yield _follow(case, breach, Step.HIDE, strike=strike)
        if breach.severity >= Severity.SERIOUS and ActionKind.REPORT in can and breach.punishable:
            yield _follow(case, breach, Step.REPORT)
    elif ActionKind.REPORT in can:
        yield _follow(case, breach, Step.REPORT, strike=strike, instead_of=Step.HIDE)
    else:
        yield _follow(case, breach, Step.RECORD, strike=strike, instead_of=Step.HIDE)
        yield _follow(case, breach, Step.ASK, asks=Step.HIDE, instead_of=Step.HIDE)


def _explain(case: _Case, breach: Breach) -> Iterator[Decision]:
    if ActionKind.MESSAGE in case.situation.can:
        yield _follow(case, breach, Step.EXPLAIN)


def _police(case: _Case, breach: Breach) -> Iterator[Decision]:
    yield _follow(case, breach, Step.ALERT, route=Route.ON_CALL)
    yield _follow(case, breach, Step.POLICE_PACK)
    if case.policy.rungs.credible_threat_skips and breach.punishable and not _block_settled(case):
        yield case.decision(
            Step.BLOCK,
            breach.severity,
            because=breach.because,
            ground=breach.category,
            clearance=Clearance.ASSISTANT_DIRECTOR,
            no_warning_because=None if _went_on_after_warning(case) else "a credible threat",
            by=case.situation.ruling.by if case.situation.ruling else None,
        )


def _rungs(case: _Case, breach: Breach, rule: CategoryRule, strike: StrikeWeight) -> Iterator[Decision]:
    """Warn; if it goes on, refer; if it still goes on, put a block to the assistant director."""
    if not _went_on_after_warning(case):
        if rule.warns and not _skips(case, breach) and _warning_is_necessary(case, breach, strike):
            yield from _warn(case, breach)
        return
    if not _referred(case):
        for route in (Route.FREQUENT_CALLER, Route.SAFEGUARDING):
            yield _follow(case, breach, Step.REFER, route=route)
    elif _may_propose(case) and not _skips(case, breach):
        yield case.decision(
            Step.BLOCK,
            breach.severity,
            because=breach.because,
            ground=breach.category,
            clearance=Clearance.ASSISTANT_DIRECTOR,
        )


def _skips(case: _Case, breach: Breach) -> bool:
    """Whether a block has been proposed already because of a credible threat."""
    credible = breach.category is Category.THREATENING and breach.severity >= Severity.MINUTES_MATTER
    return credible and case.policy.rungs.credible_threat_skips


def _warn(case: _Case, breach: Breach) -> Iterator[Decision]:
    if ActionKind.MESSAGE in case.situation.can:
        yield _follow(case, breach, Step.WARN)
    else:
        yield _follow(case, breach, Step.ASK, asks=Step.WARN)


def _warning_is_necessary(case: _Case, breach: Breach, strike: StrikeWeight) -> bool:
    standing, rungs, now = case.situation.standing, case.policy.rungs, case.situation.now
    if standing.warned(now, rungs.warning_lifetime) is not None:
        return False
    last = max((w.issued_at for w in standing.warnings), default=None)
    if last is not None and now < last + rungs.warning_cool_down:
        return False
    comment = case.situation.comment
    this = Strike(
        decision=decision_id(comment.ref, comment.revision, Step.HIDE),
        comment=comment.ref,
        revision=comment.revision,
        category=breach.category,
        points=strike.points,
        at=now,
        expires_at=strike.expires_at,
    )
    with_this = replace(standing, strikes=(*standing.strikes, this))
    return with_this.points(now, rungs.strike_spacing) >= rungs.warn_at


def _went_on_after_warning(case: _Case) -> bool:
    """Whether a warning reached the author before this comment was written."""
    warning = case.situation.standing.warned(case.situation.now, case.policy.rungs.warning_lifetime)
    if warning is None or warning.delivered_at is None:
        return False
    return case.situation.comment.posted_at > warning.delivered_at


def _referred(case: _Case) -> bool:
    return case.situation.standing.referred(case.situation.now, case.policy.rungs.referral_lifetime) is not None


def _may_propose(case: _Case) -> bool:
    standing, now = case.situation.standing, case.situation.now
    referral = standing.referred(now, case.policy.rungs.referral_lifetime)
    if referral is None or case.situation.comment.posted_at <= referral.at:
        return False
    waited = now >= referral.at + case.policy.rungs.referral_wait
    heard = any(
        r.answered_at is not None and not r.for_care and r.at >= referral.at  # an older answer was about less
        for r in standing.referrals
    )
    return (waited or heard) and standing.held_until(now) is None and not _block_settled(case)


def _block_settled(case: _Case) -> bool:
    """Whether the author is blocked on this account, or about to be."""
    account, now = case.situation.comment.account, case.situation.now
    return any(
        block.decision.account == account and (block.state is BlockState.APPROVED or block.in_force(now))
        for block in case.situation.standing.blocks
    )


# --- What is left for a person --------------------------------------------------------------------


def _questions(case: _Case, breach: Breach | None) -> Iterator[Decision]:
    """Ask an officer about whatever the ladder may not decide by itself.

    What was acted on answers for the rest of the comment, but for what is graver than it.
    """
    verdict = case.situation.verdict
    if breach is not None and (_protected(case) or _urgent(case)):
        yield _follow(case, breach, Step.ASK, route=Route.OFFICERS)
    doubtful = [f for f in verdict.breaches if f.score >= _rule(case, f).look_at]
    gravest = max(doubtful, key=lambda f: (f.severity, f.score), default=None)
    if breach is not None and (gravest is None or gravest.severity <= breach.severity):
        return
    if gravest is not None and isinstance(gravest.subject, Category):
        yield case.decision(
            Step.ASK,
            gravest.severity,
            because=_why_asked(case, gravest),
            ground=gravest.subject,
            asks=Step.HIDE,
        )
    elif verdict.gaps:  # whatever else was seen, nobody has looked where the gap is
        missed = ", ".join(sorted({gap.check for gap in verdict.gaps}))
        yield case.decision(Step.ASK, Severity.MINOR, because=f"could not be checked: {missed}", asks=Step.HIDE)


def _why_asked(case: _Case, finding: Finding) -> str:
    rule = _rule(case, finding)
    if finding.quoted:
        return f"{finding.because}; but in words that the author quotes"
    if _urgent(case):
        return f"{finding.because}; but the author may need help first"
    if _protected(case):
        return f"{finding.because}; but the comment is also protected speech"
    if rule.officer_only:
        return f"{finding.because}; {rule.title.lower()} is never decided without an officer"
    if finding.score >= rule.act_at:
        return f"{finding.because}; {rule.title.lower()} has no licence to act alone"
    return f"{finding.because}; not sure enough to act alone"


def _persistence(case: _Case) -> Iterator[Decision]:
    """Contact that breaks no rule but does not stop is referred for support, and hidden never."""
    situation, rungs = case.situation, case.policy.rungs
    since = situation.now - rungs.persistent_window
    recent = sum(1 for at in situation.standing.contacts if since < at <= situation.now)
    exempt = _noticed(case, Care.MEDIA_ENQUIRY) is not None
    if recent < rungs.persistent_count or exempt or _referred(case):
        return
    for route in (Route.FREQUENT_CALLER, Route.SAFEGUARDING):
        yield case.decision(
            Step.REFER,
            Severity.MINOR,
            because=f"{recent} comments in {rungs.persistent_window.days} days",
            route=route,
            mark="persistence",
        )
