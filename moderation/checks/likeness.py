"""How alike two texts are, however they are dressed up."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from datasketch import LeanMinHash, MinHash

from moderation.checks.text import normalise

_LETTERS = re.compile(r"[^\W\d_]+")
_LONGEST = 1_500
_KEPT = 2_048
"""Sketches that are kept, since the same comments stand around many: at most 10 MB."""
_SHINGLE = 5
FEWEST_WORDS = 5
"""A shorter text is alike to the letter or not at all: everybody writes thank you."""
ALIKE = 0.45
"""Share of five-letter runs in common from which two texts say the same."""
_EMPTY = MinHash(num_perm=128, seed=1)


def count_alike(text: str, others: Iterable[str]) -> int:
    """How many of the others say nearly the same. Short texts are alike only to the letter."""
    mine = _sketch(text[:_LONGEST])
    if mine is None:
        plain = _letters(text[:_LONGEST])
        return sum(_letters(other[:_LONGEST]) == plain for other in others) if plain else 0
    return sum(
        theirs.jaccard(mine) >= ALIKE for other in others if (theirs := _sketch(other[:_LONGEST])) is not None
    )


def is_short(text: str) -> bool:
    """Whether the text is too short for a likeness to say anything."""
    return _sketch(text[:_LONGEST]) is None


@functools.lru_cache(maxsize=_KEPT)
def _sketch(text: str) -> LeanMinHash | None:
    """A sketch of a text without its figures, signs and disguises; None where it is too short."""
    letters = _letters(text)
    if letters.count(" ") + 1 < FEWEST_WORDS:
        return None
    runs = {letters[at : at + _SHINGLE].encode() for at in range(len(letters) - _SHINGLE + 1)}
    sketch = _EMPTY.copy()
    sketch.update_batch(sorted(runs))
    return LeanMinHash(sketch)


def _letters(text: str) -> str:
    # Half characters have no bytes to be sketched by.
    plain = normalise.read(text).plain.text.encode(errors="ignore").decode()
    return " ".join(_LETTERS.findall(plain))
