"""Opening the ledger from the command line."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from adapters.ledger.audit import verify as verify_chain
from adapters.ledger.chain import Head
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


async def verify(url: str, head: str) -> tuple[bool, str]:
    """Follow the chain; `head` is SEQ:DIGEST from outside of the house, or empty."""
    seq, _, digest = head.partition(":")
    if head and not (seq.isdecimal() and digest):
        return False, f"{head!r} is no head: copy SEQ:DIGEST as a digest mail names it"
    expected = Head(int(seq), digest) if head else None
    ledger = await open_ledger(url, WallClock(), read_only=True)
    try:
        report = await verify_chain(ledger, expected)
    finally:
        await ledger.aclose()
    if not report.intact:
        return False, (
            f"NOT as it was written: {report.wrong}. Everything up to event {report.holds_to} holds. "
            "Stop the bot, keep a copy of the file, and tell information governance."
        )
    caution = "" if head else " Give --head from a digest mail to see that nothing was cut off the end."
    return True, (
        f"Sound: {report.head.seq} events, {report.erased} of them erased by request, "
        f"head {report.head.seq}:{report.head.digest}.{caution}"
    )
