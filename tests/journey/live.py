"""The real house, wired as `houserules run` wires it, around emulated networks on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import pathlib
from collections.abc import AsyncIterator, Awaitable, Callable

from bot.house import Running
from bot.wiring import live
from config.loader import load_policy
from config.settings import Settings, load_settings
from moderation.policy import Policy
from moderation.ports import Books, Clock
from moderation.record import Intended, Settled, Withheld

LICENCES = pathlib.Path(__file__).parent / "licences.toml"
PATIENCE = 20.0
"""Real seconds that a journey may wait for something to happen."""


def policy(overlay: str = "emas") -> Policy:
    """The default policy, with the journeys' own licences."""
    return load_policy(None, overlay, LICENCES)


def settings(folder: pathlib.Path, written: str, secrets: dict[str, str]) -> Settings:
    """Settings as an operator would write them."""
    path = folder / "houserules.toml"
    path.write_text(written, encoding="utf-8")
    path.chmod(0o600)
    return load_settings(path, secrets)


@contextlib.asynccontextmanager
async def running(
    wanted: Settings, clock: Clock, *, telegram_url: str, rules: Policy | None = None
) -> AsyncIterator[Running]:
    """Run the house until the test is done with it, and stop it as SIGTERM would."""
    house = await live.build(wanted, rules or policy(), clock, telegram_url=telegram_url)
    stop = asyncio.Event()
    task = asyncio.create_task(house.run(stop))
    try:
        yield house
    finally:
        stop.set()
        async with asyncio.timeout(PATIENCE):
            await task


async def until(true: Callable[[], bool | Awaitable[bool]], what: str) -> None:
    """Wait until something is true, or say what never happened."""
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                found = true()
                if found if isinstance(found, bool) else await found:
                    return
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"never happened: {what}") from None


async def at_rest(house: Running) -> None:
    """Wait until everything that has arrived is worked through, and all that was intended has ended."""
    await until(lambda: house.ledger.transact(_rests), "that the house comes to rest")


def _rests(books: Books) -> bool:
    if books.waiting(1) or books.ready(1) or books.boards(stale_only=True, limit=1):
        return False
    past = books.events(dt.datetime(2000, 1, 1, tzinfo=dt.UTC), books.now + dt.timedelta(days=1))
    intended = {r.event.action.key for r in past if isinstance(r.event, Intended)}
    ended = {r.event.action for r in past if isinstance(r.event, Settled | Withheld)}
    return intended <= ended
