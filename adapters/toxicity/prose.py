"""A text as the embedded model reads it: undisguised, with emoji as the words that they stand for."""

from __future__ import annotations

import re

import emoji

from moderation.checks.text import normalise

_BLANKS = re.compile(r"\s+")
_STRETCHED = re.compile(r"(.)\1{3,}")
"""The same character four times or more says no more than three times."""


def prose(text: str) -> str:
    """The text with look-alikes, stacked marks and invisible characters undone, and emoji spelt out."""
    plain = normalise.read(text).cased
    if not plain.isascii():
        plain = emoji.demojize(plain, delimiters=(" ", " ")).replace("_", " ")
        plain = "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in plain)
    return _STRETCHED.sub(r"\1\1\1", _BLANKS.sub(" ", plain)).strip()
