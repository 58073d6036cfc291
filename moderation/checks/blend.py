"""What a trained model and the rules together say of a comment's course: kept, put to an officer, hidden.

A logistic regression over the model's answers and the rules' strongest findings. `python -m tools.train
blend` fits it on written comments that the model has not learnt from, and writes `blend_table`.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence

from moderation.checks import blend_table
from moderation.taxonomy import Care, Category, Protection
from moderation.verdict import Finding

COURSES = ("course.keep", "course.human_review", "course.hide")
_TOLD = (
    "care.complaint",
    "care.compliment",
    "ground.defamatory",
    "toxic",
    "insult",
)
"""Answers of the model that say more about the course than its own answer takes in."""
_SURE = 0.75
_EDGE = 1e-4

FEATURES = (
    *(f"logit {name}" for name in COURSES),
    *(f"logit {name}" for name in _TOLD),
    "logit of the likeliest ground",
    "rule ground",
    "sure rule ground",
    "rule ground that the model sees too",
    "rule protection",
    "rule complaint",
    "rule care",
)

VERSION = hashlib.sha256(repr((blend_table.WEIGHTS, blend_table.BIASES)).encode()).hexdigest()[:8]
"""Which table weighs: part of a verdict's version, for another one decides otherwise."""


def course(scores: Mapping[str, float], rules: Sequence[Finding]) -> dict[str, float]:
    """The chance of each course, from a model's answers about one reading and what the rules found."""
    told = tuple(features(scores, rules))
    weighed = [
        bias + sum(weight * value for weight, value in zip(weights, told, strict=True))
        for weights, bias in zip(blend_table.WEIGHTS, blend_table.BIASES, strict=True)
    ]
    highest = max(weighed)
    raised = [math.exp(value - highest) for value in weighed]
    return dict(zip(COURSES, (value / sum(raised) for value in raised), strict=True))


def features(scores: Mapping[str, float], rules: Sequence[Finding]) -> Iterator[float]:
    """What the regression looks at, in the order of `FEATURES`."""
    for name in (*COURSES, *_TOLD):
        yield _logit(scores.get(name, 0.0))
    grounds = {category: scores.get(f"ground.{category.value}", 0.0) for category in Category}
    yield _logit(max(grounds.values()))
    found = dict.fromkeys(Category, 0.0)
    for finding in rules:
        if isinstance(finding.subject, Category):
            found[finding.subject] = max(found[finding.subject], finding.score)
    strongest = max(found.values())
    yield strongest
    yield float(strongest >= _SURE)
    yield max(min(found[category], grounds[category]) for category in Category)
    yield max((f.score for f in rules if isinstance(f.subject, Protection)), default=0.0)
    yield max((f.score for f in rules if f.subject is Care.COMPLAINT), default=0.0)
    yield max((f.score for f in rules if isinstance(f.subject, Care)), default=0.0)


def _logit(share: float) -> float:
    held = min(max(share, _EDGE), 1 - _EDGE)
    return math.log(held / (1 - held))
