"""Real-like limits on sending, off unless a test turns them on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.peers.telegram_api import errors
from tests.peers.telegram_api.objects import Chat

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class SendLimits:
    """About one a second to a chat, twenty a minute to a group, thirty a second in all."""

    on: bool = False
    per_chat_second: int = 1
    per_group_minute: int = 20
    overall_second: int = 30
    sent: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    everything: list[datetime] = field(default_factory=list)

    def admit(self, chat: Chat, now: datetime) -> None:
        """Count one message to the chat, or refuse it with the time to wait."""
        if not self.on:
            return
        checks = [
            (self.sent[chat.id], SECOND, self.per_chat_second),
            (self.everything, SECOND, self.overall_second),
        ]
        if chat.is_group:
            checks.append((self.sent[chat.id], MINUTE, self.per_group_minute))
        waits = [_wait(times, now, window, most) for times, window, most in checks]
        if max(waits) > timedelta(0):
            raise errors.too_many_requests(max(waits))
        self.sent[chat.id].append(now)
        self.everything.append(now)


def _wait(times: list[datetime], now: datetime, window: timedelta, most: int) -> timedelta:
    recent = [moment for moment in times if now - moment < window]
    if len(recent) < most:
        return timedelta(0)
    return recent[-most] + window - now
