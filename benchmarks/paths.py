"""The ways to classify a comment that are held against one another."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.toxicity.model import Model


class Way(enum.StrEnum):
    """A way to classify, by the name it has in the table."""

    STOCK = "stock Detoxify, one by one"
    STOCK_LISTS = "stock Detoxify, in lists"
    DETOXIFY = "our Detoxify"
    PAIR = "embedded, both stages"
    STUDENT = "embedded, student alone"
    READER = "embedded, reader alone"
    CASCADE = "cascade: embedded, Detoxify"

    @property
    def is_stock(self) -> bool:
        """Whether this is Detoxify as its own package runs it."""
        return self in {Way.STOCK, Way.STOCK_LISTS}

    @property
    def needs_folder(self) -> bool:
        """Whether this runs a Detoxify that was converted."""
        return self in {Way.DETOXIFY, Way.CASCADE}


@dataclass(frozen=True, slots=True)
class Places:
    """Where the models lie: the shipped weights where `weights` is None."""

    weights: Path | None
    detoxify: Path | None
    stock: Path | None


class StockDetoxify:
    """Detoxify as its users run it, over PyTorch."""

    name = "stock-detoxify"
    version = "stock"

    def __init__(self, checkpoint: Path, threads: int) -> None:
        """Load a checkpoint. Its tokenizer and configuration have to be where the checkpoint says."""
        import detoxify  # noqa: PLC0415 - only where it is measured, and in a process of its own
        import torch  # noqa: PLC0415

        torch.set_num_threads(threads)
        self._model: Any = detoxify.Detoxify(checkpoint=str(checkpoint))

    def score(self, texts: Sequence[str]) -> Sequence[Mapping[str, float]]:
        """Score each text: as a single one where it is alone, as a list where there are more."""
        if len(texts) == 1:
            return [self._model.predict(texts[0])]
        found: Mapping[str, Sequence[float]] = self._model.predict(list(texts))
        return [{label: scores[row] for label, scores in found.items()} for row in range(len(texts))]

    def close(self) -> None:
        """Nothing is let go before the process ends."""


def model(way: Way, places: Places, threads: int) -> Model:
    """Load what a way runs. Libraries are loaded with it, so that loading takes as long as it takes."""
    if way.is_stock:
        if places.stock is None:
            raise ValueError("stock Detoxify needs a checkpoint")
        return StockDetoxify(places.stock, threads)
    if way is Way.DETOXIFY:
        return _detoxify(places, threads)
    from adapters.toxicity.embedded import EmbeddedModel  # noqa: PLC0415

    stages = {Way.STUDENT: "student", Way.READER: "reader"}.get(way, "both")
    embedded = EmbeddedModel(places.weights, threads=threads, stages=stages)
    if way is not Way.CASCADE:
        return embedded
    from adapters.toxicity.cascade import Cascade  # noqa: PLC0415

    return Cascade(embedded, _detoxify(places, threads))


def _detoxify(places: Places, threads: int) -> Model:
    from adapters.toxicity.onnx_model import OnnxDetoxify  # noqa: PLC0415

    if places.detoxify is None:
        raise ValueError("our Detoxify needs the folder of a converted model")
    return OnnxDetoxify(places.detoxify, threads)
