"""Models and classifiers that do as they are told."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence


class LengthModel:
    """Scores a text by its length. Holds its breath between `hold` and `release`."""

    name = "length"
    version = "1"

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.threads: set[int] = set()
        self.closed = False
        self.fails_on = ""
        self.busy = threading.Event()
        self._go = threading.Event()
        self._go.set()

    def hold(self) -> None:
        """Let the next batch wait."""
        self._go.clear()

    def release(self) -> None:
        """Let every batch go on."""
        self._go.set()

    def score(self, texts: Sequence[str]) -> Sequence[Mapping[str, float]]:
        self.busy.set()
        assert self._go.wait(10)
        self.batches.append(list(texts))
        self.threads.add(threading.get_ident())
        if self.fails_on and any(self.fails_on in text for text in texts):
            raise RuntimeError("the model broke")
        return [{"toxic": min(1.0, len(text) / 1000)} for text in texts]

    def close(self) -> None:
        self.closed = True


class ScriptedClassifier:
    """A classifier that answers what it was given, late or never if told so."""

    def __init__(self, scores: Mapping[str, float] | None = None, name: str = "scripted") -> None:
        self.name = name
        self.version = "1"
        self.scores = dict(scores or {"toxic": 0.1})
        self.error: BaseException | None = None
        self.never = False
        self.short = False
        self.asked: list[list[str]] = []

    async def classify(self, texts: Sequence[str]) -> Sequence[Mapping[str, float]]:
        self.asked.append(list(texts))
        if self.error is not None:
            raise self.error
        if self.never:
            await asyncio.Event().wait()
        return [] if self.short else [self.scores for _ in texts]

    async def aclose(self) -> None:
        """There is nothing to let go."""
