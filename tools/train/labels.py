"""What the embedded model answers, in the order of its outputs."""

from __future__ import annotations

from moderation.checks.fusion import Label
from moderation.quality import Course
from moderation.taxonomy import Care, Category, Protection

OFFENSIVE = "offensive"
"""What other sets than Jigsaw's call toxic, offensive or hateful in sum.

Nobody reads it: it keeps their definitions apart from `toxic`, which is learnt from Jigsaw's alone, so that
it can be held against Detoxify's.
"""

BROAD = tuple(f"broad.{label}" for label in (*Label, OFFENSIVE))
GROUNDS = tuple(f"ground.{category.value}" for category in Category)
CARES = tuple(f"care.{care.value}" for care in Care)
PROTECTIONS = tuple(f"protection.{kind.value}" for kind in Protection)
COURSES = tuple(f"course.{course.value}" for course in Course)

INDEPENDENT = (*BROAD, *GROUNDS, *CARES, *PROTECTIONS)
"""Outputs that are probabilities each by itself."""
OUTPUTS = (*INDEPENDENT, *COURSES)
"""All outputs. The last three sum to one."""
INDEX = {name: place for place, name in enumerate(OUTPUTS)}
