"""Writes a licences file: what was measured, for the loader to read again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from moderation.taxonomy import Category

_HEAD = """\
# Which categories may act alone, and what was measured. Written by `houserules evaluate DATA
# --licences FILE`: measure again rather than editing it by hand.
#
# A category acts alone only from `threshold` on, and only while `precision` and `examples` reach [floor] of
# the policy. `precision` is the share of the comments that would be hidden on this ground, from that
# threshold on, that the people who labelled them would hide too. Without a table here, or below the floor, a
# category's findings go to an officer. Defamatory content always does. suspended = true takes one away.
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a category has shown. `threshold` is None where none clears the floor."""

    category: Category
    threshold: float | None
    precision: float
    examples: int
    interval: tuple[float, float]


def written(measured: Iterable[Measured], measured_on: str) -> str:
    """The licences file as text."""
    return "\n".join((_HEAD, *(_table(one, measured_on) for one in measured if one.examples)))


def _table(one: Measured, measured_on: str) -> str:
    low, high = one.interval
    lines = [
        f"[{one.category.value}]",
        f"precision = {one.precision:.4f}",
        f"examples = {one.examples}",
        f"measured_on = {json.dumps(measured_on, ensure_ascii=False)}",
        f"# 95 % interval: {low:.3f} to {high:.3f}",
    ]
    lines.append(f"threshold = {one.threshold:.3f}" if one.threshold is not None else "suspended = true")
    return "\n".join(lines) + "\n"
