"""What the ledger asks of a database, whichever it is."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import Connection, Engine, Select, select
from sqlalchemy.exc import DBAPIError

from adapters.ledger.errors import LedgerError
from adapters.ledger.tables import HOUSE


class Store(Protocol):
    """One database, and its ways of connecting and of failing."""

    read_only: bool

    @property
    def name(self) -> str:
        """What to call it in a message: a file, or a server without its password."""

    def connect(self) -> Connection:
        """Connect anew, with every guard set. Raises `DBAPIError`."""

    def prepare(self, connection: Connection) -> None:
        """Make sure that the tables are those of this version, in the transaction that is open."""

    def first(self) -> Select[tuple[int, str, str, int]]:
        """The statement that opens a transaction: it reads the house's row, and takes it."""

    def clock(self) -> Select[tuple[str]] | None:
        """The statement that reads the time on which several hosts agree; None where there is one host."""

    def shared(self) -> Engine | None:
        """Connections for an engine that keeps tables of its own beside ours; None where that cannot be."""

    def explain(self, error: DBAPIError) -> LedgerError:
        """Say in one sentence what went wrong, and what to do. Nothing of the row is quoted."""

    def hopeless(self, error: DBAPIError) -> bool:
        """Whether nothing may be written any more until somebody has looked, as after a failed fsync."""

    def passing(self, error: DBAPIError) -> bool:
        """Whether beginning once more may help: the connection was lost, or two got in each other's way."""

    def uncertain(self, error: DBAPIError) -> bool:
        """Whether this error of a commit leaves open if the transaction stays."""

    def release(self) -> None:
        """Let the database go."""


READ_HOUSE = select(HOUSE.c.seq, HOUSE.c.digest, HOUSE.c.mode, HOUSE.c.epoch).where(HOUSE.c.id == 1)
TAKE_HOUSE = READ_HOUSE.with_for_update()
