"""From an instance's payloads to comments. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from adapters.mastodon import markup, payload
from adapters.mastodon.payload import Payload
from moderation.arrival import Arrived, Gone, Noticed, Unreadable
from moderation.comment import AccountRef, AuthorRef, Comment, CommentKind, CommentRef, Media, MediaKind

LONGEST = 100_000
"""Characters of HTML beyond which a person reads it: no instance lets its own people write so much."""

PREVIEW = "preview"
"""What begins the id of a link's preview, which has no bytes."""
_MEDIA = {
    "image": MediaKind.PICTURE,
    "gifv": MediaKind.VIDEO,
    "video": MediaKind.VIDEO,
    "audio": MediaKind.AUDIO,
}
_COMMENTS = frozenset({"mention", "quote"})
_MAYBE_COMMENTS = frozenset({"update", "quoted_update", "status"})
_NO_COMMENTS = frozenset(
    {
        "admin.report",
        "admin.sign_up",
        "added_to_collection",
        "annual_report",
        "collection_update",
        "favourite",
        "follow",
        "follow_request",
        "poll",
        "reblog",
    }
)
_ABOUT_US = {
    "moderation_warning": "the instance's moderators have warned the account",
    "severed_relationships": "the instance has cut the account off from others",
}


@dataclass(frozen=True, slots=True)
class Self:
    """Who we are on the instance: our numeric id there."""

    account: AccountRef
    id: str
    host: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something that is no comment to us, and why."""

    reason: str


Mapped = Arrived | Noticed | Unreadable | Ignored


def from_notification(ours: Self, received: object) -> Mapped:
    """Map one notification."""
    notification = payload.record(received)
    kind = payload.text(notification, "type")
    number = payload.identifier(notification)
    status = payload.inner(notification, "status")
    if kind in _COMMENTS and status:
        return from_status(ours, status)
    if kind in _COMMENTS:
        return Ignored(f"the comment of {kind} {number} is there no longer")
    if kind in _MAYBE_COMMENTS:
        return from_status(ours, status) if addressed(ours, status) else Ignored(f"{kind}: not to us")
    if kind in _ABOUT_US:
        return Noticed(f"notification/{number}", _ABOUT_US[kind], payload.written(notification))
    if kind in _NO_COMMENTS:
        return Ignored(f"{kind}: no comment")
    if addressed(ours, status):
        return from_status(ours, status)
    return _unreadable(f"notification/{number}", "a notification of a kind unknown to us", notification)


def from_conversation(ours: Self, received: object) -> Mapped:
    """Map the newest message of a private conversation that we take part in."""
    status = payload.inner(payload.record(received), "last_status")
    return from_status(ours, status) if status else Ignored("an empty conversation")


def from_status(ours: Self, received: object) -> Mapped:
    """Map a status that is addressed to us."""
    status = payload.record(received)
    if payload.inner(status, "reblog"):
        return Ignored("a boost")
    if payload.identifier(payload.inner(status, "account")) == ours.id:
        return Ignored("our own")
    number = payload.identifier(status)
    try:
        return Arrived(key_of(status), _comment(ours, status), payload.written(status))
    except ValueError as error:
        return _unreadable(f"status/{number}", str(error), status)


def gone(ours: Self, number: str) -> Gone:
    """A comment that the instance has no longer, or shows us no longer."""
    return Gone(f"gone/{number}", CommentRef(ours.account, number), payload.written({"id": number}))


def addressed(ours: Self, received: object) -> bool:
    """Whether a status names us, answers us or quotes us."""
    status = payload.record(received)
    if not status or payload.identifier(payload.inner(status, "account")) == ours.id:
        return False
    named = {payload.identifier(one) for one in payload.rows(status, "mentions")}
    quoted = payload.identifier(payload.inner(_quoted(status), "account"))
    return ours.id in {*named, quoted, payload.identifier(status, "in_reply_to_account_id")}


def edited(status: Payload) -> int:
    """When it was last edited, in milliseconds since 1970; 0 for the original."""
    at = payload.moment(status, "edited_at")
    return 0 if at is None else max(1, int(at.timestamp() * 1000))


def key_of(status: Payload) -> str:
    """Name one revision. Finer than `revision`: two edits may share a second."""
    return f"status/{payload.identifier(status)}@{edited(status)}"


def _comment(ours: Self, status: Payload) -> Comment:
    author = payload.inner(status, "account")
    answered = payload.identifier(status, "in_reply_to_id")
    words = _words(status)
    return Comment(
        ref=CommentRef(ours.account, payload.identifier(status)),
        author=AuthorRef(ours.account.platform, payload.identifier(author)),
        text=words.text,
        posted_at=_posted_at(status),
        revision=_revision(status),
        kind=_kind(ours, status),
        author_label=label_of(ours.host, author),
        in_reply_to=CommentRef(ours.account, answered) if answered else None,
        permalink=payload.text(status, "url") or payload.text(status, "uri") or None,
        media=_media(status),
        quoted=_quotes(status),
        links=words.links,
        language=payload.text(status, "language") or None,
    )


def label_of(host: str, author: Payload) -> str:
    """The author's full address, `handle@instance`."""
    acct = payload.text(author, "acct") or payload.text(author, "username")
    return acct if "@" in acct or not acct else f"{acct}@{host}"


def _posted_at(status: Payload) -> dt.datetime:
    at = payload.moment(status, "created_at")
    if at is None:
        raise ValueError("it has no time of posting")
    return at


def _revision(status: Payload) -> int:
    at = edited(status)
    return max(1, at // 1000) if at else 0


def _kind(ours: Self, status: Payload) -> CommentKind:
    if payload.text(status, "visibility") == "direct":
        return CommentKind.DIRECT
    if payload.identifier(status, "in_reply_to_account_id") == ours.id:
        return CommentKind.REPLY
    return CommentKind.MENTION


def _words(status: Payload) -> markup.Read:
    """All that the author wrote: the warning in front, the body, and the choices of a poll."""
    content = payload.text(status, "content")
    if len(content) > LONGEST:
        raise ValueError(f"it is longer than {LONGEST} characters")
    read = markup.read(content, _known_addresses(status))
    body = _without_pointer(read.text, _quoted(status))
    choices = [payload.text(one, "title") for one in payload.rows(payload.inner(status, "poll"), "options")]
    parts = [payload.text(status, "spoiler_text"), body, "\n".join(f"- {choice}" for choice in choices)]
    return markup.Read("\n\n".join(part for part in parts if part.strip()), read.links)


def _known_addresses(status: Payload) -> frozenset[str]:
    mentions = {payload.text(one, "url") for one in payload.rows(status, "mentions")}
    tags = {payload.text(one, "url") for one in payload.rows(status, "tags")}
    return frozenset(mentions | tags)


def _without_pointer(text: str, quoted: Payload) -> str:
    """Drop the line `RE: address` that instances write for readers who cannot show quotes."""
    pointers = {f"RE: {payload.text(quoted, key)}" for key in ("url", "uri") if payload.text(quoted, key)}
    first, _, rest = text.partition("\n")
    return rest.lstrip("\n") if first.strip() in pointers else text


def _quoted(status: Payload) -> Payload:
    """The status that it quotes. Some software puts it into `quote` without a frame around it."""
    quote = payload.inner(status, "quote")
    return payload.inner(quote, "quoted_status") or (quote if "content" in quote else {})


def _quotes(status: Payload) -> tuple[str, ...]:
    quoted = _quoted(status)
    body = markup.read(payload.text(quoted, "content")[:LONGEST]).text
    text = "\n\n".join(part for part in (payload.text(quoted, "spoiler_text"), body) if part.strip())
    return (text,) if text else ()


def _media(status: Payload) -> tuple[Media, ...]:
    attached = [_attachment(one) for one in payload.rows(status, "media_attachments")]
    poll = payload.inner(status, "poll")
    if poll:
        attached.append(Media(MediaKind.POLL, payload.identifier(poll) or "poll"))
    attached += _preview(payload.inner(status, "card"))
    return tuple(attached)


def _attachment(attachment: Payload) -> Media:
    """Media of others cannot be asked for by number, so their address is the handle."""
    address = payload.text(attachment, "url") or payload.text(attachment, "remote_url")
    kind = _MEDIA.get(payload.text(attachment, "type"), MediaKind.DOCUMENT)
    handle = address or f"attachment:{payload.identifier(attachment)}"
    return Media(kind, handle, payload.text(attachment, "description"))


def _preview(card: Payload) -> tuple[Media, ...]:
    """What the instance shows of a linked page. Its picture lies on the instance, but is not the author's."""
    keys = ("title", "description", "image_description")
    told = [text for key in keys if (text := payload.text(card, key).strip())]
    if not told:
        return ()
    return (Media(MediaKind.LINK, f"{PREVIEW}:{payload.text(card, 'url')}", "\n".join(told)),)


def _unreadable(key: str, reason: str, received: Payload) -> Unreadable:
    # What says nothing of itself is named by what it is, so that two of them are not taken for one.
    raw = payload.written(received)
    return Unreadable(key if not key.endswith("/") else key + payload.fingerprint(raw), reason, raw)
