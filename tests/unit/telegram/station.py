"""The emulated town with our adapter connected to it, over real HTTP on loopback."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace

from pydantic import SecretStr

from adapters.telegram.config import TelegramAccount, TelegramConfig
from adapters.telegram.connection import Telegram, connect
from adapters.telegram.enforcer import TelegramEnforcer
from moderation.arrival import Batch, Item
from moderation.comment import AuthorRef, CommentRef, Platform
from moderation.decision import Action, ActionKey, ActionKind, DecisionId, Step
from tests.peers.telegram_api import Chat, Message, TelegramApi, TelegramWorld, User, town
from tests.peers.telegram_api.town import Town

STEPS = {ActionKind.BLOCK: Step.BLOCK, ActionKind.UNBLOCK: Step.UNBLOCK, ActionKind.MESSAGE: Step.WARN}
DISCUSSION = -1_002_200_000_001
"""The town's discussion group: the first supergroup that is built in it."""
SHORT_POLL = 0.05
"""Real seconds that the emulator keeps a poll open where there is nothing."""


class TownClock:
    """The town's own clock as a port: who sleeps moves the town on."""

    def __init__(self, place: Town) -> None:
        self._hands = place.clock
        self.slept: list[dt.timedelta] = []

    def now(self) -> dt.datetime:
        return self._hands.now

    async def sleep(self, length: dt.timedelta) -> None:
        self.slept.append(length)
        self._hands.pass_by(length)


@dataclass(frozen=True, slots=True)
class Station:
    """A town, its server, and the adapter."""

    town: Town
    api: TelegramApi
    telegram: Telegram
    clock: TownClock

    @property
    def world(self) -> TelegramWorld:
        return self.town.world

    @property
    def enforcer(self) -> TelegramEnforcer:
        return self.telegram.enforcers[0]

    def comment(self, text: str = "you fools", who: User | None = None) -> Message:
        return self.world.comment(who or self.world.person("Ada"), text, thread=self.town.post)

    def calls(self, method: str) -> int:
        return len(self.world.log.calls(method))

    async def items(self, cursor: str | None = None, batches: int = 1) -> tuple[tuple[Item, ...], str]:
        """Everything in so many batches, and the cursor behind them."""
        items: tuple[Item, ...] = ()
        async with aclosing(self.telegram.intake.batches(cursor)) as source:  # type: ignore[type-var]
            for _ in range(batches):
                batch: Batch = await anext(source)
                items, cursor = (*items, *batch.items), batch.cursor
        assert cursor is not None
        return items, cursor


async def until(happened: Callable[[], bool]) -> None:
    """Let others run until it has happened."""
    async with asyncio.timeout(10):
        while not happened():  # noqa: ASYNC110 - what happens there sets no event
            await asyncio.sleep(0.005)


def action(kind: ActionKind, who: User | Chat, message: Message | None = None, **more: object) -> Action:
    """One action on the one account of the town."""
    author = AuthorRef(Platform.TELEGRAM, str(who.id))
    made = Action(
        key=ActionKey(f"a-1-{kind}"),
        kind=kind,
        step=STEPS.get(kind, Step.HIDE),
        decision=DecisionId("d-1"),
        author=author,
        account=TelegramAccount(DISCUSSION).ref,
        text="Please stop.",
    )
    if message is not None:
        made = replace(made, comment=CommentRef(made.account, str(message.message_id)))
    return replace(made, **more)  # type: ignore[arg-type]


def config_of(place: Town, api: TelegramApi) -> TelegramConfig:
    return TelegramConfig(
        token=SecretStr(place.bot.token),
        staff_chat=place.staff.id,
        accounts=(TelegramAccount(place.discussion.id, place.channel.id),),
        staff=frozenset({place.director.id}),
        base_url=api.base_url,
    )


@asynccontextmanager
async def opened(place: Town | None = None, **settings: object) -> AsyncIterator[Station]:
    """A station for the length of a test."""
    place = place or town.build()
    clock = TownClock(place)
    async with TelegramApi(place.world, longest_poll=SHORT_POLL) as api:
        config = replace(config_of(place, api), **settings)  # type: ignore[arg-type]
        telegram = await connect(config, clock)
        try:
            yield Station(place, api, telegram, clock)
        finally:
            await telegram.aclose()
