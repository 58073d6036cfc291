"""Words taken apart or misspelt to get past a reader: `s p a c e d`, `d.o.t.t.e.d`, `l33t`."""

from __future__ import annotations

import re
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

# `re` is safe here: the patterns are ours and none can backtrack.
_TOKEN = re.compile(r"\S+")
_ADDRESS = re.compile(r"://|www\.|@\w+\.|\.(?:com|org|net|co|uk|io)\b")
_ENDINGS = ".,?:;\"'!"
_AROUND = f"()[]{_ENDINGS}"
_LONGEST = 40
_WIDEST_SPACING = 1
_FEWEST_SINGLES = 3


def readings(text: str) -> tuple[Eased, ...]:
    """The text with disguised words written out, once for each way to read a 1. Empty without disguise."""
    disguised = sorted([*_joined(text), *_tokens(text)])
    if not disguised:
        return ()
    first = _written_out(text, disguised, "i")
    second = _written_out(text, disguised, "l")
    return (first,) if first.text == second.text else (first, second)


def _joined(text: str) -> list[tuple[int, int]]:
    """Runs of single characters: at least three, parted by a blank or a mark each."""
    runs: list[tuple[int, int]] = []
    start = -1
    last = -1
    count = 0
    for token in _TOKEN.finditer(text):
        parted = token.start() - last > _WIDEST_SPACING
        single = token.end() - token.start() == 1
        if single and start >= 0 and not parted:
            count, last = count + 1, token.end()
            continue
        if count >= _FEWEST_SINGLES:
            runs.append((start, last))
        start, last, count = (token.start(), token.end(), 1) if single else (-1, -1, 0)
    if count >= _FEWEST_SINGLES:
        runs.append((start, last))
    return [run for run in runs if any(letter.isalpha() for letter in text[slice(*run)])]


def _tokens(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in _TOKEN.finditer(text) if _is_disguised(found.group())]


def _is_disguised(token: str) -> bool:
    core = token.strip(_AROUND)
    if len(core) < 3 or len(core) > _LONGEST or _ADDRESS.search(token):  # noqa: PLR2004 - no slur is shorter
        return False
    letters = sum(letter.isalpha() for letter in core)
    marks = sum(letter in _LEET or letter in _ONE or letter in _SEPARATORS for letter in core)
    return letters >= 1 and marks >= 1 and letters + marks == len(core)


def _written_out(text: str, disguised: list[tuple[int, int]], one: str) -> Eased:
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
