"""A loop that goes on: it works while there is work, waits for the bell, and survives what breaks it."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable

import structlog

from bot.bell import Bell

log = structlog.get_logger("loop")

AFTER_A_FAULT = dt.timedelta(seconds=5)
"""How long a loop rests when something broke it, such as a database that went away."""


async def keep_going(
    name: str, work_once: Callable[[], Awaitable[int]], bell: Bell, idle: dt.timedelta
) -> None:
    """Work for ever. `work_once` says how much there was to do."""
    while True:
        try:
            busy = await work_once()
        except Exception:
            log.exception("loop broke; it goes on", loop=name)
            await asyncio.sleep(AFTER_A_FAULT.total_seconds())
            continue
        if not busy:
            await bell.wait(name, idle)
