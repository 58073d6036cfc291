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


def is_latin(letter: str) -> bool:
    """Whether the letter is one of a Latin alphabet."""
    return letter.isascii() or "LATIN" in unicodedata.name(letter, "")


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
    return "".join(_kept(piece) for piece in unicodedata.normalize("NFKD", character))


def _kept(piece: str) -> str:
    kind = unicodedata.category(piece)
    if kind in _DROPPED:
        return ""
    if kind == "Cs":  # half of a character: real networks deliver them, RE2 refuses them
        return "\ufffd"
    if kind in _BLANK:
        return "\n" if piece in "\n\u2028\u2029" else " "
    return _MARKS_OF_SPEECH.get(piece, piece)
