"""From the sources into the ledger, and from there through casework."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import structlog

from bot.bell import Bell
from bot.loop import keep_going
from bot.orders import Orders
from moderation.arrival import Arrived, Gone, Noticed, Ordered, Pressed, Unreadable
from moderation.card import Heard, Order
from moderation.casework import House, arrive, decide
from moderation.checks.check import Context
from moderation.comment import Comment
from moderation.pipeline import Pipeline
from moderation.ports import (
    Books,
    Desk,
    DeskUnavailableError,
    Ledger,
    LedgerDownError,
    MediaLook,
    Source,
    SourceFailedError,
    Waiting,
)
from moderation.rulings import answer
from moderation.verdict import UNSEEN, Gap, Sight

log = structlog.get_logger("worker")

AT_ONCE = 200
"""Items taken from the ledger in one go."""
TRIES = 3
"""How often an item may break us before it is set aside."""
NEARBY = dt.timedelta(days=7)
NEARBY_MOST = 200
ELSEWHERE_MOST = 100
NEWCOMER = dt.timedelta(days=2)
"""How long after their first comment an author is new to us."""
IDLE = dt.timedelta(seconds=2)
RESTART_AFTER = dt.timedelta(seconds=5)
LOOK_LIMIT = dt.timedelta(seconds=30)
"""How long attachments may hold up the rest of a round, all together. What is not seen by then is a gap."""


async def take_in(source: Source, ledger: Ledger, bell: Bell) -> None:
    """Read one source for ever. Nothing is confirmed to the network before it is in the ledger."""
    while True:
        try:
            cursor = await ledger.transact(lambda books: books.cursor(source.name))
            async for batch in source.batches(cursor):
                new = await ledger.transact(functools.partial(arrive, source=source.name, batch=batch))
                log.debug("batch taken in", source=source.name, items=len(batch.items), new=new)
                bell.ring()
        except SourceFailedError:
            raise
        except Exception:
            log.exception("source broke; starting it again", source=source.name)
        else:
            log.info("source has ended", source=source.name)
            return
        await asyncio.sleep(RESTART_AFTER.total_seconds())


@dataclass(slots=True)
class Worker:
    """Works through what has arrived: presses and commands at once, comments in order for each author."""

    ledger: Ledger
    house: House
    pipeline: Pipeline
    desk: Desk
    orders: Orders
    bell: Bell
    own_names: frozenset[str] = frozenset()
    own_identifiers: frozenset[str] = frozenset()
    media: MediaLook | None = None
    _look_until: float = 0.0
    _tries: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    async def run(self) -> None:
        """Work for ever."""
        await keep_going("worker", self.work_once, self.bell, IDLE)

    async def work_once(self) -> int:
        """Work through what is waiting now; gives how many items there were."""
        waiting = await self.ledger.transact(lambda books: books.waiting(AT_ONCE))
        people = [one for one in waiting if isinstance(one.item, Pressed | Ordered)]
        for one in people:
            await self._guarded((one,))
        rest = [one for one in waiting if not isinstance(one.item, Pressed | Ordered)]
        self._look_until = asyncio.get_running_loop().time() + LOOK_LIMIT.total_seconds()
        async with asyncio.TaskGroup() as tasks:
            for lane in _lanes(rest):
                tasks.create_task(self._guarded(lane))
        if waiting:
            self.bell.ring()
        return len(waiting)

    async def _guarded(self, lane: Sequence[Waiting]) -> None:
        for one in lane:
            try:
                await self._work(one)
            except LedgerDownError:
                raise  # an outage is nobody's third try
            except Exception as error:
                self._tries[one.id] += 1
                log.exception("item broke", item=one.id, source=one.source, tries=self._tries[one.id])
                if self._tries[one.id] < TRIES:
                    return  # the author's later comments wait for this one
                reason = f"broke {TRIES} times, last by {type(error).__name__}"
                await self.ledger.transact(functools.partial(_set_aside, item=one.id, reason=reason))
            self._tries.pop(one.id, None)

    async def _work(self, one: Waiting) -> None:
        match one.item:
            case Arrived(comment=comment):
                await self._judge(one, comment)
            case Pressed(press=press):
                heard: Heard = await self.ledger.transact(lambda books: self._press(books, one))
                await self.desk.acknowledge(press, heard.say)
                log.info("press", taken=heard.taken, suspicious=heard.suspicious, by=press.by)
                if heard.suspicious:
                    await self._say(f"A button was pressed by somebody who may not: {heard.say}", None)
            case Ordered(order=order):
                said = await self.ledger.transact(lambda books: self._order(books, one, order))
                if said:
                    await self._say(said, order)
            case Noticed(what=what):
                await self.desk.reply(f"Please look: {what}", None)
                await self.ledger.transact(lambda books: books.finish(one.id))
            case Gone() | Unreadable():
                await self.ledger.transact(lambda books: books.finish(one.id))

    async def _say(self, text: str, to: Order | None) -> None:
        """Say something about what has been done already: it is in the ledger, said or not."""
        try:
            await self.desk.reply(text, to)
        except DeskUnavailableError:
            log.warning("staff chat unavailable; an answer was not shown")

    def _order(self, books: Books, one: Waiting, order: Order) -> str:
        said = self.orders.obey(books, order)
        books.finish(one.id)
        return said

    def _press(self, books: Books, one: Waiting) -> Heard:
        if not isinstance(one.item, Pressed):
            message = f"item {one.id} is not a press"
            raise TypeError(message)
        heard = answer(books, self.house, one.item.press)
        books.finish(one.id)
        return heard

    async def _judge(self, one: Waiting, comment: Comment) -> None:
        context = await self.ledger.transact(functools.partial(self._around, comment=comment))
        verdict = await self.pipeline.judge(comment, context, await self._sight(comment))

        def settle(books: Books) -> tuple[str, list[str]]:
            decisions = decide(books, self.house, comment, verdict)
            books.finish(one.id)
            return books.case_of(comment.author), [decision.step.value for decision in decisions]

        case, steps = await self.ledger.transact(settle)
        log.info(
            "comment judged",
            case=case,
            account=str(comment.account),
            findings=len(verdict.findings),
            gaps=len(verdict.gaps),
            steps=steps,
        )

    def _around(self, books: Books, comment: Comment) -> Context:
        """What the checks may know beside the comment."""
        since = comment.posted_at - NEARBY
        near = books.nearby(comment, since, NEARBY_MOST)
        others = [account for account in self.house.abilities.by_account if account != comment.account]
        there = books.on_accounts(others, since, ELSEWHERE_MOST)
        seen = books.first_seen({comment.author, *(each.author for each in (*near, *there))})
        return Context(
            now=books.now,
            by_author=tuple(c for c in near if c.author == comment.author and c.ref != comment.ref),
            on_account=tuple(c for c in near if c.author != comment.author),
            elsewhere=tuple(c for c in there if c.author != comment.author),
            newcomers=frozenset(a for a, at in seen.items() if at > comment.posted_at - NEWCOMER),
            own_names=self.own_names,
            own_identifiers=self.own_identifiers,
        )

    async def _sight(self, comment: Comment) -> Sight:
        if self.media is None or not comment.media:
            return UNSEEN
        try:
            async with asyncio.timeout_at(self._look_until) as limit:
                return await self.media.look(comment)
        except Exception as error:  # noqa: BLE001 - the one line that turns a broken look into a gap
            late = limit.expired()
            log.warning("attachments not looked at", late=late, error=type(error).__name__)
            return Sight((Gap("pictures", "late" if late else "broken"),))


def _set_aside(books: Books, item: int, reason: str) -> None:
    books.set_aside(item, reason)


def _lanes(waiting: Iterable[Waiting]) -> tuple[tuple[Waiting, ...], ...]:
    """One lane for each author, so that an edit never overtakes what it edits."""
    lanes: dict[str, list[Waiting]] = defaultdict(list)
    for one in waiting:
        lane = str(one.item.comment.author) if isinstance(one.item, Arrived) else f"item {one.id}"
        lanes[lane].append(one)
    return tuple(tuple(lane) for lane in lanes.values())
