"""What to do once the ledger has been put back from a copy."""

from __future__ import annotations

from moderation.ports import Books, Ledger
from moderation.record import EpochRaised


async def raise_epoch(ledger: Ledger, why: str) -> int:
    """Void what was open before: approvals and cards at once, and actions until they are read back.

    Gives the new epoch.
    """

    def begin(books: Books) -> int:
        epoch = books.epoch + 1
        books.append(EpochRaised(epoch, why))
        return epoch

    return await ledger.transact(begin)
