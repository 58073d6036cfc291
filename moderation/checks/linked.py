"""What a linked page says of itself, as the network shows it under a comment."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from moderation.checks.check import Check, Context
from moderation.checks.text import media
from moderation.comment import Comment
from moderation.taxonomy import Category
from moderation.verdict import Finding, Gap

_MATTERS = frozenset({Category.HATEFUL, Category.INAPPROPRIATE_MEDIA, Category.SPAM})
"""What a page that one links to can be. A headline about a threat or a crime is a report of it."""


class Linked:
    """Reads the previews of links with other checks. They are not the author's words, and hide nothing."""

    __slots__ = ("_checks", "name", "version")

    def __init__(self, checks: tuple[Check, ...]) -> None:
        self.name = "linked"
        self.version = "1"
        self._checks = checks

    def look(self, comment: Comment, context: Context) -> tuple[Finding | Gap, ...]:
        """Say what the linked pages are, by their own words."""
        told = "\n".join(media.previews(comment))
        if not told:
            return ()
        page = dataclasses.replace(comment, text=f"[link preview: {_one_line(told)}]", media=(), quoted=())
        found = [*self._found(page, context), *self._found(dataclasses.replace(page, text=told), context)]
        return tuple(dict.fromkeys(found))

    def _found(self, page: Comment, context: Context) -> Iterator[Finding]:
        for check in self._checks:
            for item in check.look(page, context):
                if isinstance(item, Finding) and item.subject in _MATTERS:
                    because = f"the linked page: {item.because}"
                    yield dataclasses.replace(item, because=because, span=None, quoted=True)


def _one_line(text: str) -> str:
    return text.translate({ord("\n"): " ", ord("["): "(", ord("]"): ")"})
