"""Erasing what people wrote, so that the chain still proves that it was there."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import select, update

from adapters.ledger import actions, evidence
from adapters.ledger.books import SqlBooks
from adapters.ledger.columns import written
from adapters.ledger.errors import StillNeededError
from adapters.ledger.ledger import SqlLedger
from adapters.ledger.tables import EVENT, PAYLOAD
from adapters.ledger.transaction import Transaction
from moderation.record import Noted

MARK = "erased:"
KEY = f"noted:{MARK}"
"""How the keys of the notes begin that say what was erased."""

_AT_ONCE = 500
_TOLD = re.compile(r"erased ([0-9]+(?:-[0-9]+)?(?: [0-9]+(?:-[0-9]+)?)*): ")


async def erase(ledger: SqlLedger, seqs: Iterable[int], *, by: str, why: str) -> int:
    """Erase the payloads of these events for good, and note it. Gives how many there were to erase.

    What was erased before is passed over. An action that is still to be performed is not erased, and
    neither is a note of an erasure: `StillNeededError`.
    """
    wanted = sorted(set(seqs))
    return await ledger.run(lambda transaction: _erase(transaction, wanted, by, why))


def told(text: str) -> Iterator[int]:
    """Which events a note of an erasure names."""
    found = _TOLD.match(text)
    for run in found[1].split(" ") if found else ():
        first, _, last = run.partition("-")
        yield from range(int(first), int(last or first) + 1)


def _erase(transaction: Transaction, wanted: Sequence[int], by: str, why: str) -> int:
    erased: list[int] = []
    for start in range(0, len(wanted), _AT_ONCE):
        erased += _held(transaction, wanted[start : start + _AT_ONCE])
    for seq in erased:
        transaction.execute(
            update(PAYLOAD)
            .where(PAYLOAD.c.seq == seq)
            .values(body=None, salt="", erased_at=written(transaction.now))
        )
        evidence.let_go(transaction, seq)
    if erased:
        runs = " ".join(_runs(erased))
        mark = f"{MARK}{hashlib.sha256(runs.encode()).hexdigest()}"
        SqlBooks(transaction).append(Noted(by, f"erased {runs}: {why}", mark))
    return len(erased)


def _held(transaction: Transaction, wanted: Sequence[int]) -> list[int]:
    rows = transaction.execute(
        select(EVENT.c.seq, EVENT.c.key, EVENT.c.kind)
        .join(PAYLOAD, PAYLOAD.c.seq == EVENT.c.seq)
        .where(EVENT.c.seq.in_(wanted), PAYLOAD.c.erased_at.is_(None))
        .order_by(EVENT.c.seq)
    ).all()
    for row in rows:
        if row.key.startswith(KEY):
            raise StillNeededError(f"event {row.seq} notes an erasure, which the audit asks for")
        if row.kind == "Intended" and actions.unfinished(transaction, row.seq):
            raise StillNeededError(f"event {row.seq} intends an action that has not come to its end")
    return [row.seq for row in rows]


def _runs(seqs: Iterable[int]) -> Iterator[str]:
    """Write 3 4 5 9 as 3-5 9."""
    for _, run in itertools.groupby(enumerate(seqs), key=lambda pair: pair[1] - pair[0]):
        numbers = [seq for _, seq in run]
        yield str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}-{numbers[-1]}"
