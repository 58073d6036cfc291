"""Two clocks: the real one, and one that a demo or a test moves by hand."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass


@dataclass(slots=True)
class WallClock:
    """The time as it is."""

    def now(self) -> dt.datetime:
        """Say the time in UTC."""
        return dt.datetime.now(dt.UTC)  # noqa: TID251 - this is the Clock

    async def sleep(self, length: dt.timedelta) -> None:
        """Wait."""
        await asyncio.sleep(length.total_seconds())


@dataclass(slots=True)
class HandClock:
    """A clock that stands still until it is moved."""

    time: dt.datetime

    def now(self) -> dt.datetime:
        """Say the time that it was set to."""
        return self.time

    def move(self, length: dt.timedelta) -> None:
        """Move it on."""
        self.time += length

    async def sleep(self, length: dt.timedelta) -> None:
        """Let that time pass at once."""
        self.move(length)
        await asyncio.sleep(0)
