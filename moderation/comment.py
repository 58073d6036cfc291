"""What arrived: a comment on one of our accounts, by an author on that network."""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import json
from dataclasses import dataclass


class Platform(enum.StrEnum):
    """The networks on which a public body keeps accounts."""

    TELEGRAM = "telegram"
    MASTODON = "mastodon"
    BLUESKY = "bluesky"
    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    YOUTUBE = "youtube"
    X = "x"
    LINKEDIN = "linkedin"
    TIKTOK = "tiktok"
    SANDBOX = "sandbox"


NETWORK_NAMES = {
    Platform.TELEGRAM: "Telegram",
    Platform.MASTODON: "Mastodon",
    Platform.BLUESKY: "Bluesky",
    Platform.FACEBOOK: "Facebook",
    Platform.INSTAGRAM: "Instagram",
    Platform.YOUTUBE: "YouTube",
    Platform.X: "X",
    Platform.LINKEDIN: "LinkedIn",
    Platform.TIKTOK: "TikTok",
    Platform.SANDBOX: "the sandbox",
}
"""What people call the networks."""


@dataclass(frozen=True, slots=True, order=True)
class AccountRef:
    """One of our own accounts, pages or groups."""

    platform: Platform
    id: str

    def __post_init__(self) -> None:
        _refuse_empty("account id", self.id)

    def __str__(self) -> str:
        return f"{self.platform}:{self.id}"


@dataclass(frozen=True, slots=True, order=True)
class AuthorRef:
    """A stable identity on a network: the network's own id, never a handle."""

    platform: Platform
    id: str

    def __post_init__(self) -> None:
        _refuse_empty("author id", self.id)

    def __str__(self) -> str:
        return f"{self.platform}:{self.id}"


@dataclass(frozen=True, slots=True, order=True)
class CommentRef:
    """One comment on one account. An edit keeps the reference and raises the revision."""

    account: AccountRef
    id: str

    def __post_init__(self) -> None:
        _refuse_empty("comment id", self.id)

    def __str__(self) -> str:
        return f"{self.account}/{self.id}"


class CommentKind(enum.StrEnum):
    """How the comment reached us."""

    REPLY = "reply"
    MENTION = "mention"
    DIRECT = "direct"


class MediaKind(enum.StrEnum):
    """What is attached to a comment."""

    PICTURE = "picture"
    VIDEO = "video"
    AUDIO = "audio"
    STICKER = "sticker"
    DOCUMENT = "document"
    POLL = "poll"
    LOCATION = "location"
    CONTACT = "contact"
    LINK = "link"
    """The preview that the network shows of a linked page: described in that page's words."""


@dataclass(frozen=True, slots=True)
class Media:
    """An attachment: the network's handle to it, and what it says of itself."""

    kind: MediaKind
    id: str
    description: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """One revision of what an author wrote or sent to an account.

    `revision` is 0 for the original and the edit's time in whole seconds since 1970 afterwards,
    so a later revision is always the greater number. `quoted` holds text by other people that the
    comment repeats; `text` holds the author's own words. `links` are addresses hidden behind text.
    """

    ref: CommentRef
    author: AuthorRef
    text: str
    posted_at: dt.datetime
    revision: int = 0
    kind: CommentKind = CommentKind.REPLY
    author_label: str = ""
    in_reply_to: CommentRef | None = None
    thread: str | None = None
    permalink: str | None = None
    media: tuple[Media, ...] = ()
    quoted: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    siblings: tuple[str, ...] = ()
    language: str | None = None
    as_channel: bool = False

    def __post_init__(self) -> None:
        if self.posted_at.tzinfo is None:
            message = f"comment {self.ref}: posted_at has no time zone"
            raise ValueError(message)
        if self.revision < 0:
            message = f"comment {self.ref}: revision {self.revision} is below 0"
            raise ValueError(message)
        if self.author.platform is not self.ref.account.platform:
            message = f"comment {self.ref}: its author {self.author} is of another network"
            raise ValueError(message)

    @property
    def account(self) -> AccountRef:
        """The account that the comment was addressed to."""
        return self.ref.account

    @property
    def digest(self) -> str:
        """SHA-256 over everything that a decision about this revision may rest on."""
        body = [
            str(self.ref),
            self.revision,
            str(self.author),
            self.text,
            list(self.quoted),
            list(self.links),
            [[item.kind, item.id, item.description] for item in self.media],
        ]
        # Lone surrogates reach us from real networks; they must not break the proof.
        written = json.dumps(body, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(written.encode()).hexdigest()


def _refuse_empty(what: str, value: str) -> None:
    if not value:
        message = f"{what} is empty"
        raise ValueError(message)
