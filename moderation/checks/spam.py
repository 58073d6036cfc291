"""Spam by conduct: links, the same again, from several authors or on several accounts, too fast."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from moderation.checks import likeness
from moderation.checks.check import Context
from moderation.checks.contacts import Contacts, Linking
from moderation.comment import Comment
from moderation.taxonomy import Category, Severity
from moderation.verdict import Finding, Gap

_WINDOW = dt.timedelta(minutes=10)
_FAST = 8
_FAST_NEWCOMER = 5
_AGAIN = 3
_OTHERS = 3
_SHARERS = 2
"""Other authors who give the same link or number."""
_BURST = dt.timedelta(hours=1)
_BURST_NEWCOMERS = 4
"""Other newcomers who come with strange links within the hour."""
_LATEST = 40
"""How many earlier comments are compared: the cost must not grow with an author's zeal."""


class Spam:
    """Looks at links, and at what the author and others wrote lately."""

    __slots__ = ("_contacts", "name", "version")

    def __init__(self, linking: Linking) -> None:
        self.name = "spam"
        self.version = f"2+{linking.version}"
        self._contacts = Contacts(linking)

    def look(self, comment: Comment, context: Context) -> tuple[Finding | Gap, ...]:
        """Say what speaks for spam: the strongest sign of each kind."""
        of = _Lure.of(comment, self._contacts)
        return (
            *self._linked(of),
            *self._offered(of),
            *self._repeated(comment, context, of),
            *self._campaign(comment, context, of),
            *self._shared(comment, context, of),
            *self._rushed(comment, context, of),
            *self._burst(comment, context, of),
        )

    def _linked(self, of: _Lure) -> Iterator[Finding]:
        if of.shady:
            yield self._finding("shady_link", 0.8, "a link to a kind of address that spam uses", clear=True)
        elif of.links:
            yield self._finding("link", 0.35, "a link to an address that we do not know")

    def _offered(self, of: _Lure) -> Iterator[Finding]:
        if of.sells and of.reach and not of.appeals:
            yield self._finding("soft_sell", 0.6, "worded as an offer, with a link or a number to answer to")

    def _repeated(self, comment: Comment, context: Context, of: _Lure) -> Iterator[Finding]:
        own = [each for each in (*context.by_linked, *context.by_author) if each.ref != comment.ref]
        again = likeness.count_alike(comment.text, (earlier.text for earlier in own[-_LATEST:]))
        if again + 1 < _AGAIN:
            return
        because = "the author wrote nearly the same several times"
        if of.lures:
            yield self._finding("repeated", 0.92, because)
        elif not (of.appeals or of.kind or likeness.is_short(comment.text)):
            # A relative who asks the same again and again is no spammer: without a link an officer looks.
            yield self._finding("repeated", 0.55, because)

    def _campaign(self, comment: Comment, context: Context, of: _Lure) -> Iterator[Finding]:
        """The same text by several authors is a campaign only where it leads elsewhere.

        Families copy a complaint, and everybody copies a petition.
        """
        if not of.lures:
            return
        others = [each for each in _others(context) if each.author != comment.author]
        alike = [each for each in others if likeness.count_alike(comment.text, (each.text,))]
        authors = {each.author for each in alike}
        if len(authors) >= _OTHERS:
            because = "several authors posted nearly the same, with a link or a number"
            yield self._finding("campaign", 0.85, because)
        elif len(authors & context.newcomers) >= _SHARERS and comment.author in context.newcomers:
            because = "authors who are new here posted nearly the same, with a link or a number"
            yield self._finding("campaign", 0.82, because)

    def _shared(self, comment: Comment, context: Context, of: _Lure) -> Iterator[Finding]:
        mine = of.reach
        if not mine or of.appeals:
            return
        sharers = {
            each.author
            for each in _others(context)
            if each.author != comment.author and mine & self._contacts.all(each)
        }
        if len(sharers) >= _SHARERS:
            score = 0.86 if of.sells or of.shady else 0.5  # otherwise it may be the news of the day
            yield self._finding("shared_contact", score, "several authors give the same link or number")

    def _rushed(self, comment: Comment, context: Context, of: _Lure) -> Iterator[Finding]:
        since = comment.posted_at - _WINDOW
        recent = sum(since <= earlier.posted_at <= comment.posted_at for earlier in context.by_author) + 1
        if comment.author in context.newcomers and recent >= _FAST_NEWCOMER and of.lures:
            yield self._finding("rushed", 0.8, "a new author's many comments within ten minutes, with links")
        elif recent >= _FAST:
            yield self._finding("rushed", 0.5, "many comments by the author within ten minutes")

    def _burst(self, comment: Comment, context: Context, of: _Lure) -> Iterator[Finding]:
        if not of.lures or comment.author not in context.newcomers:
            return
        since = comment.posted_at - _BURST
        came = {
            each.author
            for each in _others(context)
            if each.author in context.newcomers
            and each.author != comment.author
            and since <= each.posted_at <= comment.posted_at
            and self._contacts.links(each)
        }
        if len(came) >= _BURST_NEWCOMERS:
            yield self._finding("burst", 0.65, "several new authors came with links within an hour")

    def _finding(self, key: str, score: float, because: str, *, clear: bool = False) -> Finding:
        severity = Severity.CLEAR_BREACH if clear else Severity.MINOR
        return Finding(Category.SPAM, score, severity, f"{self.name}.{key}", self.version, because)


@dataclass(frozen=True, slots=True)
class _Lure:
    """What a comment would have its readers do."""

    links: tuple[str, ...]
    reach: frozenset[str]
    shady: bool
    sells: bool
    appeals: bool
    kind: bool

    @classmethod
    def of(cls, comment: Comment, contacts: Contacts) -> _Lure:
        links = contacts.links(comment)
        return cls(
            links=links,
            reach=contacts.all(comment),
            shady=any(map(contacts.is_shady, links)),
            sells=contacts.sells(comment),
            appeals=contacts.appeals(comment),
            kind=contacts.is_kind(comment),
        )

    @property
    def lures(self) -> bool:
        """Whether readers are led elsewhere, and not by an appeal.

        A number alone leads nowhere: a daughter asks again and again to be rung back.
        """
        return self.shady or (not self.appeals and bool(self.links or (self.sells and self.reach)))


def _others(context: Context) -> tuple[Comment, ...]:
    """What others wrote lately, on this account and on our others, the newest of each."""
    return (*context.elsewhere[-_LATEST:], *context.on_account[-_LATEST:])
