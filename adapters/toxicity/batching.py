"""Lets many comments share one model: in batches, in the order of their arrival, on one thread."""

from __future__ import annotations

import asyncio
import concurrent.futures
import datetime as dt
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.toxicity.model import Model

Scores = Mapping[str, float]


class ClosedError(RuntimeError):
    """The classifier has been closed and scores nothing more."""


@dataclass(frozen=True, slots=True)
class Batches:
    """How texts are gathered.

    `longest_wait` is how long a text may wait for company while the model is idle. `queue` is how many
    texts may wait in all: whoever brings more waits outside. The models part a batch by length themselves:
    the larger it is, the less they pad, and the longer its first text waits for its last.
    """

    longest_wait: dt.timedelta = dt.timedelta(milliseconds=10)
    largest: int = 64
    queue: int = 512

    def __post_init__(self) -> None:
        if self.longest_wait < dt.timedelta(0) or self.largest < 1 or self.queue < 1:
            raise ValueError(f"batches cannot be gathered like this: {self}")


@dataclass(frozen=True, slots=True)
class _Waiting:
    text: str
    answer: asyncio.Future[Scores]


class BatchingClassifier:
    """A `Classifier` over a `Model`."""

    def __init__(self, model: Model, batches: Batches | None = None) -> None:
        self._model = model
        self._batches = batches or Batches()
        self._waiting: deque[_Waiting] = deque()
        self._room = asyncio.Semaphore(self._batches.queue)
        self._arrived = asyncio.Event()
        self._thread = concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix=f"model-{model.name}")
        self._runner: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    @property
    def version(self) -> str:
        """The model's version."""
        return self._model.version

    async def classify(self, texts: Sequence[str]) -> Sequence[Scores]:
        """Score each text. Waits while the queue is full; raises `ClosedError` once it is closed."""
        answers: list[asyncio.Future[Scores]] = []
        try:
            for text in texts:
                answers.append(await self._queued(text))  # noqa: PERF401 - what came before a failure is let go
            return await asyncio.gather(*answers)
        finally:
            # Whoever gave up or failed wants none of the other answers.
            for answer in answers:
                if not answer.done():
                    answer.cancel()
                elif not answer.cancelled():
                    answer.exception()

    async def aclose(self) -> None:
        """Finish the batch that is running, refuse what waits, and let the thread and the model go."""
        if self._closed:
            return
        self._closed = True
        for waiting in self._waiting:
            if not waiting.answer.done():
                waiting.answer.set_exception(ClosedError(f"{self.name} was closed"))
        self._waiting.clear()
        self._arrived.set()
        if self._runner is not None:
            await self._runner
        self._thread.shutdown(wait=True)
        self._model.close()

    async def _queued(self, text: str) -> asyncio.Future[Scores]:
        self._refuse_if_closed()
        await self._room.acquire()
        try:
            self._refuse_if_closed()  # it may have been closed while this text waited outside
        except ClosedError:
            self._room.release()
            raise
        loop = asyncio.get_running_loop()
        if self._runner is None:
            self._runner = loop.create_task(self._run(), name=f"batches of {self.name}")
        answer: asyncio.Future[Scores] = loop.create_future()
        answer.add_done_callback(lambda _: self._room.release())
        self._waiting.append(_Waiting(text, answer))
        self._arrived.set()
        return answer

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise ClosedError(f"{self.name} is closed")

    async def _run(self) -> None:
        while not self._closed:
            await self._company()
            while batch := self._oldest():
                await self._score(batch)

    async def _company(self) -> None:
        """Wait for a first text, then a little for others."""
        self._arrived.clear()
        if not self._waiting:
            await self._arrived.wait()
        until = asyncio.get_running_loop().time() + self._batches.longest_wait.total_seconds()
        while len(self._waiting) < self._batches.largest and not self._closed:
            self._arrived.clear()
            try:
                async with asyncio.timeout_at(until):
                    await self._arrived.wait()
            except TimeoutError:
                return

    def _oldest(self) -> list[_Waiting]:
        """Take the oldest texts that somebody still waits for; none if there are none."""
        batch: list[_Waiting] = []
        while self._waiting and len(batch) < self._batches.largest:
            waiting = self._waiting.popleft()
            if not waiting.answer.done():
                batch.append(waiting)
        return batch

    async def _score(self, batch: list[_Waiting]) -> None:
        loop = asyncio.get_running_loop()
        texts = [waiting.text for waiting in batch]
        try:
            scored = await loop.run_in_executor(self._thread, self._model.score, texts)
            if len(scored) != len(batch):
                raise RuntimeError(f"{self.name} scored {len(scored)} of {len(batch)} texts")  # noqa: TRY301
        except Exception as error:  # noqa: BLE001 - a broken batch is its callers' to hear of, not the runner's end
            for waiting in batch:
                if not waiting.answer.done():
                    waiting.answer.set_exception(error)
            return
        for waiting, scores in zip(batch, scored, strict=True):
            if not waiting.answer.done():
                waiting.answer.set_result(scores)
