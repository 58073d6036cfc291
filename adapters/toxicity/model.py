"""What a model promises to those who share it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol


class Model(Protocol):
    """A model that scores texts on the thread that calls it. It is called by one thread at a time."""

    @property
    def name(self) -> str:
        """A stable key, for verdicts and logs."""

    @property
    def version(self) -> str:
        """The weights' release or digest."""

    def score(self, texts: Sequence[str]) -> Sequence[Mapping[str, float]]:
        """Score each text: label -> probability. Labels are those of `moderation.checks.fusion`."""

    def close(self) -> None:
        """Let memory go."""
