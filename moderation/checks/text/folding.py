"""Letters that look like other letters, folded to the Latin ones that they imitate."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Mapping

from confusable_homoglyphs import confusables  # type: ignore[import-untyped]

_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz", strict=True))
_MARKS_OF_SPEECH = {
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "ʻ": "'",
    "`": "'",
    "´": "'",
    "′": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "‐": "-",
    "‑": "-",
    "‒": "-",
    "–": "-",
    "—": "-",
    "−": "-",
    "\u2800": " ",
}
_SQUARED = ((0x1F150, 26), (0x1F170, 26))
"""Negative circled and negative squared capitals, which NFKC leaves alone."""
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5")
_JOINERS = frozenset("\u200c\u200d")
_JOINED = frozenset(
    {"ARABIC", "SYRIAC", "MONGOLIAN", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL"}
    | {"TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "KHMER", "MYANMAR"}
)
"""Scripts in which an invisible joiner decides how letters look."""
_DROPPED = frozenset({"Cf", "Mn", "Me"})
_BLANK = frozenset({"Cc", "Zs", "Zl", "Zp"})


@functools.cache
def lookalikes() -> Mapping[str, str]:
    """Non-Latin letter -> the ASCII letter that it is mistaken for."""
    table: dict[str, str] = {}
    for glyph, twins in confusables.confusables_data.items():
        if len(glyph) != 1 or glyph.isascii() or not glyph.isalpha():
            continue
        letters = [
            twin["c"] for twin in twins if len(twin["c"]) == 1 and twin["c"].isascii() and twin["c"].isalpha()
        ]
        if letters:
            table[glyph] = letters[0]
            table.setdefault(glyph.lower(), letters[0]) if len(glyph.lower()) == 1 else None
    table.update(_SMALL_CAPITALS)
    # Gaps and misreadings of the Unicode table, as they are met in abuse.
    table.update(
        {"υ": "u", "Υ": "y", "κ": "k", "к": "k", "т": "t", "Т": "T", "в": "b", "м": "m", "н": "h", "п": "n"}
    )
    return table


@functools.lru_cache(maxsize=8192)
def lookalike(letter: str) -> str | None:
    """The ASCII letter that a foreign one is mistaken for, with or without its accents."""
    table = lookalikes()
    return table.get(letter) or table.get(unicodedata.normalize("NFD", letter)[0])


def is_latin(letter: str) -> bool:
    """Whether the letter is one of a Latin alphabet."""
    return letter.isascii() or "LATIN" in unicodedata.name(letter, "")


def is_vietnamese(text: str) -> bool:
    """Whether so many words carry letters of Vietnamese that its accents are spelling and no disguise."""
    words = text[:_ENOUGH].split()
    carrying = sum(any(map(_is_of_vietnamese, word)) for word in words)
    return carrying >= max(_FEWEST_WORDS, _VIETNAMESE_SHARE * len(words))


_ENOUGH = 2_000
_FEWEST_WORDS = 3
_VIETNAMESE_SHARE = 0.2


def _is_of_vietnamese(letter: str) -> bool:
    """Whether hardly another language writes the letter: one with a horn, or with two accents at once."""
    if letter in "ơưđƠƯĐ":
        return True
    return "Ạ" <= letter <= "ỹ" and len(unicodedata.normalize("NFD", letter)) > 2  # noqa: PLR2004 - and two accents


@functools.lru_cache(maxsize=8192)
def script(character: str) -> str:
    """The script that a character names itself after: `ARABIC`, `THAI`; `COMBINING` for everybody's marks."""
    return unicodedata.name(character, "").partition(" ")[0]


def belongs(character: str, before: str, after: str) -> bool:
    """Whether an invisible character or a mark is part of the word in which it stands, and no disguise.

    Scripts have vowel signs and points of their own; in some, a joiner decides the shape of a letter.
    """
    if not before or before.isascii():
        return False
    if character in _JOINERS:
        return bool(after) and script(before) in _JOINED and script(after) == script(before)
    return unicodedata.category(character) == "Mn" and script(character) == script(before)


@functools.lru_cache(maxsize=8192)
def pieces(character: str) -> str:
    """One raw character without disguise: compatibility forms opened, marks and invisible ones gone."""
    if character in _MARKS_OF_SPEECH:
        return _MARKS_OF_SPEECH[character]
    if character in _FILLERS:
        return ""
    point = ord(character)
    for first, count in _SQUARED:
        if first <= point < first + count:
            return chr(ord("A") + point - first)
    opened = "".join(_kept(piece) for piece in unicodedata.normalize("NFKD", character))
    return character if _is_foreign_letter(character, opened) else opened


def _is_foreign_letter(character: str, opened: str) -> bool:
    """Whether a letter is one of another script, which without its marks would be another letter."""
    if unicodedata.category(character)[0] not in "LM" or script(character) == "MATHEMATICAL":
        return False
    return bool(opened) and not all(is_latin(piece) for piece in opened)


def _kept(piece: str) -> str:
    kind = unicodedata.category(piece)
    if kind in _DROPPED:
        return ""
    if kind == "Cs":  # half of a character: real networks deliver them, RE2 refuses them
        return "\ufffd"
    if kind in _BLANK:
        return "\n" if piece in "\n\u2028\u2029" else " "
    return _MARKS_OF_SPEECH.get(piece, piece)
