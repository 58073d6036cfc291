"""The emulated Telegram, with everything a test does as the outside world."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.peers.telegram_api import content, entities
from tests.peers.telegram_api.objects import Chat, Json, Membership, Message, Query, User, unix
from tests.peers.telegram_api.places import Places
from tests.peers.telegram_api.state import Bot
from tests.peers.telegram_api.updates import Update


class NotPossibleError(Exception):
    """The outside world tried what Telegram would not let it do."""


class TelegramWorld(Places):
    """Speech, presses and reactions of people; set-up comes from Places."""

    def channel_post(
        self,
        channel: Chat,
        text: str = "",
        *,
        photo: bytes | None = None,
        extra: Json | None = None,
        media_group: str | None = None,
    ) -> Message:
        """A post, forwarded by Telegram into the linked discussion group if there is one."""
        body = self._body(text, photo=photo, caption=None, media_group=media_group, extra=extra)
        number = self.next_message_id(channel)
        post = Message(channel, number, self.clock(), body, sender_chat=channel)
        self.announce(self.store(post))
        if channel.linked is not None:
            self._forward_post(post, channel.linked)
        return post

    def _forward_post(self, post: Message, group: Chat) -> Message:
        origin = {
            "forward_origin": {
                "type": "channel",
                "chat": post.chat.render(),
                "message_id": post.message_id,
                "date": unix(post.date),
            },
            "forward_from_chat": post.chat.render(),
            "forward_from_message_id": post.message_id,
            "forward_date": unix(post.date),
            "is_automatic_forward": True,
        }
        forward = Message(
            group,
            self.next_message_id(group),
            self.clock(),
            origin | post.body,
            shown_as=self.telegram,
            sender_chat=post.chat,
        )
        post.forwards.append(forward)
        self.announce(self.store(forward))
        return forward

    def forward_of(self, post: Message) -> Message:
        """The copy of a channel post that starts its comment thread."""
        if not post.forwards:
            message = "this post was not forwarded into a discussion group"
            raise LookupError(message)
        return post.forwards[0]

    def comment(
        self,
        user: User,
        text: str = "",
        *,
        thread: Message | None = None,
        chat: Chat | None = None,
        reply_to: Message | None = None,
        quote: str | None = None,
        photo: bytes | None = None,
        caption: str | None = None,
        media_group: str | None = None,
        marks: list[Json] | None = None,
        extra: Json | None = None,
        topic: int | None = None,
    ) -> Message:
        """A person writes in a group; `thread` is a channel post or its forward, `extra` raw fields."""
        place = self._place(thread, chat, reply_to)
        self._may_speak(place, user)
        body = self._body(
            text, photo=photo, caption=caption, media_group=media_group, extra=extra, marks=marks
        )
        message = Message(place, 0, self.clock(), body, author=user, shown_as=user)
        message.thread = topic
        return self._say(message, thread, reply_to, quote)

    def album(
        self, user: User, photos: Iterable[bytes], *, caption: str = "", thread: Message | None = None
    ) -> list[Message]:
        """Several photos as one: an update for each, the caption on the first."""
        group = str(self.number("album", 13_800_000_000_000_001))
        captions = iter([caption])
        return [
            self.comment(user, photo=photo, caption=next(captions, ""), media_group=group, thread=thread)
            for photo in photos
        ]

    def channel_comment(
        self,
        identity: Chat,
        text: str,
        *,
        owner: User | None = None,
        thread: Message | None = None,
        chat: Chat | None = None,
        reply_to: Message | None = None,
        extra: Json | None = None,
    ) -> Message:
        """Somebody writes under the name of a channel; bots are shown a stand-in user."""
        place = self._place(thread, chat, reply_to)
        person = owner or self.person("Channel owner")
        self._may_speak(place, person)
        owned = {identity.id} | {c.id for c in self.chats.values() if self._owns(person, c)}
        if owned & place.banned_senders:
            problem = "the owner of this channel may not speak as a channel here"
            raise NotPossibleError(problem)
        message = Message(place, 0, self.clock(), self._body(text, extra=extra), author=person)
        message.shown_as, message.sender_chat = self.channel_bot, identity
        return self._say(message, thread, reply_to, None)

    def _owns(self, person: User, chat: Chat) -> bool:
        return chat.type == "channel" and self.member(chat, person.id).status == "creator"

    def anonymous_comment(
        self,
        admin: User,
        text: str,
        *,
        chat: Chat | None = None,
        thread: Message | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        """An administrator writes as the group itself."""
        place = self._place(thread, chat, reply_to)
        if not self.member(place, admin.id).is_admin:
            problem = "only an administrator can be anonymous"
            raise NotPossibleError(problem)
        message = Message(place, 0, self.clock(), self._body(text), author=admin)
        message.shown_as, message.sender_chat = self.anonymous_bot, place
        return self._say(message, thread, reply_to, None)

    def direct(self, user: User, text: str, *, bot: Bot | None = None, extra: Json | None = None) -> Message:
        """A person writes to the bot in private, which starts or restarts the conversation."""
        receiver = self.the_bot(bot)
        self.unblock(user, receiver)
        chat = self.private_chat(receiver, user)
        number = self.next_message_id(chat, receiver)
        message = Message(chat, number, self.clock(), self._body(text, extra=extra), user, user)
        self.announce(self.store(message))
        return message

    def edit(
        self, message: Message, text: str, *, marks: list[Json] | None = None, extra: Json | None = None
    ) -> Message:
        """The author changes the text, or the caption where there is one."""
        if message.deleted is not None:
            problem = "the message is deleted"
            raise NotPossibleError(problem)
        name = "text" if "text" in message.body else "caption"
        for gone in (name, "entities", "caption_entities"):
            message.body.pop(gone, None)
        message.body |= _worded(name, text, marks) | (extra or {})
        message.edited = self.clock()
        self.announce(message, edited=True)
        for forward in message.forwards:
            forward.body |= message.body
            forward.edited = self.clock()
            self.announce(forward, edited=True)
        return message

    def remove(self, message: Message) -> None:
        """Somebody else deletes a message: bots are told nothing."""
        message.deleted = self.clock()

    def press(
        self,
        user: User,
        message: Message,
        button: str,
        *,
        forged: bool = False,
        inaccessible: bool = False,
        forwarded_to: Chat | None = None,
        bot: Bot | None = None,
    ) -> Query:
        """Press a button by its label or data; `forged` sends data that no button has."""
        owner = self.the_bot(bot or self.bots.get(message.author.id if message.author else 0))
        data = button if forged else _data_of(message, button)
        shown = message
        if forwarded_to is not None:
            number = self.next_message_id(forwarded_to, owner)
            shown = Message(forwarded_to, number, self.clock(), dict(message.body), owner.user, owner.user)
            self.store(shown)
        query = Query(
            str(self.number("query", 4_300_000_000_000_000_001)), user, owner.id, shown, data, self.clock()
        )
        self.queries[query.id] = query
        rendered = shown.render()
        if inaccessible:
            rendered = {"chat": shown.chat.render(), "message_id": shown.message_id, "date": 0}
        payload: Json = {"id": query.id, "from": user.render(), "message": rendered, "data": data}
        owner.queue.push("callback_query", payload | {"chat_instance": str(-shown.chat.id * 31)})
        return query

    def react(self, user: User, message: Message, *emoji: str, old: Iterable[str] = ()) -> None:
        payload = self._reaction_place(message) | {
            "user": user.render(),
            "old_reaction": [_reaction(one) for one in old],
            "new_reaction": [_reaction(one) for one in emoji],
        }
        self.announce_to_admins(message.chat, "message_reaction", payload)

    def react_anonymously(self, message: Message, counts: Mapping[str, int]) -> None:
        """Only totals, as in channels and big groups."""
        totals = [{"type": _reaction(emoji), "total_count": count} for emoji, count in counts.items()]
        payload = self._reaction_place(message) | {"reactions": totals}
        self.announce_to_admins(message.chat, "message_reaction_count", payload)

    def _reaction_place(self, message: Message) -> Json:
        return {
            "chat": message.chat.render(),
            "message_id": message.message_id,
            "date": unix(self.clock()),
        }

    def unknown_update(self, raw: Json, *, kind: str = "unknown", bot: Bot | None = None) -> Update:
        """Queue raw JSON, past the subscription; an update_id in it overrides the real one."""
        return self.push_everywhere(kind, raw, self.the_bot(bot))[0]

    # How a message comes to be.

    def _place(self, thread: Message | None, chat: Chat | None, reply_to: Message | None) -> Chat:
        if chat is not None:
            return chat
        if thread is not None:
            return self._root(thread).chat
        if reply_to is not None:
            return reply_to.chat
        linked = [c for c in self.chats.values() if c.is_group and c.linked is not None]
        if len(linked) != 1:
            message = "say which chat: there is not exactly one discussion group"
            raise LookupError(message)
        return linked[0]

    def _root(self, thread: Message) -> Message:
        return self.forward_of(thread) if thread.chat.type == "channel" else thread

    def _may_speak(self, chat: Chat, user: User) -> None:
        member: Membership = self.member(chat, user.id)
        silenced = member.status == "restricted" and "can_send_messages" not in member.permissions
        outside = chat.join_to_send or chat.linked is None
        if member.status == "kicked" or silenced or (outside and not member.is_present):
            message = f"{user.first_name} may not write in {chat.title}: {member.status}"
            raise NotPossibleError(message)

    def _say(
        self, message: Message, thread: Message | None, reply_to: Message | None, quote: str | None
    ) -> Message:
        message.message_id = self.next_message_id(message.chat)
        root = self._root(thread) if thread is not None else None
        message.reply_to = reply_to or root
        if root is not None:
            message.thread = root.message_id
        elif reply_to is not None and message.thread is None and message.chat.type == "supergroup":
            message.thread = reply_to.thread or reply_to.message_id
        if quote is not None and message.reply_to is not None:
            before, found, _ = message.reply_to.text.partition(quote)
            position = entities.units(before) if found else 0
            message.body["quote"] = {"text": quote, "position": position, "is_manual": True}
        self.announce(self.store(message))
        return message

    def _body(
        self,
        text: str,
        *,
        photo: bytes | None = None,
        caption: str | None = None,
        media_group: str | None = None,
        extra: Json | None = None,
        marks: list[Json] | None = None,
    ) -> Json:
        body: Json = content.photo(self, photo) if photo is not None else {}
        body |= extra or {}
        words = text if caption is None else caption
        if words:
            body |= _worded("caption" if _captioned(body) else "text", words, marks)
        if media_group is not None:
            body["media_group_id"] = media_group
        return body


def _captioned(body: Json) -> bool:
    return bool({"photo", "document", "video", "animation", "voice", "audio"} & body.keys())


def _worded(name: str, text: str, marks: list[Json] | None) -> Json:
    found = entities.merged(marks or [], text)
    marked = {"entities" if name == "text" else "caption_entities": found} if found else {}
    return {name: text} | marked


def _reaction(emoji: str) -> Json:
    return {"type": "emoji", "emoji": emoji}


def _data_of(message: Message, button: str) -> str:
    for shown in message.buttons:
        if button in {shown["text"], shown.get("callback_data")} and "callback_data" in shown:
            return str(shown["callback_data"])
    labels = [shown["text"] for shown in message.buttons]
    problem = f"no button {button!r}; there are {labels}"
    raise NotPossibleError(problem)
