"""The ladder: from a verdict and a standing to decisions. Pure, and the same every time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from moderation.breach import Breach, find, protected
from moderation.comment import CommentKind
from moderation.decision import (
    ActionKind,
    Clearance,
    Decision,
    Route,
    StaffId,
    Step,
    StrikeWeight,
    decision_id,
)
from moderation.policy import CareRule, CategoryRule, Policy
from moderation.situation import Matter, Situation
from moderation.standing import BlockState, Strike
from moderation.taxonomy import URGENT_CARE, Care, Category, Doubt, Severity
from moderation.verdict import Finding


def climb(situation: Situation, policy: Policy) -> tuple[Decision, ...]:
    """Say what is to happen about one revision of one comment.

    With a ruling, the officer's word takes the place of the checks' scores, and care has been seen to
    already.
    """
    case = Matter(situation, policy)
    decisions: list[Decision] = []
    if situation.ruling is None:
        decisions.extend(_care(case))
    breach = find(case)
    if breach is not None:
        decisions.extend(_act(case, breach))
    if situation.ruling is None:
        decisions.extend(_questions(case, breach))
        decisions.extend(_contest(case))
        if breach is None:
            decisions.extend(_persistence(case))
    return tuple(decisions)


def propose(situation: Situation, policy: Policy, by: StaffId, category: Category, why: str) -> Decision:
    """Put a block to the assistant director at an officer's word."""
    case = Matter(situation, policy)
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


# --- Care ---------------------------------------------------------------------------------------


def _care(case: Matter) -> Iterator[Decision]:
    for care in Care:
        rule = case.policy.cares[care]
        seen = case.noticed(care)
        if seen is None:
            continue
        if care in URGENT_CARE:
            yield case.decision(
                Step.ALERT, seen.severity, because=seen.because, ground=care, route=Route.ON_CALL
            )
        if care is Care.SAFEGUARDING:
            yield case.decision(
                Step.REFER, seen.severity, because=seen.because, ground=care, route=rule.route
            )
        elif care not in {Care.COMPLAINT, Care.COMPLIMENT, Care.EMERGENCY}:
            yield case.decision(
                Step.ALERT, seen.severity, because=seen.because, ground=care, route=rule.route
            )
        if rule.signpost:
            yield from _signpost(case, care, rule, seen)


def _signpost(case: Matter, care: Care, rule: CareRule, seen: Finding) -> Iterator[Decision]:
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


# --- What follows from a breach -----------------------------------------------------------------


def _act(case: Matter, breach: Breach) -> Iterator[Decision]:
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


def _follow(
    case: Matter,
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


def _strike(case: Matter, breach: Breach, rule: CategoryRule) -> StrikeWeight | None:
    if not breach.punishable:
        return None
    return StrikeWeight(
        rule.weights[max(breach.severity, Severity.MINOR)], case.situation.now + rule.lifetime
    )


def _first_instance(case: Matter, breach: Breach, strike: StrikeWeight | None) -> Iterator[Decision]:
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


def _explain(case: Matter, breach: Breach) -> Iterator[Decision]:
    if ActionKind.MESSAGE in case.situation.can:
        yield _follow(case, breach, Step.EXPLAIN)


def _police(case: Matter, breach: Breach) -> Iterator[Decision]:
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


def _rungs(case: Matter, breach: Breach, rule: CategoryRule, strike: StrikeWeight) -> Iterator[Decision]:
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


def _skips(case: Matter, breach: Breach) -> bool:
    """Whether a block has been proposed already because of a credible threat."""
    credible = breach.category is Category.THREATENING and breach.severity >= Severity.MINUTES_MATTER
    return credible and case.policy.rungs.credible_threat_skips


def _warn(case: Matter, breach: Breach) -> Iterator[Decision]:
    if ActionKind.MESSAGE in case.situation.can:
        yield _follow(case, breach, Step.WARN)
    else:
        yield _follow(case, breach, Step.ASK, asks=Step.WARN)


def _warning_is_necessary(case: Matter, breach: Breach, strike: StrikeWeight) -> bool:
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


def _went_on_after_warning(case: Matter) -> bool:
    """Whether a warning reached the author before this comment was written."""
    warning = case.situation.standing.warned(case.situation.now, case.policy.rungs.warning_lifetime)
    if warning is None or warning.delivered_at is None:
        return False
    return case.situation.comment.posted_at > warning.delivered_at


def _referred(case: Matter) -> bool:
    return (
        case.situation.standing.referred(case.situation.now, case.policy.rungs.referral_lifetime) is not None
    )


def _may_propose(case: Matter) -> bool:
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


def _block_settled(case: Matter) -> bool:
    """Whether the author is blocked on this account, or about to be."""
    account, now = case.situation.comment.account, case.situation.now
    return any(
        block.decision.account == account and (block.state is BlockState.APPROVED or block.in_force(now))
        for block in case.situation.standing.blocks
    )


# --- What is left for a person --------------------------------------------------------------------


def _questions(case: Matter, breach: Breach | None) -> Iterator[Decision]:
    """Ask an officer about whatever the ladder may not decide by itself.

    What was acted on answers for the rest of the comment, but for what is graver than it.
    """
    verdict = case.situation.verdict
    if breach is not None and (protected(case) or case.urgent()):
        yield _follow(case, breach, Step.ASK, route=Route.OFFICERS)
    doubtful = [f for f in verdict.breaches if f.score >= case.rule(f).look_at]
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
        if gravest.subject is Category.THREATENING and gravest.severity >= Severity.MINUTES_MATTER:
            yield from _at_once(case, gravest)
    elif verdict.gaps:  # whatever else was seen, nobody has looked where the gap is
        missed = ", ".join(sorted({f"{gap.check} ({gap.reason})" for gap in verdict.gaps}))
        yield case.decision(
            Step.ASK, Severity.MINOR, because=f"could not be checked: {missed}", asks=Step.HIDE
        )
    elif breach is None and (close := case.doubt(Doubt.CLOSE_CALL)) is not None:
        yield _whether_it_may_stay(case, close)


def _whether_it_may_stay(case: Matter, close: Finding) -> Decision:
    """An officer's question about a comment on no ground: often about what it gives away of somebody."""
    seen = [finding for care in Care if (finding := case.noticed(care)) is not None]
    gravest = max(seen, key=lambda f: (f.severity, f.score), default=None)
    if gravest is None or not isinstance(gravest.subject, Care):
        because = close.because
        return case.decision(Step.ASK, Severity.MINOR, because=because, asks=Step.HIDE, mark="close call")
    severity = max(gravest.severity, Severity.MINOR)
    because = f"{gravest.because}; whether it should stay in public is for a person to say"
    return case.decision(Step.ASK, severity, because=because, ground=gravest.subject, asks=Step.HIDE)


def _at_once(case: Matter, threat: Finding) -> Iterator[Decision]:
    """What cannot wait for the officer's ruling on a credible threat, and falls on nobody."""
    for step, route in ((Step.ALERT, Route.ON_CALL), (Step.POLICE_PACK, None)):
        yield case.decision(
            step,
            threat.severity,
            because=threat.because,
            ground=Category.THREATENING,
            route=route,
            mark="asked",
        )


def _contest(case: Matter) -> Iterator[Decision]:
    """A private message by somebody about whom something was decided may contest it: a person reads it."""
    standing = case.situation.standing
    decided = standing.strikes or standing.warnings or standing.blocks
    if case.situation.comment.kind is CommentKind.DIRECT and decided:
        yield case.decision(
            Step.ASK,
            Severity.CLEAR_BREACH,
            because="wrote in private after something was decided about them: it may be a contest",
            route=Route.OFFICERS,
            asks=Step.UNHIDE,
        )


def _why_asked(case: Matter, finding: Finding) -> str:
    rule = case.rule(finding)
    if finding.quoted:
        return f"{finding.because}; but in words that the author quotes"
    if case.urgent():
        return f"{finding.because}; but the author may need help first"
    if protected(case):
        return f"{finding.because}; but the comment is also protected speech"
    if rule.officer_only:
        return f"{finding.because}; {rule.title.lower()} is never decided without an officer"
    if finding.subject is Category.UNLAWFUL and case.doubt(Doubt.PROCEEDINGS) is not None:
        return f"{finding.because}; what touches a court case is never decided without an officer"
    if case.doubt(Doubt.CLOSE_CALL) is not None:
        return f"{finding.because}; but a close call"
    if finding.score >= rule.acts_from:
        return f"{finding.because}; {rule.title.lower()} has no licence to act alone"
    return f"{finding.because}; not sure enough to act alone"


def _persistence(case: Matter) -> Iterator[Decision]:
    """Contact that breaks no rule but does not stop is referred for support, and hidden never."""
    situation, rungs = case.situation, case.policy.rungs
    since = situation.now - rungs.persistent_window
    recent = sum(1 for at in situation.standing.contacts if since < at <= situation.now)
    exempt = case.noticed(Care.MEDIA_ENQUIRY) is not None
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
