"""A network in memory: a source, an enforcer, and the public between them."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

from moderation.arrival import Arrived, Batch, Gone, Item, Unreadable
from moderation.comment import AccountRef, AuthorRef, Comment, CommentRef, Platform
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

ACCOUNT = AccountRef(Platform.SANDBOX, "trust")
AUTHOR = AuthorRef(Platform.SANDBOX, "7")
POSTED_AT = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
AT_ONCE = 3

_OPPOSITE = {
    ActionKind.UNHIDE: ActionKind.HIDE,
    ActionKind.UNMUTE: ActionKind.MUTE,
    ActionKind.UNBLOCK: ActionKind.BLOCK,
}
_STATES = frozenset({*_OPPOSITE, *_OPPOSITE.values()})


@dataclass
class FakeNetwork:
    """What there is on the network, and what was done there."""

    account: AccountRef = ACCOUNT
    events: list[Item] = field(default_factory=list)
    comments: dict[str, Comment] = field(default_factory=dict)
    done: list[Action] = field(default_factory=list)
    kept: dict[ActionKey, Done] = field(default_factory=dict)
    states: set[tuple[ActionKind, str]] = field(default_factory=set)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    trouble: list[str] = field(default_factory=list)
    """What befalls the next calls: `busy`, or `lost` after the thing is done."""

    def write(self, text: str, author: AuthorRef = AUTHOR) -> str:
        """Let somebody comment; gives the comment's id."""
        ref = CommentRef(self.account, str(len(self.events) + 1))
        comment = Comment(ref, author, text, POSTED_AT, author_label="somebody")
        self._happen(Arrived(f"{ref.id}@0", comment, text))
        self.comments[ref.id] = comment
        return ref.id

    def edit(self, number: str, text: str) -> None:
        """Let somebody edit a comment."""
        before = self.comments[number]
        after = replace(before, text=text, revision=before.revision + 1)
        self.comments[number] = after
        self._happen(Arrived(f"{number}@{after.revision}", after, text))

    def delete(self, number: str) -> None:
        """Let somebody delete a comment."""
        self._happen(Gone(f"gone/{number}", self.comments.pop(number).ref, number))

    def garble(self) -> None:
        """Let something arrive that makes no sense."""
        self._happen(Unreadable(f"odd/{len(self.events) + 1}", "makes no sense", "{}"))

    def perform(self, action: Action) -> Outcome:
        """Do one thing, once for each key."""
        trouble = self.trouble.pop(0) if self.trouble else ""
        if trouble == "busy":
            return TryLater(dt.timedelta(seconds=30), "too fast")
        outcome = self._do(action)
        return Unknown("the answer was lost") if trouble == "lost" else outcome

    def _do(self, action: Action) -> Outcome:
        if action.kind in _STATES:
            if self.settled(action):
                return AlreadyDone()
            self._set(action)
        elif action.key in self.kept:
            return self.kept[action.key]
        self.done.append(action)
        return self.kept.setdefault(action.key, Done(f"proof-{len(self.done)}"))

    def settled(self, action: Action) -> bool:
        """Whether everything is as the action would have it."""
        state = (_OPPOSITE.get(action.kind, action.kind), self._object(action))
        return (state in self.states) is (action.kind not in _OPPOSITE)

    def _set(self, action: Action) -> None:
        state = (_OPPOSITE.get(action.kind, action.kind), self._object(action))
        if action.kind in _OPPOSITE:
            self.states.discard(state)
        else:
            self.states.add(state)

    def _object(self, action: Action) -> str:
        hiding = action.kind in {ActionKind.HIDE, ActionKind.UNHIDE}
        return str(action.comment) if hiding else str(action.author)

    def _happen(self, item: Item) -> None:
        self.events.append(item)
        self.changed.set()


class FakeSource:
    """Hands over what happened, a few items at a time. The cursor is how many were handed over."""

    def __init__(self, network: FakeNetwork) -> None:
        self._network = network
        self._closed = False

    @property
    def name(self) -> str:
        """A stable key."""
        return str(self._network.account)

    async def batches(self, cursor: str | None) -> AsyncIterator[Batch]:
        """Yield batches until closed."""
        at = json.loads(cursor) if cursor else 0
        while not self._closed:
            items = tuple(self._network.events[at : at + AT_ONCE])
            if items:
                at += len(items)
                yield Batch(items, json.dumps(at))
            else:
                self._network.changed.clear()
                await self._network.changed.wait()

    async def aclose(self) -> None:
        """End the batches."""
        self._closed = True
        self._network.changed.set()


class FakeEnforcer:
    """Does things on the network in memory."""

    def __init__(
        self, network: FakeNetwork, can: frozenset[ActionKind] = frozenset(ActionKind) - {ActionKind.MAIL}
    ) -> None:
        self._network = network
        self._can = can

    @property
    def account(self) -> AccountRef:
        """The account that it acts for."""
        return self._network.account

    @property
    def can(self) -> frozenset[ActionKind]:
        """What the network allows."""
        return self._can

    async def perform(self, action: Action) -> Outcome:
        """Try once."""
        if refusal := self._refusal(action):
            return refusal
        return self._network.perform(action)

    async def read_back(self, action: Action) -> Outcome:
        """Look whether it was done."""
        if refusal := self._refusal(action):
            return refusal
        done = self._network.settled(action) if action.kind in _STATES else action.key in self._network.kept
        return Done() if done else TryLater(dt.timedelta(0), "it was not done")

    def _refusal(self, action: Action) -> Outcome | None:
        if action.account != self.account:
            return Refused(f"{action.account} is not ours")
        return None if action.kind in self._can else Unsupported(f"no {action.kind} here")
