"""Words taken apart or misspelt to get past a reader: `s p a c e d`, `d.o.t.t.e.d`, `l33t`."""

from __future__ import annotations

import re

Piece = tuple[int, int, str]
"""Where a piece stands in the text, start and end, and what is read there."""

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

# `re` is safe here: neither pattern backtracks, they are ours, and their parts exclude one another.
_TOKEN = re.compile(r"\S+")
_SINGLES = re.compile(rf"(?<!\S)[^\s\d]?(?:\S[ {_SEPARATORS}]{{1,2}}){{2,}}\S(?!\S)")
_ADDRESS = re.compile(r"://|www\.|@\w+\.|\.(?:com|org|net|co|uk|io)\b")
_LONGEST = 40


def readings(text: str) -> tuple[tuple[Piece, ...], ...]:
    """The text with disguised words written out, once for each way to read a 1. Empty without disguise."""
    disguised = [*_joined(text), *_tokens(text)]
    if not disguised:
        return ()
    found: list[tuple[Piece, ...]] = []
    for one in "il":
        pieces = _written_out(text, disguised, one)
        if pieces not in found:
            found.append(pieces)
    return tuple(found)


def _joined(text: str) -> list[tuple[int, int]]:
    """Runs of single characters: at least three, parted by a blank or a mark each."""
    runs: list[tuple[int, int]] = []
    start = -1
    last = -1
    count = 0
    for token in _TOKEN.finditer(text):
        parted = token.start() - last > 1 + _WIDEST_SPACING
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


_WIDEST_SPACING = 1
_FEWEST_SINGLES = 3


def _tokens(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in _TOKEN.finditer(text) if _is_disguised(found.group())]


def _is_disguised(token: str) -> bool:
    core = token.strip(".,?:;\"')(]['!")
    if len(core) < 3 or len(core) > _LONGEST or _ADDRESS.search(token):  # noqa: PLR2004 - no slur is shorter
        return False
    letters = sum(letter.isalpha() for letter in core)
    marks = sum(letter in _LEET or letter in _ONE or letter in _SEPARATORS for letter in core)
    return letters >= 1 and marks >= 1 and letters + marks == len(core)


def _written_out(text: str, disguised: list[tuple[int, int]], one: str) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    at = 0
    for start, end in sorted(disguised):
        if start < at:
            continue
        pieces.extend((place, place + 1, text[place]) for place in range(at, start))
        pieces.extend(_letters(text, start, end, one))
        at = end
    pieces.extend((place, place + 1, text[place]) for place in range(at, len(text)))
    return tuple(pieces)


def _letters(text: str, start: int, end: int, one: str) -> list[Piece]:
    stripped = text[start:end].rstrip(".,?:;\"')]!")
    tail = start + len(stripped)
    pieces: list[Piece] = []
    for place in range(start, tail):
        letter = text[place]
        if letter in _LEET:
            pieces.append((place, place + 1, _LEET[letter]))
        elif letter in _ONE:
            pieces.append((place, place + 1, one))
        elif letter.isalnum():
            pieces.append((place, place + 1, letter))
    pieces.extend((place, place + 1, text[place]) for place in range(tail, end))
    return pieces
