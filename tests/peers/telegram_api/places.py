"""Script helpers that build and change chats and who is in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tests.peers.telegram_api.objects import (
    CHANNEL_RIGHTS,
    GROUP_RIGHTS,
    PERMISSIONS,
    Chat,
    Json,
    Membership,
    Message,
    User,
    unix,
)
from tests.peers.telegram_api.state import Bot, WorldState
from tests.peers.telegram_api.updates import UpdateQueue

# Above 2**31 and 2**32, so that ids kept in 32 bits show themselves.
FIRST_PERSON = 5_500_000_001
FIRST_BOT = 7_700_000_001
FIRST_GROUP = 4_000_000_001
FIRST_SUPERGROUP = 1_002_200_000_001
FIRST_UPDATE = 812_000_001


class Places(WorldState):
    """Set-up is silent; `member_change`, `migrate` and the like tell the bots."""

    def bot(
        self, name: str = "House Rules", username: str = "houserules_bot", *, privacy: bool = True
    ) -> Bot:
        number = self.number("bot", FIRST_BOT)
        user = User(number, name, username=username, is_bot=True)
        self.users[number] = user
        queue = UpdateQueue(self.clock, FIRST_UPDATE + 1000 * len(self.bots))
        bot = Bot(user, f"{number}:AAtest-token_{number % 1000:03d}xxxxxxxxxxxxxxxxxxx", queue, privacy)
        self.bots[number] = bot
        return bot

    def person(
        self,
        name: str = "Ada",
        *,
        last_name: str | None = None,
        username: str | None = None,
        is_bot: bool = False,
        language_code: str | None = None,
    ) -> User:
        """A stranger; with is_bot, somebody else's bot."""
        number = self.number("person", FIRST_PERSON)
        user = User(number, name, last_name, username, is_bot, language_code)
        self.users[number] = user
        return user

    def group(self, title: str = "Staff", members: Iterable[User | Bot] = ()) -> Chat:
        """A basic group."""
        return self._chat(Chat(-self.number("group", FIRST_GROUP), "group", title), members)

    def supergroup(
        self,
        title: str = "Discussion",
        members: Iterable[User | Bot] = (),
        *,
        username: str | None = None,
        is_forum: bool = False,
        join_to_send: bool = False,
    ) -> Chat:
        chat = Chat(-self.number("supergroup", FIRST_SUPERGROUP), "supergroup", title, username)
        chat.is_forum = is_forum
        chat.join_to_send = join_to_send
        return self._chat(chat, members)

    def channel(
        self, title: str = "News", *, discussion: Chat | None = None, username: str | None = None
    ) -> Chat:
        chat = self._chat(Chat(-self.number("supergroup", FIRST_SUPERGROUP), "channel", title, username), ())
        if discussion is not None:
            self.link(chat, discussion)
        return chat

    def _chat(self, chat: Chat, members: Iterable[User | Bot]) -> Chat:
        self.chats[chat.id] = chat
        for member in members:
            self.add(chat, member)
        return chat

    def link(self, channel: Chat, discussion: Chat | None) -> None:
        for side in (channel, discussion):
            if side is not None and side.linked is not None:
                side.linked.linked = None
                side.linked = None
        if discussion is not None:
            channel.linked, discussion.linked = discussion, channel

    def add(
        self,
        chat: Chat,
        who: User | Bot,
        status: str = "member",
        *,
        rights: Iterable[str] | None = None,
        is_anonymous: bool = False,
    ) -> None:
        """Put somebody into a chat without any update; an administrator has every right unless told."""
        user = who.user if isinstance(who, Bot) else who
        new = self._membership(chat, status, rights, None, is_anonymous=is_anonymous)
        self.set_member(chat, user, new, user, silent=True)

    def _membership(
        self,
        chat: Chat,
        status: str,
        rights: Iterable[str] | None,
        until: datetime | None,
        *,
        is_anonymous: bool = False,
        is_member: bool = True,
    ) -> Membership:
        everything = CHANNEL_RIGHTS if chat.type == "channel" else GROUP_RIGHTS
        held = everything if rights is None else frozenset(rights)
        if status == "administrator":
            unknown = held - everything
            if unknown:
                message = f"no such rights in a {chat.type}: {sorted(unknown)}"
                raise ValueError(message)
            return Membership(status, rights=held | {"can_manage_chat"}, is_anonymous=is_anonymous)
        if status == "restricted":
            allowed = frozenset(rights or ()) & frozenset(PERMISSIONS)
            return Membership(status, permissions=allowed, until=until, is_member=is_member)
        if status not in {"creator", "member", "left", "kicked"}:
            message = f"no such status: {status}"
            raise ValueError(message)
        return Membership(status, until=until, is_anonymous=is_anonymous)

    def member_change(
        self,
        chat: Chat,
        who: User | Bot,
        status: str,
        *,
        by: User | None = None,
        rights: Iterable[str] | None = None,
        until: datetime | None = None,
        is_anonymous: bool = False,
    ) -> None:
        """Somebody joins, leaves, is promoted or banned; bots hear of it as they really would."""
        user = who.user if isinstance(who, Bot) else who
        new = self._membership(chat, status, rights, until, is_anonymous=is_anonymous)
        old = self.set_member(chat, user, new, by or user)
        if not chat.is_group or old.is_present == new.is_present:
            return
        if new.is_present:
            body: Json = {"new_chat_members": [user.render()], "new_chat_member": user.render()}
        else:
            body = {"left_chat_member": user.render()}
        self.service(chat, by or user, body)

    def service(self, chat: Chat, by: User, body: Json) -> Message:
        """A service message, such as those about joining or a change of the group."""
        number = self.next_message_id(chat)
        message = Message(chat, number, self.clock(), body, author=by, shown_as=by)
        self.announce(self.store(message))
        return message

    def topic(self, chat: Chat, name: str, *, by: User, closed: bool = False) -> int:
        """Open a forum topic; its thread id is that of its first service message."""
        created = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        message = self.service(chat, by, created)
        chat.topics[message.message_id] = closed
        return message.message_id

    def migrate(self, group: Chat, *, by: User | None = None) -> Chat:
        """Turn a basic group into a supergroup: a new chat id, new message ids."""
        actor = by or self.telegram
        new = self.supergroup(group.title)
        new.members = dict(group.members)
        group.migrated_to = new
        self.service(group, actor, {"migrate_to_chat_id": new.id})
        self.service(new, actor, {"migrate_from_chat_id": group.id})
        return new

    def block(self, user: User, bot: Bot | None = None) -> None:
        """The person blocks the bot in their private chat."""
        self._private_change(user, self.the_bot(bot), blocked=True)

    def unblock(self, user: User, bot: Bot | None = None) -> None:
        self._private_change(user, self.the_bot(bot), blocked=False)

    def _private_change(self, user: User, bot: Bot, *, blocked: bool) -> None:
        if (user.id in bot.blocked_by) == blocked:
            return
        (bot.blocked_by.add if blocked else bot.blocked_by.discard)(user.id)
        chat = self.private_chat(bot, user)
        member, kicked = Membership("member"), Membership("kicked")
        old, new = (member, kicked) if blocked else (kicked, member)
        payload = {
            "chat": chat.render(),
            "from": user.render(),
            "date": unix(self.clock()),
            "old_chat_member": old.render(bot.user, chat),
            "new_chat_member": new.render(bot.user, chat),
        }
        bot.queue.push("my_chat_member", payload)

    def deactivate(self, user: User) -> None:
        """The person deletes their account."""
        user.deactivated = True

    def join_request(self, user: User, chat: Chat) -> None:
        payload = {
            "chat": chat.render(),
            "from": user.render(),
            "user_chat_id": user.id,
            "date": unix(self.clock()),
        }
        self.announce_to_admins(chat, "chat_join_request", payload)
