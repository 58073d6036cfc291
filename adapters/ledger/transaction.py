"""One transaction: its time, the state of the house, and the only way to the database."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import structlog
from sqlalchemy import Connection, CursorResult, Executable, Select, update
from sqlalchemy.exc import DBAPIError

from adapters.ledger.chain import Head
from adapters.ledger.errors import LedgerError, LedgerUnavailableError
from adapters.ledger.tables import HOUSE
from moderation.record import Mode

log = structlog.get_logger("ledger")

PAUSED_WHILE_ACTIVE = "paused while active"

_LEAVE = update(HOUSE).where(HOUSE.c.id == 1)


@dataclasses.dataclass(slots=True)
class House:
    """The row that every writer takes first."""

    seq: int
    digest: str
    mode: str
    epoch: int

    @property
    def current(self) -> Mode:
        """The mode; whatever we do not know is rehearsal."""
        if self.mode == PAUSED_WHILE_ACTIVE:
            return Mode.PAUSED
        return Mode(self.mode) if self.mode in set(Mode) else Mode.REHEARSAL

    @property
    def rehearsing(self) -> bool:
        """Whether what happens now is a rehearsal. A pause of an active house is none."""
        return self.mode not in {Mode.ACTIVE, PAUSED_WHILE_ACTIVE}


def after(before: str, mode: Mode) -> str:
    """What the house's row says when the mode changes. A pause remembers what it interrupts."""
    if mode is Mode.PAUSED and before in {Mode.ACTIVE, PAUSED_WHILE_ACTIVE}:
        return PAUSED_WHILE_ACTIVE
    return mode


class Transaction:
    """Runs statements until it is over. After one has failed, none is run and nothing is kept."""

    def __init__(
        self,
        connection: Connection,
        house: House,
        now: dt.datetime,
        *,
        read_only: bool,
        clock: Select[tuple[str]] | None,
        explain: Callable[[DBAPIError], LedgerError],
    ) -> None:
        self.house = house
        self.now = now
        self.read_only = read_only
        self.lanes: set[str] = set()
        """Cases with an action that was intended here: somebody has to move it."""
        self._connection = connection
        self._clock = clock
        self._explain = explain
        self._found = (house.seq, house.digest, house.mode, house.epoch)
        self._failure: BaseException | None = None
        self._over = False

    @property
    def head(self) -> Head:
        """Where the chain ends at this moment."""
        return Head(self.house.seq, self.house.digest)

    @property
    def shared_now(self) -> dt.datetime:
        """The time on which every host agrees. Leases run by it, nothing else does."""
        if self._clock is None:
            return self.now
        return dt.datetime.fromisoformat(self.execute(self._clock).scalar_one())

    def announce(self, tell: Callable[[Connection, Sequence[str]], None]) -> None:
        """Tell an engine in the same database, in the same transaction, which lanes have work.

        An engine that fails takes nothing with it: what is open here is swept up later.
        """
        if not self.lanes or self._failure is not None:
            return
        try:
            with self._connection.begin_nested():
                tell(self._connection, sorted(self.lanes))
        except DBAPIError as error:
            log.warning("engine not told", lanes=len(self.lanes), error=type(error.orig).__name__)

    def execute(
        self, statement: Executable, parameters: Mapping[str, object] | None = None
    ) -> CursorResult[Any]:
        """Run one statement. Its error is told in our words, and is the end of the transaction.

        A statement that is run for every comment is made once, at the head of its module, and takes
        parameters: making it takes longer than running it.
        """
        if self._over:
            raise LedgerUnavailableError("these books are closed: their transaction is over")
        if self._failure is not None:
            raise self._failure
        try:
            return self._connection.execute(statement, parameters)
        except DBAPIError as error:
            self._failure = self._explain(error)
            # The driver's own message may quote the row; only its code is passed on.
            raise self._failure from None

    @contextlib.contextmanager
    def indivisible(self) -> Iterator[None]:
        """All of it or nothing: an exception within, even one that the caller swallows, undoes everything."""
        try:
            yield
        except BaseException as error:
            self._failure = self._failure or error
            raise

    def settle(self) -> None:
        """Write down where the chain ends now. The last thing before the commit."""
        if self._failure is not None:
            raise self._failure
        house = self.house
        if (house.seq, house.digest, house.mode, house.epoch) != self._found:
            self.execute(_LEAVE, dataclasses.asdict(house))

    def close(self) -> None:
        """Let nothing more through."""
        self._over = True
