"""Words taken apart or misspelt to get past a reader: `s p a c e d`, `d.o.t.t.e.d`, `l33t`, `heeeeld`."""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Eased(NamedTuple):
    """A text with its disguised words written out, and where each character stands in the one before."""

    text: str
    starts: list[int]
    ends: list[int]


_LEET = {
    "@": "a",
    "4": "a",
    "3": "e",
    "€": "e",
    "0": "o",
    "$": "s",
    "5": "s",
    "7": "t",
    "+": "t",
    "8": "b",
    "9": "g",
    "¢": "c",
    "£": "l",
}
_ONE = frozenset("1!|")
"""What stands for i in one word and for l in another."""
_SEPARATORS = "._\\-~*'\"^,/\\\\:;=#"

# `re` is safe here: the patterns are ours and none can backtrack; the back-reference is to one letter.
_TOKEN = re.compile(r"\S+")
_ADDRESS = re.compile(r"://|www\.|@\w+\.|\.(?:com|org|net|co|uk|io)\b")
_HELD = re.compile(r"([a-z])\1{2,}")
_ENDINGS = ".,?:;\"'!"
_AROUND = f"()[]{_ENDINGS}"
_LONGEST = 40
_WIDEST_SPACING = 1
_FEWEST_SINGLES = 3
_WORDS_OF_ONE = frozenset("aiu")
"""A letter that may be a word of its own before a word that is spaced out: `a p r a t`, `u p r a t`."""


def readings(text: str) -> tuple[Eased, ...]:
    """The text with its disguises undone, once for each way to undo them. Empty without disguise.

    A 1 is read as i and as l, a leading `a` as part of the spaced word and as a word of its own, and a letter
    that is held down as one and as two.
    """
    runs = _joined(text)
    tokens = _tokens(text)
    found = [_written_out(text, sorted([*runs, *tokens]), one) for one in "il"] if runs or tokens else []
    apart = [_without_article(text, run) for run in runs]
    if apart != runs:
        found.append(_written_out(text, sorted([*apart, *tokens]), "i"))
    if _holds(text):
        found += [_let_go(found[0] if found else _as_it_is(text), kept) for kept in (1, 2)]
    return tuple({eased.text: eased for eased in reversed(found)}.values())[::-1]


def _holds(text: str) -> bool:
    """Whether a letter of a longer word is held down: `xxx` by itself is no word."""
    return any(
        text[held.start() - 1 : held.start()].isalpha() or text[held.end() : held.end() + 1].isalpha()
        for held in _HELD.finditer(text)
    )


def _joined(text: str) -> list[tuple[int, int]]:
    """Runs of single characters: at least three, parted by a blank or a mark each."""
    runs: list[tuple[int, int]] = []
    start = last = -1
    count = 0
    for first, end, ends in _singles(text):
        if count and first - last > _WIDEST_SPACING:
            count = _closed(runs, start, last, count)
        start, last, count = (start if count else first), end, count + 1
        if ends:
            count = _closed(runs, start, last, count)
    _closed(runs, start, last, count)
    return [run for run in runs if any(letter.isalpha() for letter in text[slice(*run)])]


def _singles(text: str) -> Iterator[tuple[int, int, bool]]:
    """Characters that stand alone but for marks around them, and whether a mark ends the run there."""
    for token in _TOKEN.finditer(text):
        start, end = token.span()
        if end - start == 1:
            yield start, end, False
        elif end - start <= _LONGEST_SINGLE:
            core = token.group().strip(_AROUND)
            if len(core) == 1:
                place = start + token.group().index(core)
                yield place, place + 1, place + 1 < end


_LONGEST_SINGLE = 4


def _closed(runs: list[tuple[int, int]], start: int, last: int, count: int) -> int:
    if count >= _FEWEST_SINGLES:
        runs.append((start, last))
    return 0


def _without_article(text: str, run: tuple[int, int]) -> tuple[int, int]:
    start, end = run
    shorter = end - start > 2 * _FEWEST_SINGLES
    return (start + 2, end) if shorter and text[start] in _WORDS_OF_ONE else run


def _tokens(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in _TOKEN.finditer(text) if _is_disguised(found.group())]


def _is_disguised(token: str) -> bool:
    core = token.strip(_AROUND)
    if len(core) < 3 or len(core) > _LONGEST or _ADDRESS.search(token):  # noqa: PLR2004 - no slur is shorter
        return False
    letters = sum(letter.isalpha() for letter in core)
    marks = sum(letter in _LEET or letter in _ONE or letter in _SEPARATORS for letter in core)
    if letters >= 1 and marks >= 1 and letters + marks == len(core):
        return True
    return not core.isascii() and letters >= _FEWEST_SINGLES and _is_strung(core)


def _is_strung(core: str) -> bool:
    """Whether pictures part all of its letters: one between two words is no disguise."""
    return any(_is_picture(letter) for letter in core) and not any(
        one.isalnum() and other.isalnum() for one, other in itertools.pairwise(core)
    )


@functools.lru_cache(maxsize=4096)
def _is_picture(letter: str) -> bool:
    return unicodedata.category(letter) in {"So", "Sk"}


def _written_out(text: str, disguised: Sequence[tuple[int, int]], one: str) -> Eased:
    parts: list[str] = []
    starts: list[int] = []
    at = 0
    for start, end in disguised:
        if start < at:
            continue
        parts.append(text[at:start])
        starts.extend(range(at, start))
        tail = start + len(text[start:end].rstrip(_AROUND))
        for place in range(start, tail):
            letter = one if text[place] in _ONE else _LEET.get(text[place], text[place])
            if letter.isalnum():
                parts.append(letter)
                starts.append(place)
        parts.append(text[tail:end])
        starts.extend(range(tail, end))
        at = end
    parts.append(text[at:])
    starts.extend(range(at, len(text)))
    return Eased("".join(parts), starts, [place + 1 for place in starts])


def _as_it_is(text: str) -> Eased:
    return Eased(text, list(range(len(text))), list(range(1, len(text) + 1)))


def _let_go(eased: Eased, kept: int) -> Eased:
    """With each letter that is held down said only so many times."""
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for held in _HELD.finditer(eased.text):
        upto = held.start() + kept
        parts.append(eased.text[at:upto])
        starts += eased.starts[at:upto]
        ends += eased.ends[at:upto]
        ends[-1] = eased.ends[held.end() - 1]
        at = held.end()
    parts.append(eased.text[at:])
    return Eased("".join(parts), starts + eased.starts[at:], ends + eased.ends[at:])
