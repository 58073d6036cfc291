"""Detoxify, loaded from a folder and from nowhere else."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from adapters.toxicity import manifest
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

_LONGEST = 512
"""Tokens: where the position table of all five models ends."""


class DetoxifyMissingError(ImportError):
    """Detoxify or PyTorch is not installed."""


class CheckpointError(RuntimeError):
    """A checkpoint that is not Detoxify's."""


class DetoxifyModel:
    """One Detoxify model. Not safe for several threads at once: `BatchingClassifier` sees to that."""

    def __init__(self, folder: Path) -> None:
        """Load the model of a folder that `fetch` made.

        Raises:
            ManifestError: If the folder does not hold what its manifest says.
            DetoxifyMissingError: If the extra is not installed.
            CheckpointError: If the checkpoint is of another kind.
        """
        verified = manifest.verified(folder)
        self._torch, build = _vendor()
        self.name = f"detoxify-{verified.name}"
        self.version = verified.version
        # `weights_only` reads tensors and plain values: a checkpoint cannot bring code along.
        loaded = self._torch.load(folder / verified.checkpoint, map_location="cpu", weights_only=True)
        classes, arguments = _described(loaded, folder)
        self._labels = [_LABELS.get(name) for name in classes]
        # A local folder as the model type is what keeps Detoxify from asking the hub for it.
        self._model, self._tokenizer = build(
            **{**arguments, "model_type": str(folder)}, state_dict=loaded["state_dict"]
        )
        self._model.eval()

    def score(self, texts: Sequence[str]) -> Sequence[Mapping[str, float]]:
        """Score each text."""
        with self._torch.inference_mode():
            tokens = self._tokenizer(
                list(texts), return_tensors="pt", truncation=True, padding=True, max_length=_LONGEST
            )
            rows = self._torch.sigmoid(self._model(**tokens)[0]).tolist()
        if any(len(row) < len(self._labels) for row in rows):
            raise CheckpointError(f"{self.name} scored fewer classes than it names")
        # Two releases score more than they name: the groups spoken of come after the harms.
        return [
            {label.value: score for label, score in zip(self._labels, row, strict=False) if label is not None}
            for row in rows
        ]

    def close(self) -> None:
        """Let the weights go."""
        self._model = None
        self._tokenizer = None


def _vendor() -> tuple[Any, Any]:
    # Whoever loads from a folder wants no connection; transformers reads this when it is imported.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
    try:
        # Seconds and hundreds of megabytes that only this model needs, and only where the extra is installed.
        import torch  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415
        from detoxify.detoxify import (  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415
            get_model_and_tokenizer,
        )
    except ImportError as error:
        raise DetoxifyMissingError(
            f"Detoxify cannot be loaded: {error.name} is not installed; install houserules[detoxify]"
        ) from error
    return torch, get_model_and_tokenizer


def _described(loaded: Mapping[str, Any], folder: Path) -> tuple[list[str], dict[str, Any]]:
    try:
        classes = [str(name) for name in loaded["config"]["dataset"]["args"]["classes"]]
        arguments = dict(loaded["config"]["arch"]["args"])
        loaded["state_dict"].keys()
    except (KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(f"{folder}: its checkpoint is none of Detoxify's ({error})") from None
    if not any(name in _LABELS for name in classes):
        raise CheckpointError(f"{folder}: its checkpoint knows none of Detoxify's classes")
    return classes, arguments
