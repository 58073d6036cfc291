"""Durations as people write them: "90 days", "48 hours"."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator
from pydantic_core import PydanticCustomError

_WRITTEN = re.compile(r"(0|[1-9][0-9]{0,9}) (second|minute|hour|day|week)s?")
_UNITS = {
    "second": dt.timedelta(seconds=1),
    "minute": dt.timedelta(minutes=1),
    "hour": dt.timedelta(hours=1),
    "day": dt.timedelta(days=1),
    "week": dt.timedelta(weeks=1),
}
_LONGEST = dt.timedelta(days=36_500)
_NEEDS = 'a duration such as "20 seconds", "48 hours" or "90 days"'


def parse_duration(written: object) -> dt.timedelta:
    """Read a whole number and a unit with one space between. Fractions, months and years are refused."""
    if isinstance(written, dt.timedelta):
        return written
    found = _WRITTEN.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        raise PydanticCustomError("needs", _NEEDS)
    count, unit = int(found[1]), _UNITS[found[2]]
    if count > _LONGEST / unit:
        raise PydanticCustomError("needs", "a duration of at most 36500 days")
    return count * unit


def write_duration(duration: dt.timedelta) -> str:
    """Write a duration in the largest unit that holds it whole, as `parse_duration` reads it."""
    for name in ("day", "hour", "minute", "second"):
        count, rest = divmod(duration, _UNITS[name])
        if count and not rest:
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    return "0 seconds"


Duration = Annotated[
    dt.timedelta, PlainValidator(parse_duration), PlainSerializer(write_duration, when_used="json")
]
