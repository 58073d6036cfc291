"""Stock Detoxify, built from files on disk: what a conversion starts from and is measured against."""

from __future__ import annotations

import os
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from adapters.toxicity.onnx_model import LONGEST
from moderation.checks.fusion import Label

_LABELS: Mapping[str, Label] = {
    "toxic": Label.TOXIC,
    "toxicity": Label.TOXIC,
    "severe_toxic": Label.SEVERE,
    "severe_toxicity": Label.SEVERE,
    "obscene": Label.OBSCENE,
    "insult": Label.INSULT,
    "threat": Label.THREAT,
    "identity_hate": Label.IDENTITY_HATE,
    "identity_attack": Label.IDENTITY_HATE,
    "sexual_explicit": Label.SEXUAL,
}
"""Detoxify's class names. The groups that `unbiased` also names (male, muslim, ...) are no harm."""

_ARCHITECTURES = frozenset(
    {
        "AlbertForSequenceClassification",
        "BertForSequenceClassification",
        "RobertaForSequenceClassification",
        "XLMRobertaForSequenceClassification",
    }
)
"""What a checkpoint may ask for by name: the classes of the five releases, and no other of its library's."""


class DetoxifyMissingError(ImportError):
    """Detoxify, PyTorch or ONNX is not installed."""


class CheckpointError(RuntimeError):
    """A checkpoint that is not Detoxify's, or cannot be converted."""


class StockDetoxify:
    """One of Detoxify's models, run as its makers run it: slow, large, and only while it is converted."""

    def __init__(self, folder: Path, checkpoint: str) -> None:
        """Load a checkpoint, with the tokenizer and configuration beside it.

        Raises:
            DetoxifyMissingError: If the extra is not installed.
            CheckpointError: If the checkpoint is of another kind, or brings code along.
        """
        self._torch, build = _vendor()
        loaded = self._loaded(folder / checkpoint)
        classes, arguments = _described(loaded, folder / checkpoint)
        weights = loaded["state_dict"]
        try:
            # A local folder as the model type is what keeps Detoxify from asking the hub for it.
            self.module, self._tokenizer = build(
                **{**arguments, "model_type": str(folder)}, state_dict=weights
            )
        except (AttributeError, OSError, RuntimeError, TypeError, ValueError) as error:
            raise CheckpointError(f"{folder / checkpoint}: cannot be built: {error}") from error
        # What a checkpoint lacks is thrown by dice without a word.
        if lacking := sorted(set(self.module.state_dict()) - set(weights)):
            raise CheckpointError(
                f"{folder / checkpoint}: lacks {len(lacking)} of its model's weights, {lacking[0]} first"
            )
        self.module.eval()
        self.padding = int(self.module.config.pad_token_id)
        # Two releases score more than they name: the groups spoken of come after the harms.
        unnamed = int(self.module.config.num_labels) - len(classes)
        if unnamed < 0:
            raise CheckpointError(f"{folder / checkpoint}: scores fewer classes than it names")
        named = [_LABELS.get(name) for name in classes]
        self.outputs = (*(label and label.value for label in named), *[None] * unnamed)

    def scores(self, text: str) -> list[float]:
        """Score a text, in the order of `outputs`."""
        with self._torch.inference_mode():
            tokens = self._tokenizer(text, return_tensors="pt", truncation=True, max_length=LONGEST)
            return [float(score) for score in self._torch.sigmoid(self.module(**tokens)[0])[0]]

    def tokens(self, text: str) -> list[int]:
        """The numbers of a text's tokens."""
        return [
            int(token) for token in self._tokenizer(text, truncation=True, max_length=LONGEST)["input_ids"]
        ]

    def _loaded(self, path: Path) -> Mapping[str, Any]:
        try:
            # `weights_only` reads tensors and plain values: a checkpoint cannot bring code along.
            loaded = self._torch.load(path, map_location="cpu", weights_only=True)
        except pickle.UnpicklingError as error:
            raise CheckpointError(
                f"{path}: is refused: it holds more than weights, or is no checkpoint; nothing of it was run"
            ) from error
        except (EOFError, RuntimeError) as error:
            raise CheckpointError(f"{path}: is no checkpoint: {error}") from error
        if not isinstance(loaded, Mapping):
            raise CheckpointError(f"{path}: is none of Detoxify's (it holds a {type(loaded).__name__})")
        return loaded


def _vendor() -> tuple[Any, Any]:
    # Whoever loads from a folder wants no connection; transformers reads this when it is imported.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
    try:
        # Seconds and hundreds of megabytes that only a conversion needs.
        import torch  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415
        from detoxify.detoxify import (  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415
            get_model_and_tokenizer,
        )
    except ImportError as error:
        raise DetoxifyMissingError(
            f"Detoxify cannot be converted: {error.name} is not installed; install houserules[detoxify]."
            " A folder that was converted elsewhere runs without it"
        ) from error
    return torch, get_model_and_tokenizer


def _described(loaded: Mapping[str, Any], path: Path) -> tuple[list[str], dict[str, Any]]:
    try:
        classes = [str(name) for name in loaded["config"]["dataset"]["args"]["classes"]]
        arguments = dict(loaded["config"]["arch"]["args"])
        architecture = arguments["model_name"]
        loaded["state_dict"].keys()
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise CheckpointError(f"{path}: is none of Detoxify's ({error!r})") from None
    if architecture not in _ARCHITECTURES:
        raise CheckpointError(f"{path}: asks for {architecture!r}, which none of Detoxify's releases is")
    if not any(name in _LABELS for name in classes):
        raise CheckpointError(f"{path}: knows none of Detoxify's classes")
    return classes, arguments
