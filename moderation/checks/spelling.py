"""Finds a lexicon's words in a text, through repeated letters and masked ones."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from moderation.checks.lexicon import Entry, Kind, Lexicon
from moderation.checks.text import normalise
from moderation.checks.text.patterns import Pattern, any_of
from moderation.verdict import Span


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of the lexicon, and where: in the variant's text from `start` to `end`, and in the raw text."""

    entry: Entry
    variant: normalise.Variant
    start: int
    end: int
    span: Span
    masked: bool = False


class Speller:
    """Knows every spelling of every word."""

    __slots__ = ("_any", "_by_key", "_masks")

    def __init__(self, lexicon: Lexicon) -> None:
        spellings = [(spelling, entry) for entry in lexicon.entries for spelling in entry.spellings]
        spellings.sort(key=lambda pair: (-len(pair[0]), pair[0]))
        self._by_key: dict[str, list[tuple[Pattern, Entry]]] = {}
        for word, entry in spellings:
            self._by_key.setdefault(_key(word), []).append((Pattern(_tolerant(word), entry.place), entry))
        found = any_of((_tolerant(word) for word, _ in spellings), "lexicon")
        self._any = Pattern(rf"\b(?:{found.source})\b", "lexicon") if found is not None else None
        self._masks = _by_length(spellings)

    def hits(self, reading: normalise.Reading) -> Iterator[Hit]:
        """Every word found, each raw place once."""
        seen: set[tuple[int, str]] = set()
        for variant in reading.variants:
            every = itertools.chain(self._masked(variant), self._spelt(variant))
            for hit in itertools.islice(every, _MOST_HITS):
                if (hit.span.start, hit.entry.word) not in seen:
                    seen.add((hit.span.start, hit.entry.word))
                    yield hit

    def _spelt(self, variant: normalise.Variant) -> Iterator[Hit]:
        if self._any is None:
            return
        for found in self._any.all(variant.text):
            of_key = self._by_key.get(_key(found.text), ())
            entry = next((entry for pattern, entry in of_key if pattern.whole(found.text)), None)
            if entry is not None:
                yield Hit(entry, variant, found.start, found.end, variant.span(found.start, found.end))

    def _masked(self, variant: normalise.Variant) -> Iterator[Hit]:
        for token in _MASKED.finditer(variant.text):
            word = token.group(1)
            if sum(letter.isalpha() for letter in word) < max(2, len(word) // 2):
                continue
            for spelling, entry in self._masks.get((word[0], len(word)), ()):
                if all(
                    shown == letter or not shown.isalpha()
                    for shown, letter in zip(word, spelling, strict=True)
                ):
                    start, end = token.span(1)
                    yield Hit(entry, variant, start, end, variant.span(start, end), masked=True)
                    break


_MOST_HITS = 300
"""In one reading of one text. Who swears more than that has said it."""

_MASKED = re.compile(r"(?<![\w*#%&])([a-z][a-z]*[*#%&?•_-]{1,4}[a-z*#]{0,12})(?![\w*#%&])")


def _key(word: str) -> str:
    """What all tolerated spellings of one form have in common."""
    return "".join(
        letter for letter, _ in itertools.groupby(letter for letter in word if letter not in " -'")
    )


def _tolerant(word: str) -> str:
    """A pattern that also finds the word with letters held down, and parted by a blank or a hyphen or not."""
    parts: list[str] = []
    for letter, run in itertools.groupby(word):
        count = len(list(run))
        if letter in " -":
            parts.append(r"[ \-]{0,2}")
        elif letter == "'":
            parts.append("'?")
        elif letter.isalpha():
            parts.append(re.escape(letter) + (f"{{{count},}}" if count > 1 else "+"))
        else:
            parts.append(re.escape(letter) * count)
    return "".join(parts)


def _by_length(spellings: list[tuple[str, Entry]]) -> dict[tuple[str, int], list[tuple[str, Entry]]]:
    """Words that are worth unmasking, by first letter and length."""
    table: dict[tuple[str, int], list[tuple[str, Entry]]] = {}
    for spelling, entry in spellings:
        if spelling.isalpha() and len(spelling) > 3 and not entry.needs and not entry.strict:  # noqa: PLR2004
            table.setdefault((spelling[0], len(spelling)), []).append((spelling, entry))
    for words in table.values():
        words.sort(key=lambda pair: (-pair[1].tier, pair[1].kind is Kind.SWEAR, pair[0]))
    return table
