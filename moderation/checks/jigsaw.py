"""Jigsaw: who a patient is, told in pieces over a thread."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from moderation.checks import places
from moderation.checks.check import Context
from moderation.checks.text import media, normalise
from moderation.checks.text.patterns import Pattern, any_of
from moderation.comment import Comment
from moderation.taxonomy import Category, Severity
from moderation.verdict import Finding, Gap

_WINDOW = dt.timedelta(days=2)
"""How long what the same author said elsewhere on the account still belongs to it."""
_LATEST = 60


class Pieces(NamedTuple):
    """Patterns for each piece, each a data list. `name` is read with capitals, the others without."""

    name: tuple[str, ...]
    not_name: tuple[str, ...]
    condition: tuple[str, ...]
    ward: tuple[str, ...]
    home: tuple[str, ...]
    birth: tuple[str, ...]
    version: str = "1"


_NAME = "a patient's name"
_SAID = {
    "condition": "an illness",
    "ward": "where they are treated",
    "home": "where they live",
    "birth": "an age or a date of birth",
}


class Jigsaw:
    """Puts what a comment tells of a patient beside what its thread and its author told before."""

    __slots__ = ("_name", "_not_name", "_pieces", "name", "version")

    def __init__(self, pieces: Pieces) -> None:
        self.name = "jigsaw"
        self.version = f"1+{pieces.version}"
        self._name = any_of(pieces.name, "jigsaw.name")
        self._not_name = any_of(pieces.not_name, "jigsaw.not_name")
        self._pieces = {key: any_of(getattr(pieces, key), f"jigsaw.{key}") for key in _SAID}

    def look(self, comment: Comment, context: Context) -> tuple[Finding | Gap, ...]:
        """Say which pieces come together with this comment: a name and what it must not stand beside."""
        mine = self._told(comment)
        if not mine:
            return ()
        before = frozenset[str]().union(*(self._told(each) for each in _around(comment, context)))
        pieces = mine | before
        if _NAME not in pieces or len(pieces) == 1 or mine <= before:
            return ()  # nothing comes together, or it did before this comment
        others = sorted(pieces - {_NAME})
        if mine == pieces:
            because = f"{_NAME} and {' and '.join(others)} in one comment"
        else:
            there = " and ".join(sorted(pieces - mine))
            because = f"{' and '.join(sorted(mine))} here and {there} in comments around it come together"
        finding = Finding(
            Category.CONFIDENTIALITY, 0.6, Severity.CLEAR_BREACH, self.name, self.version, because
        )
        return (finding,)

    def _told(self, comment: Comment) -> frozenset[str]:
        reading = normalise.read(media.without_descriptions(comment.text))
        return frozenset(self._read(reading))

    def _read(self, reading: normalise.Reading) -> Iterator[str]:
        cased, plain = reading.cased, reading.plain.text
        if _found(self._name, cased) and not _found(self._not_name, cased):
            yield _NAME
        for key, said in _SAID.items():
            if _found(self._pieces[key], plain):
                yield said
        if any(True for _ in places.postcodes(cased)):
            yield _SAID["home"]


def _around(comment: Comment, context: Context) -> tuple[Comment, ...]:
    """The earlier comments of the thread, and the author's own of the last days on the account."""
    since = comment.posted_at - _WINDOW
    own = [
        each
        for each in (*context.by_linked, *context.by_author)
        if each.account == comment.account and each.posted_at >= since
    ]
    thread = [each for each in (*context.on_account, *context.by_author) if _same_thread(comment, each)]
    earlier = {each.ref: each for each in (*own, *thread) if each.posted_at <= comment.posted_at}
    earlier.pop(comment.ref, None)
    return tuple(sorted(earlier.values(), key=lambda each: each.posted_at)[-_LATEST:])


def _same_thread(one: Comment, other: Comment) -> bool:
    if one.thread is not None and one.thread == other.thread:
        return True
    replied = one.in_reply_to
    return replied is not None and replied in {other.ref, other.in_reply_to}


def _found(pattern: Pattern | None, text: str) -> bool:
    return pattern is not None and pattern.found_in(text)
