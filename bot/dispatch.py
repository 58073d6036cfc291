"""From open actions to outcomes: one call at a time for each account, evidence first."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from bot.bell import Bell
from bot.loop import keep_going
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
from moderation.ports import Archive, Enforcer, EvidenceUnavailableError, Ledger, Mailer, OpenAction

log = structlog.get_logger("dispatch")

AT_ONCE = 100
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

    async def run(self) -> None:
        """Dispatch for ever."""
        await keep_going("dispatch", self.dispatch_once, self.bell, IDLE)

    async def dispatch_once(self) -> int:
        """Perform what is ready now; gives how many actions there were."""
        ready = await self.ledger.transact(lambda books: books.ready(AT_ONCE))
        lanes: dict[str, list[OpenAction]] = defaultdict(list)
        for one in ready:
            lanes[_lane(one.action)].append(one)
        async with asyncio.TaskGroup() as tasks:
            for lane in lanes.values():
                tasks.create_task(self._walk(lane))
        if ready:
            self.bell.ring()
        return len(ready)

    async def _walk(self, lane: list[OpenAction]) -> None:
        for one in lane:
            try:
                await self._one(one.action.key)
            except Exception:
                log.exception("action broke", action=one.action.key)

    async def _one(self, key: ActionKey) -> None:
        going = await self.ledger.transact(lambda books: begin(books, self.house, key))
        match going:
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


def _lane(action: Action) -> str:
    """One network's trouble delays no other's, and mail delays nobody."""
    if action.kind in {ActionKind.MAIL, ActionKind.PACK}:
        return action.kind.value
    return str(action.account)
