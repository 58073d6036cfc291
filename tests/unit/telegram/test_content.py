"""Words and attachments are found in the rarer kinds of message too."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.telegram.content import content_of
from adapters.telegram.reading import UnreadableError, slice_units, units
from moderation.comment import MediaKind

SMALL = {"file_id": "small", "width": 90, "height": 90}
LARGE = {"file_id": "large", "width": 900, "height": 900, "file_size": 5}


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"game": {"title": "Chase", "description": "run", "text": "them over"}}, "Chase\nrun\nthem over"),
        ({"invoice": {"title": "Pay", "description": "or else"}}, "Pay\nor else"),
        (
            {"audio": {"file_id": "a", "performer": "Anon", "title": "Song", "file_name": "s.mp3"}},
            "Anon\nSong\ns.mp3",
        ),
        ({"dice": {"emoji": "\N{GAME DIE}", "value": 3}}, "\N{GAME DIE}"),
        ({"poll": {"id": "1", "question": "q", "explanation": "because", "options": []}}, "q\nbecause"),
        ({"location": {"latitude": 1.0, "longitude": 2.0}}, ""),
    ],
)
def test_text_is_found(message: dict[str, Any], text: str) -> None:
    assert content_of(message).text == text


@pytest.mark.parametrize(
    ("message", "found"),
    [
        (
            {"live_photo": {"file_id": "moving", "photo": [LARGE, SMALL]}},
            [(MediaKind.PICTURE, "large"), (MediaKind.VIDEO, "moving")],
        ),
        (
            {
                "paid_media": {
                    "paid_media": [{"photo": [SMALL]}, {"video": {"file_id": "v"}}, {"type": "preview"}]
                }
            },
            [
                (MediaKind.PICTURE, "small"),
                (MediaKind.VIDEO, "v"),
                (MediaKind.PICTURE, "preview:paid"),
            ],
        ),
        ({"location": {}}, [(MediaKind.LOCATION, "preview:location")]),
    ],
)
def test_attachments_are_found(message: dict[str, Any], found: list[tuple[MediaKind, str]]) -> None:
    assert [(item.kind, item.id) for item in content_of(message).media] == found


@pytest.mark.parametrize(
    "markup",
    [{}, {"inline_keyboard": "x"}, {"inline_keyboard": ["x", [7, {"text": "no address"}]]}],
)
def test_buttons_without_addresses_are_no_links(markup: dict[str, Any]) -> None:
    assert content_of({"text": "x", "reply_markup": markup}).links == ()


def test_an_attachment_without_a_handle_cannot_be_read() -> None:
    with pytest.raises(UnreadableError, match="file_id"):
        content_of({"video": {"duration": 3}})


@pytest.mark.parametrize(("offset", "length"), [(0, 0), (-5, 3), (99, 1), (0, 99), (1, 1)])
def test_an_entity_outside_its_text_covers_what_there_is(offset: int, length: int) -> None:
    slice_units("a\U0001f691b", offset, length).encode()


def test_length_counts_as_telegram_counts() -> None:
    assert units("a\U0001f691\u00e9") == 4
    assert slice_units("a\U0001f691b", 3, 1) == "b"
