"""Labelled comments, and what a house decides about them from given findings."""

from __future__ import annotations

from collections.abc import Iterable

from bot import evaluation
from moderation import quality
from moderation.policy import Policy
from moderation.quality import Course, Decided, Labelled
from moderation.taxonomy import Category
from moderation.verdict import Finding, Gap, Verdict
from tests.strategies.comments import comment
from tests.strategies.policies import lawful_policy


def labelled(
    name: str = "one",
    expected: Course = Course.KEEP,
    *,
    categories: Iterable[Category] = (),
    care: Iterable[str] = (),
    text: str = "a comment",
    difficulty: str = "",
    note: str = "",
) -> Labelled:
    """A comment with what people said of it."""
    about = comment(name, text=text)
    return Labelled(about, frozenset(categories), frozenset(care), expected, difficulty, note)


def decided(
    label: Labelled, *findings: Finding, gaps: tuple[Gap, ...] = (), policy: Policy | None = None
) -> Decided:
    """What the house does about a labelled comment in which this was found."""
    verdict = Verdict(label.comment.ref, 0, findings, gaps, ("words@1",))
    return quality.decided(label, evaluation.situation(label.comment, verdict), policy or lawful_policy())
