"""How alike two texts are, however they are dressed up."""

from __future__ import annotations

import re
from collections.abc import Iterable

from moderation.checks.text import normalise

_WORD = re.compile(r"[^\W\d_]+")
_LONGEST = 2_000
_SHINGLE = 3
_FEWEST_WORDS = 5
ALIKE = 0.6
"""Share of three-word runs in common from which two texts say the same."""


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """The three-word runs of a text; none where it is too short to compare."""
    words = _WORD.findall(normalise.read(text[:_LONGEST]).plain.text)
    if len(words) < _FEWEST_WORDS:
        return frozenset()
    return frozenset(tuple(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1))


def count_alike(text: str, others: Iterable[str]) -> int:
    """How many of the others say nearly the same. Short texts are alike only to the letter."""
    mine = shingles(text)
    if not mine:
        plain = text.strip().casefold()
        return sum(other.strip().casefold() == plain for other in others) if plain else 0
    return sum(_share(mine, shingles(other)) >= ALIKE for other in others)


def _share(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0
