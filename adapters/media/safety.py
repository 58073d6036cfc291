"""What a model that judges pictures promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from moderation.taxonomy import Category, Severity


class SafetyModelError(Exception):
    """A model that is not what its manifest says."""


@dataclass(frozen=True, slots=True)
class Harm:
    """Something that a model sees in a picture: its own name for it, ours, and how sure it is, 0 to 1."""

    label: str
    category: Category
    severity: Severity
    score: float


class SafetyModel(Protocol):
    """Scores pictures. It is called from one thread at a time, and never on the loop."""

    @property
    def name(self) -> str:
        """A stable key, for verdicts and logs."""

    @property
    def version(self) -> str:
        """The weights' release."""

    @property
    def shape(self) -> tuple[int, int]:
        """Width and height of the pictures that it takes."""

    @property
    def clear_below(self) -> float:
        """The score of every harm below which nobody else needs to look."""

    def judge(self, pictures: Sequence[bytes]) -> tuple[Harm, ...]:
        """Each harm with its highest score over some pictures, given as red, green and blue in `shape`."""
