"""The handles that a reply begins with: whom it is sent to, not what it says."""

from __future__ import annotations

_MOST = 50
"""Each costs a copy of the text, which may be a megabyte of nothing else."""


def unaddressed(text: str) -> str:
    """The text without the handles that it begins with."""
    rest = text
    for _ in range(_MOST):
        head, *tail = rest.split(maxsplit=1) or ("",)
        if not tail or not _is_handle(head):
            break
        rest = tail[0]
    return rest


def _is_handle(word: str) -> bool:
    named = word[1:].rstrip(":,")
    return word[0] == "@" and bool(named) and all(letter.isalnum() or letter in "@._-" for letter in named)
