"""From open actions to outcomes: each case in order, one call at a time for each account, evidence first."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import itertools
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from bot.bell import Bell
from bot.engine import Engine
from bot.loop import AFTER_A_FAULT, keep_going
from bot.tenure import Tenure
from moderation.casework import House
from moderation.comment import AccountRef
from moderation.decision import (
    Action,
    ActionKey,
    ActionKind,
    AlreadyDone,
    Done,
    Outcome,
    Refused,
    TryLater,
    Unknown,
    Unsupported,
)
from moderation.effects import Go, Secure, begin, finish, secure
from moderation.ports import (
    Archive,
    Books,
    Enforcer,
    EvidenceUnavailableError,
    Ledger,
    LedgerDownError,
    Mailer,
)

log = structlog.get_logger("dispatch")

AT_ONCE = 100
LANES_AT_ONCE = 1_000
ROUNDS = 20
"""How often a lane is looked at again in one walk, where each step makes another one ready."""
SWEEP = dt.timedelta(seconds=1)
KEPT = dt.timedelta(days=1)
"""How long the engine remembers what is over."""
ROUNDS_TO_A_PURGE = 3_600
FAILURES_IN_A_ROW = 3
IDLE = dt.timedelta(seconds=2)
CALL_LIMIT = dt.timedelta(seconds=60)
FETCH_LIMIT = dt.timedelta(seconds=120)
HARMLESS_TO_REPEAT = frozenset(
    {
        ActionKind.HIDE,
        ActionKind.UNHIDE,
        ActionKind.MUTE,
        ActionKind.UNMUTE,
        ActionKind.BLOCK,
        ActionKind.UNBLOCK,
        ActionKind.MAIL,  # staff mail: a duplicate is better than a loss, and bears the same Message-ID
        ActionKind.PACK,
    }
)
"""Calls whose second time changes nothing. A message to the public is not among them."""


@dataclass(frozen=True, slots=True)
class Hands:
    """Everything that can perform an action."""

    enforcers: Mapping[AccountRef, Enforcer]
    archives: Mapping[AccountRef, Archive]
    mailer: Mailer
    packer: Enforcer
    rehearsal: Enforcer

    def for_action(self, action: Action) -> Enforcer | None:
        """Who performs it; None for an account that we do not act for."""
        if action.kind is ActionKind.PACK:
            return self.packer
        return self.enforcers.get(action.account)


@dataclass(slots=True)
class Dispatch:
    """Performs what the ledger says is to be performed."""

    ledger: Ledger
    house: House
    hands: Hands
    bell: Bell
    engine: Engine | None = None
    """Who calls `walk`, on one host or on several; without one, this host's own loop."""
    tenure: Tenure | None = None
    _turns: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def run(self) -> None:
        """Dispatch for ever."""
        if self.engine is None or self.tenure is None:
            await keep_going("dispatch", self.dispatch_once, self.bell, IDLE)
            return
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.tenure.run())
                tasks.create_task(self._move(self.engine, self.tenure))
        finally:
            await self.engine.stop()

    async def _move(self, engine: Engine, tenure: Tenure) -> None:
        """Start the engine, and start it anew where it fails and goes on failing: its tables may be gone."""
        while True:
            try:
                await tenure.renew()  # before the first sweep, which looks who is alive
                await engine.start(self.walk)
                await self._sweep(engine)
            except LedgerDownError:
                log.warning("the engine waits for the ledger")
            except Exception:
                log.exception("engine failed; it is started anew")
            await engine.stop()
            await asyncio.sleep(AFTER_A_FAULT.total_seconds())

    async def _sweep(self, engine: Engine) -> None:
        """See to it that whatever is open is moved: what was put off, what broke, what a dead host left.

        Raises what the engine raises when it has failed several times in a row.
        """
        failures = 0
        for number in itertools.count():
            await asyncio.sleep(SWEEP.total_seconds() if number else 0)
            try:
                lanes, living, now = await self.ledger.transact(_open_work)
                await engine.queue(lanes, living)
                if number % ROUNDS_TO_A_PURGE == 0:
                    await engine.purge(now - KEPT)
                failures = 0
            except LedgerDownError:
                log.warning("sweep waits for the ledger")
            except Exception:
                failures += 1
                if failures == FAILURES_IN_A_ROW:
                    raise
                log.exception("sweep broke; it goes on")

    async def dispatch_once(self) -> int:
        """Walk every lane with something ready; gives how many there were."""
        lanes = await self.ledger.transact(lambda books: books.lanes(LANES_AT_ONCE))
        async with asyncio.TaskGroup() as tasks:
            for lane in lanes:
                tasks.create_task(self.walk(lane))
        return len(lanes)

    async def walk(self, lane: str) -> None:
        """Perform what is ready in a lane, and what becomes ready by that. What breaks is swept up later."""
        for _ in range(ROUNDS):
            ready = await self.ledger.transact(lambda books: books.ready(AT_ONCE, lane))
            for one in ready:
                async with self._turns[_turn(one.action)]:
                    if not self._may_act():
                        return
                    try:
                        await self._one(one.action.key)
                    except Exception:
                        log.exception("action broke", action=one.action.key)
                        return
            if not ready:
                return
            self.bell.ring()

    def _may_act(self) -> bool:
        return self.tenure is None or self.tenure.holds()

    async def _one(self, key: ActionKey) -> None:
        host = self.tenure.host if self.tenure else None
        going = await self.ledger.transact(lambda books: begin(books, self.house, key, host))
        match going:
            case Go() if not self._may_act():
                log.warning("lease ran out before a call; others take it over", action=key)
            case Go():
                outcome = await self._perform(going)
                await self.ledger.transact(lambda books: finish(books, self.house, going, outcome))
                log.info(
                    "action",
                    action=key,
                    kind=going.action.kind,
                    step=going.action.step,
                    attempt=going.attempt,
                    rehearsed=going.rehearse,
                    outcome=type(outcome).__name__,
                )
            case Secure():
                await self._secure(going)
            case None:
                pass

    async def _perform(self, going: Go) -> Outcome:
        action = going.action
        try:
            async with asyncio.timeout(CALL_LIMIT.total_seconds()):
                if going.rehearse:
                    return await self.hands.rehearsal.perform(action)
                if action.kind is ActionKind.MAIL:
                    return await self._mail(action)
                return await self._on_network(going)
        except TimeoutError:
            return Unknown(f"no answer within {CALL_LIMIT.total_seconds():.0f} seconds")

    async def _mail(self, action: Action) -> Outcome:
        if action.mail is None or not action.mail.to:
            return Refused("the policy names no address for this")
        return await self.hands.mailer.send(action.mail, str(action.key))

    async def _on_network(self, going: Go) -> Outcome:
        action = going.action
        enforcer = self.hands.for_action(action)
        if enforcer is None:
            return Unsupported(f"nobody acts for {action.account} here")
        if action.kind not in enforcer.can:
            return Unsupported(f"{action.account.platform} allows no {action.kind} here")
        if not going.again:
            return await enforcer.perform(action)
        found = await enforcer.read_back(action)
        match found:
            case Done() | AlreadyDone():
                return found
            case TryLater(after=after) if after <= dt.timedelta(0):
                return await enforcer.perform(action)
            case Unknown() if action.kind in HARMLESS_TO_REPEAT:
                return await enforcer.perform(action)
            case _:
                return found

    async def _secure(self, wanted: Secure) -> None:
        archive = self.hands.archives.get(wanted.action.account)
        for media in wanted.media:
            content, why = None, "this network gives no attachments"
            if archive is not None:
                try:
                    async with asyncio.timeout(FETCH_LIMIT.total_seconds()):
                        content = await archive.fetch(wanted.action.account, media)
                except EvidenceUnavailableError as error:
                    why = str(error)
                except TimeoutError:
                    why = f"did not come within {FETCH_LIMIT.total_seconds():.0f} seconds"
            keep = functools.partial(
                secure, house=self.house, action=wanted.action, media=media, content=content, why=why
            )
            await self.ledger.transact(keep)
        self.bell.ring()


def _open_work(books: Books) -> tuple[tuple[str, ...], frozenset[str], dt.datetime]:
    return books.lanes(LANES_AT_ONCE), books.living(), books.now


def _turn(action: Action) -> str:
    """One network's trouble delays no other's, and mail delays nobody."""
    if action.kind in {ActionKind.MAIL, ActionKind.PACK}:
        return action.kind.value
    return str(action.account)
