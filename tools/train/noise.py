"""Misspellings and disguises, as people type them: so that the model has seen them."""

from __future__ import annotations

import random
import re

_LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7", "b": "8", "g": "9"}
_TWINS = {"a": "а", "c": "с", "e": "е", "o": "о", "p": "р", "x": "х", "i": "і", "y": "у"}
_NEAR = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo",
    "j": "hk",
    "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "w", "r": "et", "s": "ad", "t": "ry",
    "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "x",
}  # fmt: skip
_LETTERS = 0.6
"""The share of a word's letters that are disguised."""
_WORD = re.compile(r"[A-Za-z]{4,}")


def disturbed(text: str, chance: random.Random) -> str:
    """The text with one kind of disturbance on a few of its longer words, or in all of it."""
    whole = chance.choice((str.upper, str.lower, _unpunctuated, None, None, None, None))
    if whole is not None:
        return whole(text)
    one = chance.choice((_leet, _twins, _spaced, _dotted, _starred, _stretched, _swapped, _dropped, _slipped))
    share = chance.choice((0.15, 0.3, 0.6))
    return _WORD.sub(
        lambda found: one(found.group(), chance) if chance.random() < share else found.group(), text
    )


def _unpunctuated(text: str) -> str:
    return re.sub(r"[.,!?'\"]", "", text)


def _leet(word: str, chance: random.Random) -> str:
    return "".join(chance.choice(_LEET[c]) if c in _LEET and chance.random() < _LETTERS else c for c in word)


def _twins(word: str, chance: random.Random) -> str:
    return "".join(_TWINS[c] if c in _TWINS and chance.random() < _LETTERS else c for c in word)


def _spaced(word: str, chance: random.Random) -> str:
    return chance.choice((" ", " ", "  ")).join(word)


def _dotted(word: str, chance: random.Random) -> str:
    return chance.choice(".-_*").join(word)


def _starred(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    return word[:at] + chance.choice("*#-@") + word[at + 1 :]


def _stretched(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    return word[:at] + word[at] * chance.randrange(2, 6) + word[at:] if at < len(word) else word


def _swapped(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _dropped(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    return word[:at] + word[at + 1 :]


def _slipped(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word))
    near = _NEAR.get(word[at].lower())
    return word[:at] + (chance.choice(near) if near else word[at]) + word[at + 1 :]
