"""Texts in a language that none of the word-based checks reads."""

from __future__ import annotations

import re

from moderation.checks.check import Context
from moderation.checks.text import media, normalise
from moderation.comment import Comment
from moderation.verdict import Finding, Gap

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_FEWEST_WORDS = 4


class Unread:
    """Leaves a gap for a text without any of the commonest words of the languages that we read."""

    __slots__ = ("_common", "name", "version")

    def __init__(self, common: frozenset[str], version: str) -> None:
        self.name = "language"
        self.version = f"1+{version}"
        self._common = common

    def look(self, comment: Comment, context: Context) -> tuple[Finding | Gap, ...]:
        """Say so if this text cannot be read."""
        del context
        reading = normalise.read(media.without_descriptions(comment.text))
        if self._reads(reading.plain.text):
            return ()
        if any(self._reads(variant.text) for variant in reading.variants[1:]):
            return ()
        return (Gap(self.name, "no language that the checks read"),)

    def _reads(self, text: str) -> bool:
        words = _WORD.findall(text)
        return len(words) < _FEWEST_WORDS or not self._common.isdisjoint(words)
