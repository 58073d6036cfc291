"""What one Mastodon account needs to be looked after."""

from __future__ import annotations

import datetime as dt
import enum
import ipaddress
import urllib.parse
from dataclasses import dataclass, field

from moderation.comment import AccountRef, Platform
from moderation.decision import ActionKind

SCOPES = frozenset(
    {
        "read:accounts",
        "read:follows",
        "read:notifications",
        "read:statuses",
        "write:blocks",
        "write:mutes",
        "write:reports",
        "write:statuses",
    }
)
"""What we ask for when the app is registered, and nothing more."""

LEAST_WINDOW = 80
"""Fewer remembered comments than two pages would make the second look see old comments as new."""

_FOLLOW = frozenset(
    {"read:blocks", "read:follows", "read:mutes", "write:blocks", "write:follows", "write:mutes"}
)
_NEEDS = {
    ActionKind.REPORT: frozenset({"write:reports"}),
    ActionKind.MUTE: frozenset({"write:mutes", "read:follows"}),
    ActionKind.UNMUTE: frozenset({"write:mutes", "read:follows"}),
    ActionKind.BLOCK: frozenset({"write:blocks", "read:follows"}),
    ActionKind.UNBLOCK: frozenset({"write:blocks", "read:follows"}),
    ActionKind.MESSAGE: frozenset({"write:statuses", "read:accounts", "read:statuses"}),
    ActionKind.REPLY: frozenset({"write:statuses", "read:accounts", "read:statuses"}),
}


class ReplyVisibility(enum.StrEnum):
    """How public a public reply is."""

    PUBLIC = "public"
    UNLISTED = "unlisted"


class AdminMeasure(enum.StrEnum):
    """What an instance's own moderator may do beside a block."""

    LIMIT = "silence"
    SUSPEND = "suspend"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the account is, with which token, and how far we may go there.

    `account` is what we call it: `@handle@instance` or the number that it has there. `scopes` are those
    that the token was given. `rules` maps our grounds to the instance's rule ids. `media_hosts` are the
    hosts, beside the instance, from which attachments may be fetched as evidence.
    """

    instance: str
    account: str
    token: str = field(repr=False)
    scopes: frozenset[str] = SCOPES
    rules: tuple[tuple[str, str], ...] = ()
    forward_reports: bool = True
    media_hosts: frozenset[str] = frozenset()
    reply_visibility: ReplyVisibility = ReplyVisibility.UNLISTED
    revoke_quotes: bool = False
    admin_measure: AdminMeasure | None = None
    stream: bool = True
    poll_every: dt.timedelta = dt.timedelta(seconds=30)
    look_again_every: dt.timedelta = dt.timedelta(minutes=1)
    window: int = 120
    request_limit: dt.timedelta = dt.timedelta(seconds=15)
    media_limit: int = 16 * 1024 * 1024

    def __post_init__(self) -> None:
        if urllib.parse.urlsplit(self.instance).scheme != "https" and not self.on_loopback:
            message = f"instance {self.instance!r}: write it as https://name: the token goes with every call"
            raise ValueError(message)
        if not self.token.strip() or any(letter.isspace() for letter in self.token):
            message = f"account {self.account!r}: the token is empty or has a space in it"
            raise ValueError(message)
        if self.window < LEAST_WINDOW:
            message = f"account {self.account!r}: window {self.window} is below {LEAST_WINDOW}"
            raise ValueError(message)

    @property
    def ref(self) -> AccountRef:
        """The account, as the core names it."""
        return AccountRef(Platform.MASTODON, self.account)

    def names(self, number: str, handle: str) -> bool:
        """Whether this is the account meant: by its number there, by its handle, or by a name of our own."""
        name, at, _ = self.account.removeprefix("@").partition("@")
        if name.isdecimal():
            return name == number
        handled = bool(at) or self.account.startswith("@")
        return name.casefold() == handle.casefold() if handled else True

    @property
    def port(self) -> int:
        """The instance's port."""
        return urllib.parse.urlsplit(self.instance).port or 443

    @property
    def host(self) -> str:
        """The instance's host name."""
        return urllib.parse.urlsplit(self.instance).hostname or ""

    @property
    def on_loopback(self) -> bool:
        """True where the instance is on this machine: a test."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def granted(scopes: frozenset[str], wanted: str) -> bool:
    """Whether a set of scopes covers one: a broad scope covers all below it."""
    broad = [wanted.rsplit(":", depth)[0] for depth in range(1, wanted.count(":") + 1)]
    return any(one in scopes for one in (wanted, *broad)) or ("follow" in scopes and wanted in _FOLLOW)


def abilities(settings: Settings) -> frozenset[ActionKind]:
    """What the token and the settings allow.

    A comment by somebody else cannot be hidden on Mastodon. A quote of our own post can be cut loose
    from it, for good; that is declared as hiding only where the settings say so.
    """
    kinds = {kind for kind, needs in _NEEDS.items() if all(granted(settings.scopes, need) for need in needs)}
    if settings.revoke_quotes and granted(settings.scopes, "write:statuses"):
        kinds.add(ActionKind.HIDE)
    return frozenset(kinds)
