"""The sandbox network: accounts, comments, messages and an append-only log of everything done to them."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TypeVar

from moderation.arrival import Arrived, Batch, Gone, Item
from moderation.comment import AccountRef, AuthorRef, Comment, CommentKind, CommentRef, Media, Platform
from moderation.decision import Action, ActionKind, AlreadyDone, Done, Outcome, Refused, TryLater, Unsupported
from moderation.ports import Clock, EvidenceUnavailableError

Thing = TypeVar("Thing")

PER_BATCH = 50
EVERYTHING = frozenset(ActionKind) - {ActionKind.MAIL, ActionKind.PACK}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the network's log: what was done to whom, and when. It is never changed."""

    at: dt.datetime
    kind: str
    author: str
    comment: str
    text: str
    key: str


@dataclass(slots=True)
class SandboxNetwork:
    """What is out there. Nothing in it knows houserules."""

    clock: Clock
    items: list[Item] = field(default_factory=list)
    log: list[Entry] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    blocked: set[tuple[str, str]] = field(default_factory=set)
    muted: set[tuple[str, str]] = field(default_factory=set)
    unreachable: set[str] = field(default_factory=set)
    """Authors who take no private messages."""
    pictures: dict[str, bytes] = field(default_factory=dict)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def comment(
        self,
        account: AccountRef,
        author: str,
        text: str,
        *,
        id: str,  # noqa: A002 - the network's word
        kind: CommentKind = CommentKind.REPLY,
        label: str = "",
        revision: int = 0,
        media: tuple[Media, ...] = (),
        quoted: tuple[str, ...] = (),
    ) -> Comment | None:
        """An author comments, or edits a comment. A blocked author gets nothing through: None."""
        if (str(account), author) in self.blocked:
            return None
        comment = Comment(
            ref=CommentRef(account, id),
            author=AuthorRef(account.platform, author),
            text=text,
            posted_at=self.clock.now(),
            revision=revision,
            kind=kind,
            author_label=label or author,
            permalink=f"sandbox://{account.id}/{id}",
            media=media,
            quoted=quoted,
        )
        raw = json.dumps({"id": id, "author": author, "text": text, "revision": revision}, ensure_ascii=True)
        self.put(Arrived(f"{id}:{revision}", comment, raw))
        return comment

    def withdraw(self, comment: Comment) -> None:
        """The author takes a comment down."""
        self.put(Gone(f"gone:{comment.ref.id}", comment.ref, "{}"))

    def put(self, item: Item) -> None:
        """Something happens that a source will report."""
        self.items.append(item)
        self._arrived.set()

    async def wait(self, seen: int) -> None:
        """Wait until there is more than that."""
        while len(self.items) <= seen:
            self._arrived.clear()
            await self._arrived.wait()

    def did(self, action: Action) -> None:
        """Write a call down."""
        comment = str(action.comment) if action.comment else ""
        self.log.append(
            Entry(
                self.clock.now(), action.kind.value, action.author.id, comment, action.text, str(action.key)
            )
        )


@dataclass(slots=True)
class SandboxSource:
    """Reads the sandbox from a position onwards."""

    network: SandboxNetwork
    name: str = "sandbox"
    endless: bool = True

    async def batches(self, cursor: str | None) -> AsyncIterator[Batch]:
        """Yield what is there, and wait for more; or end, where the source is not endless."""
        position = int(cursor or 0)
        while True:
            if position >= len(self.network.items):
                if not self.endless:
                    return
                await self.network.wait(position)
            items = tuple(self.network.items[position : position + PER_BATCH])
            position += len(items)
            yield Batch(items, str(position))

    async def aclose(self) -> None:
        """Nothing is held."""


@dataclass(slots=True)
class SandboxEnforcer:
    """Acts on one sandbox account. `can` may be cut down to what a poorer network allows."""

    network: SandboxNetwork
    account: AccountRef
    can: frozenset[ActionKind] = EVERYTHING

    async def perform(self, action: Action) -> Outcome:
        """Do it, and write it into the network's log."""
        if action.kind not in self.can:
            return Unsupported(f"the sandbox allows no {action.kind} on this account")
        network, person = self.network, (str(self.account), action.author.id)
        match action.kind:
            case ActionKind.HIDE:
                return self._change(network.hidden, str(action.comment), action, there=True)
            case ActionKind.UNHIDE:
                return self._change(network.hidden, str(action.comment), action, there=False)
            case ActionKind.BLOCK:
                return self._change(network.blocked, person, action, there=True)
            case ActionKind.UNBLOCK:
                return self._change(network.blocked, person, action, there=False)
            case ActionKind.MUTE:
                return self._change(network.muted, person, action, there=True)
            case ActionKind.UNMUTE:
                return self._change(network.muted, person, action, there=False)
            case ActionKind.MESSAGE if action.author.id in network.unreachable:
                return Refused("undeliverable: the person takes no private messages")
            case ActionKind.MESSAGE | ActionKind.REPLY | ActionKind.REPORT:
                network.did(action)
                return Done(f"{action.kind}-{len(network.log)}")
            case ActionKind.MAIL | ActionKind.PACK:
                return Unsupported("the sandbox network sends no mail")

    def _change(self, things: set[Thing], thing: Thing, action: Action, *, there: bool) -> Outcome:
        if (thing in things) == there:
            return AlreadyDone()
        if there:
            things.add(thing)
        else:
            things.discard(thing)
        self.network.did(action)
        return Done(f"{action.kind}-{len(self.network.log)}")

    async def read_back(self, action: Action) -> Outcome:
        """The sandbox can always say what was done under a key."""
        if any(entry.key == str(action.key) for entry in self.network.log):
            return AlreadyDone()
        return TryLater(dt.timedelta(0), "it did not happen")


@dataclass(slots=True)
class SandboxArchive:
    """Gives pictures that were put into the network."""

    network: SandboxNetwork

    async def fetch(self, account: AccountRef, media: Media) -> bytes:
        """Give the bytes, or say that they are gone."""
        del account
        content = self.network.pictures.get(media.id)
        if content is None:
            message = "the sandbox has no such picture"
            raise EvidenceUnavailableError(message)
        return content


def account(name: str) -> AccountRef:
    """A sandbox account."""
    return AccountRef(Platform.SANDBOX, name)
