"""Everything that a message says, shows and links to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from adapters.telegram import reading
from adapters.telegram.reading import Node
from moderation.comment import Media, MediaKind

SERVICE = frozenset(
    {
        "boost_added",
        "channel_chat_created",
        "chat_background_set",
        "chat_owner_changed",
        "chat_owner_left",
        "chat_shared",
        "checklist_tasks_added",
        "checklist_tasks_done",
        "connected_website",
        "delete_chat_photo",
        "direct_message_price_changed",
        "forum_topic_closed",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_reopened",
        "general_forum_topic_hidden",
        "general_forum_topic_unhidden",
        "gift",
        "gift_upgrade_sent",
        "giveaway",
        "giveaway_completed",
        "giveaway_created",
        "giveaway_winners",
        "group_chat_created",
        "left_chat_member",
        "left_chat_participant",
        "managed_bot_created",
        "message_auto_delete_timer_changed",
        "migrate_from_chat_id",
        "migrate_to_chat_id",
        "new_chat_members",
        "new_chat_photo",
        "new_chat_title",
        "paid_message_price_changed",
        "passport_data",
        "pinned_message",
        "poll_option_added",
        "poll_option_deleted",
        "proximity_alert_triggered",
        "refunded_payment",
        "successful_payment",
        "suggested_post_approval_failed",
        "suggested_post_approved",
        "suggested_post_declined",
        "suggested_post_paid",
        "suggested_post_refunded",
        "supergroup_chat_created",
        "unique_gift",
        "users_shared",
        "video_chat_ended",
        "video_chat_participants_invited",
        "video_chat_scheduled",
        "video_chat_started",
        "web_app_data",
        "write_access_allowed",
    }
)
"""Fields of messages that tell what happened in a chat. Nobody wrote them."""

FILES = {
    "animation": MediaKind.VIDEO,
    "audio": MediaKind.AUDIO,
    "document": MediaKind.DOCUMENT,
    "live_photo": MediaKind.VIDEO,
    "sticker": MediaKind.STICKER,
    "video": MediaKind.VIDEO,
    "video_note": MediaKind.VIDEO,
    "voice": MediaKind.AUDIO,
}
DESCRIBED_BY = ("file_name", "set_name", "title", "mime_type")
PREVIEW = "preview"
"""What begins the id of an attachment whose bytes Telegram gives to nobody."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a message holds. `links` are addresses that its text does not show."""

    text: str
    media: tuple[Media, ...]
    links: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it that we can read or fetch."""
        return not (self.text or self.media or self.links)


def is_service(message: Node) -> bool:
    """Whether it tells what happened in the chat, and nobody wrote it."""
    return not SERVICE.isdisjoint(message)


def content_of(message: Node) -> Content:
    """Gather what a message, or the message that it quotes from elsewhere, holds."""
    text = "\n".join(line for line in _lines(message) if line)
    media = (*_pictures(message), *_files(message), *_without_bytes(message))
    return Content(text, media, tuple(dict.fromkeys(_links(message))))


# --- Words ------------------------------------------------------------------------------------------


def _lines(message: Node) -> Iterator[str]:
    yield reading.words(message, "text")
    yield reading.words(message, "caption")
    if poll := reading.part(message, "poll"):
        yield reading.words(poll, "question")
        yield reading.words(poll, "explanation")
        yield from (reading.words(option, "text") for option in reading.parts(poll, "options"))
    if sticker := reading.part(message, "sticker"):
        yield reading.words(sticker, "emoji")
    if dice := reading.part(message, "dice"):
        yield reading.words(dice, "emoji")
    if contact := reading.part(message, "contact"):
        names = [reading.words(contact, key) for key in ("first_name", "last_name", "phone_number")]
        yield " ".join(name for name in names if name)
    yield from _titled(message)
    for _, file in _attached(message):
        yield reading.words(file, "file_name")


def _titled(message: Node) -> Iterator[str]:
    if venue := reading.part(message, "venue"):
        yield reading.words(venue, "title")
        yield reading.words(venue, "address")
    for key in ("game", "invoice"):
        if shown := reading.part(message, key):
            yield reading.words(shown, "title")
            yield reading.words(shown, "description")
            yield reading.words(shown, "text")
    if checklist := reading.part(message, "checklist"):
        yield reading.words(checklist, "title")
        yield from (reading.words(task, "text") for task in reading.parts(checklist, "tasks"))
    if audio := reading.part(message, "audio"):
        yield reading.words(audio, "performer")
        yield reading.words(audio, "title")


# --- Attachments ------------------------------------------------------------------------------------


def _pictures(message: Node) -> Iterator[Media]:
    sizes = list(reading.parts(message, "photo"))
    live = reading.part(message, "live_photo")
    if live is not None:
        sizes += reading.parts(live, "photo")
    if sizes:
        yield _largest(sizes)
    paid = reading.part(message, "paid_media")
    for shown in reading.parts(paid, "paid_media") if paid is not None else ():
        if pictures := reading.parts(shown, "photo"):
            yield _largest(list(pictures))
        elif video := reading.part(shown, "video"):
            yield _file(MediaKind.VIDEO, video)
        else:
            yield Media(MediaKind.PICTURE, f"{PREVIEW}:paid", "behind a price")


def _largest(sizes: list[Node]) -> Media:
    def area(size: Node) -> int:
        return (reading.maybe_number(size, "width") or 0) * (reading.maybe_number(size, "height") or 0)

    return _file(MediaKind.PICTURE, max(sizes, key=area))


def _files(message: Node) -> Iterator[Media]:
    for kind, file in _attached(message):
        yield _file(kind, file)


def _attached(message: Node) -> Iterator[tuple[MediaKind, Node]]:
    # An animation comes as a document too, for clients that know no animations.
    hidden = {"document"} if "animation" in message else set()
    for key, kind in FILES.items():
        file = None if key in hidden else reading.part(message, key)
        if file is not None:
            yield kind, file


def _file(kind: MediaKind, file: Node) -> Media:
    described = next((found for key in DESCRIBED_BY if (found := reading.words(file, key))), "")
    number = reading.words(file, "file_id")
    if not number:
        raise reading.UnreadableError("an attachment has no file_id")
    return Media(kind, number, described, reading.maybe_number(file, "file_size"))


def _without_bytes(message: Node) -> Iterator[Media]:
    if poll := reading.part(message, "poll"):
        yield Media(MediaKind.POLL, f"{PREVIEW}:poll:{reading.words(poll, 'id')}", "a poll")
    if reading.part(message, "location") is not None:
        yield Media(MediaKind.LOCATION, f"{PREVIEW}:location", "a place on the map")
    if reading.part(message, "contact") is not None:
        yield Media(MediaKind.CONTACT, f"{PREVIEW}:contact", "somebody's contact")
    if story := reading.part(message, "story"):
        yield Media(MediaKind.VIDEO, f"{PREVIEW}:story:{reading.maybe_number(story, 'id')}", "a story")


# --- Links ------------------------------------------------------------------------------------------


def _links(message: Node) -> Iterator[str]:
    yield from _hidden(reading.words(message, "text"), reading.parts(message, "entities"))
    yield from _hidden(reading.words(message, "caption"), reading.parts(message, "caption_entities"))
    markup = reading.part(message, "reply_markup")
    if markup is not None:
        yield from _buttons(markup)
    preview = reading.part(message, "link_preview_options")
    if preview is not None and (url := reading.words(preview, "url")):
        shown = reading.words(message, "text")
        if url not in shown:
            yield url


def _hidden(text: str, entities: tuple[Node, ...]) -> Iterator[str]:
    for entity in entities:
        match reading.words(entity, "type"):
            case "text_link":
                url = reading.words(entity, "url")
                shown = reading.slice_units(
                    text, reading.number(entity, "offset"), reading.number(entity, "length")
                )
                if url and url != shown:
                    yield url
            case "text_mention":
                yield f"tg://user?id={reading.number(reading.needed(entity, 'user'), 'id')}"
            case _:
                pass


def _buttons(markup: Node) -> Iterator[str]:
    rows = markup.get("inline_keyboard")
    if not isinstance(rows, list):
        return
    for row in rows:
        for button in row if isinstance(row, list) else ():
            if isinstance(button, dict) and (url := reading.words(button, "url")):
                yield url
