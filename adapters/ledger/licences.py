"""Where the events about licences stand, so that nobody reads the whole ledger for them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import bindparam, insert

from adapters.ledger import events
from adapters.ledger.columns import written
from adapters.ledger.tables import EVENT, LICENCES
from adapters.ledger.transaction import Transaction
from moderation.record import Recorded
from moderation.suspension import LicenceEvent, LicenceTested
from moderation.taxonomy import Category

_NEW = insert(LICENCES)
_CHANGES = events.RECORDED.join(LICENCES, LICENCES.c.seq == EVENT.c.seq).where(LICENCES.c.test.is_(False))
_TESTS = events.RECORDED.join(LICENCES, LICENCES.c.seq == EVENT.c.seq).where(
    LICENCES.c.test.is_(True),
    LICENCES.c.category == bindparam("wanted"),
    EVENT.c.at >= bindparam("since"),
)


def put(transaction: Transaction, seq: int, event: LicenceEvent) -> None:
    """Remember where the event stands."""
    test = isinstance(event, LicenceTested)
    transaction.execute(_NEW, {"seq": seq, "category": event.category, "test": test})


def changes(transaction: Transaction) -> tuple[Recorded, ...]:
    """Every suspension and every restoration, oldest first."""
    return events.recorded(transaction.execute(_CHANGES))


def tests(transaction: Transaction, category: Category, since: dt.datetime) -> tuple[Recorded, ...]:
    """What rulings said of a ground from a moment on, oldest first."""
    return events.recorded(transaction.execute(_TESTS, {"wanted": category, "since": written(since)}))
