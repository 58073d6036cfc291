"""Opening the ledger from the command line."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from adapters.ledger.ledger import open_ledger
from bot.clocks import WallClock
from moderation.ports import Ledger


@contextlib.asynccontextmanager
async def reading(url: str) -> AsyncIterator[Ledger]:
    """The ledger for reading only: the bot may be running beside it."""
    ledger = await open_ledger(url, WallClock(), read_only=True)
    try:
        yield ledger
    finally:
        await ledger.aclose()


@contextlib.asynccontextmanager
async def writing(url: str) -> AsyncIterator[Ledger]:
    """The ledger for writing: refused while the bot is running."""
    ledger = await open_ledger(url, WallClock())
    try:
        yield ledger
    finally:
        await ledger.aclose()
