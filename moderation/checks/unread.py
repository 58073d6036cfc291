"""Texts in a language that none of the word-based checks reads."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from moderation.checks.check import Context
from moderation.checks.text import folding, media, normalise
from moderation.checks.text.patterns import any_of
from moderation.comment import Comment
from moderation.verdict import Finding, Gap

Identify = Callable[[str], Mapping[str, float]]
"""Language code -> probability, for one text. Pure, once it is made."""

_ENGLISH = frozenset({"en", "zxx"})
"""English, and what is in no language at all."""
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0900-\u0dff\u0e00-\u0e7f]|')*")
"""Vowel signs of Indic scripts and of Thai are no letters to Python, but belong to the word."""
_NO_WORDS = re.compile(r"(?:https?://|www\.)\S+|[@#][\w.\-]+|(?<!\S)\S+\.(?:com|org|net|uk)\S*")
_NOISE = re.compile(r"(.{1,2}?)\1+.?|do|re|mi|fa|so|la|ti|da|ho|ha")
"""Laughter, crying and singing."""
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff\u1000-\u109f]")
_MOST_NAMES = 12
"""A longer text that is all in capital initials is a style, and no list of names."""
_LONGEST = 400
"""Characters that are identified, from the head and from the tail each."""


@dataclass(frozen=True, slots=True)
class Languages:
    """What tells the texts that we read from those that we do not: `config/words/languages.toml`."""

    identify: Identify
    names: Mapping[str, str]
    common: frozenset[str]
    courtesies: tuple[str, ...]
    fewest_words: int
    fewest_words_elsewhere: int
    fewest_signs: int
    english_at_most: float
    common_at_most: float
    named_from: float
    version: str = "1"


class Unread:
    """Leaves a gap for a text in another language than English, and names the language."""

    __slots__ = ("_courtesies", "_languages", "name", "version")

    def __init__(self, languages: Languages) -> None:
        self.name = "language"
        self.version = f"2+{languages.version}"
        self._languages = languages
        self._courtesies = any_of((rf"(?i)\b(?:{each})\b" for each in languages.courtesies), "courtesies")

    def look(self, comment: Comment, context: Context) -> tuple[Finding | Gap, ...]:
        """Say so if this text cannot be read."""
        del context
        written = media.without_descriptions(comment.text)
        reading = normalise.read(written)
        found = self._foreign(reading.cased)
        if found is None or any(self._foreign(other.text) is None for other in reading.variants[1:]):
            return ()
        # By its accents, which the reading has lost, a language is told better.
        whole = written.encode("utf-8", "replace").decode()  # RE2 refuses half characters
        found = self._foreign(unicodedata.normalize("NFC", whole)) or found
        return (Gap(self.name, f"{found}, which the checks do not read"),)

    def _foreign(self, text: str) -> str | None:
        """The language, where it is another than English."""
        given = self._languages
        words = self._telling(text)
        if not _is_latin(text):
            unspaced = len(_UNSPACED.findall(text))
            if len(words) < given.fewest_words_elsewhere and unspaced < given.fewest_signs:
                return None
            return self._named(_identified(given.identify, words))
        if len(set(words)) < given.fewest_words:
            return None
        if sum(word in given.common for word in words) > given.common_at_most * len(words):
            return None
        ranked = _identified(given.identify, words)
        if sum(ranked.get(code, 0.0) for code in _ENGLISH) > given.english_at_most:
            return None
        return self._named(ranked)

    def _named(self, ranked: Mapping[str, float]) -> str:
        code = max(ranked, key=lambda each: ranked[each])
        sure = ranked[code] >= self._languages.named_from and code not in _ENGLISH
        return self._languages.names[code] if sure else "another language"

    def _telling(self, text: str) -> list[str]:
        """The words by which a language is told: without names, addresses, courtesies and laughter."""
        for found in reversed(list(self._courtesies.all(text)) if self._courtesies else []):
            text = f"{text[: found.start]} {text[found.end :]}"
        words = _WORD.findall(_NO_WORDS.sub(" ", text))
        named = [word for word in words if word[0].isupper()]
        if not text.isupper() and not len(named) == len(words) > _MOST_NAMES:
            words = [word for word in words if not word[0].isupper()]
        return [word.lower() for word in words if not _NOISE.fullmatch(word.lower())]


def _identified(identify: Identify, words: list[str]) -> Mapping[str, float]:
    text = " ".join(words)
    return identify(text if len(text) <= 2 * _LONGEST else f"{text[:_LONGEST]} {text[-_LONGEST:]}")


def _is_latin(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return text.isascii() or 2 * sum(map(folding.is_latin, letters)) >= len(letters)
