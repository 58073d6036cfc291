"""Comments to one Mastodon account, from a cursor onwards."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Coroutine, Iterable
from dataclasses import dataclass
from typing import Any

import structlog

from adapters.mastodon import mapping, payload, position
from adapters.mastodon.client import PAGE, TOGETHER, Client
from adapters.mastodon.faults import CallFailedError, Fault
from adapters.mastodon.mapping import Ignored, Mapped, Self
from adapters.mastodon.payload import Payload
from adapters.mastodon.position import Position
from adapters.mastodon.stream import Bell, Stream
from moderation.arrival import Arrived, Batch, Item, Noticed
from moderation.ports import Clock

log = structlog.get_logger("mastodon")

GAP = dt.timedelta(seconds=2)
"""Between two looks however often it rings: an instance allows one call a second in the long run."""
LONGEST_PAUSE = dt.timedelta(minutes=10)
JOIN_LIMIT = 1.0

_PASSING = frozenset({Fault.NOT_SENT, Fault.LOST, Fault.CLOSED, Fault.BROKEN, Fault.BUSY})
"""Faults that go by themselves. Of any other a person is told."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a look gave, and where that leaves us."""

    items: tuple[Item, ...]
    position: Position


class MastodonSource:
    """Reads notifications from the cursor on; the stream only says when to look."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._settings = client.settings
        self._clock = clock
        self._bell = Bell()
        self._stream: Stream | None = None
        self._closed = asyncio.Event()
        self._looked_at: dt.datetime | None = None
        self._rested_at: dt.datetime | None = None
        self._failures = 0
        self._turn = 0
        self._told: set[str] = set()

    @property
    def name(self) -> str:
        """A stable key: the cursor is kept under it."""
        return str(self._settings.ref)

    async def batches(self, cursor: str | None) -> AsyncIterator[Batch]:
        """Yield batches for ever. Nothing is told to the instance: reading leaves no trace there."""
        at = position.read(cursor)
        self._listen()
        self._looked_at = None
        while not self._closed.is_set():
            try:
                found = await self._next(at)
                self._failures = 0
            except CallFailedError as error:
                if notice := self._notice(error):
                    yield Batch((notice,), at.written())
                await self._recover(error)
                continue
            if found is None:
                await self._rest()
            elif not self._closed.is_set():
                at = found.position
                yield Batch(found.items, at.written())

    async def aclose(self) -> None:
        """Let the stream and the threads go, without waiting for a server that is silent."""
        self._closed.set()
        if self._stream is not None:
            self._stream.close()
            await asyncio.to_thread(self._stream.join, JOIN_LIMIT)
            self._stream = None
        await self._client.aclose()

    def _listen(self) -> None:
        self._bell.hang()
        if self._settings.stream and self._stream is None and not self._closed.is_set():
            self._stream = Stream(self._settings, self._bell)
            self._stream.start()

    async def _next(self, at: Position) -> Found | None:
        ours = await self._client.whoami()
        if not at.after or not at.after_direct:
            return await self._first(ours, at)
        found = await self._page(ours, at)
        if found is None:
            found = await self._hinted(ours, at)
        if found is None and self._due():
            found = await self._look_again(ours, at)
            self._looked_at = self._clock.now()
        return found

    async def _first(self, ours: Self, at: Position) -> Found:
        """Begin with the newest page. What is older was there before we were appointed."""
        page = await self._notifications(at.after)
        private = await self._conversations("")
        at = at.past_direct("0").past("0")
        for conversation in private:
            at = at.past_direct(payload.identifier(payload.inner(conversation, "last_status")))
        items: list[Item] = []
        warning = await self._dropping()
        if warning is not None:
            items.append(warning)
        return self._read(ours, at, page, items)

    async def _page(self, ours: Self, at: Position) -> Found | None:
        page = await self._notifications(at.after)
        return self._read(ours, at, page, []) if page else None

    def _read(self, ours: Self, at: Position, page: tuple[Payload, ...], items: list[Item]) -> Found:
        for notification in page:
            at = self._take(at, mapping.from_notification(ours, notification), items)
            at = at.past(payload.identifier(notification))
        return Found(tuple(items), at)

    async def _hinted(self, ours: Self, at: Position) -> Found | None:
        hints = self._bell.hints(TOGETHER)
        try:
            return await self._reread(ours, at, hints) if hints else None
        except CallFailedError:
            for hint in hints:
                self._bell.ring(hint)
            raise

    async def _reread(self, ours: Self, at: Position, numbers: tuple[str, ...]) -> Found | None:
        items: list[Item] = []
        for number, status in (await self._client.statuses(numbers)).items():
            if status is None:
                at = at.without(number)
                items.append(mapping.gone(ours, number))
            elif mapping.addressed(ours, status) or at.knows(number):
                at = self._take(at, mapping.from_status(ours, status), items)
        return Found(tuple(items), at) if items else None

    async def _look_again(self, ours: Self, at: Position) -> Found | None:
        """Look for what no bell and no cursor tells.

        An edit makes no notification. Notifications are numbered before they are visible, so that one may
        turn up below the cursor. Private messages may be kept out of the notifications altogether.
        """
        before, items = at, list[Item]()
        for notification in await self._notifications(""):
            at = self._take_comment(at, mapping.from_notification(ours, notification), items)
        for conversation in await self._conversations(at.after_direct):
            at = self._take_comment(at, mapping.from_conversation(ours, conversation), items)
            at = at.past_direct(payload.identifier(payload.inner(conversation, "last_status")))
        again = await self._reread(ours, at, self._turned(at))
        if again is not None:
            at, items = again.position, [*items, *again.items]
        return Found(tuple(items), at) if items or at != before else None

    def _turned(self, at: Position) -> tuple[str, ...]:
        """The next part of the window, newest first, round and round."""
        numbers = tuple(number for number, _ in reversed(at.recent))
        begin = self._turn if self._turn < len(numbers) else 0
        self._turn = begin + TOGETHER
        return numbers[begin : begin + TOGETHER]

    def _take_comment(self, at: Position, mapped: Mapped, items: list[Item]) -> Position:
        return self._take(at, mapped, items) if isinstance(mapped, Arrived) else at

    def _take(self, at: Position, mapped: Mapped, items: list[Item]) -> Position:
        match mapped:
            case Ignored():
                return at
            case Arrived(comment=comment, key=key):
                edited = int(key.rpartition("@")[2])
                if not at.is_news(comment.ref.id, edited):
                    return at
                items.append(mapped)
                return at.with_seen(comment.ref.id, edited, self._settings.window)
            case _:
                items.append(mapped)
                return at

    async def _notifications(self, after: str) -> tuple[Payload, ...]:
        """One page, oldest first: just above the cursor, or the newest."""
        wanted = {"min_id": after} if after else {}
        return _oldest_first(await self._client.look(lambda api: api.notifications(limit=PAGE, **wanted)))

    async def _conversations(self, after: str) -> tuple[Payload, ...]:
        wanted = {"min_id": after} if after else {}
        return _oldest_first(await self._client.look(lambda api: api.conversations(limit=PAGE, **wanted)))

    async def _dropping(self) -> Noticed | None:
        """Warn where the account's own settings throw notifications away before we can read them."""
        try:
            policy = payload.record(await self._client.look(lambda api: api.notifications_policy()))
        except CallFailedError as error:
            if error.fault in _PASSING:
                raise
            return None
        dropped = sorted(key for key, value in policy.items() if value == "drop")
        if not dropped:
            return None
        what = f"{self.name} ignores notifications ({', '.join(dropped)}): set them to filter or to accept"
        return Noticed(f"policy/{self._today()}", what, payload.written(policy))

    def _due(self) -> bool:
        last = self._looked_at
        return last is None or self._clock.now() - last >= self._settings.look_again_every

    def _notice(self, error: CallFailedError) -> Noticed | None:
        key = f"trouble/{error.fault.name.lower()}/{self._today()}"
        if error.fault in _PASSING or key in self._told:
            return None
        self._told.add(key)
        what = f"{self.name} cannot be read: {error}"
        return Noticed(key, what, payload.written({"fault": error.fault.name}))

    def _today(self) -> str:
        return self._clock.now().date().isoformat()

    async def _recover(self, error: CallFailedError) -> None:
        grown = error.after if error.fault is Fault.BUSY else error.after * 2 ** min(self._failures, 6)
        pause = grown if error.fault is Fault.BUSY else min(grown, LONGEST_PAUSE)
        self._failures += 1
        log.warning("cannot read; waiting", source=self.name, fault=error.fault.name, seconds=pause.seconds)
        await self._wait(pause)

    async def _rest(self) -> None:
        """Wait for the bell, or for the next time to look without it."""
        await self._wait(self._settings.poll_every, self._bell.wait())
        now = self._clock.now()
        early = GAP - (now - self._rested_at) if self._rested_at is not None else dt.timedelta(0)
        if early > dt.timedelta(0):
            await self._wait(early)
        self._rested_at = self._clock.now()

    async def _wait(self, length: dt.timedelta, *others: Coroutine[Any, Any, None]) -> None:
        waits = [self._clock.sleep(length), self._until_closed(), *others]
        tasks = [asyncio.ensure_future(one) for one in waits]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _until_closed(self) -> None:
        await self._closed.wait()


def _oldest_first(page: object) -> tuple[Payload, ...]:
    rows: Iterable[Payload] = (one for one in page if isinstance(one, dict)) if isinstance(page, list) else ()
    return tuple(sorted(rows, key=_order))


def _order(row: Payload) -> tuple[int, str]:
    number = payload.identifier(payload.inner(row, "last_status")) or payload.identifier(row)
    return len(number), number
