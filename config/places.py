"""On which line each key of a TOML text stands.

The standard library reads TOML but keeps no positions. This walks a text that it has already accepted, so it
finds keys and never judges them.
"""

from __future__ import annotations

import contextlib
import re
import tomllib

from config.complaint import Path

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}\n#]+")


class NotReadableError(ValueError):
    """The text is not TOML from here on."""


def lines_of(text: str) -> dict[Path, int]:
    """Give the line on which each table, key and list item of a TOML text first stands."""
    return Scan(text).run()[0]


def repeats_of(text: str) -> dict[int, tuple[str, int]]:
    """Give the keys that are set twice: line of the repeat -> key and the line where it was set first."""
    scan = Scan(text)
    with contextlib.suppress(NotReadableError, tomllib.TOMLDecodeError):
        scan.run()
    return scan.repeats


class Scan:
    """One walk through a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._lines: dict[Path, int] = {}
        self._lists: dict[Path, int] = {}
        self._values: set[Path] = set()
        self.repeats: dict[int, tuple[str, int]] = {}

    def run(self) -> tuple[dict[Path, int], dict[int, tuple[str, int]]]:
        """Walk to the end."""
        table: Path = ()
        self._skip_blank()
        while self._at < len(self._text):
            if self._text.startswith("[", self._at):
                table = self._header()
            else:
                self._pair(table)
            self._skip_blank()
        return self._lines, self.repeats

    def _header(self) -> Path:
        is_list = self._text.startswith("[[", self._at)
        self._at += 2 if is_list else 1
        line = self._line()
        *outer, last = self._key()
        path = (*self._inside((), outer), last)
        if is_list:
            self._lists[path] = self._lists.get(path, 0) + 1
            path = (*path, self._lists[path] - 1)
        elif path in self._values:
            self._repeat(path, line)
        self._values.add(path)
        self._note(path, line)
        self._expect("]" * (2 if is_list else 1))
        return path

    def _pair(self, table: Path) -> None:
        line = self._line()
        path = (*table, *self._key())
        if path in self._values:
            self._repeat(path, line)
        self._values.add(path)
        self._note(path, line)
        self._expect("=")
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip_blank()
        if string := _STRING.match(self._text, self._at):
            self._at = string.end()
        elif self._text.startswith("[", self._at):
            self._items(path, "]")
        elif self._text.startswith("{", self._at):
            self._items(path, "}")
        elif scalar := _SCALAR.match(self._text, self._at):
            self._at = scalar.end()
        else:
            raise NotReadableError

    def _items(self, path: Path, end: str) -> None:
        self._at += 1
        count = 0
        self._skip_blank()
        while not self._text.startswith(end, self._at):
            if end == "}":
                self._pair(path)
            else:
                self._note((*path, count), self._line())
                self._value((*path, count))
            count += 1
            self._skip_blank()
            if self._text.startswith(",", self._at):
                self._at += 1
                self._skip_blank()
            elif not self._text.startswith(end, self._at):
                raise NotReadableError
        self._at += 1

    def _key(self) -> list[str]:
        parts = [self._part()]
        self._skip_blank()
        while self._text.startswith(".", self._at):
            self._at += 1
            self._skip_blank()
            parts.append(self._part())
            self._skip_blank()
        return parts

    def _part(self) -> str:
        self._skip_blank()
        if quoted := _STRING.match(self._text, self._at):
            self._at = quoted.end()
            return str(tomllib.loads(f"key = {quoted.group()}")["key"])
        if bare := _BARE.match(self._text, self._at):
            self._at = bare.end()
            return bare.group()
        raise NotReadableError

    def _inside(self, path: Path, keys: list[str]) -> Path:
        """Follow table names; the name of a list of tables means its latest table."""
        for key in keys:
            path = (*path, key)
            if path in self._lists:
                path = (*path, self._lists[path] - 1)
        return path

    def _note(self, path: Path, line: int) -> None:
        for length in range(1, len(path) + 1):
            self._lines.setdefault(path[:length], line)

    def _repeat(self, path: Path, line: int) -> None:
        self.repeats[line] = (".".join(str(part) for part in path), self._lines[path])

    def _expect(self, text: str) -> None:
        self._skip_blank()
        if not self._text.startswith(text, self._at):
            raise NotReadableError
        self._at += len(text)

    def _skip_blank(self) -> None:
        if blank := _BLANK.match(self._text, self._at):
            self._at = blank.end()

    def _line(self) -> int:
        return self._text.count("\n", 0, self._at) + 1
