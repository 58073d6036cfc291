"""Attachments that nobody has looked at."""

from __future__ import annotations

from moderation.checks.check import Context
from moderation.checks.text import media
from moderation.checks.text.patterns import Pattern
from moderation.comment import Comment, MediaKind
from moderation.verdict import Finding, Gap

_TO_SEE = frozenset(
    {MediaKind.PICTURE, MediaKind.VIDEO, MediaKind.AUDIO, MediaKind.STICKER, MediaKind.DOCUMENT}
)
_SAYS_NOTHING = Pattern(
    r"(?i)\b(?:not available|unavailable|no preview|cannot be (?:shown|loaded|seen)|could not be loaded"
    r"|no (?:alt text|description))\b|\buncaptioned\b",
    "media_seen",
)


class MediaSeen:
    """Leaves a gap for attachments without a description: no picture model has looked here."""

    __slots__ = ("name", "version")

    def __init__(self) -> None:
        self.name = "media"
        self.version = "1"

    def look(self, comment: Comment, context: Context) -> tuple[Finding | Gap, ...]:
        """Say which kinds of attachment could not be looked at."""
        del context
        unseen = {
            item.kind for item in comment.media if item.kind in _TO_SEE and not item.description.strip()
        }
        gaps = [Gap(self.name, f"{kind} without a description") for kind in sorted(unseen)]
        if _SAYS_NOTHING.found_in(media.described(comment)):
            gaps.append(Gap(self.name, "an attachment that could not be loaded"))
        return tuple(gaps)
