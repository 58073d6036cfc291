"""What people put into messages besides text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.peers.telegram_api.objects import Json

if TYPE_CHECKING:
    from tests.peers.telegram_api.state import WorldState

PIXELS = 320


def photo(world: WorldState, content: bytes, *, size: int | None = None) -> Json:
    large = world.add_file(content, "photos/a.jpg", size).render()
    small = world.add_file(content[:64], "photos/a.jpg").render()
    return {
        "photo": [
            small | {"width": PIXELS // 4, "height": PIXELS // 4},
            large | {"width": PIXELS, "height": PIXELS},
        ]
    }


def document(
    world: WorldState, content: bytes, name: str, mime: str = "application/pdf", *, size: int | None = None
) -> Json:
    stored = world.add_file(content, f"documents/{name}", size).render()
    return {"document": stored | {"file_name": name, "mime_type": mime}}


def video(world: WorldState, content: bytes, *, size: int | None = None) -> Json:
    stored = world.add_file(content, "videos/a.mp4", size).render()
    return {"video": stored | {"width": PIXELS, "height": PIXELS, "duration": 3, "mime_type": "video/mp4"}}


def animation(world: WorldState, content: bytes) -> Json:
    stored = world.add_file(content, "animations/a.mp4").render()
    shown = stored | {"width": PIXELS, "height": PIXELS, "duration": 3, "mime_type": "video/mp4"}
    return {"animation": shown, "document": stored | {"file_name": "a.mp4", "mime_type": "video/mp4"}}


def voice(world: WorldState, content: bytes) -> Json:
    stored = world.add_file(content, "voice/a.oga").render()
    return {"voice": stored | {"duration": 3, "mime_type": "audio/ogg"}}


def sticker(world: WorldState, emoji: str, set_name: str, content: bytes = b"webp") -> Json:
    stored = world.add_file(content, "stickers/a.webp").render()
    shape = {"width": 512, "height": 512, "is_animated": False, "is_video": False, "type": "regular"}
    return {"sticker": stored | shape | {"emoji": emoji, "set_name": set_name}}


def poll(world: WorldState, question: str, options: list[str]) -> Json:
    return {
        "poll": {
            "id": str(world.number("poll", 5_000_000_000_000_000_001)),
            "question": question,
            "options": [
                {"persistent_id": str(n), "text": text, "voter_count": 0} for n, text in enumerate(options)
            ],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": True,
            "members_only": False,
        }
    }


def contact(name: str, phone: str) -> Json:
    return {"contact": {"phone_number": phone, "first_name": name}}


def venue(title: str, address: str) -> Json:
    place = {"latitude": 51.5, "longitude": -0.12}
    return {"venue": {"location": place, "title": title, "address": address}, "location": place}


def dice(emoji: str = "\N{GAME DIE}", value: int = 4) -> Json:
    return {"dice": {"emoji": emoji, "value": value}}
