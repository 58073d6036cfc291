"""Reads comments that people have labelled."""

from __future__ import annotations

import datetime as dt
import json
import pathlib
import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from moderation.comment import AccountRef, AuthorRef, Comment, CommentRef, Media, MediaKind, Platform
from moderation.quality import Course, Labelled
from moderation.taxonomy import Category

_OPENED = re.compile(r"\[(\w[\w -]{0,24}): ")
_KINDS = {
    "video": MediaKind.VIDEO,
    "live video": MediaKind.VIDEO,
    "gif": MediaKind.VIDEO,
    "sticker": MediaKind.STICKER,
    "sticker pack": MediaKind.STICKER,
    "audio": MediaKind.AUDIO,
    "voice note": MediaKind.AUDIO,
    "document": MediaKind.DOCUMENT,
}
_PICTURES = frozenset({"photo", "picture", "image", "pic", "screenshot", "meme", "drawing", "cartoon"})


class LabelledError(ValueError):
    """A file of labelled comments that cannot be read."""


def _known(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


class _Row(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)

    id: str
    text: str
    categories: Annotated[tuple[str, ...], BeforeValidator(_known)] = ()
    care: Annotated[tuple[str, ...], BeforeValidator(_known)] = ()
    expected: str
    difficulty: str = ""
    note: str = ""


def read(path: pathlib.Path, now: dt.datetime) -> tuple[Labelled, ...]:
    """Read a file with one JSON object on a line: `id`, `text`, `categories`, `care`, `expected` and more.

    Raises:
        LabelledError: With the line, the key and what would be right.
    """
    try:
        content = path.read_text(encoding="utf-8")
    except OSError as error:
        raise LabelledError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise LabelledError(f"{path}: is not UTF-8 text ({error.reason} at byte {error.start})") from error
    labels = tuple(_rows(path, content, now))
    if not labels:
        raise LabelledError(f"{path}: holds no labelled comment; each line is one JSON object")
    return labels


def _rows(path: pathlib.Path, content: str, now: dt.datetime) -> Iterator[Labelled]:
    seen: dict[str, int] = {}
    for number, line in enumerate(content.split("\n"), 1):
        if not line.strip():
            continue
        place = f"{path}:{number}"
        label = _label(place, _object(place, line), now)
        if label.id in seen:
            raise LabelledError(f"{place}: id: {label.id!r} stands on line {seen[label.id]} already")
        seen[label.id] = number
        yield label


def _object(place: str, line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except json.JSONDecodeError as error:
        raise LabelledError(f"{place}: is not JSON: {error.msg} at character {error.pos + 1}") from None
    if not isinstance(found, dict):
        raise LabelledError(f"{place}: is {type(found).__name__}, needs an object in braces")
    return found


def _label(place: str, found: dict[str, Any], now: dt.datetime) -> Labelled:
    try:
        row = _Row.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise LabelledError(f"{place}: {key}: {first['msg'].lower()}") from None
    if not row.id:
        raise LabelledError(f"{place}: id: is empty; every comment needs a name of its own")
    return Labelled(
        comment=comment(row.id, row.text, now),
        categories=frozenset(_category(place, name) for name in row.categories),
        care=frozenset(row.care),
        expected=_course(place, row.expected),
        difficulty=row.difficulty,
        note=row.note,
    )


def _category(place: str, name: str) -> Category:
    try:
        return Category(name)
    except ValueError:
        known = ", ".join(Category)
        raise LabelledError(f"{place}: categories: there is no {name!r}; there are {known}") from None


def _course(place: str, name: str) -> Course:
    try:
        return Course(name)
    except ValueError:
        raise LabelledError(f"{place}: expected: is {name!r}; say {', '.join(Course)}") from None


def comment(name: str, written: str, now: dt.datetime) -> Comment:
    """The comment as a network would bring it: attachments apart from the text, with their descriptions."""
    text, attached = _apart(written)
    return Comment(
        ref=CommentRef(AccountRef(Platform.SANDBOX, "page"), name),
        author=AuthorRef(Platform.SANDBOX, name),
        text=text,
        posted_at=now,
        media=tuple(
            Media(_KINDS.get(kind, MediaKind.PICTURE), f"{name}-{number}", told)
            for number, (kind, told) in enumerate(attached)
        ),
    )


def _apart(written: str) -> tuple[str, list[tuple[str, str]]]:
    """The text without its attachments, and the kind and description of each."""
    kept: list[str] = []
    attached: list[tuple[str, str]] = []
    at = past = 0
    for opened in _OPENED.finditer(written):
        if opened.start() < past:
            continue
        closed = written.find("]", opened.end())
        if closed < 0:  # no later one is closed either: looking for each would take for ever
            break
        past = closed + 1
        kind = opened[1].lower()
        if kind in _KINDS or kind in _PICTURES:
            kept.append(written[at : opened.start()])
            attached.append((kind, written[opened.end() : closed]))
            at = past
    kept.append(written[at:])
    text = "".join(kept)
    return (text.strip() if attached else written), attached
