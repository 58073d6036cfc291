"""The state of an emulated Telegram: who and what exists, and which bot hears of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from tests.peers.telegram_api.faults import FaultPlan
from tests.peers.telegram_api.limits import SendLimits
from tests.peers.telegram_api.log import CallLog
from tests.peers.telegram_api.objects import (
    CHANNEL_BOT,
    GROUP_ANONYMOUS_BOT,
    LEFT,
    TELEGRAM,
    Chat,
    Clock,
    Json,
    Membership,
    Message,
    Query,
    StoredFile,
    User,
)
from tests.peers.telegram_api.updates import Update, UpdateQueue


@dataclass(eq=False, slots=True)
class Bot:
    """A bot account with what the server remembers for it."""

    user: User
    token: str
    queue: UpdateQueue
    privacy: bool = True
    webhook: Json = field(default_factory=dict)
    commands: list[Json] = field(default_factory=list)
    private: dict[int, Chat] = field(default_factory=dict)
    blocked_by: set[int] = field(default_factory=set)
    last_private_id: int = 0

    @property
    def id(self) -> int:
        return self.user.id


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 -- a test without a clock of its own


class WorldState:
    """Everything the server knows."""

    def __init__(self, clock: Clock = _now) -> None:
        self.clock = clock
        self.log = CallLog()
        self.faults = FaultPlan()
        self.limits = SendLimits()
        self.answer_window = timedelta(seconds=60)
        self.deletable_for = timedelta(hours=48)
        self.bots: dict[int, Bot] = {}
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.queries: dict[str, Query] = {}
        self.files: dict[str, StoredFile] = {}
        self._counters: dict[str, int] = {}
        self.telegram = self._known(TELEGRAM, "Telegram", is_bot=False)
        self.channel_bot = self._known(CHANNEL_BOT, "Channel", is_bot=True, username="Channel_Bot")
        self.anonymous_bot = self._known(
            GROUP_ANONYMOUS_BOT, "Group", is_bot=True, username="GroupAnonymousBot"
        )

    def _known(self, number: int, name: str, *, is_bot: bool, username: str | None = None) -> User:
        user = User(number, name, username=username, is_bot=is_bot)
        self.users[number] = user
        return user

    def number(self, kind: str, first: int) -> int:
        """The next number of a kind; the same run gives the same numbers."""
        self._counters[kind] = self._counters.get(kind, first - 1) + 1
        return self._counters[kind]

    def the_bot(self, bot: Bot | None = None) -> Bot:
        if bot is not None:
            return bot
        if len(self.bots) != 1:
            message = f"say which bot: the world has {len(self.bots)}"
            raise LookupError(message)
        return next(iter(self.bots.values()))

    def member(self, chat: Chat, user_id: int) -> Membership:
        """The membership as of now: bans and restrictions run out by themselves."""
        held = chat.members.get(user_id, LEFT)
        if held.until is None or held.until > self.clock():
            return held
        if held.status == "restricted" and held.is_member:
            return Membership("member")
        return LEFT

    def private_chat(self, bot: Bot, user: User) -> Chat:
        if user.id not in bot.private:
            bot.private[user.id] = Chat(user.id, "private", person=user)
        return bot.private[user.id]

    def has_started(self, bot: Bot, user_id: int) -> bool:
        return user_id in bot.private

    def store(self, message: Message) -> Message:
        message.chat.messages[message.message_id] = message
        return message

    def next_message_id(self, chat: Chat, bot: Bot | None = None) -> int:
        """Private chats of one bot share a sequence; every other chat has its own."""
        if chat.type == "private":
            owner = self.the_bot(bot)
            owner.last_private_id += 1
            return owner.last_private_id
        chat.last_message_id += 1
        return chat.last_message_id

    def add_file(self, content: bytes, name: str, size: int | None = None) -> StoredFile:
        number = self.number("file", 1)
        kind, _, leaf = name.rpartition("/")
        digest = sha256(content).hexdigest()[:14]
        path = f"{kind or 'documents'}/file_{number}{_suffix(leaf)}"
        declared = len(content) if size is None else size
        stored = StoredFile(f"FILE{number:06d}{digest}", f"AQ{digest}", path, content, declared)
        self.files[stored.file_id] = stored
        return stored

    # Who hears of what.

    def hears(self, bot: Bot, message: Message) -> bool:
        if message.author is bot.user:
            return False
        if message.chat.type == "private":
            return bot.private.get(message.chat.id) is message.chat
        member = self.member(message.chat, bot.id)
        if message.chat.type == "channel":
            return member.is_admin
        return member.is_present and self._hears_group(bot, message, member)

    def _hears_group(self, bot: Bot, message: Message, member: Membership) -> bool:
        # What other bots write is not delivered, unless it is only shown as a bot's.
        if message.author is not None and message.author.is_bot:
            return False
        if member.is_admin or not bot.privacy or message.is_service:
            return True
        return self._is_for(bot, message)

    def _is_for(self, bot: Bot, message: Message) -> bool:
        command = re.match(r"/\w+(?:@(\w+))?", message.text)
        if command is not None:
            return command[1] in {None, bot.user.username}
        return message.reply_to is not None and message.reply_to.author is bot.user

    def announce(self, message: Message, *, edited: bool = False) -> None:
        """Tell every bot that may hear of it."""
        kind = "channel_post" if message.chat.type == "channel" else "message"
        for bot in self.bots.values():
            if self.hears(bot, message):
                bot.queue.push(f"edited_{kind}" if edited else kind, message.render())

    def announce_to_admins(self, chat: Chat, kind: str, payload: Json) -> None:
        for bot in self.bots.values():
            if self.member(chat, bot.id).is_admin:
                bot.queue.push(kind, payload)

    def set_member(
        self, chat: Chat, user: User, new: Membership, by: User, *, silent: bool = False
    ) -> Membership:
        """Change a membership and tell the bot concerned, or the bots that are admins."""
        old = self.member(chat, user.id)
        chat.members[user.id] = new
        if not silent and old != new:
            payload: Json = {
                "chat": chat.render(),
                "from": by.render(),
                "date": int(self.clock().timestamp()),
                "old_chat_member": old.render(user, chat),
                "new_chat_member": new.render(user, chat),
            }
            if user.id in self.bots:
                self.bots[user.id].queue.push("my_chat_member", payload)
            else:
                self.announce_to_admins(chat, "chat_member", payload)
        return old

    def push_everywhere(self, kind: str, raw: Json, bot: Bot | None = None) -> tuple[Update, ...]:
        receivers = [bot] if bot is not None else list(self.bots.values())
        return tuple(receiver.queue.push_raw(kind, raw) for receiver in receivers)


def _suffix(name: str) -> str:
    return "." + name.rsplit(".", 1)[1] if "." in name else ""
