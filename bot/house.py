"""A running house: its loops in one task group, started together and stopped in order."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import structlog

from bot.bell import Bell
from bot.desk import FrontDesk
from bot.dispatch import Dispatch
from bot.schedule import Schedule
from bot.worker import Worker, take_in
from moderation.ports import Ledger, Source, SourceFailedError

log = structlog.get_logger("house")

STOP_WITHIN = 20.0
"""Seconds that a stop may take. Nothing depends on it: what is unfinished is in the ledger."""


@dataclass(slots=True)
class Running:
    """Everything that runs, and what has to be closed, in the order of opening."""

    ledger: Ledger
    sources: tuple[Source, ...]
    worker: Worker
    dispatch: Dispatch
    front: FrontDesk
    schedule: Schedule
    bell: Bell
    close: tuple[Callable[[], Awaitable[None]], ...]

    async def run(self, stop: asyncio.Event | None = None) -> None:
        """Run until told to stop, or until something happens that a person must see to."""
        stopping = stop or asyncio.Event()
        _on_signals(stopping)
        try:
            async with asyncio.TaskGroup() as tasks:
                running = [tasks.create_task(work, name=name) for name, work in self._loops()]
                await _first(stopping, running)
                log.info("stopping")
                for task in running:
                    task.cancel()
        except ExceptionGroup as several:
            told, _ = several.split(SourceFailedError)
            if told is None:
                raise
            raise told.exceptions[0] from None  # one sentence for the operator, not a tree of traces
        finally:
            await self.aclose()

    def _loops(self) -> list[tuple[str, Coroutine[Any, Any, None]]]:
        loops: list[tuple[str, Coroutine[Any, Any, None]]] = [
            (f"source {source.name}", take_in(source, self.ledger, self.bell)) for source in self.sources
        ]
        loops += [
            ("worker", self.worker.run()),
            ("dispatch", self.dispatch.run()),
            ("desk", self.front.run()),
            ("schedule", self.schedule.run()),
        ]
        return loops

    async def aclose(self) -> None:
        """Close everything in the reverse order of opening; one that fails keeps no other from closing."""
        for close in reversed(self.close):
            try:
                async with asyncio.timeout(STOP_WITHIN):
                    await close()
            except Exception:
                log.exception("could not close")


def _on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(
            NotImplementedError, RuntimeError
        ):  # not on the main thread, or not on this system
            loop.add_signal_handler(number, stop.set)


async def _first(stop: asyncio.Event, running: list[asyncio.Task[None]]) -> None:
    """Wait for the word to stop, or for a loop to end by itself, which raises what ended it."""
    waiting = asyncio.ensure_future(stop.wait())
    try:
        done, _ = await asyncio.wait([waiting, *running], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            if task is not waiting:
                await task
    finally:
        waiting.cancel()
