"""Going through the motions: the enforcer of a house that rehearses."""

from __future__ import annotations

from dataclasses import dataclass

from moderation.comment import AccountRef, Platform
from moderation.decision import Action, ActionKind, Done, Outcome

ANY = AccountRef(Platform.SANDBOX, "rehearsal")


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Does nothing, and says so in the outcome."""

    account: AccountRef = ANY
    can: frozenset[ActionKind] = frozenset(ActionKind)

    async def perform(self, action: Action) -> Outcome:
        """Nothing leaves the house."""
        return Done(f"rehearsed {action.kind}", rehearsed=True)

    async def read_back(self, action: Action) -> Outcome:
        """Nothing left the house, so there is nothing to find."""
        return await self.perform(action)
