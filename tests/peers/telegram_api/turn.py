"""One call of one method: who calls, with what, and what it changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from tests.peers.telegram_api import errors
from tests.peers.telegram_api.arguments import Arguments
from tests.peers.telegram_api.log import Effect
from tests.peers.telegram_api.objects import Chat, Message, User
from tests.peers.telegram_api.state import Bot
from tests.peers.telegram_api.world import TelegramWorld

FOREVER_BELOW = timedelta(seconds=30)
FOREVER_ABOVE = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Turn:
    """What a method works on."""

    world: TelegramWorld
    bot: Bot
    args: Arguments
    number: int

    @property
    def now(self) -> datetime:
        return self.world.clock()

    def did(self, kind: str, chat: Chat | None, subject: int, detail: str = "") -> None:
        """Record that something really changed."""
        chat_id = chat.id if chat is not None else 0
        self.world.log.happened.append(Effect(self.number, self.now, kind, chat_id, subject, detail))

    def chat(self, name: str = "chat_id", *, need_member: bool = True) -> Chat:
        """The chat that an argument names, if the bot may do something there."""
        wanted = self.args.text(name).strip()
        if not wanted:
            raise errors.bad_request(f"{name} is empty")
        chat = self._find(wanted)
        if chat.migrated_to is not None and need_member:
            raise errors.upgraded(chat.migrated_to)
        if chat.type != "private":
            self._check_access(chat, need_member=need_member)
        return chat

    def _find(self, wanted: str) -> Chat:
        if wanted.startswith("@"):
            for chat in self.world.chats.values():
                if chat.username is not None and chat.username.lower() == wanted[1:].lower():
                    return chat
            raise errors.chat_not_found()
        try:
            number = int(wanted)
        except ValueError:
            raise errors.chat_not_found() from None
        if number in self.world.chats:
            return self.world.chats[number]
        return self._private(number)

    def _private(self, number: int) -> Chat:
        if number in self.bot.private:
            return self.bot.private[number]
        if number not in self.world.users:
            raise errors.chat_not_found()
        return Chat(number, "private", person=self.world.users[number])

    def _check_access(self, chat: Chat, *, need_member: bool) -> None:
        member = self.world.member(chat, self.bot.id)
        if member.status == "kicked":
            raise errors.kicked(chat)
        if not member.is_present and (need_member or chat.username is None):
            raise errors.not_a_member(chat)

    def check_can_write(self, chat: Chat) -> None:
        """Whether the bot may send into a chat where it already has access."""
        if chat.type == "private":
            self._check_person(chat)
            return
        member = self.world.member(chat, self.bot.id)
        if chat.type == "channel" and not member.has("can_post_messages"):
            raise errors.bad_request("need administrator rights in the channel chat")
        if member.status == "restricted" and "can_send_messages" not in member.permissions:
            raise errors.bad_request("not enough rights to send text messages to the chat")

    def _check_person(self, chat: Chat) -> None:
        person = self.world.users[chat.id]
        if person.deactivated:
            raise errors.deactivated()
        if person.is_bot:
            raise errors.forbidden("bot can't send messages to bots")
        if not self.world.has_started(self.bot, chat.id):
            raise errors.cannot_initiate()
        if chat.id in self.bot.blocked_by:
            raise errors.blocked()

    def message(self, chat: Chat, number: int, purpose: str) -> Message:
        found = chat.messages.get(number)
        if found is None or found.deleted is not None:
            raise errors.bad_request(f"message to {purpose} not found")
        return found

    def user(self, name: str = "user_id") -> User:
        number = self.args.integer(name)
        if number <= 0:
            raise errors.bad_request("invalid user_id specified")
        if number not in self.world.users:
            raise errors.bad_request("PARTICIPANT_ID_INVALID")
        return self.world.users[number]

    def until(self) -> datetime | None:
        """The end of a ban or restriction: None is for ever, as is too short or too long."""
        stamp = self.args.integer("until_date")
        if stamp <= 0:
            return None
        end = datetime.fromtimestamp(stamp, UTC)
        if not FOREVER_BELOW <= end - self.now <= FOREVER_ABOVE:
            return None
        return end


Method: TypeAlias = Callable[[Turn], object]
METHODS: dict[str, Method] = {}


def method(name: str) -> Callable[[Method], Method]:
    """Register a method under its name in the Bot API."""

    def register(function: Method) -> Method:
        METHODS[name.lower()] = function
        return function

    return register
