"""What the adapter must be told: the token, the accounts, the staff chat."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from pydantic import SecretStr

from moderation.comment import AccountRef, Platform

CLOUD = "https://api.telegram.org"
TELEGRAM = 777000
CHANNEL_BOT = 136817688
GROUP_ANONYMOUS_BOT = 1087968824
STAND_INS = frozenset({TELEGRAM, CHANNEL_BOT, GROUP_ANONYMOUS_BOT})
"""User ids that Telegram shows where a chat has spoken: nobody in particular, and never to be banned."""


@dataclass(frozen=True, slots=True)
class TelegramAccount:
    """A discussion group, and the channel whose posts are discussed there."""

    group: int
    channel: int | None = None

    def __post_init__(self) -> None:
        if self.group >= 0 or (self.channel is not None and self.channel >= 0):
            raise ValueError(f"telegram account {self.group}: groups and channels have ids below zero")
        if self.group == self.channel:
            raise ValueError(f"telegram account {self.group}: the group and its channel have different ids")

    @property
    def ref(self) -> AccountRef:
        """The group's id names the account."""
        return AccountRef(Platform.TELEGRAM, str(self.group))


@dataclass(frozen=True, slots=True)
class TelegramConfig:
    """Where and with which secret. Private messages to the bot count to the first account.

    `staff` are people whose own posts in the discussion groups are not comments from the public.
    """

    token: SecretStr
    staff_chat: int
    accounts: tuple[TelegramAccount, ...] = ()
    topic: int | None = None
    staff: frozenset[int] = frozenset()
    base_url: str = CLOUD
    poll: dt.timedelta = dt.timedelta(seconds=25)
    answer_within: dt.timedelta = dt.timedelta(seconds=10)
    album_wait: dt.timedelta = dt.timedelta(seconds=1)

    def __post_init__(self) -> None:
        groups = [account.group for account in self.accounts]
        if len(set(groups)) != len(groups):
            raise ValueError("telegram: the same discussion group is named twice")
        if self.staff_chat in {*groups, *(account.channel for account in self.accounts)}:
            raise ValueError("telegram: the staff chat is one of the public chats")
        if self.poll < dt.timedelta(seconds=1):
            raise ValueError("telegram: a poll shorter than a second would never rest")

    @property
    def poll_seconds(self) -> int:
        """How long the server may keep a poll open."""
        return math.ceil(self.poll.total_seconds())

    @property
    def bot_id(self) -> int:
        """The bot's own user id, which begins its token."""
        number, _, _ = self.token.get_secret_value().partition(":")
        return int(number) if number.isascii() and number.isdigit() else 0
