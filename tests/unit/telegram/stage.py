"""The contract suites' stage on the emulated Bot API."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from adapters.telegram.config import TelegramAccount
from adapters.telegram.connection import Telegram, assemble, connect
from moderation.comment import AuthorRef, CommentRef, Platform
from moderation.decision import Action, ActionKind, DecisionId, Step, action_key
from moderation.ports import Enforcer, Source
from tests.peers.telegram_api import TelegramApi, User, faults, town
from tests.peers.telegram_api.objects import Membership
from tests.unit.telegram import station
from tests.unit.telegram.station import TownClock

CHANGES = frozenset({"deleted", "sent", "banned", "unbanned", "restricted", "unrestricted"})


@dataclass
class TelegramStage:
    """Both stages at once. The account has no channel, so that every action is one change."""

    place: town.Town
    api: TelegramApi
    telegram: Telegram
    clock: TownClock
    somebody: User
    made: list[Telegram] = field(default_factory=list)

    @property
    def account(self) -> TelegramAccount:
        return TelegramAccount(self.place.discussion.id)

    @property
    def account_of_source(self) -> str:
        return str(self.account.ref)

    @property
    def enforcer(self) -> Enforcer:
        return self.telegram.enforcers[0]

    def source(self) -> Source:
        self.made.append(assemble(self.telegram.config, self.clock))
        return self.made[-1].intake

    async def write(self, text: str) -> str:
        message = self.place.world.comment(self.somebody, text, thread=self.place.post)
        return str(message.message_id)

    async def edit(self, number: str, text: str) -> None:
        self.place.clock.pass_by(dt.timedelta(seconds=1))
        self.place.world.edit(self.place.discussion.messages[int(number)], text)

    async def delete(self, number: str) -> None:
        self.place.world.remove(self.place.discussion.messages[int(number)])

    async def garble(self) -> None:
        self.place.world.unknown_update({"message": "thunderstorm"})

    def action(self, kind: ActionKind, mark: str = "1") -> Action:
        world, group = self.place.world, self.place.discussion
        message = world.comment(self.somebody, "dreadful", thread=self.place.post)
        if kind is ActionKind.UNBLOCK:
            group.members[self.somebody.id] = Membership("kicked")
        if kind is ActionKind.UNMUTE:
            group.members[self.somebody.id] = Membership("restricted")
        decision = DecisionId(f"d-{mark}")
        return Action(
            key=action_key(decision, kind),
            kind=kind,
            step=Step.SIGNPOST,
            decision=decision,
            author=AuthorRef(Platform.TELEGRAM, str(self.somebody.id)),
            account=self.account.ref,
            comment=CommentRef(self.account.ref, str(message.message_id)),
            text="Please be kind.",
        )

    def effects(self) -> int:
        """Sent messages count each; shutting out twice leaves somebody shut out once."""
        happened = [one for one in self.place.world.log.happened if one.kind in CHANGES]
        return len({(one.kind, one.chat_id, one.subject) for one in happened})

    def busy(self) -> None:
        self.place.world.faults.add(faults.ANY, faults.too_many_requests(60))

    def lose_the_answer(self) -> None:
        self.place.world.faults.add(faults.ANY, faults.drop_after())


@asynccontextmanager
async def stage() -> AsyncIterator[TelegramStage]:
    """Set the stage and clear it."""
    place = town.build()
    clock = TownClock(place)
    somebody = place.world.person("Sam")
    place.world.direct(somebody, "/start")
    place.bot.queue.drop()
    async with TelegramApi(place.world, longest_poll=station.SHORT_POLL) as api:
        config = station.config_of(place, api)
        config = replace(config, accounts=(TelegramAccount(place.discussion.id),))
        there = TelegramStage(place, api, await connect(config, clock), clock, somebody)
        try:
            yield there
        finally:
            for one in (there.telegram, *there.made):
                await one.aclose()
