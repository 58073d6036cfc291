"""From the officers' watch list, a TOML file beside the settings, to what the check looks for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path as FilePath
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from config import document, validation
from config.complaint import ConfigError
from config.roster import DAY, midnight
from config.settings_shape import Line
from config.tuples import listed
from config.validation import Part
from moderation.checks.proceedings import Proceeding

Lines = Annotated[tuple[Line, ...], BeforeValidator(listed)]


class ProceedingsError(ConfigError):
    """The watch list cannot be used."""


class ProceedingPart(Part):
    """A table [[proceedings]]. `active_to` is the last day."""

    name: Line
    people: Lines = ()
    places: Lines = ()
    court: Line | None = None
    active_from: dt.date
    active_to: dt.date | None = None
    note: str = ""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.active_to is not None and self.active_to < self.active_from:
            raise PydanticCustomError("rule", "active_to comes before active_from")
        if not any(letter.isalnum() for each in (*self.people, *self.places) for letter in each):
            raise PydanticCustomError("rule", "names nobody and no place: give people, places or both")
        return self


class WatchListPart(Part):
    """The whole file."""

    proceedings: Annotated[tuple[ProceedingPart, ...], BeforeValidator(listed), Field(min_length=1)]


def load_proceedings(path: FilePath) -> tuple[Proceeding, ...]:
    """Read the watch list. Raises ProceedingsError with all complaints."""
    try:
        found = document.read(path)
    except ConfigError as error:
        raise ProceedingsError(error.problems) from None
    try:
        part = WatchListPart.model_validate(found.data)
    except ValidationError as error:
        # What stands here is about people: no complaint repeats it.
        told = validation.complaints(
            error.errors(include_url=False), WatchListPart, found.nearest, secret=lambda _: True
        )
        raise ProceedingsError(sorted(told, key=lambda one: one.place.line or 0)) from None
    return tuple(map(_proceeding, part.proceedings))


def ended(entries: Iterable[Proceeding], now: dt.datetime) -> tuple[str, ...]:
    """What to say of entries that are over, have not begun, or have no end, each by its number in the file.

    Numbers and not names, because what an operator is shown may end up in a log.
    """
    lines = []
    for number, entry in enumerate(entries, 1):
        if entry.ends is not None and entry.ends <= now:
            lines.append(f"entry {number} has run out; comments about it are no longer looked for")
        elif entry.begins > now:
            lines.append(f"entry {number} has not begun")
        elif entry.ends is None:
            lines.append(f"entry {number} has no active_to: take it out once the proceedings are over")
    return tuple(lines)


def _proceeding(part: ProceedingPart) -> Proceeding:
    return Proceeding(
        name=part.name,
        people=part.people,
        places=part.places,
        court=part.court or "",
        begins=midnight(part.active_from),
        ends=None if part.active_to is None else midnight(part.active_to + DAY),
        note=part.note,
    )
