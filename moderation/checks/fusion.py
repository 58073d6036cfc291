"""Fusion: from a classifier's labels, and from several findings, to what the policy knows."""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable, Mapping, Sequence

from moderation.checks import trained
from moderation.taxonomy import Care, Category, Protection, Severity
from moderation.verdict import Finding, Span


class Label(enum.StrEnum):
    """What a classifier may score. Adapters translate a model's own names into these."""

    TOXIC = "toxic"
    SEVERE = "severe"
    OBSCENE = "obscene"
    INSULT = "insult"
    THREAT = "threat"
    IDENTITY_HATE = "identity_hate"
    SEXUAL = "sexual"
    SPAM = "spam"
    SELF_HARM = "self_harm"


LABELS = frozenset(label.value for label in Label) | trained.ANSWERS
"""Everything that a classifier may answer: these, or all answers of a model trained on the house rules."""

_FLOOR = 0.15
"""Below this a model says nothing worth keeping."""
_TOXIC_ALONE = 0.55
"""`toxic` without `insult`, `threat` or `identity_hate` mixes swearing with anger, and of angry complaints
models of this family flag one in twelve: never enough to act alone."""
_SEXUAL_SHARE = 0.8
"""Sexual talk at a worker harasses; talk about bodies on a health page does not."""


def findings(
    whole: Sequence[Mapping[str, float]],
    own: Sequence[Mapping[str, float]],
    source: str,
    version: str,
    rules: Sequence[Finding] = (),
) -> tuple[Finding, ...]:
    """Turn the scores of one comment's readings into findings. Labels left out were not looked for.

    `own` holds the scores of the author's own words, where the comment quotes others; `rules` is what the
    rules have found. Refuses labels that are not ours and scores that are no probabilities.
    """
    for scores in (*whole, *own):
        _refuse_nonsense(scores, source)
    if all(trained.answers(scores) for scores in whole):
        return trained.findings(whole, own, rules, source, version)
    return _broad(_strongest(own or whole), source, version)


def _refuse_nonsense(scores: Mapping[str, float], source: str) -> None:
    for label, score in scores.items():
        if label not in LABELS:
            message = f"{source} scored {label!r}, which is none of {', '.join(sorted(LABELS))}"
            raise ValueError(message)
        if not 0.0 <= score <= 1.0 or math.isnan(score):
            message = f"{source} scored {label} with {score}, which is no probability"
            raise ValueError(message)
    missing = trained.ANSWERS - scores.keys() if trained.answers(scores) else ()
    if missing:
        message = f"{source} left out {', '.join(sorted(missing))}"
        raise ValueError(message)


def _broad(scores: Mapping[str, float], source: str, version: str) -> tuple[Finding, ...]:
    given = {label: scores.get(label, 0.0) for label in Label}
    found = (
        (Category.ABUSIVE, _abusive(given), _abusive_severity(given), "reads as abuse of a person"),
        (Category.THREATENING, given[Label.THREAT], Severity.SERIOUS, "reads as a threat"),
        (Category.HATEFUL, given[Label.IDENTITY_HATE], Severity.SERIOUS, "reads as hatred of a group"),
        (
            Category.HARASSING,
            given[Label.SEXUAL] * _SEXUAL_SHARE,
            Severity.CLEAR_BREACH,
            "reads as sexual talk",
        ),
        (Category.SPAM, given[Label.SPAM], Severity.MINOR, "reads as spam"),
        (Care.SAFEGUARDING, given[Label.SELF_HARM], Severity.SERIOUS, "reads as talk of self-harm"),
    )
    return tuple(
        Finding(subject, score, severity, source, version, because)
        for subject, score, severity, because in found
        if score >= _FLOOR
    )


def _strongest(scored: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """The highest score of each label over the readings of one text."""
    highest: dict[str, float] = {}
    for scores in scored:
        for label, score in scores.items():
            highest[label] = max(score, highest.get(label, 0.0))
    return highest


def quoted_abuse(found: Iterable[Finding], version: str) -> tuple[Finding, ...]:
    """The protection of those who quote abuse that they report: one finding for each quoted span."""
    spans: dict[Span, Finding] = {}
    for finding in found:
        if finding.quoted and isinstance(finding.subject, Category) and finding.span is not None:
            spans.setdefault(finding.span, finding)
    return tuple(
        Finding(
            Protection.QUOTED_ABUSE,
            0.7,
            Severity.NOTHING,
            "fusion",
            version,
            "the words stand in quotation marks or are reported as somebody else's",
            span,
            quoted=True,
        )
        for span in sorted(spans)
    )


def _abusive(given: Mapping[Label, float]) -> float:
    # Swearing is no ground: where `obscene` outweighs `insult`, `toxic` is about the swearing.
    swearing = max(0.0, given[Label.OBSCENE] - given[Label.INSULT])
    alone = min(_TOXIC_ALONE, max(0.0, given[Label.TOXIC] - swearing))
    return max(given[Label.INSULT], given[Label.SEVERE], alone)


def _abusive_severity(given: Mapping[Label, float]) -> Severity:
    return Severity.SERIOUS if given[Label.SEVERE] >= 0.5 else Severity.CLEAR_BREACH  # noqa: PLR2004 - likelier than not
