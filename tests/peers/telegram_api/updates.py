"""The queue of updates that the server keeps for one bot."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from tests.peers.telegram_api.objects import Clock, Json

KINDS = frozenset(
    {
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "message_reaction",
        "message_reaction_count",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "purchased_paid_media",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
    }
)
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
DEFAULT = KINDS - NOT_BY_DEFAULT
KEPT = timedelta(hours=24)
CALLBACK_KEPT = timedelta(seconds=150)
RESTART_AFTER = timedelta(days=7)
BATCH = 100


class Fate(Enum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    DROPPED = "dropped"


@dataclass(eq=False, slots=True)
class Update:
    """One update, with how often it was handed out and what became of it."""

    update_id: int
    kind: str
    payload: Json
    queued: datetime
    expires: datetime
    handed_out: int = 0
    fate: Fate = Fate.PENDING


@dataclass(slots=True)
class UpdateQueue:
    """Keeps order, retention, confirmation and the remembered subscription."""

    clock: Clock
    next_id: int
    allowed: frozenset[str] = DEFAULT
    history: list[Update] = field(default_factory=list)
    listeners: list[Callable[[], None]] = field(default_factory=list)
    last_pushed: datetime | None = None

    def subscribe(self, kinds: object) -> None:
        """Remember `allowed_updates`; anything but a list leaves the subscription as it was."""
        if isinstance(kinds, list):
            self.allowed = frozenset(str(kind) for kind in kinds) & KINDS or DEFAULT

    def push(self, kind: str, payload: Json) -> Update | None:
        if kind in KINDS and kind not in self.allowed:
            return None
        return self.push_raw(kind, {kind: payload})

    def push_raw(self, kind: str, raw: Json) -> Update:
        """Queue an update as it stands, whatever it holds."""
        now = self.clock()
        if self.last_pushed is not None and now - self.last_pushed > RESTART_AFTER:
            self.next_id = 100_000_000 + (self.next_id * 7919) % 800_000_000
        self.last_pushed = now
        kept = CALLBACK_KEPT if kind == "callback_query" else KEPT
        # A copy: what was queued does not change when the world goes on.
        frozen: Json = json.loads(json.dumps({"update_id": self.next_id} | raw))
        update = Update(self.next_id, kind, frozen, now, now + kept)
        self.next_id += 1
        self.history.append(update)
        self.wake()
        return update

    def wake(self) -> None:
        for listener in tuple(self.listeners):
            listener()

    def pending(self) -> tuple[Update, ...]:
        self._expire()
        return tuple(update for update in self.history if update.fate is Fate.PENDING)

    def take(self, offset: int, limit: int) -> list[Json]:
        """Confirm what lies before the offset and hand out what follows it."""
        waiting = self.pending()
        if offset < 0:
            for update in waiting[: len(waiting) + offset if -offset < len(waiting) else 0]:
                update.fate = Fate.CONFIRMED
        elif offset > 0:
            for update in waiting:
                if update.update_id < offset:
                    update.fate = Fate.CONFIRMED
        batch = self.pending()[: limit if 1 <= limit <= BATCH else BATCH]
        for update in batch:
            update.handed_out += 1
        return [update.payload for update in batch]

    def drop(self) -> None:
        for update in self.pending():
            update.fate = Fate.DROPPED

    def lost(self) -> tuple[Update, ...]:
        """What the bot will never see: expired before it was confirmed."""
        self._expire()
        return tuple(update for update in self.history if update.fate is Fate.EXPIRED)

    def _expire(self) -> None:
        now = self.clock()
        for update in self.history:
            if update.fate is Fate.PENDING and now >= update.expires:
                update.fate = Fate.EXPIRED
