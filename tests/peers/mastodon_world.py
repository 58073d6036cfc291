"""What an emulated Mastodon instance holds: accounts, statuses, notifications, ties and reports."""

from __future__ import annotations

import datetime as dt
import html
import itertools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

NOON = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
HOST = "social.example"
US = "1"

_MENTION = re.compile(r"(?<![=/\w])@([\w.-]+)(?:@([\w.-]+))?")
_WORD = re.compile(r"https?://\S+|(?<![=/\w])@[\w.-]+(?:@[\w.-]+)?|[^@h]+|.", re.DOTALL)

Json = dict[str, Any]


@dataclass
class Account:
    """Somebody on this instance or on another."""

    id: str
    acct: str
    suspended: bool = False
    silenced: bool = False

    def shown(self) -> Json:
        """The account as the API shows it."""
        name = self.acct.partition("@")[0]
        return {
            "id": self.id,
            "username": name,
            "acct": self.acct,
            "display_name": name.title(),
            "url": f"https://{HOST}/@{self.acct}",
            "suspended": self.suspended,
        }


@dataclass
class World:
    """The instance's memory. Ids only grow, unless a test says otherwise."""

    accounts: dict[str, Account] = field(default_factory=dict)
    statuses: dict[str, Json] = field(default_factory=dict)
    notifications: dict[str, Json] = field(default_factory=dict)
    filtered: set[str] = field(default_factory=set)
    ties: dict[str, Json] = field(default_factory=dict)
    reports: list[Json] = field(default_factory=list)
    idempotency: dict[str, str] = field(default_factory=dict)
    policy: Json = field(default_factory=dict)
    scopes: list[str] = field(default_factory=lambda: ["read", "write"])
    rules: list[Json] = field(default_factory=lambda: [{"id": "3", "text": "Be kind"}])
    characters: int = 500
    deleted: list[str] = field(default_factory=list)
    untied: int = 0
    """How often a mute or a block was lifted."""
    tell: Callable[[str, Any], None] = lambda _name, _payload: None
    publish_as: str | None = None
    """Breaks posting: every post gets this visibility, whatever was asked for."""
    _ids: Iterable[int] = field(default_factory=lambda: itertools.count(1000))
    _seconds: Iterable[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.join("trust", US)

    def join(self, acct: str, number: str | None = None) -> Account:
        """Let somebody in."""
        account = Account(number or self.next_id(), acct)
        self.accounts[account.id] = account
        return account

    def next_id(self) -> str:
        """The next id."""
        return str(next(iter(self._ids)))

    def moment(self) -> str:
        """The next second, as the API writes it."""
        at = NOON + dt.timedelta(seconds=next(iter(self._seconds)))
        return at.isoformat().replace("+00:00", ".000Z")

    def post(self, author: Account | str, text: str, **more: Any) -> Json:  # noqa: ANN401 - any field
        """Post something, and notify whom it names."""
        account = author if isinstance(author, Account) else self.accounts[author]
        visibility = self.publish_as or more.get("visibility") or "public"
        answered = self.statuses.get(str(more.get("in_reply_to_id") or ""))
        status: Json = {
            "id": self.next_id(),
            "created_at": self.moment(),
            "edited_at": None,
            "account": account.shown(),
            "content": self.markup(text),
            "spoiler_text": "",
            "visibility": visibility,
            "language": "en",
            "in_reply_to_id": answered["id"] if answered else None,
            "in_reply_to_account_id": answered["account"]["id"] if answered else None,
            "mentions": [self._mentioned(one) for one in self._named(text)],
            "tags": [],
            "emojis": [],
            "media_attachments": [],
            "reblog": None,
            "poll": None,
            "quote": None,
        }
        status["url"] = f"https://{HOST}/@{account.acct}/{status['id']}"
        status.update(
            {key: value for key, value in more.items() if key not in {"visibility", "in_reply_to_id"}}
        )
        self.statuses[status["id"]] = status
        if account.id != US and any(one["id"] == US for one in status["mentions"]):
            self.notify("mention", status)
        return status

    def quote(self, author: Account, text: str, ours: Json, **more: Any) -> Json:  # noqa: ANN401 - any field
        """Quote one of our posts."""
        frame = {"state": "accepted", "quoted_status": ours}
        status = self.post(author, text, quote=frame, **more)
        self.notify("quote", status)
        return status

    def notify(
        self, kind: str, status: Json | None = None, number: str | None = None, **more: object
    ) -> Json:
        """Make a notification for us."""
        notification: Json = {
            "id": number or self.next_id(),
            "type": kind,
            "created_at": self.moment(),
            **more,
        }
        if status is not None:
            notification |= {"account": status["account"], "status": status}
        self.notifications[notification["id"]] = notification
        self.tell("notification", notification)
        return notification

    def edit(self, status: Json, text: str, at: str | None = None, *, aloud: bool = True) -> None:
        """Edit a status; silently, where the stream is to miss it."""
        status.update(content=self.markup(text), edited_at=at or self.moment())
        if aloud:
            self.tell("status.update", status)

    def delete(self, number: str, *, aloud: bool = True) -> Json:
        """Delete a status and what told of it."""
        status = self.statuses.pop(number)
        self.deleted.append(number)
        for key in [
            key for key, one in self.notifications.items() if one.get("status", {}).get("id") == number
        ]:
            del self.notifications[key]
        if aloud:
            self.tell("delete", number)
        return status

    def tie(self, account: str) -> Json:
        """How we stand to somebody."""
        return self.ties.setdefault(
            account, {"id": account, "muting": False, "muting_notifications": False, "blocking": False}
        )

    def conversations(self) -> list[Json]:
        """Our private conversations, each with its newest message."""
        newest: dict[frozenset[str], Json] = {}
        for status in self.statuses.values():
            people = frozenset({status["account"]["id"], *(one["id"] for one in status["mentions"])})
            if status["visibility"] == "direct" and US in people:
                newest[people] = status
        return [
            {"id": one["id"], "unread": True, "accounts": [], "last_status": one} for one in newest.values()
        ]

    def descendants(self, number: str) -> list[Json]:
        """Answers, and answers to those."""
        direct = [one for one in self.statuses.values() if one["in_reply_to_id"] == number]
        return [each for one in direct for each in (one, *self.descendants(one["id"]))]

    def markup(self, text: str) -> str:
        """Write HTML as Mastodon does."""
        paragraphs = re.split(r"\n{2,}", text)
        return "".join(f"<p>{self._inline(one)}</p>" for one in paragraphs)

    def _inline(self, text: str) -> str:
        return "".join(self._word(found) for found in _WORD.findall(text)).replace("\n", "<br />")

    def _word(self, word: str) -> str:
        if word.startswith("http"):
            scheme, _, rest = word.partition("://")
            return (
                f'<a href="{html.escape(word)}" rel="nofollow noopener"><span class="invisible">{scheme}://</span>'
                f'<span class="ellipsis">{html.escape(rest[:20])}</span>'
                f'<span class="invisible">{html.escape(rest[20:])}</span></a>'
            )
        named = self._named(word) if word.startswith("@") else []
        if named:
            name = named[0].acct.partition("@")[0]
            address = f"https://{HOST}/@{named[0].acct}"
            anchor = f'<a href="{address}" class="u-url mention">@<span>{name}</span></a>'
            return f'<span class="h-card">{anchor}</span>'
        return html.escape(word, quote=False)

    def _named(self, text: str) -> list[Account]:
        found = {
            name + (f"@{host}" if host and host != HOST else "") for name, host in _MENTION.findall(text)
        }
        return [account for account in self.accounts.values() if account.acct in found]

    def _mentioned(self, account: Account) -> Json:
        shown = account.shown()
        return {key: shown[key] for key in ("id", "username", "acct", "url")}


def page(rows: Iterable[Json], query: Mapping[str, str], key: Callable[[Json], str]) -> list[Json]:
    """Cut a page as Mastodon does: newest first, but with `min_id` the oldest ones above it."""

    def order(row: Json) -> tuple[int, str]:
        return len(key(row)), key(row)

    def at(name: str) -> tuple[int, str]:
        return len(query[name]), query[name]

    kept = sorted(rows, key=order, reverse=True)
    if "max_id" in query:
        kept = [row for row in kept if order(row) < at("max_id")]
    if "since_id" in query:
        kept = [row for row in kept if order(row) > at("since_id")]
    limit = min(int(query.get("limit", "20")), 40)
    if "min_id" in query:
        kept = [row for row in kept if order(row) > at("min_id")]
        return kept[-limit:]
    return kept[:limit]
