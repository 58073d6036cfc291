"""Long polling: one poller at a time, and the older one loses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.peers.telegram_api import errors
from tests.peers.telegram_api.objects import Json
from tests.peers.telegram_api.state import Bot
from tests.peers.telegram_api.turn import Turn

LONGEST_POLL = 50


class _Poll:
    """One getUpdates that waits."""

    def __init__(self) -> None:
        self.woken = asyncio.Event()
        self.ended_by: errors.ApiError | None = None

    def end(self, why: errors.ApiError) -> None:
        self.ended_by = why
        self.woken.set()


class Polls:
    """The waiting poll of every bot."""

    def __init__(self, *, longest: float = LONGEST_POLL) -> None:
        self.longest = longest
        self.waiting: dict[int, _Poll] = {}
        self.closing = False

    async def get_updates(self, turn: Turn, gone: Callable[[], bool]) -> list[Json]:
        """Answer at once if there is something, else wait for it; `gone` tells of a client that left."""
        bot, args = turn.bot, turn.args
        if bot.webhook:
            raise errors.webhook_active()
        if bot.id in self.waiting:
            self.waiting.pop(bot.id).end(errors.other_poller())
        bot.queue.subscribe(args.parsed("allowed_updates"))
        offset, limit = args.integer("offset"), args.integer("limit", 100)
        batch = bot.queue.take(offset, limit)
        seconds = min(args.integer("timeout"), LONGEST_POLL, self.longest)
        if batch or seconds <= 0 or self.closing:
            return batch
        await self._wait(bot, seconds)
        return [] if gone() else bot.queue.take(offset, limit)

    async def _wait(self, bot: Bot, seconds: float) -> None:
        poll = _Poll()
        self.waiting[bot.id] = poll
        bot.queue.listeners.append(poll.woken.set)
        try:
            async with asyncio.timeout(seconds):
                await poll.woken.wait()
        except TimeoutError:
            return
        finally:
            bot.queue.listeners.remove(poll.woken.set)
            if self.waiting.get(bot.id) is poll:
                del self.waiting[bot.id]
        if poll.ended_by is not None:
            raise poll.ended_by
        if bot.webhook:
            raise errors.ended_by_webhook()

    def close(self) -> None:
        """Let every waiting poll answer with nothing."""
        self.closing = True
        for poll in tuple(self.waiting.values()):
            poll.woken.set()
