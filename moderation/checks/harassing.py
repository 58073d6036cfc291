"""Harassing: conduct over time, aimed at one person or kept up against us."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from moderation.checks.check import Context
from moderation.checks.text import media, normalise
from moderation.checks.text.patterns import Pattern
from moderation.checks.words import Words
from moderation.comment import Comment
from moderation.taxonomy import Category, Severity
from moderation.verdict import Finding, Gap

_WINDOW = dt.timedelta(days=28)
_LATEST = 30
_ABUSE_AGAIN = 3
_SAME_PERSON = 4
_SPREAD = dt.timedelta(days=2)
"""Four replies in one quarrel are one quarrel; four over several days follow a person."""
_FULL_NAME = Pattern(r"\b[A-Z][a-z]{2,15} (?:Mc|Mac|O')?[A-Z][a-z]{2,15}\b", "harassing.name")
_HANDLE = Pattern(r"@[\w.\-]{3,40}", "harassing.handle")


class Harassing:
    """Looks at the author's recent comments together with this one."""

    __slots__ = ("_words", "name", "version")

    def __init__(self, words: Words) -> None:
        self.name = "harassing"
        self.version = f"1+{words.version}"
        self._words = words

    def look(self, comment: Comment, context: Context) -> tuple[Finding | Gap, ...]:
        """Say whether this comment carries on what earlier ones began."""
        since = comment.posted_at - _WINDOW
        earlier = tuple(
            each
            for each in context.by_author[-_LATEST:]
            if each.ref != comment.ref and since <= each.posted_at <= comment.posted_at
        )
        abusive = self._words.aimed(comment)
        return (
            *self._abuse_again(earlier, abusive=abusive),
            *self._one_person(comment, earlier, context, abusive),
        )

    def _abuse_again(self, earlier: tuple[Comment, ...], *, abusive: bool) -> Iterator[Finding]:
        if abusive and sum(self._words.aimed(each) for each in earlier) + 1 >= _ABUSE_AGAIN:
            yield self._finding(
                "abuse_again", 0.88, "abuse of people by this author, several times in four weeks"
            )

    def _one_person(
        self, comment: Comment, earlier: tuple[Comment, ...], context: Context, abusive: bool
    ) -> Iterator[Finding]:
        ours = frozenset(name.casefold().lstrip("@") for name in context.own_names)
        for person in sorted(people(comment) - ours):
            before = [each for each in earlier if person in people(each)]
            if len(before) + 1 < _SAME_PERSON or comment.posted_at - before[0].posted_at < _SPREAD:
                continue
            hostile = abusive or any(self._words.aimed(each) for each in before)
            because = "the author keeps coming back to one person" + (", with abuse" if hostile else "")
            yield self._finding("one_person", 0.9 if hostile else 0.45, because)
            return

    def _finding(self, key: str, score: float, because: str) -> Finding:
        source = f"{self.name}.{key}"
        return Finding(Category.HARASSING, score, Severity.CLEAR_BREACH, source, self.version, because)


def people(comment: Comment) -> frozenset[str]:
    """The people that a comment names: full names and handles, without case."""
    cased = normalise.read(media.without_descriptions(comment.text)).cased
    names = (found.text.casefold() for found in _FULL_NAME.all(cased))
    handles = (found.text.casefold().lstrip("@") for found in _HANDLE.all(cased))
    return frozenset((*names, *handles))
