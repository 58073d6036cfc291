"""Columns that keep a value exactly, on SQLite as on PostgreSQL."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from adapters.ledger.escape import escaped, unescaped

FAR_OFF = dt.datetime(9999, 12, 31, tzinfo=dt.UTC)


def written(moment: dt.datetime) -> str:
    """Write a time so that texts sort as times do."""
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def later(now: dt.datetime, length: dt.timedelta) -> dt.datetime:
    """Add a length that came from outside, and may be longer than the calendar."""
    try:
        return now + length
    except OverflowError:
        return FAR_OFF


class Words(TypeDecorator[str]):
    """Any text at all, with NUL and lone surrogates."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Escape it."""
        del dialect
        return None if value is None else escaped(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Undo it."""
        del dialect
        return None if value is None else unescaped(value)


class Moment(TypeDecorator[dt.datetime]):
    """An aware time in UTC, to the microsecond, as text that sorts."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> str | None:
        """Write it."""
        del dialect
        return None if value is None else written(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> dt.datetime | None:
        """Read it."""
        del dialect
        return None if value is None else dt.datetime.fromisoformat(value)


def number() -> TypeEngine[int]:
    """64 bits everywhere. SQLite numbers rows by itself only where the type says INTEGER."""
    return BigInteger().with_variant(Integer(), "sqlite")
