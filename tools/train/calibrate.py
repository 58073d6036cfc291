"""Platt scaling: a slope and an offset for each output, from rows that nothing was learnt from."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import nn

from tools.train.labels import COURSES, INDEPENDENT
from tools.train.rows import Row
from tools.train.teacher import Logits

_HALF = 0.5
_FEWEST = 12
"""Positives and negatives that an output needs before its scale is touched."""


def scales(answers: Logits, rows: Sequence[Row]) -> tuple[list[float], list[float]]:
    """Slope and offset of each output. One slope for the three courses, which are scaled together."""
    targets = np.stack([row.targets for row in rows])
    slopes, offsets = [], []
    for place in range(len(INDEPENDENT)):
        known = targets[:, place] >= 0
        slope, offset = _fitted(answers[known, place], targets[known, place])
        slopes.append(slope)
        offsets.append(offset)
    split = len(INDEPENDENT)
    known = targets[:, split] >= 0
    slope = _temperature(answers[known, split:], targets[known, split:])
    return [*slopes, *[slope] * len(COURSES)], [*offsets, *[0.0] * len(COURSES)]


def _fitted(logits: Logits, targets: Logits) -> tuple[float, float]:
    positives = float((targets > _HALF).sum())
    if min(positives, len(targets) - positives) < _FEWEST:
        return 1.0, 0.0
    scale = torch.tensor([1.0, 0.0], requires_grad=True)
    x, y = torch.from_numpy(logits), torch.from_numpy(targets)

    def value() -> torch.Tensor:
        # A light pull towards leaving the scale alone: few positives must not turn it round.
        return nn.functional.binary_cross_entropy_with_logits(scale[0] * x + scale[1], y) + 0.002 * (
            (scale[0] - 1) ** 2 + scale[1] ** 2
        )

    _minimise(scale, value)
    return max(0.3, float(scale[0].detach())), float(scale[1].detach())


def _temperature(logits: Logits, targets: Logits) -> float:
    slope = torch.tensor([1.0], requires_grad=True)
    x, y = torch.from_numpy(logits), torch.from_numpy(targets)
    _minimise(slope, lambda: nn.functional.cross_entropy(slope * x, y))
    return max(0.3, float(slope[0].detach()))


def _minimise(scale: torch.Tensor, value: Callable[[], torch.Tensor]) -> None:
    optimiser = torch.optim.LBFGS([scale], max_iter=100)

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        found = value()
        found.backward()
        return found

    optimiser.step(closure)
