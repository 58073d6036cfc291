"""The contract suites' stage on the network in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from moderation.decision import Action, ActionKind, DecisionId, Step, action_key
from moderation.ports import Enforcer, Source
from tests.fakes.network import ACCOUNT, AUTHOR, FakeEnforcer, FakeNetwork, FakeSource


@dataclass
class FakeStage:
    """Both stages at once."""

    network: FakeNetwork = field(default_factory=FakeNetwork)
    made: list[FakeSource] = field(default_factory=list)

    @property
    def account_of_source(self) -> str:
        return str(ACCOUNT)

    @property
    def enforcer(self) -> Enforcer:
        return FakeEnforcer(self.network)

    def source(self) -> Source:
        self.made.append(FakeSource(self.network))
        return self.made[-1]

    async def write(self, text: str) -> str:
        return self.network.write(text)

    async def edit(self, number: str, text: str) -> None:
        self.network.edit(number, text)

    async def delete(self, number: str) -> None:
        self.network.delete(number)

    async def garble(self) -> None:
        self.network.garble()

    def action(self, kind: ActionKind, mark: str = "1") -> Action:
        decision = DecisionId(f"d-{mark}")
        if "1" not in self.network.comments:
            self.network.write("dreadful")
        comment = self.network.comments["1"].ref
        key = action_key(decision, kind)
        return Action(key, kind, Step.SIGNPOST, decision, AUTHOR, ACCOUNT, comment, text="Please be kind.")

    def effects(self) -> int:
        return len(self.network.done)

    def busy(self) -> None:
        self.network.trouble.append("busy")

    def lose_the_answer(self) -> None:
        self.network.trouble.append("lost")


@asynccontextmanager
async def stage() -> AsyncIterator[FakeStage]:
    """Set the stage and clear it."""
    there = FakeStage()
    yield there
    for source in there.made:
        await source.aclose()
