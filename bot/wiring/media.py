"""Pictures: what looks at them, and the lists of known ones."""

from __future__ import annotations

import datetime as dt
import pathlib
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.media import lists
from adapters.media.known import PLAINEST, Known, Lists
from adapters.media.lists import Entry, ListError
from adapters.media.look import Pictures
from adapters.media.opening import open_picture
from moderation.comment import AccountRef
from moderation.ports import Archive, MediaLook
from moderation.taxonomy import Category, Severity

LISTS = "known-pictures"
"""The folder of lists, in the data folder."""


@dataclass(frozen=True, slots=True)
class Row:
    """A known picture, as a person is told of it."""

    hash: str
    category: str
    severity: str
    added: str
    by: str
    list: str
    note: str


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of comparing a picture with the lists. `row` is what it matches, if anything."""

    pictures: int
    quality: int
    whole: bool
    known: int
    row: Row | None = None
    distance: int = 0
    turned: bool = False


def looker(
    data_dir: pathlib.Path, model: pathlib.Path | None, archives: Mapping[AccountRef, Archive]
) -> MediaLook:
    """What looks at pictures: the lists in the data folder, and the safety model of the settings."""
    known = Lists(data_dir / LISTS)
    if model is None:
        return Pictures(archives, known)
    from adapters.media.onnx_safety import OnnxSafetyModel  # noqa: PLC0415 - loaded where it is named

    return Pictures(archives, known, OnnxSafetyModel(model))


async def add(
    data_dir: pathlib.Path,
    picture: bytes,
    category: Category,
    severity: Severity,
    note: str,
    by: str,
    to: str,
    day: dt.date,
) -> tuple[pathlib.Path, Row]:
    """Put a picture's hash on a list; gives the list. The picture itself is kept nowhere.

    Raises:
        ListError: If the picture is too plain to be told from others, or known already.
        NotOpenedError: If it is no picture that can be opened.
    """
    opened = await open_picture(picture)
    first = opened.looks[0]
    if first.quality < PLAINEST:
        raise ListError(
            f"the picture has a quality of {first.quality} of 100: below {PLAINEST} it is too plain to be"
            " told from others, and is not put on a list"
        )
    entry = Entry(first.hashes[0], category, severity, day, by, note, to)
    return lists.add(data_dir / LISTS, entry), _row(entry)


def listed(data_dir: pathlib.Path) -> tuple[Row, ...]:
    """Every known picture."""
    return tuple(_row(entry) for entry in lists.read(data_dir / LISTS))


def removed(data_dir: pathlib.Path, start: str) -> tuple[Row, ...]:
    """Take a picture off every list, by the beginning of its hash."""
    return tuple(_row(entry) for entry in lists.remove(data_dir / LISTS, start))


async def compared(data_dir: pathlib.Path, picture: bytes) -> Compared:
    """Compare a picture with the lists."""
    entries = lists.read(data_dir / LISTS)
    opened = await open_picture(picture)
    match = Known(entries).nearest(opened.looks)
    best = max(look.quality for look in opened.looks)
    plain = Compared(len(opened.looks), best, opened.whole, len(entries))
    if match is None:
        return plain
    return Compared(
        plain.pictures,
        best,
        opened.whole,
        len(entries),
        _row(match.entry),
        match.distance,
        match.turned,
    )


def _row(entry: Entry) -> Row:
    return Row(
        entry.hash,
        entry.category.value,
        entry.severity.name.lower(),
        f"{entry.added}",
        entry.by,
        entry.list,
        entry.note,
    )
