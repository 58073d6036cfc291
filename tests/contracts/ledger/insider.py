"""What an insider can do past the program, to a ledger that holds a few events."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from sqlalchemy import Connection, Engine

from adapters.ledger import SqlLedger
from moderation import record
from moderation.ports import Books
from moderation.record import Mode, ModeChanged, Noted
from tests.contracts.ledger import values
from tests.contracts.ledger.values import AUTHOR, AWKWARD

LAST = 9


async def fill(ledger: SqlLedger) -> None:
    """Write nine events."""
    await ledger.transact(_write)


def _write(books: Books) -> None:
    books.case_of(AUTHOR)
    books.append(record.CommentSeen(values.comment(text=AWKWARD), "raw"))
    books.append(ModeChanged(Mode.ACTIVE, "operator", "", "m"))
    books.append(record.Decided(values.decision()))
    books.append(record.Intended(values.action()))
    for number in range(LAST - 4):
        books.append(Noted("somebody", f"note {number}", f"{number}"))


@contextlib.contextmanager
def unguarded(intruder: Engine) -> Iterator[Connection]:
    """An insider takes the guards away first."""
    with intruder.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in names.all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("SET session_replication_role = 'replica'")
        yield connection
