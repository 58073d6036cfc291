"""One TOML file, read whole: its data and where everything in it stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from config import places
from config.complaint import Complaint, ConfigError, Path, Place, dotted

_HOME = FilePath(__file__).parent.parent
_WHERE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Document:
    """The data of a file, and the line of each key."""

    name: str
    data: Mapping[str, Any]
    lines: Mapping[Path, int]

    def place(self, path: Path) -> Place | None:
        """Say where a path was written, if it was written here."""
        line = self.lines.get(path)
        return None if line is None else Place(self.name, line, dotted(path))

    def nearest(self, path: Path) -> Place:
        """Say where a path was written or, if it was not, where its closest table was."""
        for length in range(len(path), 0, -1):
            line = self.lines.get(path[:length])
            if line is not None:
                return Place(self.name, line, dotted(path))
        return Place(self.name, None, dotted(path))


def read(path: FilePath) -> Document:
    """Read a file, or complain about all of it that is not TOML."""
    name = name_of(path)
    text, problem = _text(path)
    if problem:
        raise ConfigError([Complaint(Place(name, None, ""), problem)])
    data, complaint = _parse(text, name)
    if complaint:
        raise ConfigError([complaint])
    return Document(name, data, places.lines_of(text))


def name_of(path: FilePath) -> str:
    """Name a file as the operator knows it: our own by their place in the package, others as given."""
    if path.is_absolute() and path.is_relative_to(_HOME / "config"):
        return path.relative_to(_HOME).as_posix()
    return str(path)


def _text(path: FilePath) -> tuple[str, str]:
    try:
        return path.read_text(encoding="utf-8-sig").replace("\r\n", "\n"), ""
    except FileNotFoundError:
        return "", "there is no such file"
    except UnicodeDecodeError:
        return "", "is not UTF-8 text; save it as UTF-8"
    except OSError as error:
        return "", f"cannot be read: {error.strerror}"


def _parse(text: str, name: str) -> tuple[dict[str, Any], Complaint | None]:
    try:
        return tomllib.loads(text), None
    except tomllib.TOMLDecodeError as error:
        message = str(error)
    where = _WHERE.search(message)
    message = _WHERE.sub("", message)
    message = f"{message[:1].lower()}{message[1:]}"
    line = int(where[1]) if where and where[1] else text.count("\n") + 1
    for again, (key, first) in places.repeats_of(text).items():
        if (
            again <= line
        ):  # the parser stops at the first mistake, so a repeat before its line is that mistake
            return {}, Complaint(Place(name, again, key), f"is set twice; line {first} sets it first")
    if where is None or where[1] is None:
        return {}, Complaint(Place(name, line, ""), f"the file breaks off: {message}")
    return {}, Complaint(Place(name, line, ""), f"column {where[2]}: not TOML: {message}")
