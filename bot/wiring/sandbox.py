"""A whole house around the sandbox network: the real worker, ledger, checks, ladder and desk."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import pathlib
import secrets
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from adapters.ledger.ledger import open_ledger
from adapters.pack.folder import FolderPacker
from adapters.sandbox.desk import SandboxDesk
from adapters.sandbox.mailer import FolderMailer
from adapters.sandbox.network import (
    EVERYTHING,
    SandboxArchive,
    SandboxEnforcer,
    SandboxNetwork,
    SandboxSource,
    account,
)
from adapters.sandbox.story import POORER, read
from adapters.sandbox.story import Script as Script
from bot.bell import Bell
from bot.clocks import HandClock
from bot.desk import FrontDesk
from bot.dispatch import Dispatch, Hands
from bot.orders import Orders
from bot.rehearsal import Rehearsal
from bot.schedule import DigestTime, Schedule
from bot.wiring import media
from bot.wiring.models import classifiers
from bot.wiring.parts import collector, digest_letter, pipeline
from bot.worker import Worker
from moderation.casework import House, arrive
from moderation.comment import AccountRef
from moderation.decision import ActionKind
from moderation.policy import Policy
from moderation.ports import Abilities, Classifier, Ledger
from moderation.roster import Roster

STILL = 200
"""Rounds after which a house that does not come to rest is a defect."""


@dataclass(slots=True)
class Stage:
    """A sandbox house that is moved by hand: things happen, then it settles."""

    clock: HandClock
    network: SandboxNetwork
    source: SandboxSource
    desk: SandboxDesk
    mailer: FolderMailer
    ledger: Ledger
    house: House
    worker: Worker
    dispatch: Dispatch
    front: FrontDesk
    schedule: Schedule
    models: tuple[Classifier, ...] = ()

    async def settle(self) -> None:
        """Let everything that has happened take its course, at the present time."""
        for _ in range(STILL):
            busy = await self._take_in()
            busy += await self.worker.work_once()
            busy += await self.dispatch.dispatch_once()
            busy += await self.front.show_once()
            if not busy:
                return
        message = f"the house did not come to rest in {STILL} rounds"
        raise RuntimeError(message)

    async def pass_time(self, length: dt.timedelta) -> None:
        """Let time pass, and then what is due by the clock."""
        self.clock.move(length)
        await self.schedule.tick()
        await self.settle()

    async def _take_in(self) -> int:
        cursor = await self.ledger.transact(lambda books: books.cursor(self.source.name))
        new = 0
        async for batch in self.source.batches(cursor):
            new += await self.ledger.transact(functools.partial(arrive, source=self.source.name, batch=batch))
        return new

    def account(self, name: str) -> AccountRef:
        """The account with that id."""
        return account(name)

    async def aclose(self) -> None:
        """Close the ledger, and let the models go."""
        await self.ledger.aclose()
        for model in self.models:
            await model.aclose()


async def stage(
    policy: Policy,
    roster: Roster,
    *,
    url: str,
    home: pathlib.Path,
    start: dt.datetime,
    accounts: Mapping[str, str],
    poorer: Mapping[str, frozenset[ActionKind]] | None = None,
    make_token: Callable[[], str] | None = None,
    digest: DigestTime | None = None,
    models: tuple[Classifier, ...] = (),
) -> Stage:
    """Build a sandbox house.

    `accounts` maps ids to names; `poorer` cuts down what an account's network allows. It closes `models`.
    """
    clock = HandClock(start)
    network = SandboxNetwork(clock)
    can = {account(name): (poorer or {}).get(name, EVERYTHING) for name in accounts}
    house = House(
        policy, roster, Abilities(can), tuple((account(one), name) for one, name in accounts.items())
    )
    ledger = await open_ledger(url, clock)
    desk = SandboxDesk(network, clock)
    mailer = FolderMailer(home / "mails")
    bell = Bell()
    hands = Hands(
        enforcers={ref: SandboxEnforcer(network, ref, allowed) for ref, allowed in can.items()},
        archives={ref: SandboxArchive(network) for ref in can},
        mailer=mailer,
        packer=FolderPacker(home / "packs", collector(ledger, house)),
        rehearsal=Rehearsal(),
    )
    organisation = policy.organisation
    return Stage(
        clock=clock,
        network=network,
        source=SandboxSource(network, endless=False),
        desk=desk,
        mailer=mailer,
        ledger=ledger,
        house=house,
        worker=Worker(
            ledger,
            house,
            pipeline(models),
            desk,
            Orders(house, desk.chat),
            bell,
            own_names=frozenset(organisation.own_names),
            own_identifiers=frozenset(organisation.own_identifiers),
            media=media.looker(home, None, hands.archives),
        ),
        dispatch=Dispatch(ledger, house, hands, bell),
        front=FrontDesk(ledger, house, desk, bell, clock, make_token or _token),
        schedule=Schedule(ledger, house, desk, mailer, clock, digest, digest_letter(house)),
        models=models,
    )


def demo_script() -> Script:
    """What the public writes in the demo."""
    return read()


async def demo_stage(
    policy: Policy, roster: Roster, folder: pathlib.Path, start: dt.datetime, script: Script
) -> Stage:
    """The demo's house: one account that can do everything, and one like Mastodon's."""
    return await stage(
        policy,
        roster,
        url=f"sqlite:///{folder / 'ledger.db'}",
        home=folder,
        start=start,
        accounts=script.accounts,
        poorer={"volunteers": POORER},
        models=classifiers(None),
        digest=DigestTime(0, 8, zoneinfo.ZoneInfo("Europe/London"), ("comms-lead@example.invalid",)),
    )


def _token() -> str:
    return secrets.token_urlsafe(16)


def counting_tokens() -> Callable[[], str]:
    """Tokens that are the same in every run, for tests that compare."""
    numbers = itertools.count(1)
    return lambda: f"token-{next(numbers):04}"
