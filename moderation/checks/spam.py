"""Spam by conduct: links, the same again, on several accounts, too fast."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from moderation.checks import likeness
from moderation.checks.check import Context
from moderation.checks.text import normalise
from moderation.checks.text.patterns import Pattern, any_of
from moderation.comment import Comment
from moderation.taxonomy import Category, Severity
from moderation.verdict import Finding, Gap

_LINK = Pattern(
    r"https?://[^\s<>\")]+|\bwww\.[^\s<>\")]+"
    r"|\b[a-z0-9][a-z0-9\-]{0,60}\.(?:[a-z0-9\-]{1,30}\.)?[a-z]{2,10}(?:/[^\s<>\")]*)?\b",
    "spam.link",
)


@dataclass(frozen=True, slots=True)
class Linking:
    """Which addresses a public page may expect, and which it may not. Patterns of host names."""

    trusted: tuple[str, ...]
    shady: tuple[str, ...]
    endings: tuple[str, ...]
    """Top-level domains by which a bare host name is told from a missing blank after a full stop."""
    version: str = "1"


_WINDOW = dt.timedelta(minutes=10)
_FAST = 8
_AGAIN = 3
_OTHERS = 3
_LATEST = 40
"""How many earlier comments are compared: the cost must not grow with an author's zeal."""


class Spam:
    """Looks at links, and at the author's other comments."""

    __slots__ = ("_endings", "_shady", "_trusted", "name", "version")

    def __init__(self, linking: Linking) -> None:
        self.name = "spam"
        self.version = f"1+{linking.version}"
        self._trusted = any_of(linking.trusted, "spam.trusted")
        self._shady = any_of(linking.shady, "spam.shady")
        self._endings = frozenset(linking.endings)

    def look(self, comment: Comment, context: Context) -> tuple[Finding | Gap, ...]:
        """Say what speaks for spam: the strongest sign of each kind."""
        links = self._strange_links(comment)
        return (
            *self._linked(links),
            *self._repeated(comment, context, linked=bool(links)),
            *self._rushed(comment, context),
        )

    def _linked(self, links: tuple[str, ...]) -> Iterator[Finding]:
        if any(self._shady is not None and self._shady.found_in(link) for link in links):
            yield self._finding(
                "shady_link", 0.8, Severity.CLEAR_BREACH, "a link to a kind of address that spam uses"
            )
        elif links:
            yield self._finding("link", 0.35, Severity.MINOR, "a link to an address that we do not know")

    def _repeated(self, comment: Comment, context: Context, *, linked: bool) -> Iterator[Finding]:
        own = [earlier for earlier in context.by_author[-_LATEST:] if earlier.ref != comment.ref]
        again = likeness.count_alike(comment.text, (earlier.text for earlier in own))
        if again + 1 >= _AGAIN:
            # A relative who asks the same again and again is no spammer: without a link an officer looks.
            score = 0.92 if linked else 0.55
            yield self._finding(
                "repeated", score, Severity.MINOR, "the author wrote nearly the same several times"
            )
        others = [other for other in context.on_account[-_LATEST:] if other.author != comment.author]
        if linked and likeness.count_alike(comment.text, (other.text for other in others)) >= _OTHERS:
            because = "several authors posted nearly the same with a link"
            yield self._finding("campaign", 0.85, Severity.MINOR, because)

    def _rushed(self, comment: Comment, context: Context) -> Iterator[Finding]:
        since = comment.posted_at - _WINDOW
        recent = sum(since <= earlier.posted_at <= comment.posted_at for earlier in context.by_author)
        if recent + 1 >= _FAST:
            yield self._finding(
                "rushed", 0.5, Severity.MINOR, "many comments by the author within ten minutes"
            )

    def _strange_links(self, comment: Comment) -> tuple[str, ...]:
        text = normalise.read(comment.text).plain.text
        written = (found.text for found in _LINK.all(text))
        hidden = (normalise.read(link).plain.text for link in comment.links)
        every = itertools.chain(written, hidden)
        return tuple(link for link in every if self._is_link(link) and not self._is_trusted(link))

    def _is_link(self, link: str) -> bool:
        return "://" in link or link.startswith("www.") or _host(link).rpartition(".")[2] in self._endings

    def _is_trusted(self, link: str) -> bool:
        return self._trusted is not None and self._trusted.whole(_host(link))

    def _finding(self, key: str, score: float, severity: Severity, because: str) -> Finding:
        return Finding(Category.SPAM, score, severity, f"{self.name}.{key}", self.version, because)


def _host(link: str) -> str:
    after = link.partition("://")[2] or link
    return after.split("/")[0].split("?")[0].rpartition("@")[2].partition(":")[0].removeprefix("www.")
