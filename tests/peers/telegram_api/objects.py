"""The people, chats and messages of an emulated Telegram."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
Clock: TypeAlias = Callable[[], datetime]

TELEGRAM = 777000
CHANNEL_BOT = 136817688
GROUP_ANONYMOUS_BOT = 1087968824

GROUP_RIGHTS = frozenset(
    {
        "can_manage_chat",
        "can_delete_messages",
        "can_manage_video_chats",
        "can_restrict_members",
        "can_promote_members",
        "can_change_info",
        "can_invite_users",
        "can_pin_messages",
        "can_manage_topics",
        "can_post_stories",
        "can_edit_stories",
        "can_delete_stories",
        "can_send_welcome_messages",
    }
)
CHANNEL_RIGHTS = (GROUP_RIGHTS - {"can_pin_messages", "can_manage_topics"}) | {
    "can_post_messages",
    "can_edit_messages",
    "can_manage_direct_messages",
}
PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)


def unix(moment: datetime) -> int:
    return int(moment.timestamp())


@dataclass(eq=False, slots=True)
class User:
    """An account, of a person or of a bot."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    is_bot: bool = False
    language_code: str | None = None
    deactivated: bool = False

    def render(self) -> Json:
        shown: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        for name in ("last_name", "username", "language_code"):
            if getattr(self, name) is not None:
                shown[name] = getattr(self, name)
        return shown


@dataclass(frozen=True, slots=True)
class Membership:
    """What one user is in one chat."""

    status: str
    rights: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    until: datetime | None = None
    is_member: bool = True
    is_anonymous: bool = False

    @property
    def is_present(self) -> bool:
        if self.status == "restricted":
            return self.is_member
        return self.status in {"creator", "administrator", "member"}

    @property
    def is_admin(self) -> bool:
        return self.status in {"creator", "administrator"}

    def has(self, right: str) -> bool:
        return self.status == "creator" or (self.status == "administrator" and right in self.rights)

    def render(self, user: User, chat: Chat) -> Json:
        shown: Json = {"user": user.render(), "status": self.status}
        until = unix(self.until) if self.until else 0
        if self.status == "creator":
            shown["is_anonymous"] = self.is_anonymous
        elif self.status == "administrator":
            shown |= {"can_be_edited": False, "is_anonymous": self.is_anonymous}
            known = CHANNEL_RIGHTS if chat.type == "channel" else GROUP_RIGHTS
            shown |= {right: right in self.rights for right in sorted(known)}
        elif self.status == "restricted":
            shown |= {"is_member": self.is_member, "until_date": until}
            shown |= {name: name in self.permissions for name in PERMISSIONS}
        elif self.status == "kicked":
            shown["until_date"] = until
        return shown


LEFT = Membership("left")


@dataclass(eq=False, slots=True)
class Chat:
    """A private chat, a group, a supergroup or a channel."""

    id: int
    type: str
    title: str = ""
    username: str | None = None
    person: User | None = None
    is_forum: bool = False
    join_to_send: bool = False
    linked: Chat | None = None
    migrated_to: Chat | None = None
    members: dict[int, Membership] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    banned_senders: set[int] = field(default_factory=set)
    topics: dict[int, bool] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    last_message_id: int = 0

    @property
    def is_group(self) -> bool:
        return self.type in {"group", "supergroup"}

    def render(self) -> Json:
        shown: Json = {"id": self.id, "type": self.type}
        if self.person is not None:
            person = self.person.render()
            shown |= {k: person[k] for k in ("first_name", "last_name", "username") if k in person}
            return shown
        shown["title"] = self.title
        if self.username is not None:
            shown["username"] = self.username
        if self.is_forum:
            shown["is_forum"] = True
        return shown


@dataclass(eq=False, slots=True)
class Message:
    """One message; `author` is the real account behind it, `shown_as` what bots are told."""

    chat: Chat
    message_id: int
    date: datetime
    body: Json
    author: User | None = None
    shown_as: User | None = None
    sender_chat: Chat | None = None
    thread: int | None = None
    reply_to: Message | None = None
    edited: datetime | None = None
    deleted: datetime | None = None
    forwards: list[Message] = field(default_factory=list)

    @property
    def text(self) -> str:
        return str(self.body.get("text", self.body.get("caption", "")))

    @property
    def buttons(self) -> tuple[Json, ...]:
        markup: Json = self.body.get("reply_markup") or {}
        rows: list[list[Json]] = markup.get("inline_keyboard", [])
        return tuple(button for row in rows for button in row)

    @property
    def is_service(self) -> bool:
        return bool(SERVICE & self.body.keys())

    @property
    def spoilers(self) -> tuple[str, ...]:
        """The parts of the text that the reader must tap to see."""
        units = self.text.encode("utf-16-le")
        found: list[Json] = self.body.get("entities") or self.body.get("caption_entities") or []
        return tuple(
            units[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le")
            for e in found
            if e["type"] == "spoiler"
        )

    def render(self, *, with_reply: bool = True) -> Json:
        shown: Json = {"message_id": self.message_id, "date": unix(self.date), "chat": self.chat.render()}
        if self.shown_as is not None:
            shown["from"] = self.shown_as.render()
        if self.sender_chat is not None:
            shown["sender_chat"] = self.sender_chat.render()
        if self.thread is not None:
            shown["message_thread_id"] = self.thread
            if self.chat.is_forum:
                shown["is_topic_message"] = True
        if self.edited is not None:
            shown["edit_date"] = unix(self.edited)
        if with_reply and self.reply_to is not None and self.reply_to.deleted is None:
            shown["reply_to_message"] = self.reply_to.render(with_reply=False)
        return shown | self.body


SERVICE = {
    "new_chat_members",
    "left_chat_member",
    "group_chat_created",
    "supergroup_chat_created",
    "channel_chat_created",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "pinned_message",
    "forum_topic_created",
    "forum_topic_closed",
}
UNDELETABLE = {"group_chat_created", "supergroup_chat_created", "channel_chat_created", "forum_topic_created"}


@dataclass(slots=True)
class Query:
    """A press of an inline button, and what the bot said to it."""

    id: str
    user: User
    bot_id: int
    message: Message | None
    data: str
    at: datetime
    answered: datetime | None = None
    answer: str = ""
    alert: bool = False


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Bytes that the emulator serves."""

    file_id: str
    unique_id: str
    path: str
    content: bytes
    declared_size: int

    def render(self) -> Json:
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": self.declared_size}
