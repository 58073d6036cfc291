"""What every check promises."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Protocol

from moderation.comment import AuthorRef, Comment
from moderation.taxonomy import Doubt, Severity
from moderation.verdict import Finding, Gap


@dataclass(frozen=True, slots=True)
class Context:
    """What else a check may know: the time, what was said lately, and who we are.

    `by_author` holds the author's own recent comments on any of our accounts, `on_account` those of
    other authors on the same account and `elsewhere` those of other authors on our other accounts, all
    oldest first, none including the comment itself. `by_linked` holds those of authors whom officers
    know to be the same person, on whichever network. `newcomers` are those of all these authors, and
    of the comment, who first wrote to us a short while ago. `own_names` are names,
    handles and abbreviations of our organisation; `own_identifiers` are telephone numbers, plates and
    postcodes that are ours and may be public. `media_seen` are ids of attachments that have been looked at.
    """

    now: dt.datetime
    by_author: tuple[Comment, ...] = ()
    on_account: tuple[Comment, ...] = ()
    elsewhere: tuple[Comment, ...] = ()
    by_linked: tuple[Comment, ...] = ()
    newcomers: frozenset[AuthorRef] = frozenset()
    own_names: frozenset[str] = frozenset()
    own_identifiers: frozenset[str] = frozenset()
    media_seen: frozenset[str] = frozenset()


_CLOSE = 0.7
"""The score of a close call that a rule makes: above every `ask_at` that is of use."""


def close_call(finding: Finding) -> Finding:
    """What says that a finding is for a person, whatever else is found."""
    return replace(finding, subject=Doubt.CLOSE_CALL, score=_CLOSE, severity=Severity.NOTHING)


class Check(Protocol):
    """A pure look at one revision of a comment. It returns findings, and gaps where it cannot look."""

    @property
    def name(self) -> str:
        """A stable key, for verdicts and logs."""

    @property
    def version(self) -> str:
        """Changes whenever the same comment could be seen differently."""

    def look(self, comment: Comment, context: Context) -> tuple[Finding | Gap, ...]:
        """Say what there is to see. An exception becomes a gap; it never becomes clean."""
