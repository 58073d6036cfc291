"""A clock that moves only when it is told to."""

from __future__ import annotations

import asyncio
import datetime as dt

NOON = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)


class FakeClock:
    """Stands still; sleeping moves it on at once."""

    def __init__(self, now: dt.datetime = NOON) -> None:
        self._now = now

    def now(self) -> dt.datetime:
        """Say where the hands stand."""
        return self._now

    def advance(self, length: dt.timedelta) -> None:
        """Move the hands on."""
        self._now += length

    async def sleep(self, length: dt.timedelta) -> None:
        """Move the hands on and let others run."""
        self.advance(length)
        await asyncio.sleep(0)
