"""What nobody has looked at is a gap; the name of a file describes nothing."""

from __future__ import annotations

import pytest

from moderation.checks.check import Context
from moderation.checks.media_seen import MediaSeen
from moderation.comment import Media, MediaKind
from moderation.verdict import Gap
from tests.strategies.comments import NOW, comment


def gaps(*media: Media, seen: frozenset[str] = frozenset()) -> list[str]:
    found = MediaSeen().look(comment(media=media), Context(NOW, media_seen=seen))
    return [item.reason for item in found if isinstance(item, Gap)]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (MediaKind.VIDEO, "video/mp4"),
        (MediaKind.VIDEO, "IMG_2041.MOV"),
        (MediaKind.AUDIO, "audio/ogg"),
        (MediaKind.DOCUMENT, "holiday photo.jpeg"),
        (MediaKind.DOCUMENT, "image/png"),
        (MediaKind.PICTURE, "  "),
        (MediaKind.PICTURE, "\ud800.png"),
    ],
)
def test_the_name_of_a_file_is_no_description(kind: MediaKind, told: str) -> None:
    assert gaps(Media(kind, "m", told)) == [f"{kind} without a description"]


@pytest.mark.parametrize(
    "told", ["a sunrise over the station", "a screenshot of notes.pdf on a phone", "24/7"]
)
def test_words_are_a_description(told: str) -> None:
    assert gaps(Media(MediaKind.PICTURE, "m", told)) == []


def test_what_was_looked_at_needs_no_description() -> None:
    shown = (Media(MediaKind.PICTURE, "one"), Media(MediaKind.VIDEO, "two"))

    assert gaps(*shown, seen=frozenset({"one"})) == ["video without a description"]
    assert gaps(*shown, seen=frozenset({"one", "two"})) == []


def test_a_links_preview_is_nothing_to_be_seen() -> None:
    assert gaps(Media(MediaKind.LINK, "preview:x")) == []
