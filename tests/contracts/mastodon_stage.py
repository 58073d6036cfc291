"""The contract suites' stage on an emulated Mastodon instance."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from adapters.mastodon.client import Client
from adapters.mastodon.enforcer import MastodonEnforcer
from adapters.mastodon.settings import Settings
from adapters.mastodon.source import MastodonSource
from moderation.comment import AuthorRef, CommentRef, Platform
from moderation.decision import Action, ActionKind, DecisionId, Step, action_key
from moderation.ports import Enforcer, Source
from tests.fakes.clock import FakeClock
from tests.peers.mastodon_server import TOKEN, Fault, MastodonServer
from tests.peers.mastodon_world import US, Account

CHANGES = r"/(mute|unmute|block|unblock|reports/|revoke|action|statuses)$"
_UNDOES = {ActionKind.UNMUTE: "muting", ActionKind.UNBLOCK: "blocking"}


class QuickClock(FakeClock):
    """Sleeping moves the hands at once, and lets the threads have a moment of real time."""

    async def sleep(self, length: dt.timedelta) -> None:
        self.advance(length)
        await asyncio.sleep(0.005)


@dataclass
class MastodonStage:
    """Both stages at once."""

    server: MastodonServer
    somebody: Account
    more: dict[str, Any] = field(default_factory=dict)
    clock: QuickClock = field(default_factory=QuickClock)
    sources: list[MastodonSource] = field(default_factory=list)
    enforcers: list[MastodonEnforcer] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        given = {"request_limit": dt.timedelta(seconds=5)} | self.more
        return Settings(self.server.url, "@trust@social.example", TOKEN, **given)

    @property
    def account_of_source(self) -> str:
        return "mastodon:@trust@social.example"

    @property
    def enforcer(self) -> Enforcer:
        if not self.enforcers:
            self.enforcers.append(MastodonEnforcer(Client(self.settings)))
        return self.enforcers[-1]

    def source(self) -> Source:
        self.sources.append(MastodonSource(Client(self.settings), self.clock))
        return self.sources[-1]

    async def write(self, text: str) -> str:
        return str(self.server.world.post(self.somebody, f"@trust {text}")["id"])

    async def edit(self, number: str, text: str) -> None:
        self.server.world.edit(self.server.world.statuses[number], f"@trust {text}")

    async def delete(self, number: str) -> None:
        self.server.world.delete(number)

    async def garble(self) -> None:
        self.server.world.notify("thunderstorm")

    def action(self, kind: ActionKind, mark: str = "1", **more: Any) -> Action:  # noqa: ANN401 - any field
        world = self.server.world
        if "comment" not in more:
            ours = world.post(US, "Our ambulance day")
            status = world.quote(self.somebody, "dreadful", ours)
            more["comment"] = CommentRef(self.settings.ref, status["id"])
        if kind in _UNDOES:
            world.tie(self.somebody.id)[_UNDOES[kind]] = True
        decision = DecisionId(f"d-{mark}")
        given: dict[str, Any] = {
            "author": AuthorRef(Platform.MASTODON, self.somebody.id),
            "account": self.settings.ref,
            "step": Step.SIGNPOST,
            "text": "Please be kind.",
        }
        return Action(key=action_key(decision, kind), kind=kind, decision=decision, **(given | more))

    def effects(self) -> int:
        world = self.server.world
        ours = [one for one in world.statuses.values() if one["account"]["id"] == US and one["mentions"]]
        ties = [one for one in world.ties.values() if one["muting"] or one["blocking"]]
        revoked = [one for one in world.statuses.values() if (one["quote"] or {}).get("state") == "revoked"]
        return len(ours) + len(ties) + len(revoked) + len(world.reports) + 2 * world.untied

    def busy(self) -> None:
        headers = {"X-RateLimit-Reset": "2026-06-01T12:05:00.000Z", "Date": "Mon, 01 Jun 2026 12:00:00 GMT"}
        self.server.faults.append(Fault(CHANGES, 429, headers, method="POST"))

    def lose_the_answer(self) -> None:
        self.server.faults.append(Fault(CHANGES, after=True, drop=True, method="POST"))


@asynccontextmanager
async def stage(**more: Any) -> AsyncIterator[MastodonStage]:  # noqa: ANN401 - any setting
    """Set the stage and clear it."""
    server = MastodonServer()
    await server.start()
    there = MastodonStage(server, server.world.join("sam@elsewhere.example"), more)
    try:
        yield there
    finally:
        for source in there.sources:
            await source.aclose()
        for enforcer in there.enforcers:
            await enforcer.aclose()
        await server.stop()
