"""What a contract suite needs of a network to try a source or an enforcer on it."""

from __future__ import annotations

from typing import Protocol

from moderation.decision import Action, ActionKind
from moderation.ports import Enforcer, Source


class SourceStage(Protocol):
    """A network on which people write to one account of ours."""

    @property
    def account_of_source(self) -> str:
        """How the account is called in comments."""

    def source(self) -> Source:
        """Make a source afresh, as after a restart. The stage closes what it has made."""

    async def write(self, text: str) -> str:
        """Let somebody comment; gives the comment's id."""

    async def edit(self, number: str, text: str) -> None:
        """Let them edit it."""

    async def delete(self, number: str) -> None:
        """Let them delete it."""

    async def garble(self) -> None:
        """Let something arrive that nobody understands."""


class EnforcerStage(Protocol):
    """A network on which we act, and can be made to fail."""

    @property
    def enforcer(self) -> Enforcer:
        """The enforcer under test."""

    def action(self, kind: ActionKind, mark: str = "1") -> Action:
        """An action of that kind that the network would let pass."""

    def effects(self) -> int:
        """How many changes the network has seen so far."""

    def busy(self) -> None:
        """Make the next change be refused with a request to wait."""

    def lose_the_answer(self) -> None:
        """Make the next change happen, and its answer get lost."""
