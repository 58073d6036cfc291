"""Which hosts are alive: each renews a lease, on the clock that they share."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import bindparam, delete, insert, select, update

from adapters.ledger.columns import Moment
from adapters.ledger.tables import HOSTS
from adapters.ledger.transaction import Transaction

_KEPT = dt.timedelta(days=1)
"""How long a host that is gone is remembered, for whoever looks what happened."""

_UNTIL = bindparam("lasting", type_=Moment())
_NAMED = HOSTS.c.host == bindparam("named")
_RENEWED = update(HOSTS).where(_NAMED).values(until=_UNTIL)
_LIVING = select(HOSTS.c.host).where(HOSTS.c.until > bindparam("at", type_=Moment())).order_by(HOSTS.c.host)
_FORGOTTEN = delete(HOSTS).where(HOSTS.c.until < bindparam("before", type_=Moment()))


def beat(transaction: Transaction, host: str, lease: dt.timedelta) -> None:
    """The host is alive, and is taken to be so for that long."""
    now = transaction.shared_now
    renewed = transaction.execute(_RENEWED, {"named": host, "lasting": now + lease})
    if renewed.rowcount == 0:
        transaction.execute(_FORGOTTEN, {"before": now - _KEPT})
        transaction.execute(insert(HOSTS).values(host=host, since=now, until=now + lease))


def living(transaction: Transaction) -> frozenset[str]:
    """The hosts whose lease has not run out."""
    found = transaction.execute(_LIVING, {"at": transaction.shared_now})
    return frozenset(found.scalars())
