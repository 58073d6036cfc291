"""Lists of known pictures: text files, one hash a line, and never a picture."""

from __future__ import annotations

import datetime as dt
import os
import pathlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from moderation.taxonomy import Category, Severity

OWN = "own"
"""The list that `houserules media add` writes to unless told otherwise."""
SUFFIX = ".txt"
HEADER = "# hash | category | severity | date | added by | note"
_BITS = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}")
_FIELDS = 6
_LONGEST_LINE = 1_000
SEVERITIES = {one.name.lower(): one for one in Severity if one is not Severity.NOTHING}


class ListError(Exception):
    """A list that cannot be used, with the place of what is wrong."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A known picture: its PDQ hash, what it is a ground for, and who said so."""

    hash: str
    category: Category
    severity: Severity
    added: dt.date
    by: str
    note: str
    list: str = OWN

    def line(self) -> str:
        """The entry as it stands in its file."""
        severity = self.severity.name.lower()
        return " | ".join([self.hash, self.category.value, severity, f"{self.added}", self.by, self.note])


def read(folder: pathlib.Path) -> tuple[Entry, ...]:
    """Every entry of every list in a folder, by file and line. None where there is no folder.

    Raises:
        ListError: If a line is wrong; it names all that are.
    """
    entries: list[Entry] = []
    wrong: list[str] = []
    for path in files(folder):
        for number, line in _lines(path):
            try:
                entries.append(_entry(line, path.stem))
            except ValueError as error:
                wrong.append(f"{path}:{number}: {error}")
    if wrong:
        raise ListError("\n".join(wrong))
    return tuple(entries)


def files(folder: pathlib.Path) -> tuple[pathlib.Path, ...]:
    """The lists in a folder, in order of name."""
    return tuple(sorted(folder.glob(f"*{SUFFIX}")))


def add(folder: pathlib.Path, entry: Entry) -> pathlib.Path:
    """Write an entry at the end of its list; gives the file.

    Raises:
        ListError: If it is on a list already, could not be read back, or a list is wrong.
    """
    if not _NAME.fullmatch(entry.list):
        raise ListError(f"{entry.list!r} names no list: use small letters, digits, - and _")
    for known in read(folder):
        if known.hash == entry.hash:
            raise ListError(f"{folder / known.list}{SUFFIX}: this picture is on it already: {known.line()}")
    try:
        _entry(entry.line(), entry.list)
    except ValueError as error:
        raise ListError(f"the line {entry.line()!r} {error}") from None
    path = folder / f"{entry.list}{SUFFIX}"
    before = path.read_text(encoding="utf-8") if path.exists() else f"{HEADER}\n"
    _write(path, f"{before.rstrip()}\n{entry.line()}\n")
    return path


def remove(folder: pathlib.Path, start: str) -> tuple[Entry, ...]:
    """Take every entry out whose hash begins so: exactly one hash; gives the entries.

    Raises:
        ListError: If no hash or more than one begins so, or a list is wrong.
    """
    found = [entry for entry in read(folder) if entry.hash.startswith(start.lower())]
    hashes = {entry.hash for entry in found}
    if len(hashes) != 1:
        told = f"{len(hashes)} hashes begin" if hashes else "no hash begins"
        raise ListError(f"{folder}: {told} with {start!r}; `houserules media list` shows them")
    (gone,) = hashes
    for name in sorted({entry.list for entry in found}):
        path = folder / f"{name}{SUFFIX}"
        kept = [line for line in _text(path).splitlines() if not line.strip().lower().startswith(gone)]
        _write(path, "".join(f"{line}\n" for line in kept))
    return tuple(found)


def _lines(path: pathlib.Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(_text(path).splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line


def _text(path: pathlib.Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ListError(f"{path}: cannot be read: {error}") from None


def _entry(line: str, name: str) -> Entry:
    if len(line) > _LONGEST_LINE or not line.isprintable():
        raise ValueError(f"is no line of at most {_LONGEST_LINE} printable characters")
    parts = [part.strip() for part in line.split("|", _FIELDS - 1)]
    if len(parts) != _FIELDS:
        raise ValueError(f"has {len(parts)} parts and not {_FIELDS}: {HEADER.removeprefix('# ')}")
    bits, category, severity, added, by, note = parts
    if not _BITS.fullmatch(bits.lower()):
        raise ValueError(f"{bits[:70]!r} is no PDQ hash: 64 digits and letters a to f")
    if category not in set(Category):
        raise ValueError(f"{category!r} is no category: one of {', '.join(Category)}")
    if severity not in SEVERITIES:
        raise ValueError(f"{severity!r} is no severity: one of {', '.join(SEVERITIES)}")
    try:
        day = dt.date.fromisoformat(added)
    except ValueError:
        raise ValueError(f"{added!r} is no date such as 2026-05-01") from None
    if not by:
        raise ValueError("nobody is named who added it")
    return Entry(bits.lower(), Category(category), SEVERITIES[severity], day, by, note, name)


def _write(path: pathlib.Path, text: str) -> None:
    """Put a list in place whole or not at all: a running house may read it at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
