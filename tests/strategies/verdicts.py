"""Verdicts by their shape: what was found, how sure, how grave, and in whose words."""

from __future__ import annotations

import enum
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from moderation.comment import CommentRef
from moderation.taxonomy import Care, Category, Doubt, Protection, Severity
from moderation.verdict import Finding, Gap, Span, Subject, Verdict
from tests.strategies.comments import ref
from tests.strategies.policies import ACT_AT, LOOK_AT, NOTICE_AT, PROTECT_AT


class Band(enum.StrEnum):
    """Where a score lies between the thresholds. The two upper ones stand exactly on theirs."""

    BELOW = "below"
    LOOK = "look"
    ACT = "act"


class Words(enum.StrEnum):
    """Whose words the evidence lies in."""

    OWN = "own"
    QUOTED = "quoted"
    IN_PROTECTED = "in_protected"
    """Inside a passage that is protected speech."""
    BESIDE_PROTECTED = "beside_protected"
    """In a comment with a protected passage, but outside it."""
    NOWHERE = "nowhere"
    """The check cannot say where."""


SCORES = {Band.BELOW: LOOK_AT - 0.001, Band.LOOK: LOOK_AT, Band.ACT: ACT_AT}
GRAVE = (Severity.MINOR, Severity.CLEAR_BREACH, Severity.SERIOUS, Severity.MINUTES_MATTER)

PASSAGE = Span(10, 20)
INSIDE = Span(12, 18)
ELSEWHERE = Span(0, 5)


@dataclass(frozen=True, slots=True)
class Shape:
    """A verdict in the words of the laws, so that these need not ask the code what it is."""

    category: Category | None = None
    band: Band = Band.ACT
    severity: Severity = Severity.CLEAR_BREACH
    words: Words = Words.OWN
    care: Care | None = None
    protection: Protection | None = None
    gap: bool = False

    @property
    def guarded(self) -> bool:
        """Whether the comment holds protected speech of a kind."""
        return self.protection is not None or self.words in {Words.IN_PROTECTED, Words.BESIDE_PROTECTED}

    def verdict(self, about: CommentRef | None = None, revision: int = 0) -> Verdict:
        """The verdict of that shape."""
        gaps = (Gap("pictures", "late"),) if self.gap else ()
        return Verdict(about or ref(), revision, tuple(self._findings()), gaps, ("words@1",))

    def _findings(self) -> Iterator[Finding]:
        if self.category is not None:
            span = {Words.IN_PROTECTED: INSIDE, Words.NOWHERE: None}.get(self.words, ELSEWHERE)
            quoted = self.words is Words.QUOTED
            yield finding(self.category, SCORES[self.band], self.severity, span=span, quoted=quoted)
        if self.words in {Words.IN_PROTECTED, Words.BESIDE_PROTECTED}:
            yield finding(Protection.COUNTER_SPEECH, PROTECT_AT, span=PASSAGE)
        if self.care is not None:
            yield finding(self.care, NOTICE_AT, Severity.SERIOUS)
        if self.protection is not None:
            yield finding(self.protection, PROTECT_AT)


def finding(
    subject: Subject,
    score: float = ACT_AT,
    severity: Severity = Severity.NOTHING,
    *,
    span: Span | None = None,
    quoted: bool = False,
    source: str = "words",
) -> Finding:
    """One finding."""
    return Finding(subject, score, severity, source, "1", f"{source} found {subject}", span, quoted)


def singles() -> Iterator[Shape]:
    """Nothing, a gap, each care, each protection, and each category in every way it can be found."""
    yield Shape()
    yield Shape(gap=True)
    for care in Care:
        yield Shape(care=care)
    for protection in Protection:
        yield Shape(protection=protection)
    for category, band, severity, words in itertools.product(Category, Band, GRAVE, Words):
        yield Shape(category, band, severity, words)


def pairs() -> Iterator[Shape]:
    """Each category with each care, each protection and a gap; each care and protection with a gap."""
    for category, band, severity in itertools.product(Category, Band, GRAVE):
        yield Shape(category, band, severity, gap=True)
    for category, severity in itertools.product(Category, GRAVE):
        for care in Care:
            yield Shape(category, Band.ACT, severity, care=care)
        for protection in Protection:
            yield Shape(category, Band.ACT, severity, protection=protection)
            yield Shape(category, Band.ACT, severity, Words.NOWHERE, protection=protection)
    for care in Care:
        yield Shape(care=care, gap=True)
    for protection in Protection:
        yield Shape(protection=protection, gap=True)


def shapes() -> tuple[Shape, ...]:
    """Every verdict of the small world."""
    return (*singles(), *pairs())


SUBJECTS: tuple[Subject, ...] = (*Category, *Care, *Protection, *Doubt)
