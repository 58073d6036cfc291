"""A public body on Telegram, ready for a test: a channel, its discussion, a staff chat, a clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.peers.telegram_api.objects import Chat, Message, User
from tests.peers.telegram_api.state import Bot
from tests.peers.telegram_api.world import TelegramWorld

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@dataclass(slots=True)
class HandClock:
    """Time that passes only when the test says so."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, wait: timedelta) -> None:
        self.now += wait


@dataclass(frozen=True, slots=True)
class Town:
    """The bot is an administrator everywhere but in the staff chat, where it is a member."""

    world: TelegramWorld
    clock: HandClock
    bot: Bot
    owner: User
    director: User
    channel: Chat
    discussion: Chat
    staff: Chat
    post: Message


def build() -> Town:
    """A town where nothing has been heard yet: its one post came before the bot listened."""
    clock = HandClock()
    world = TelegramWorld(clock)
    bot = world.bot()
    owner, director = world.person("Olga"), world.person("Dana", username="dana_director")
    discussion = world.supergroup("Town talk", [director])
    channel = world.channel("Town news", discussion=discussion, username="town_news")
    for chat in (channel, discussion):
        world.add(chat, owner, "creator")
    post = world.channel_post(channel, "The library reopens on Monday.")
    for chat in (channel, discussion):
        world.add(chat, bot, "administrator")
    staff = world.supergroup("Moderators", [bot, director])
    return Town(world, clock, bot, owner, director, channel, discussion, staff, post)
