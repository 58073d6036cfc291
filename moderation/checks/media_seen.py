"""Attachments that nobody has looked at."""

from __future__ import annotations

from moderation.checks.check import Context
from moderation.checks.text import media
from moderation.checks.text.patterns import Pattern
from moderation.comment import Comment, Media, MediaKind
from moderation.verdict import Finding, Gap

_TO_SEE = frozenset(
    {MediaKind.PICTURE, MediaKind.VIDEO, MediaKind.AUDIO, MediaKind.STICKER, MediaKind.DOCUMENT}
)
_SAYS_NOTHING = Pattern(
    r"(?i)\b(?:not available|unavailable|no preview|cannot be (?:shown|loaded|seen)|could not be loaded"
    r"|no (?:alt text|description))\b|\buncaptioned\b",
    "media_seen",
)
_IS_A_NAME = Pattern(
    r"(?i)^(?:(?:application|audio|font|image|text|video)/[\w.+-]+"
    r"|.*\.(?:jpe?g|jfif|png|gif|webp|heic|heif|avif|bmp|tiff?|svg"
    r"|mp4|m4v|mov|webm|mkv|avi|3gp|mp3|m4a|ogg|oga|opus|wav|flac|aac"
    r"|pdf|docx?|odt|pptx?|xlsx?|zip|rar|7z|tgs))$",
    "media_seen",
)
"""What a file is called: `video/mp4`, `IMG_2041.jpg`. Words in it are read, but it describes nothing."""


class MediaSeen:
    """Leaves a gap for attachments without a description, which no picture model has looked at either."""

    __slots__ = ("name", "version")

    def __init__(self) -> None:
        self.name = "media"
        self.version = "2"

    def look(self, comment: Comment, context: Context) -> tuple[Finding | Gap, ...]:
        """Say which kinds of attachment could not be looked at."""
        unseen = {
            item.kind
            for item in comment.media
            if item.kind in _TO_SEE and item.id not in context.media_seen and not _described(item)
        }
        gaps = [Gap(self.name, f"{kind} without a description") for kind in sorted(unseen)]
        if _SAYS_NOTHING.found_in(media.described(comment)):
            gaps.append(Gap(self.name, "an attachment that could not be loaded"))
        return tuple(gaps)


def _described(item: Media) -> bool:
    told = item.description.strip().encode("utf-8", "replace").decode()  # RE2 refuses half characters
    return bool(told) and not _IS_A_NAME.whole(told)
