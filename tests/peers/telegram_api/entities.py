"""Formatting of text: Telegram's HTML and the entities it finds by itself."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from tests.peers.telegram_api import errors
from tests.peers.telegram_api.objects import Json

_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "blockquote": "blockquote",
}
_SPACE = " \t\r\n\v\0"
_REFERENCE = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|lt|gt|amp|quot);?")
_FOUND = re.compile(
    r"(?P<email>[\w.+-]+@[\w-]+\.[\w.]+)"
    r"|(?P<url>https?://[^\s<>\"]+|(?<![\w.])(?:[\w-]+\.)+(?:com|org|net|example|test|gov|me|uk|io)\b(?:/[^\s<>\"]*)?)"
    r"|(?P<bot_command>(?<![\w/])/[A-Za-z]\w{0,63}(?:@\w+)?)"
    r"|(?P<mention>(?<!\w)@[A-Za-z]\w{3,31})"
    r"|(?P<hashtag>(?<!\w)#\w+)"
)


def units(text: str) -> int:
    """The length of a text as Telegram counts it, in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def found_in(text: str) -> list[Json]:
    """What the server marks by itself: links, addresses, mentions, hashtags, commands."""
    return [
        {"type": match.lastgroup, "offset": units(text[: match.start()]), "length": units(match[0])}
        for match in _FOUND.finditer(text)
        if match.lastgroup
    ]


def merged(given: list[Json], text: str) -> list[Json]:
    """Given entities plus found ones that do not overlap a link, code or pre."""
    solid = [e for e in given if e["type"] in {"text_link", "code", "pre", "text_mention", "url"}]

    def is_free(entity: Json) -> bool:
        end = entity["offset"] + entity["length"]
        return all(end <= e["offset"] or entity["offset"] >= e["offset"] + e["length"] for e in solid)

    both = given + [entity for entity in found_in(text) if is_free(entity)]
    return sorted(both, key=lambda e: (e["offset"], -e["length"]))


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str
    offset: int
    expandable: bool = False


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Text and entities, or the server's complaint about the markup."""
    return _HtmlReader(source).read()


def _refuse(problem: str) -> errors.ApiError:
    return errors.bad_request(f"can't parse entities: {problem}")


class _HtmlReader:
    """Reads one text; positions in complaints are byte offsets, as the server's are."""

    def __init__(self, source: str) -> None:
        self.source = source + "\0"
        self.at = 0
        self.text = ""
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def read(self) -> tuple[str, list[Json]]:
        while self.at < len(self.source) - 1:
            if self.source[self.at] == "<":
                self._tag()
            else:
                self.text += self._character()
        if self.open:
            last = self.open[-1].tag
            raise _refuse(f'Can\'t find end tag corresponding to start tag "{last}"')
        return self.text, sorted(self.entities, key=lambda e: (e["offset"], -e["length"]))

    def _character(self) -> str:
        reference = _REFERENCE.match(self.source, self.at)
        if reference is None:
            self.at += 1
            return self.source[self.at - 1]
        self.at = reference.end()
        whole = reference[0] if reference[0].endswith(";") else reference[0] + ";"
        return html.unescape(whole)

    def _tag(self) -> None:
        begin = self.at
        self.at += 1
        if self.source[self.at] == "/":
            self._end_tag(begin)
        else:
            self._start_tag(begin)

    def _byte(self, position: int) -> int:
        return len(self.source[:position].encode())

    def _word(self, stops: str) -> str:
        start = self.at
        while self.source[self.at] not in stops:
            self.at += 1
        return self.source[start : self.at]

    def _skip_space(self) -> None:
        while self.source[self.at] in _SPACE.rstrip("\0"):
            self.at += 1

    def _start_tag(self, begin: int) -> None:
        where = self._byte(begin)
        tag = self._word(_SPACE + ">").lower()
        if self.source[self.at] == "\0":
            raise _refuse(f"Unclosed start tag at byte offset {where}")
        if tag not in _KINDS:
            raise _refuse(f'Unsupported start tag "{tag}" at byte offset {where}')
        entry = _Open(tag, "", units(self.text))
        while True:
            self._skip_space()
            if self.source[self.at] == ">":
                break
            self._attribute(entry, where)
        self.at += 1
        if tag == "span" and entry.argument != "spoiler":
            raise _refuse(f'Tag "span" must have class "tg-spoiler" at byte offset {where}')
        self.open.append(entry)

    def _attribute(self, entry: _Open, where: int) -> None:
        name = self._word(_SPACE + "=>")
        if not name:
            raise _refuse(f'Empty attribute name in the tag "{entry.tag}" at byte offset {where}')
        if entry.tag == "blockquote" and name == "expandable" and self.source[self.at] != "=":
            entry.expandable = True
            return
        self._skip_space()
        if self.source[self.at] != "=":
            raise _refuse(
                "Expected equal sign in declaration of an attribute of the tag "
                f'"{entry.tag}" at byte offset {where}'
            )
        self.at += 1
        self._skip_space()
        value = self._value()
        if self.source[self.at] == "\0":
            raise _refuse(f"Unclosed start tag at byte offset {where}")
        entry.argument = _argument(entry.tag, name, value) or entry.argument

    def _value(self) -> str:
        quote = self.source[self.at]
        if quote not in "\"'":
            start = self.at
            value = self._word(_SPACE + ">").lower()
            if not re.fullmatch(r"[a-z0-9.-]*", value):
                raise _refuse(f"Unexpected end of name token at byte offset {self._byte(start)}")
            return value
        self.at += 1
        value = ""
        while self.source[self.at] not in (quote, "\0"):
            value += self._character()
        if self.source[self.at] == quote:
            self.at += 1
        return value

    def _end_tag(self, begin: int) -> None:
        where = self._byte(begin)
        if not self.open:
            raise _refuse(f"Unexpected end tag at byte offset {where}")
        self.at += 1
        tag = self._word(_SPACE + ">").lower()
        self._skip_space()
        if self.source[self.at] != ">":
            raise _refuse(f"Unclosed end tag at byte offset {where}")
        self.at += 1
        entry = self.open.pop()
        if tag and tag != entry.tag:
            raise _refuse(
                f'Unmatched end tag at byte offset {where}, expected "</{entry.tag}>", found "</{tag}>"'
            )
        self._close(entry)

    def _close(self, entry: _Open) -> None:
        length = units(self.text) - entry.offset
        if length <= 0:
            return
        entity: Json = {"type": _KINDS[entry.tag], "offset": entry.offset, "length": length}
        if entry.tag == "a":
            target = entry.argument or self.text.encode("utf-16-le")[2 * entry.offset :].decode("utf-16-le")
            if not re.match(r"(https?|tg|ftp|ton)://|[\w-]+(\.[\w-]+)+", target):
                return
            entity["url"] = target
        elif entry.tag == "tg-emoji":
            entity["custom_emoji_id"] = entry.argument
        elif entry.tag in {"code", "pre"} and entry.argument:
            entity |= {"type": "pre", "language": entry.argument}
        elif entry.expandable:
            entity["type"] = "expandable_blockquote"
        self.entities.append(entity)


def _argument(tag: str, name: str, value: str) -> str:
    if (tag, name) in {("a", "href"), ("tg-emoji", "emoji-id")}:
        return value
    prefix = {("code", "class"): "language-", ("span", "class"): "tg-"}.get((tag, name))
    return value.removeprefix(prefix) if prefix is not None and value.startswith(prefix) else ""
