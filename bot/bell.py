"""A bell that wakes loops: rung when there is work, heard at the latest after a while."""

from __future__ import annotations

import asyncio
import datetime as dt


class Bell:
    """Any number of loops wait; one ring wakes each of them once."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Event] = set()
        self._rung: dict[str, bool] = {}

    def ring(self) -> None:
        """Wake everyone who waits, and whoever asks next."""
        for name in self._rung:
            self._rung[name] = True
        for event in self._waiting:
            event.set()

    async def wait(self, name: str, at_most: dt.timedelta) -> None:
        """Wait for the next ring since this listener last came, or that long."""
        if self._rung.get(name):
            self._rung[name] = False
            return
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            async with asyncio.timeout(at_most.total_seconds()):
                await event.wait()
        except TimeoutError:
            pass
        finally:
            self._waiting.discard(event)
            self._rung[name] = False
