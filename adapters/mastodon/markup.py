"""From a status's HTML to the plain text that a reader sees."""

from __future__ import annotations

import html.parser
import re
from collections.abc import Collection
from dataclasses import dataclass, field

_PARAGRAPHS = frozenset({"p", "blockquote", "pre", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "div"})
_TOO_MANY_BREAKS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Read:
    """The text, and the addresses that stand behind other words."""

    text: str
    links: tuple[str, ...]


def read(html_text: str, known: Collection[str] = ()) -> Read:
    """Read HTML. `known` are addresses of the people and tags that it names, which hide nothing."""
    reader = _Reader(frozenset(known))
    # Declarations and comments have no place in a status, and the parser may raise on broken ones.
    reader.feed(html_text.replace("<!", "&lt;!").replace("<?", "&lt;?"))
    reader.close()
    reader.finish()
    text = _TOO_MANY_BREAKS.sub("\n\n", "".join(reader.written)).strip("\n ")
    return Read(text, tuple(dict.fromkeys(reader.links)))


@dataclass
class _Anchor:
    address: str
    words: list[str] = field(default_factory=list)


class _Reader(html.parser.HTMLParser):
    def __init__(self, known: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self.links: list[str] = []
        self._known = known
        self._anchors: list[_Anchor] = []
        self._quoting = 0
        self._breaks = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "br":
            self._breaks += 1
        elif tag in _PARAGRAPHS:
            self._quoting += tag == "blockquote"
            self._breaks = max(self._breaks, 2)
        elif tag == "li":
            self._breaks = max(self._breaks, 1)
            self._say("- ")
        elif tag == "a":
            self._anchors.append(_Anchor(values.get("href", "")))
        elif tag == "img":
            self._say(values.get("alt") or values.get("title", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self._quoting = max(0, self._quoting - (tag == "blockquote"))
            self._breaks = max(self._breaks, 2)
        elif tag == "a" and self._anchors:
            self._settle(self._anchors.pop())

    def handle_data(self, data: str) -> None:
        self._say(data)

    def finish(self) -> None:
        """Settle links that were never closed."""
        while self._anchors:
            self._settle(self._anchors.pop())

    def _settle(self, anchor: _Anchor) -> None:
        shown = "".join(anchor.words).strip()
        if anchor.address and anchor.address not in self._known and not _same(shown, anchor.address):
            self.links.append(anchor.address)

    def _say(self, words: str) -> None:
        if not words:
            return
        # Plain text has no other way to say that somebody is being quoted.
        begin = "> " if self._quoting else ""
        if not self.written:
            self.written.append(begin)
        elif self._breaks:
            self.written.append("\n" * self._breaks + begin)
        self._breaks = 0
        self.written.append(words.replace("\n", "\n" + begin))
        if self._anchors:
            self._anchors[-1].words.append(words)


def _same(shown: str, address: str) -> bool:
    return shown.rstrip("/") == address.rstrip("/")
