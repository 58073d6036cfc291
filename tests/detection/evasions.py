"""Ways in which people disguise words to get past a reader. Each is a pure change of a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_MARKED = re.compile(r"<([^<>]*)>")
_LEET = str.maketrans({"a": "4", "e": "3", "i": "1", "o": "0", "s": "5", "t": "7"})
_LOOKALIKE = str.maketrans({"a": "а", "c": "с", "e": "е", "i": "і", "o": "о", "p": "р", "s": "ѕ", "x": "х"})
_VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class Evasion:
    """One way to disguise. `everywhere` ones fall on the whole text, the others on the words that tell."""

    name: str
    change: Callable[[str], str]
    everywhere: bool
    undone: bool
    """Whether the rules claim to see through it, in every word that they know."""

    def of(self, marked: str) -> str:
        """A text disguised, whose telling words stand in <>."""
        if self.everywhere:
            return self.change(plain(marked))
        return _MARKED.sub(lambda found: " ".join(map(self.change, found[1].split(" "))), marked)


def plain(marked: str) -> str:
    """The text without the marks."""
    return marked.replace("<", "").replace(">", "")


def _between(mark: str) -> Callable[[str], str]:
    return lambda text: " ".join(mark.join(word) for word in text.split(" "))


def _stacked(text: str) -> str:
    marks = "\u0336\u0301\u0323\u0489"
    return "".join(
        letter + marks[place % 4] + marks[(place + 1) % 4] if letter.isalpha() else letter
        for place, letter in enumerate(text)
    )


def _full_width(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


def _held(word: str) -> str:
    return "".join(letter * (4 if letter in _VOWELS else 1) for letter in word)


def _swapped(word: str) -> str:
    """Two neighbours that differ change places, as near to the middle as may be."""
    places = [at for at in range(1, len(word) - 1) if word[at] != word[at + 1]]
    at = min(places, key=lambda place: abs(2 * place - len(word) + 2), default=0)
    return word[:at] + word[at : at + 2][::-1] + word[at + 2 :]


def _starred(word: str) -> str:
    place = next((at for at, letter in enumerate(word) if at and letter in _VOWELS), 1)
    return word[:place] + "*" + word[place + 1 :]


def _dropped(word: str) -> str:
    place = next((at for at, letter in enumerate(word) if at and letter in _VOWELS), None)
    return word if place is None else word[:place] + word[place + 1 :]


def _up_and_down(text: str) -> str:
    return "".join(letter.upper() if place % 2 else letter.lower() for place, letter in enumerate(text))


def _tagged(text: str) -> str:
    """Every letter followed by an invisible tag character that says something else."""
    return "".join(f"{letter}{chr(0xE0061 + place % 26)}" for place, letter in enumerate(text))


EVASIONS: Mapping[str, Evasion] = {
    each.name: each
    for each in (
        Evasion("leet", lambda word: word[:1] + word[1:].translate(_LEET), everywhere=False, undone=True),
        Evasion("spaces", " ".join, everywhere=False, undone=True),
        Evasion("dots", ".".join, everywhere=False, undone=True),
        Evasion("zero width", _between("\u200b"), everywhere=True, undone=True),
        Evasion("look-alikes", lambda text: text.translate(_LOOKALIKE), everywhere=True, undone=True),
        Evasion("full width", _full_width, everywhere=True, undone=True),
        Evasion("stacked marks", _stacked, everywhere=True, undone=True),
        Evasion("held letters", _held, everywhere=False, undone=True),
        Evasion("emoji between", "💀".join, everywhere=False, undone=True),
        Evasion("up and down", _up_and_down, everywhere=True, undone=True),
        Evasion("case turned", str.swapcase, everywhere=True, undone=True),
        Evasion("invisible tags", _tagged, everywhere=True, undone=True),
        # The lexicon unmasks its own words; a word of a phrase may be any word, and stays masked.
        Evasion("asterisk for a vowel", _starred, everywhere=False, undone=False),
        # Only spellings that the lexicon lists are known: guessing at others would find what is not there.
        Evasion("a vowel dropped", _dropped, everywhere=False, undone=False),
        Evasion("letters swapped", _swapped, everywhere=False, undone=False),
    )
}
