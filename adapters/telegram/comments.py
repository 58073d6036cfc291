"""From a message of the public to a comment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from adapters.telegram import reading
from adapters.telegram.config import TelegramAccount
from adapters.telegram.content import Content, content_of, is_service
from adapters.telegram.ours import Ours, is_stand_in
from adapters.telegram.reading import Node, UnreadableError
from moderation.comment import AccountRef, AuthorRef, Comment, CommentKind, CommentRef, Platform

DIRECT = "direct"
START = re.compile(r"/start(@\w+)?(\s|$)", re.IGNORECASE)


def comment_in_group(message: Node, account: TelegramAccount, ours: Ours, revision: int) -> Comment | None:
    """Read a message in a discussion group; None where it is our own, or nobody wrote it."""
    if is_service(message) or _is_own_post(message, account, ours):
        return None
    chat = reading.needed(message, "chat")
    author, label, as_channel = _author(message)
    if not as_channel and (author == ours.bot or author in ours.staff):
        return None
    content, quoted = _spoken(message, author)
    return Comment(
        ref=CommentRef(account.ref, str(reading.number(message, "message_id"))),
        author=AuthorRef(Platform.TELEGRAM, str(author)),
        text=content.text,
        posted_at=reading.moment(message, "date"),
        revision=revision,
        kind=CommentKind.REPLY,
        author_label=label,
        in_reply_to=_answered(message, account.ref),
        thread=_thread(message),
        permalink=_permalink(chat, message),
        media=content.media,
        quoted=quoted,
        links=content.links,
        as_channel=as_channel,
    )


def comment_in_private(message: Node, ours: Ours, revision: int) -> Comment | None:
    """Read a message to the bot; None for /start, which only opens the door, and for staff."""
    if is_service(message) or not ours.accounts:
        return None
    author, label, _ = _author(message)
    if author == ours.bot or author in ours.staff or START.match(reading.words(message, "text")):
        return None
    account = ours.accounts[0].ref
    chat = reading.number(reading.needed(message, "chat"), "id")
    content, quoted = _spoken(message, author)
    return Comment(
        ref=CommentRef(account, f"{DIRECT}-{chat}-{reading.number(message, 'message_id')}"),
        author=AuthorRef(Platform.TELEGRAM, str(author)),
        text=content.text,
        posted_at=reading.moment(message, "date"),
        revision=revision,
        kind=CommentKind.DIRECT,
        author_label=label,
        media=content.media,
        quoted=quoted,
        links=content.links,
    )


def _is_own_post(message: Node, account: TelegramAccount, ours: Ours) -> bool:
    """Our channel's posts, anonymous administrators, and Telegram itself."""
    if message.get("is_automatic_forward") is True:
        return True
    sender = reading.part(message, "sender_chat")
    if sender is not None:
        number = reading.number(sender, "id")
        return number in {account.group, account.channel} or bool(ours.names(number))
    return reading.number(reading.needed(message, "from"), "id") == 777000  # noqa: PLR2004 - Telegram itself


def _author(message: Node) -> tuple[int, str, bool]:
    """Who wrote it. Where a channel did, the user beside it stands for nobody."""
    sender = reading.part(message, "sender_chat")
    if sender is not None:
        return reading.number(sender, "id"), reading.words(sender, "title"), True
    person = reading.needed(message, "from")
    number = reading.number(person, "id")
    if is_stand_in(number):
        raise UnreadableError("a stand-in wrote it, and the chat behind it is not named")
    names = [reading.words(person, key) for key in ("first_name", "last_name")]
    return number, " ".join(name for name in names if name), False


def _spoken(message: Node, author: int) -> tuple[Content, tuple[str, ...]]:
    """What the author says, apart from what others said and the message repeats."""
    content = content_of(message)
    if content.is_empty:
        kinds = ", ".join(sorted(key for key in message if key not in _ENVELOPE)) or "nothing"
        raise UnreadableError(f"a kind of message that we do not know: {kinds[:200]}")
    quoted = tuple(_quotes(message))
    if _is_somebody_elses(message, author) and content.text:
        return Content("", content.media, content.links), (*quoted, content.text)
    return content, quoted


_ENVELOPE = frozenset(
    {
        "author_signature",
        "business_connection_id",
        "chat",
        "date",
        "edit_date",
        "effect_id",
        "external_reply",
        "forward_origin",
        "from",
        "has_media_spoiler",
        "has_protected_content",
        "is_from_offline",
        "is_topic_message",
        "media_group_id",
        "message_id",
        "message_thread_id",
        "quote",
        "reply_to_message",
        "sender_boost_count",
        "sender_chat",
        "via_bot",
    }
)


def _quotes(message: Node) -> Iterator[str]:
    quote = reading.part(message, "quote")
    if quote is not None and (text := reading.words(quote, "text")):
        yield text
    elsewhere = reading.part(message, "external_reply")
    if elsewhere is not None and (text := content_of(elsewhere).text):
        yield text


def _is_somebody_elses(message: Node, author: int) -> bool:
    """Whether it is forwarded from somebody else. Forwarding one's own words does not make them a quote."""
    origin = reading.part(message, "forward_origin")
    if origin is None:
        return False
    for key in ("sender_user", "sender_chat", "chat"):
        source = reading.part(origin, key)
        if source is not None:
            return reading.number(source, "id") != author
    return True


def _answered(message: Node, account: AccountRef) -> CommentRef | None:
    """The comment that it answers. The forwarded post that opens the thread is not one."""
    answered = reading.part(message, "reply_to_message")
    if answered is None or answered.get("is_automatic_forward") is True:
        return None
    return CommentRef(account, str(reading.number(answered, "message_id")))


def _thread(message: Node) -> str | None:
    thread = reading.maybe_number(message, "message_thread_id")
    return None if thread is None else str(thread)


def _permalink(chat: Node, message: Node) -> str | None:
    number, place = reading.number(message, "message_id"), str(reading.number(chat, "id"))
    username = reading.words(chat, "username")
    if re.fullmatch(r"\w+", username, re.ASCII):
        return f"https://t.me/{username}/{number}"
    if place.startswith("-100"):
        return f"https://t.me/c/{place.removeprefix('-100')}/{number}"
    return None
