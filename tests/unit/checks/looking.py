"""One comment through all checks, and what they say of one subject."""

from __future__ import annotations

import datetime as dt
import functools

from config import words
from moderation.checks.check import Check, Context
from moderation.checks.standard import standard_checks
from moderation.comment import Comment, Media
from moderation.taxonomy import Category
from moderation.verdict import Finding, Gap, Subject
from tests.strategies.comments import NOW, comment

ACT = 0.8
LOOK = 0.4

NOTHING_ELSE = Context(now=NOW)


@functools.cache
def checks() -> tuple[Check, ...]:
    """The checks of the house. Making them takes half a second, so all tests share them."""
    return standard_checks(words.load())


def look(about: Comment | str, context: Context = NOTHING_ELSE) -> tuple[Finding | Gap, ...]:
    """All that the checks find."""
    about = comment(text=about) if isinstance(about, str) else about
    return tuple(item for check in checks() for item in check.look(about, context))


def findings(about: Comment | str, context: Context = NOTHING_ELSE) -> tuple[Finding, ...]:
    """What the checks find, without the gaps."""
    return tuple(item for item in look(about, context) if isinstance(item, Finding))


def gaps(about: Comment | str) -> tuple[Gap, ...]:
    """Where the checks could not look."""
    return tuple(item for item in look(about) if isinstance(item, Gap))


def score(about: Comment | str, subject: Subject, context: Context = NOTHING_ELSE) -> float:
    """The strongest score of a subject; 0 without a finding."""
    return max((f.score for f in findings(about, context) if f.subject == subject), default=0.0)


def breach(about: Comment | str, context: Context = NOTHING_ELSE) -> float:
    """The strongest score of any ground for action."""
    return max((f.score for f in findings(about, context) if isinstance(f.subject, Category)), default=0.0)


def shown(media: Media, text: str = "") -> Comment:
    """A comment with one attachment."""
    return comment(text=text, media=(media,))


def said_before(*texts: str, apart: dt.timedelta = dt.timedelta(days=1)) -> Context:
    """A context in which the author wrote these, the last one `apart` before now."""
    count = len(texts)
    earlier = tuple(
        comment(f"earlier-{number}", text=text, posted_at=NOW - apart * (count - number))
        for number, text in enumerate(texts)
    )
    return Context(now=NOW, by_author=earlier)
