"""Comments, and the people and places in them."""

from __future__ import annotations

import datetime as dt

from moderation.comment import AccountRef, AuthorRef, Comment, CommentKind, CommentRef, Media, Platform
from moderation.decision import StaffId

NOW = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)

PAGE = AccountRef(Platform.SANDBOX, "page")
OTHER_PAGE = AccountRef(Platform.SANDBOX, "other-page")
AUTHOR = AuthorRef(Platform.SANDBOX, "author")

OFFICER = StaffId("telegram:11")
SECOND_OFFICER = StaffId("telegram:12")
DIRECTOR = StaffId("telegram:21")


def ref(name: str = "now", account: AccountRef = PAGE) -> CommentRef:
    """A comment's reference on one of our pages."""
    return CommentRef(account, name)


def comment(
    name: str = "now",
    *,
    account: AccountRef = PAGE,
    author: AuthorRef = AUTHOR,
    text: str = "a comment",
    posted_at: dt.datetime = NOW - MINUTE,
    revision: int = 0,
    kind: CommentKind = CommentKind.REPLY,
    author_label: str = "A name",
    media: tuple[Media, ...] = (),
    quoted: tuple[str, ...] = (),
    links: tuple[str, ...] = (),
) -> Comment:
    """One revision of a comment by the tests' author."""
    return Comment(
        ref=ref(name, account),
        author=author,
        text=text,
        posted_at=posted_at,
        revision=revision,
        kind=kind,
        author_label=author_label,
        media=media,
        quoted=quoted,
        links=links,
    )
