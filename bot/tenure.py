"""A host's lease: as long as it holds, the host may act; when it has run out, others take its work over."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from moderation.ports import Books, Ledger

log = structlog.get_logger("tenure")

LEASE = dt.timedelta(seconds=6)
"""How long a host may be silent before others take its work over."""
BEAT = dt.timedelta(seconds=1.5)
MARGIN = dt.timedelta(seconds=1)
"""How much earlier the host itself stops: clocks run apart a little, and a call takes time."""


@dataclass(slots=True)
class Tenure:
    """Renews the lease, and knows when it has run out, also after the process was stopped for a while."""

    ledger: Ledger
    host: str
    monotonic: Callable[[], float] = time.monotonic
    _until: float = 0.0

    def holds(self) -> bool:
        """Whether this host may act now."""
        return self.monotonic() < self._until

    async def renew(self) -> None:
        """Renew the lease once. What counts is when this began: the ledger may have been waited for."""
        began = self.monotonic()
        await self.ledger.transact(functools.partial(_beat, host=self.host))
        self._until = began + (LEASE - MARGIN).total_seconds()

    async def run(self) -> None:
        """Renew for ever."""
        while True:
            try:
                await self.renew()
            except Exception:
                log.exception("the lease was not renewed", holds=self.holds())
            await asyncio.sleep(BEAT.total_seconds())


def _beat(books: Books, host: str) -> None:
    books.beat(host, LEASE)
