"""What the embedded model answers, in the order of its outputs."""

from __future__ import annotations

import enum

from moderation.taxonomy import Care, Category, Protection


class Broad(enum.StrEnum):
    """The labels of public toxicity sets.

    `toxic` is learnt from Jigsaw's definition alone, so that it can be held against Detoxify's. What other
    sets call toxic, offensive or hateful in sum goes to `offensive`, which nobody reads: it keeps their
    definitions apart.
    """

    TOXIC = "toxic"
    SEVERE = "severe"
    OBSCENE = "obscene"
    INSULT = "insult"
    THREAT = "threat"
    IDENTITY_HATE = "identity_hate"
    SEXUAL = "sexual"
    SPAM = "spam"
    SELF_HARM = "self_harm"
    OFFENSIVE = "offensive"


class Course(enum.StrEnum):
    """What an officer would do with the comment. The three exclude one another."""

    KEEP = "keep"
    HUMAN_REVIEW = "human_review"
    HIDE = "hide"


BROAD = tuple(f"broad.{label.value}" for label in Broad)
GROUNDS = tuple(f"ground.{category.value}" for category in Category)
CARES = tuple(f"care.{care.value}" for care in Care)
PROTECTIONS = tuple(f"protection.{kind.value}" for kind in Protection)
COURSES = tuple(f"course.{course.value}" for course in Course)

INDEPENDENT = (*BROAD, *GROUNDS, *CARES, *PROTECTIONS)
"""Outputs that are probabilities each by itself."""
OUTPUTS = (*INDEPENDENT, *COURSES)
"""All outputs. The last three sum to one."""
INDEX = {name: place for place, name in enumerate(OUTPUTS)}
