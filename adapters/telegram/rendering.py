"""From a view to what Telegram shows: words of others stay words, whatever is in them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from adapters.telegram import reading
from adapters.telegram.reading import units
from moderation.ports import View

LONGEST = 4096
LONGEST_DATA = 64
"""Bytes that a button may carry."""
HEADLINE = 200
LABEL = 60
VALUE = 400
FACTS = 1800
FOOTNOTE = 400
EXCERPT = 1200
LINE = 300
CAPTION = 60
JOINER = "\u2060"
"""Word joiner: nobody sees it, and Telegram finds no name, link or command across it."""

_UNSEEN = re.compile(
    "[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
# What Telegram turns into something to tap: names, hashtags, cashtags, commands, addresses.
_TAPPABLE = re.compile(r"[@#$/]|(?<=\S)[.\u3002\uff0e\uff61](?=\S)")
_CUT = "…"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A message ready to be sent, as Telegram's HTML."""

    html: str
    rows: tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some HTML, and how long Telegram will find what it shows."""

    html: str
    length: int


def draw(view: View) -> Drawn:
    """Draw a view within Telegram's length. What does not fit is left out with a word that says so."""
    head = [_headline(view), *_facts(view.facts)]
    foot = [_marked("i", _line(view.footnote, FOOTNOTE))] if view.footnote.strip() else []
    room = LONGEST - sum(piece.length + 2 for piece in (*head, *foot))
    excerpt = _excerpt(view.excerpt, min(EXCERPT, room - 200))
    room -= sum(piece.length + 2 for piece in excerpt)
    pieces = [*head, *excerpt, *_trail(view.trail, room), *foot]
    return Drawn("\n".join(piece.html for piece in pieces), _rows(view.rows))


def harmless(text: str) -> str:
    """A text in which Telegram finds nothing to tap, and nothing that hides or turns round its words."""
    seen = _UNSEEN.sub("", reading.whole(text).replace("\r\n", "\n").replace("\t", " "))
    return _TAPPABLE.sub(lambda found: found[0] + JOINER, seen)


def cut(text: str, room: int, said: str = _CUT) -> str:
    """As much of a text as fits, and then a word that says that it goes on."""
    if units(text) <= room:
        return text
    kept, left = [], room - units(said)
    for char in text:
        left -= units(char)
        if left < 0:
            break
        kept.append(char)
    return "".join(kept) + said


def split(text: str) -> tuple[str, ...]:
    """A long answer in messages that Telegram takes, parted where a line or a word ends."""
    parts: list[str] = []
    left = harmless(text).strip()
    while units(left) > LONGEST:
        head = cut(left, LONGEST, "")
        ends = (head.rfind("\n"), head.rfind(" "), len(head))
        end = next(place for place in ends if place > len(head) // 2)
        parts.append(left[:end].rstrip())
        left = left[end:].lstrip()
    return tuple(part for part in (*parts, left) if part)


# --- The parts of a message -------------------------------------------------------------------------


def _line(text: str, room: int) -> str:
    """One line of somebody's words: it cannot pretend to be the next line of ours."""
    return cut(harmless(" ".join(text.split())), room)


def _marked(tag: str, text: str) -> _Piece:
    return _Piece(f"<{tag}>{_escaped(text)}</{tag}>", units(text))


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def _headline(view: View) -> _Piece:
    headline = view.headline if view.headline.startswith(view.case) else f"{view.case} · {view.headline}"
    return _marked("b", _line(f"URGENT · {headline}" if view.urgent else headline, HEADLINE))


def _facts(facts: Iterable[tuple[str, str]]) -> Iterable[_Piece]:
    room = FACTS
    for label, value in facts:
        name, told = _line(label, LABEL), _line(value, VALUE)
        room -= units(name) + units(told) + 3
        if room < 0:
            yield _marked("i", "More is in the case file.")
            return
        bold = f"<b>{_escaped(name)}:</b>" if name else ""
        yield _Piece(f"{bold} {_escaped(told)}", units(name) + units(told) + 2)


def _excerpt(text: str, room: int) -> list[_Piece]:
    """Other people's words, set apart and covered."""
    shown = harmless(re.sub(r"\n\s*\n\s*", "\n", text.strip()))
    if not shown.strip():
        return []
    shown = cut(shown, room, " … (the rest is in the case file)").strip()
    return [
        _Piece(f"<blockquote><tg-spoiler>{_escaped(shown)}</tg-spoiler></blockquote>", units(shown)),
    ]


def _trail(lines: tuple[str, ...], room: int) -> list[_Piece]:
    """What has been done, the newest last. Where room is short, the oldest go."""
    kept: list[_Piece] = []
    room -= 60
    for line in reversed(lines):
        told = f"· {_line(line, LINE)}"
        room -= units(told) + 2
        if room < 0:
            left = len(lines) - len(kept)
            kept.append(_marked("i", f"Left out for want of room: {left} earlier."))
            break
        kept.append(_Piece(_escaped(told), units(told)))
    return kept[::-1]


def _rows(rows: Iterable[Iterable[tuple[str, str]]]) -> tuple[tuple[tuple[str, str], ...], ...]:
    drawn = tuple(tuple((_caption(caption), _token(token)) for caption, token in row) for row in rows)
    return tuple(row for row in drawn if row)


def _caption(text: str) -> str:
    return cut(" ".join(_UNSEEN.sub("", reading.whole(text)).split()), CAPTION) or "?"


def _token(token: str) -> str:
    if not 1 <= len(token.encode()) <= LONGEST_DATA:
        raise ValueError(f"a button carries 1 to {LONGEST_DATA} bytes, not {len(token.encode())}")
    return token
