"""A comment's text without its disguises, with the way back to the raw characters."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from moderation.checks.text import disguise, folding
from moderation.verdict import Span


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to read the text: lower-case, and for each character where it stands in the raw text."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> Span:
        """The raw characters behind part of this variant."""
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else (self.ends[-1] if self.ends else 0)
            return Span(at, at)
        return Span(self.starts[start], self.ends[end - 1])


@dataclass(frozen=True, slots=True)
class Reading:
    """Every way in which the checks read one text.

    `cased` keeps capitals and is otherwise `plain`, character for character. `variants` begins with
    `plain`; the others have spaced, dotted and leet words written out and held letters let go.
    """

    raw: str
    cased: str
    variants: tuple[Variant, ...]

    @property
    def plain(self) -> Variant:
        """The text as a person reads it, in lower case."""
        return self.variants[0]


@functools.lru_cache(maxsize=4)
def read(text: str) -> Reading:
    """Read a text. Pure; the last few are kept because every check reads the same one."""
    if text.isascii():
        cased = text.replace("\t", " ").replace("\r", " ").replace("\x00", " ")
        starts: Sequence[int] = range(len(text))
        ends: Sequence[int] = range(1, len(text) + 1)
    else:
        cased, starts, ends = _undisguised(text)
    plain = Variant(_lowered(cased), starts, ends)
    return Reading(text, cased, (plain, *_eased(plain)))


def _undisguised(text: str) -> tuple[str, Sequence[int], Sequence[int]]:
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    accented = folding.is_vietnamese(text)
    for place, character in enumerate(text):
        kept = character.isascii() or (accented and folding.script(character) == "LATIN")
        pieces = character if kept else folding.pieces(character)
        if not pieces and letters and folding.belongs(character, letters[-1], _next(text, place)):
            pieces = character
        for piece in pieces:
            letters.append(piece)
            starts.append(place)
            ends.append(place + 1)
    if not accented:
        _fold_lookalikes(letters)
    return "".join(letters), starts, ends


_FARTHEST = 8


def _next(text: str, place: int) -> str:
    """The next character that is seen, if it is near."""
    near = text[place + 1 : place + _FARTHEST]
    return next((character for character in near if character.isascii() or folding.pieces(character)), "")


def _fold_lookalikes(letters: list[str]) -> None:
    """Fold foreign letters where Latin is the script of the text, or of the word that they stand in.

    A text that is in another script throughout is left alone: it is a language, not a disguise. Where one
    word mixes scripts, the words that could be Latin to the letter are taken for disguised as well.
    """
    foreign = [place for place, letter in enumerate(letters) if not letter.isascii() and letter.isalpha()]
    foreign = [place for place in foreign if folding.lookalike(letters[place])]
    if not foreign:
        return
    latin = sum(letter.isascii() and letter.isalpha() for letter in letters)
    strangers = sum(not folding.is_latin(letter) for letter in letters if letter.isalpha())
    among = {place for place in foreign if latin > strangers or _stands_among_latin(letters, place)}
    mixed = any(_touches_latin(letters, place) for place in among)
    for place in foreign:
        if place in among or (mixed and _could_be_latin(letters, place)):
            letters[place] = folding.lookalike(letters[place]) or letters[place]


_REACH = 12
"""How far to look for the other letters of a word: longer words are no slurs."""


def _stands_among_latin(letters: list[str], place: int) -> bool:
    return any(letter.isascii() and letter.isalpha() for letter in _word_around(letters, place))


def _could_be_latin(letters: list[str], place: int) -> bool:
    return all(
        letter.isascii() or folding.lookalike(letter) or not letter.isalpha()
        for letter in _word_around(letters, place)
    )


def _word_around(letters: list[str], place: int) -> Iterator[str]:
    for step in (-1, 1):
        for distance in range(1, _REACH):
            at = place + step * distance
            if not 0 <= at < len(letters) or letters[at].isspace():
                break
            yield letters[at]


def _touches_latin(letters: list[str], place: int) -> bool:
    beside = (letters[at] for at in (place - 1, place + 1) if 0 <= at < len(letters))
    return any(letter.isascii() and letter.isalpha() for letter in beside)


def _lowered(cased: str) -> str:
    lowered = cased.lower()
    if len(lowered) == len(cased):
        return lowered
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in cased)


def _eased(plain: Variant) -> tuple[Variant, ...]:
    return tuple(
        Variant(
            eased.text,
            [plain.starts[place] for place in eased.starts],
            [plain.ends[place - 1] for place in eased.ends],
        )
        for eased in disguise.readings(plain.text)
    )
