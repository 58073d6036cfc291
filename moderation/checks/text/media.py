"""What attachments say of themselves, in their own field or written out in square brackets."""

from __future__ import annotations

from moderation.checks.text.patterns import Pattern
from moderation.comment import Comment, Media, MediaKind

_SPOKEN = {MediaKind.PICTURE: "photo"}

_BRACKETED = Pattern(
    r"(?i)\[\s*(?:[\w-]+ ){0,2}(?:photo|picture|pic|image|gif|video|clip|live video|sticker|sticker pack"
    r"|drawing|cartoon|meme|screenshot|link preview|preview|audio|voice note|document|attachment|poll|map"
    r"|location)s?\b[^\]\n]*\]",
    "media",
)


def described(comment: Comment) -> str:
    """All descriptions of attachments, one on a line. What linked pages say is not among them."""
    bracketed = (found.text.strip("[] ") for found in _BRACKETED.all(_in_brackets(comment.text)))
    told = [item.description for item in _own(comment)]
    return _searchable("\n".join([*told, *bracketed]))


def bracketed(comment: Comment) -> str:
    """What attachments say of themselves, as a person would note it beside the text: `[photo: a dog]`."""
    return " ".join(
        f"[{_SPOKEN.get(item.kind, item.kind.value)}: {item.description}]" for item in _own(comment)
    )


def previews(comment: Comment) -> tuple[str, ...]:
    """What linked pages say of themselves: words of somebody else."""
    return tuple(
        item.description for item in comment.media if item.kind is MediaKind.LINK and item.description
    )


def _own(comment: Comment) -> tuple[Media, ...]:
    return tuple(item for item in comment.media if item.description and item.kind is not MediaKind.LINK)


def without_descriptions(text: str) -> str:
    """The text with bracketed descriptions blanked out, so that every offset still holds."""
    kept = list(text)
    for found in _BRACKETED.all(_in_brackets(text)):
        kept[found.start : found.end] = " " * (found.end - found.start)
    return "".join(kept)


def _in_brackets(text: str) -> str:
    return _searchable(text) if "[" in text else ""


def _searchable(text: str) -> str:
    # Real networks deliver half characters; RE2 refuses them.
    return "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in text)
