"""The source: updates in order, forgotten by Telegram only when they are in the ledger."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Coroutine

import structlog
from telegram.error import Conflict, RetryAfter, TelegramError

from adapters.telegram import albums, mapping
from adapters.telegram.api import Lines, scrubbed
from adapters.telegram.config import TelegramConfig
from adapters.telegram.failures import wait_of
from adapters.telegram.whereabouts import Whereabouts
from moderation.arrival import Batch, Item
from moderation.ports import Clock, SourceFailedError

log = structlog.get_logger("telegram")

FIRST_PAUSE = dt.timedelta(seconds=1)
LONGEST_PAUSE = dt.timedelta(minutes=1)


class AnotherPollerError(SourceFailedError):
    """Somebody else reads this bot's updates: both would get half of them."""


class TelegramIntake:
    """Asks for updates for ever. Whatever goes wrong but one thing is waited out."""

    def __init__(self, config: TelegramConfig, lines: Lines, whereabouts: Whereabouts, clock: Clock) -> None:
        self._config = config
        self._lines = lines
        self._whereabouts = whereabouts
        self._clock = clock
        self._last_success: dt.datetime | None = None
        self._closed = asyncio.Event()

    @property
    def name(self) -> str:
        """The bot's id is part of it: another bot's cursor means nothing here."""
        return f"telegram:{self._config.bot_id}"

    @property
    def last_success(self) -> dt.datetime | None:
        """When Telegram last gave us updates, or said that there were none. Whoever watches, watches this."""
        return self._last_success

    async def batches(self, cursor: str | None) -> AsyncIterator[Batch]:
        """Yield batches for ever. Asking for the next one is what confirms the last one to Telegram.

        The next number always comes from the last batch, never from the highest number seen: after a
        week of silence Telegram begins again at a number of its choice.
        """
        offset = int(cursor) if cursor else None
        while (updates := await self._unless_closed(self._settled(offset))) is not None:
            numbers = [number for update in updates if (number := mapping.update_id(update)) is not None]
            if not numbers:
                log.error("updates without a number", count=len(updates))
                await self._clock.sleep(LONGEST_PAUSE)
                continue
            offset = numbers[-1] + 1
            yield Batch(self._items(updates), str(offset))

    async def aclose(self) -> None:
        """End the batches, and close the connection for updates."""
        self._closed.set()
        await self._lines.polling.request.shutdown()

    async def _unless_closed(self, updates: Coroutine[None, None, list[object]]) -> list[object] | None:
        """Wait for updates until there are some, or until we are closed."""
        tasks = (asyncio.ensure_future(updates), asyncio.ensure_future(self._closed.wait()))
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            return None if self._closed.is_set() else tasks[0].result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _items(self, updates: list[object]) -> tuple[Item, ...]:
        """Read updates. What Telegram tells in two ways has one key, and is one item."""
        found: dict[str, tuple[str | None, Item]] = {}
        for update in updates:
            item = self._read(update)
            if item is not None:
                found.setdefault(item.key, (albums.album_of(update), item))
        return albums.gathered(tuple(found.values()))

    def _read(self, update: object) -> Item | None:
        self._whereabouts.note(update)
        try:
            return mapping.read(update, self._whereabouts.ours, self._clock.now())
        except Exception as error:
            # A fault of ours in one update must not stop all that come after it.
            log.exception("update broke the mapping", update=mapping.update_id(update))
            return mapping.unreadable(update, f"broke the mapping: {type(error).__name__}")

    async def _settled(self, offset: int | None) -> list[object]:
        """Wait for updates, and then for the rest of an album that stands at their head."""
        updates = await self._poll(offset, self._config.poll_seconds)
        while not updates:
            updates = await self._poll(offset, self._config.poll_seconds)
        sizes: dict[str, int] = {}
        for _ in range(albums.LONGEST):
            settled = albums.first_unsettled(updates, sizes)
            if settled > 0:
                return updates[:settled]
            if len(updates) >= albums.MOST:
                return updates
            sizes = dict(albums.sizes(updates))
            await self._clock.sleep(self._config.album_wait)
            # Nothing of it is confirmed yet: the same updates come again, with those that have come since.
            updates = await self._poll(offset, 0) or updates
        return updates

    async def _poll(self, offset: int | None, seconds: int) -> list[object]:
        pause = FIRST_PAUSE
        while True:
            try:
                updates = await self._lines.updates(offset, seconds, mapping.KINDS)
            except Conflict as error:
                raise AnotherPollerError(_conflict(error)) from None
            except TelegramError as error:
                wait = wait_of(error) if isinstance(error, RetryAfter) else pause
                log.warning("no updates", why=scrubbed(error), error=type(error).__name__, wait=wait)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                self._last_success = self._clock.now()
                if not self._whereabouts.learnt:
                    await self._whereabouts.learn()
                return updates
            await self._clock.sleep(wait)


def _conflict(error: Conflict) -> str:
    if "webhook" in str(error.message).lower():
        return (
            "This Telegram bot sends its updates to a webhook, so they cannot be read here. "
            "Give houserules a bot of its own, or remove the webhook with deleteWebhook."
        )
    return (
        "Another program reads the updates of this Telegram bot, and each would get half of them. "
        "Stop the other one, or give houserules a bot of its own."
    )
