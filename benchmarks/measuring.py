"""Measures one way to classify, in the process that it is called in."""

from __future__ import annotations

import asyncio
import datetime as dt
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adapters.toxicity.batching import Batches, BatchingClassifier
from adapters.toxicity.model import Model
from benchmarks import paths
from benchmarks.paths import Places, Way

LIST = Batches().largest
"""Texts in a list: as many as a full batch of the running house has."""
_WARM = 16
_LONG_ENOUGH = 2.0
"""Seconds that a way is measured for: whoever is done with the texts sooner begins again."""
_ALONE = 300
"""How many comments come one at a time, for the latencies."""


@dataclass(frozen=True, slots=True)
class Task:
    """What to measure, on which texts."""

    way: Way
    places: Places
    texts: tuple[str, ...]
    threads: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What a way costs.

    `ready` is from the first import to the first answer. `median` and `slow` are latencies of a comment that
    comes alone: half and one in a hundred take longer. `escalated` is the share that a second model saw.
    """

    way: Way
    comments: int
    wall: float
    cpu: float
    ready: dt.timedelta
    median: dt.timedelta | None
    slow: dt.timedelta | None
    memory: int
    escalated: float | None


def measure(task: Task) -> Measured:
    """Load the model, have it score the texts in lists, then one at a time."""
    began = time.perf_counter()
    model = paths.model(task.way, task.places, task.threads)
    model.score(task.texts[:1])
    ready = time.perf_counter() - began
    size = 1 if task.way is Way.STOCK else LIST
    for texts in _lists(task.texts[:_WARM], size):
        model.score(texts)
    seen = _seen(model)
    comments, wall, cpu, each = _throughput(model, task.texts, size)
    escalated = None if seen is None else ((_seen(model) or 0) - seen) / comments
    if task.way.is_stock:
        alone = each if task.way is Way.STOCK else []
    else:
        alone = asyncio.run(_alone(model, task.texts[:_ALONE]))
    return Measured(
        task.way,
        comments,
        comments / wall,
        comments / cpu,
        dt.timedelta(seconds=ready),
        _later_than(alone, 0.5),
        _later_than(alone, 0.99),
        _peak(),
        escalated,
    )


def _throughput(model: Model, texts: Sequence[str], size: int) -> tuple[int, float, float, list[float]]:
    """How many were scored, the seconds on the wall and of the processor, and those of each list."""
    each: list[float] = []
    comments = 0
    began, used = time.perf_counter(), time.process_time()
    while not comments or time.perf_counter() - began < _LONG_ENOUGH:
        for some in _lists(texts, size):
            start = time.perf_counter()
            model.score(some)
            each.append(time.perf_counter() - start)
        comments += len(texts)
    return comments, time.perf_counter() - began, time.process_time() - used, each


async def _alone(model: Model, texts: Sequence[str]) -> list[float]:
    """How long each text takes through the classifier of the running house, which waits for company first."""
    classifier = BatchingClassifier(model)
    taken: list[float] = []
    for text in texts:
        start = time.perf_counter()
        await classifier.classify([text])
        taken.append(time.perf_counter() - start)
    await classifier.aclose()
    return taken


def _lists(texts: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), size):
        yield texts[start : start + size]


def _seen(model: Model) -> int | None:
    """How many texts the second model has looked at, where there is one."""
    number = getattr(model, "escalated", None)
    return number if isinstance(number, int) else None


def _later_than(taken: Sequence[float], share: float) -> dt.timedelta | None:
    if not taken:
        return None
    return dt.timedelta(seconds=sorted(taken)[min(len(taken) - 1, int(len(taken) * share))])


def _peak() -> int:
    """The most bytes that this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
