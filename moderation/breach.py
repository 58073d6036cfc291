"""What counts as a breach, and whether it may be acted on without asking anybody."""

from __future__ import annotations

from dataclasses import dataclass

from moderation.decision import Clearance, Ruling
from moderation.situation import Matter
from moderation.taxonomy import COMPLAINING, PROTECTED_CARE, Category, Doubt, Severity
from moderation.verdict import Finding, Subject


@dataclass(frozen=True, slots=True)
class Breach:
    """A ground that holds, and by whose leave something may be done about it."""

    category: Category
    severity: Severity
    clearance: Clearance
    because: str
    punishable: bool
    """False where the hide is for somebody's sake, or where the author needs care first."""


def find(case: Matter) -> Breach | None:
    """The gravest breach that may be acted on: by an officer's ruling, or by the checks alone."""
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
        punishable=not case.policy.categories[category].protective and not case.urgent(),
    )


def _ruled(case: Matter, ruling: Ruling) -> Breach | None:
    if ruling.category is None:
        return None
    rule = case.policy.categories[ruling.category]
    return Breach(
        category=ruling.category,
        severity=max(ruling.severity, Severity.MINOR),
        clearance=Clearance.OFFICER,
        because=ruling.why or _seen_and_upheld(case, ruling.category),
        punishable=not rule.protective and not case.urgent(),
    )


def _seen_and_upheld(case: Matter, category: Category) -> str:
    seen = next(iter(case.situation.verdict.of(category)), None)
    if seen is not None:
        return f"{seen.because}; upheld by an officer"
    return f"an officer ruled that this is {case.policy.categories[category].title.lower()}"


def _gravity(case: Matter, finding: Finding) -> tuple[int, bool, float]:
    rule = case.rule(finding)
    return finding.severity, not rule.protective, finding.score


def _may_act(case: Matter, finding: Finding) -> bool:
    """Whether a finding is enough to hide without asking anybody."""
    rule = case.rule(finding)
    if finding.score < rule.acts_from or not case.may_act_alone(rule.category):
        return False
    return unopposed(case, finding)


def unopposed(case: Matter, finding: Finding) -> bool:
    """Whether nothing but the score and the licence stands between a finding and a hide."""
    if finding.quoted or case.rule(finding).officer_only or _is_an_officers(case, finding):
        return False
    grave = finding.severity >= Severity.SERIOUS and _stands_alone(case, finding)
    return grave or not (protected(case) or case.urgent())


def _is_an_officers(case: Matter, finding: Finding) -> bool:
    """Whether it is a close call, or what is unlawful about it may be contempt of court.

    Where minutes matter, nobody waits: who names a juror or a complainant, say, does harm at once.
    """
    if finding.severity >= Severity.MINUTES_MATTER:
        return False
    contempt = finding.subject is Category.UNLAWFUL and case.doubt(Doubt.PROCEEDINGS) is not None
    return contempt or case.doubt(Doubt.CLOSE_CALL) is not None


def protected(case: Matter) -> bool:
    """Whether the comment is speech that is not hidden for being what it is.

    A wording that sounds like a complaint does not protect by itself where a model reads none.
    """
    kinds: set[Subject] = {
        f.subject for f in case.situation.verdict.protections if f.score >= case.policy.protect_at
    }
    kinds.update(care for care in PROTECTED_CARE if case.noticed(care) is not None)
    if case.doubt(Doubt.NO_COMPLAINT) is not None:
        kinds -= COMPLAINING
    return bool(kinds)


def _stands_alone(case: Matter, finding: Finding) -> bool:
    """Whether the evidence is in the author's own words, outside any protected passage."""
    if finding.span is None or finding.quoted:
        return False
    passages = [
        f.span
        for f in case.situation.verdict.protections
        if f.span is not None and f.score >= case.policy.protect_at
    ]
    return not any(finding.span.inside(passage) for passage in passages)
