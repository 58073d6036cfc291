"""The doors: what the core and the loops ask of the outside world."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Protocol


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> dt.datetime:
        """Say the time, aware and in UTC."""


class Classifier(Protocol):
    """A model that scores texts. Slow work happens off the loop, behind this door."""

    @property
    def name(self) -> str:
        """A stable key, for verdicts and logs."""

    @property
    def version(self) -> str:
        """The weights' release or digest."""

    async def classify(self, texts: Sequence[str]) -> Sequence[Mapping[str, float]]:
        """Score each text: label -> probability between 0 and 1. Labels are those of `checks.fusion`."""

    async def aclose(self) -> None:
        """Let threads and memory go."""
