"""One host that only dispatches: `python -m tests.chaos.host URL LOG NAME`.

Its network is a file to which every effect adds a line: what stands there happened, whoever has died since.
With `--blind` it reads nothing back, and says that whatever is in doubt did not happen.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import datetime as dt
import functools
import json
import os
import pathlib
import sys
import time

from adapters.engine.dbos import DbosEngine
from adapters.ledger import SqlLedger, open_ledger
from bot import logs
from bot.bell import Bell
from bot.clocks import WallClock
from bot.dispatch import Dispatch, Hands
from bot.rehearsal import Rehearsal
from bot.tenure import Tenure
from moderation import record
from moderation.casework import House
from moderation.comment import AccountRef, AuthorRef, Platform
from moderation.decision import Action, ActionKey, ActionKind, DecisionId, Done, Outcome, TryLater
from moderation.ports import Abilities, Books
from moderation.roster import Roster
from tests.contracts.ledger import values
from tests.fakes.mailer import FakeMailer
from tests.strategies.policies import lawful_policy

LATENCY = 0.05
"""Seconds between an effect and its answer: long enough to be killed in."""


@dataclasses.dataclass(frozen=True, slots=True)
class LoggingEnforcer:
    """Does nothing but say so, on a log that outlives it."""

    log: pathlib.Path
    blind: bool = False
    latency: float = LATENCY
    at: dict[str, float] = dataclasses.field(default_factory=dict)
    account: AccountRef = values.ACCOUNT
    can: frozenset[ActionKind] = frozenset(ActionKind)

    async def perform(self, action: Action) -> Outcome:
        """Add a line, and answer a moment later."""
        descriptor = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, f"{action.author.id} {action.key}\n".encode())
        finally:
            os.close(descriptor)
        self.at[str(action.key)] = time.monotonic()
        await asyncio.sleep(self.latency)
        return Done(f"line of {action.key}")

    async def read_back(self, action: Action) -> Outcome:
        """Look for the line."""
        if not self.blind and any(line.endswith(f" {action.key}") for line in effects(self.log)):
            return Done(f"found {action.key}")
        return TryLater(dt.timedelta(0), "not there")


def effects(log: pathlib.Path) -> list[str]:
    """What has happened on the network, in order: the author and the action of each effect."""
    return log.read_text(encoding="utf-8").splitlines() if log.exists() else []


def intend(authors: int, each: int) -> list[str]:
    """The effects that `seed` calls for, in each author's order."""
    return [f"{author} {_key(author, number)}" for author in range(authors) for number in range(each)]


def _key(author: int, number: int) -> str:
    return f"act-{author:04}-{number:02}"


def seed(books: Books, authors: int, each: int, first: int = 0) -> None:
    """Decide to hide a comment of each author, in an active house, as often as told."""
    books.append(record.ModeChanged(record.Mode.ACTIVE, "test", "chaos", "chaos"))
    for author in range(first, first + authors):
        whose = AuthorRef(Platform.SANDBOX, str(author))
        comment = values.comment(f"c-{author}", author=whose)
        books.append(record.CommentSeen(comment, "{}"), whose)
        books.case_of(whose)
        for number in range(each):
            key = _key(author, number)
            decision = _decided(key, whose, comment.ref.id)
            books.append(decision, whose)
            books.append(record.Intended(_intended(key, whose, decision)), whose)


def _decided(key: str, whose: AuthorRef, comment: str) -> record.Decided:
    given = values.decision(f"d-{key}", author=whose)
    return record.Decided(dataclasses.replace(given, comment=values.ref(comment)))


def _intended(key: str, whose: AuthorRef, decided: record.Decided) -> Action:
    given = values.action(key, author=whose)
    return dataclasses.replace(
        given,
        key=ActionKey(key),
        decision=DecisionId(decided.decision.id),
        comment=decided.decision.comment,
    )


async def main(given: argparse.Namespace) -> None:
    """Dispatch until killed, or until what was fed has been done."""
    ledger = await open_ledger(given.url, WallClock())
    enforcer = LoggingEnforcer(given.log, blind=given.blind, latency=given.latency)
    dispatch = dispatch_on(ledger, enforcer, given.name, engine=not given.loops)
    running = asyncio.create_task(dispatch.run())
    if given.feed:
        await asyncio.sleep(1)
        sys.stdout.write(await _fed(ledger, enforcer, dispatch, given.feed) + "\n")
        running.cancel()
    await asyncio.wait([running])


def dispatch_on(ledger: SqlLedger, enforcer: LoggingEnforcer, name: str, *, engine: bool) -> Dispatch:
    """A dispatch whose network is the log."""
    database = ledger.shared() if engine else None
    return Dispatch(
        ledger,
        House(lawful_policy(), Roster(()), Abilities({values.ACCOUNT: enforcer.can})),
        Hands({values.ACCOUNT: enforcer}, {}, FakeMailer(), Rehearsal(), Rehearsal()),
        Bell(),
        DbosEngine(database, name, ledger.announce_to) if database is not None else None,
        Tenure(ledger, name) if database is not None else None,
    )


PACE = 0.2
"""Seconds between two cases that are fed: five a second."""
IDLE = 5.0


async def _fed(ledger: SqlLedger, enforcer: LoggingEnforcer, dispatch: Dispatch, count: int) -> str:
    """Decide one case after another; tell how long each waited for its effect, and what idling costs."""
    waited = []
    for number in range(count):
        began = time.monotonic()
        await ledger.transact(functools.partial(seed, authors=1, each=1, first=number))
        dispatch.bell.ring()
        async with asyncio.timeout(30):
            while _key(number, 0) not in enforcer.at:  # noqa: ASYNC110 - a moment at a time
                await asyncio.sleep(0.001)
        waited.append(enforcer.at[_key(number, 0)] - began)
        await asyncio.sleep(max(0.0, PACE - (time.monotonic() - began)))
    used = time.process_time()
    await asyncio.sleep(IDLE)
    return json.dumps({"waited": waited, "idle": (time.process_time() - used) / IDLE})


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("log", type=pathlib.Path)
    parser.add_argument("name")
    parser.add_argument("--blind", action="store_true", help="read nothing back")
    parser.add_argument("--loops", action="store_true", help="without an engine")
    parser.add_argument("--latency", type=float, default=LATENCY)
    parser.add_argument("--feed", type=int, default=0, metavar="CASES", help="decide so many, and tell")
    return parser.parse_args()


if __name__ == "__main__":
    logs.configure(level="WARNING")
    asyncio.run(main(_given()))
