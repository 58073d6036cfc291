"""By which links and telephone numbers a comment can be answered elsewhere."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from moderation.checks.text import normalise
from moderation.checks.text.patterns import Pattern, any_of
from moderation.comment import Comment

_LINK = Pattern(
    r"https?://[^\s<>\")]+|\bwww\.[^\s<>\")]+"
    r"|\b[a-z0-9][a-z0-9\-]{0,60}\.(?:[a-z0-9\-]{1,30}\.)?[a-z]{2,10}(?:/[^\s<>\")]*)?\b",
    "contacts.link",
)
_PHONE = Pattern(r"(?:\+ ?44|\b0044|\b0)[ ().\-]{0,3}[1-9](?:[ ().\-]{0,2}\d){8,9}\b", "contacts.phone")
_SHORTEST = 9
"""Digits of a national number, its leading nought left out."""


@dataclass(frozen=True, slots=True)
class Linking:
    """Which addresses a public page may expect, and which it may not. Patterns of host names.

    `selling`, `appeals` and `kindness` are patterns of texts: offers, what people are meant to pass on, and
    what everybody says.
    """

    trusted: tuple[str, ...]
    shady: tuple[str, ...]
    endings: tuple[str, ...]
    """Top-level domains by which a bare host name is told from a missing blank after a full stop."""
    selling: tuple[str, ...] = ()
    appeals: tuple[str, ...] = ()
    kindness: tuple[str, ...] = ()
    version: str = "1"


class Contacts:
    """Reads links and numbers."""

    __slots__ = ("_appeals", "_endings", "_kindness", "_selling", "_shady", "_trusted")

    def __init__(self, linking: Linking) -> None:
        self._trusted = any_of(linking.trusted, "spam.trusted")
        self._shady = any_of(linking.shady, "spam.shady")
        self._selling = any_of(linking.selling, "spam.selling")
        self._appeals = any_of(linking.appeals, "spam.appeals")
        self._kindness = any_of(linking.kindness, "spam.kindness")
        self._endings = frozenset(linking.endings)

    def links(self, comment: Comment) -> tuple[str, ...]:
        """Links to addresses that we do not know, written out or hidden behind words."""
        text = normalise.read(comment.text).plain.text
        written = (found.text for found in _LINK.all(text))
        hidden = (normalise.read(link).plain.text for link in comment.links)
        return tuple(self._strange(itertools.chain(written, hidden)))

    def is_shady(self, link: str) -> bool:
        """Whether spam uses such addresses."""
        return self._shady is not None and self._shady.found_in(link)

    def all(self, comment: Comment) -> frozenset[str]:
        """Everything by which somebody else is reached: strange links without their tails, and numbers."""
        places = (f"{_host(link)}{_path(link)}" for link in self.links(comment))
        return frozenset((*places, *phones(comment.text)))

    def sells(self, comment: Comment) -> bool:
        """Whether the text is worded as an offer."""
        return _says(self._selling, comment)

    def appeals(self, comment: Comment) -> bool:
        """Whether the text is of a kind that people are meant to pass on."""
        return _says(self._appeals, comment)

    def is_kind(self, comment: Comment) -> bool:
        """Whether the text gives thanks, praise, sympathy or good wishes."""
        return _says(self._kindness, comment)

    def _strange(self, links: Iterator[str]) -> Iterator[str]:
        for link in links:
            known = self._trusted is not None and self._trusted.whole(_host(link))
            if self._is_link(link) and not known:
                yield link

    def _is_link(self, link: str) -> bool:
        return "://" in link or link.startswith("www.") or _host(link).rpartition(".")[2] in self._endings


def phones(text: str) -> Iterator[str]:
    """British telephone numbers, each in one spelling."""
    for found in _PHONE.all(normalise.read(text).plain.text):
        digits = "".join(sign for sign in found.text if sign.isdigit())
        national = digits.removeprefix("0044").removeprefix("44").lstrip("0")
        if len(national) >= _SHORTEST:
            yield f"0{national}"


def _says(pattern: Pattern | None, comment: Comment) -> bool:
    return pattern is not None and pattern.found_in(normalise.read(comment.text).plain.text)


def _host(link: str) -> str:
    after = link.partition("://")[2] or link
    return after.split("/")[0].split("?")[0].rpartition("@")[2].partition(":")[0].removeprefix("www.")


def _path(link: str) -> str:
    after = link.partition("://")[2] or link
    path = after.partition("/")[2].split("?")[0].split("#")[0].rstrip("/.,")
    return f"/{path}" if path else ""
