"""What the checks found in one revision of a comment, and where they could not look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from moderation.comment import CommentRef
from moderation.taxonomy import Care, Category, Doubt, Protection, Severity

Subject = Category | Care | Protection | Doubt
"""No two of these enums share a value, so a value alone names its subject."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Part of a comment's raw text, as character offsets: start included, end not."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            message = f"a span runs forward from 0: got {self.start} to {self.end}"
            raise ValueError(message)

    def inside(self, other: Span) -> bool:
        """Whether all of this span lies within `other`."""
        return other.start <= self.start and self.end <= other.end


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that one check saw.

    `score` is a probability between 0 and 1. `source` names the check or model and `version` its
    release. `because` is for an officer to read and quotes nothing. `quoted` is true where the
    evidence lies in words of somebody else that the comment repeats.
    """

    subject: Subject
    score: float
    severity: Severity
    source: str
    version: str
    because: str
    span: Span | None = None
    quoted: bool = False

    def __post_init__(self) -> None:
        if not 0.0 <= self.score <= 1.0:  # also refuses NaN, which compares false
            message = f"finding by {self.source}: score {self.score} is not between 0 and 1"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Gap:
    """A check that did not look: late, broken or unsupported. Never the same as clean."""

    check: str
    reason: str


@dataclass(frozen=True, slots=True)
class Sight:
    """What came of looking at a comment's attachments themselves, before the checks read the comment.

    `seen` are the ids of those that need nobody to look at them: a known picture, or one that a model
    judged. `by` names who looked, as `name@version`.
    """

    items: tuple[Finding | Gap, ...] = ()
    seen: frozenset[str] = frozenset()
    by: tuple[str, ...] = ()


UNSEEN = Sight()
"""Nobody has looked."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings and gaps about one revision of one comment."""

    comment: CommentRef
    revision: int
    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    checks: tuple[str, ...] = ()
    """Name and version of each check that looked, as `name@version`."""

    def of(self, subject: Subject) -> tuple[Finding, ...]:
        """The findings about one subject, strongest first."""
        return _strongest_first(f for f in self.findings if f.subject == subject)

    @property
    def breaches(self) -> tuple[Finding, ...]:
        """The findings that are grounds for action, strongest first."""
        return _strongest_first(f for f in self.findings if isinstance(f.subject, Category))

    @property
    def protections(self) -> tuple[Finding, ...]:
        """The findings that protect the comment, strongest first."""
        return _strongest_first(f for f in self.findings if isinstance(f.subject, Protection))


def _strongest_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda f: (-f.score, -f.severity, f.subject, f.source)))
