"""Two models as one: the second looks only where it could change what happens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.toxicity.model import Model
from moderation.checks.fusion import Label


@dataclass(frozen=True, slots=True)
class Band:
    """Where the second model is asked: the first one's score of `toxic` lies from `clear` to below `sure`.

    One label is enough: of 1,809 comments Detoxify flagged 276, and each of them as toxic. Measured on those
    comments with `python -m benchmarks.against_detoxify`, weighted to 5 % toxic: 33.3 % of them are put to
    Detoxify, and 0.32 % get another flag than Detoxify alone would give them; it keeps 97.7 % of its flags.
    """

    clear: float = 0.05
    sure: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.clear < self.sure <= 1:
            raise ValueError(f"a band runs from a lower to a higher score between 0 and 1: got {self}")


class Cascade:
    """A `Model` that answers everything the first one does, with the second one's word where it was asked."""

    def __init__(self, first: Model, second: Model, band: Band | None = None) -> None:
        self._first, self._second = first, second
        self._band = band or Band()
        self.name = f"{first.name}+{second.name}"
        self.version = f"{first.version}+{second.version}"
        self.escalated = 0
        """How many texts the second model has looked at."""

    def score(self, texts: Sequence[str]) -> Sequence[Mapping[str, float]]:
        """Score each text."""
        answers = [dict(scores) for scores in self._first.score(texts)]
        places = [place for place, scores in enumerate(answers) if self._open(scores)]
        self.escalated += len(places)
        if places:
            second = self._second.score([texts[place] for place in places])
            for place, scores in zip(places, second, strict=True):
                answers[place].update(scores)
        return answers

    def close(self) -> None:
        """Let both go."""
        self._first.close()
        self._second.close()

    def _open(self, scores: Mapping[str, float]) -> bool:
        return self._band.clear <= scores[Label.TOXIC] < self._band.sure
