"""What we write: one mention, nobody else's, and nothing cut off."""

from __future__ import annotations

import re

MOST_PARTS = 5
URL_LENGTH = 23
"""What an instance counts for an address, however short."""
REPORT_LENGTH = 1000

_MENTION = re.compile(r"(?<![=/\w])@(?=\w)")
_URL = re.compile(r"https?://\S+")
_HANDLE = re.compile(r"[\w.-]+(?:@[\w.-]+(?::\d+)?)?")
_BREAKS = (re.compile(r"\n{2,}"), re.compile(r"\n"), re.compile(r"(?<=[.!?])[ \t]+"), re.compile(r"\s+"))
_SPACE = re.compile(r"\s+")


def mention_of(acct: str) -> str | None:
    """How to address somebody; None where the handle is no handle."""
    return f"@{acct}" if _HANDLE.fullmatch(acct) else None


def harmless(text: str) -> str:
    """Break every mention in a text: a private post goes to everybody whom it names."""
    return _MENTION.sub("@\N{ZERO WIDTH SPACE}", text)


def length(text: str) -> int:
    """How long the instance finds it, at most."""
    return len(text) + sum(max(0, URL_LENGTH - len(found)) for found in _URL.findall(text))


def parts(mention: str, text: str, limit: int) -> tuple[str, ...] | None:
    """Write a message as one post, or as a few that lose nothing; None where that cannot be done."""
    body = harmless(text).strip()
    whole = f"{mention} {body}"
    if length(whole) <= limit:
        return (whole,)
    room = limit - length(f"{mention}  ({MOST_PARTS}/{MOST_PARTS})")
    pieces = _pieces(body, room)
    if pieces is None:
        return None
    return tuple(f"{mention} {piece} ({number}/{len(pieces)})" for number, piece in enumerate(pieces, 1))


def same(posted: str, part: str) -> bool:
    """Whether a post as the instance shows it is that part; it shows mentions without their host."""
    return _comparable(posted) == _comparable(part)


def _comparable(text: str) -> str:
    return _SPACE.sub(" ", re.sub(r"^\s*@\S+", "", text)).strip()


def _pieces(body: str, room: int) -> list[str] | None:
    pieces: list[str] = []
    rest = body
    while length(rest) > room:
        cut = _cut(rest, room)
        if cut is None or len(pieces) == MOST_PARTS - 1:
            return None
        pieces.append(rest[: cut[0]])
        rest = rest[cut[1] :]
    return [*pieces, rest]


def _cut(text: str, room: int) -> tuple[int, int] | None:
    """Where to break: between paragraphs where that fills half a post, else lines, sentences, words."""
    for pattern in _BREAKS:
        fitting = [found.span() for found in pattern.finditer(text) if length(text[: found.start()]) <= room]
        if fitting and (fitting[-1][0] >= room // 2 or pattern is _BREAKS[-1]) and fitting[-1][0] > 0:
            return fitting[-1]
    return None
