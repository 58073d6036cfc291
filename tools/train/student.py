"""The first stage: two small convolutions, written as matrix products so that they quantise well."""

from __future__ import annotations

import torch
from torch import nn

from tools.train.labels import INDEPENDENT, OUTPUTS


class Skimmer(nn.Module):
    """Token ids and mask to one logit for each output."""

    def __init__(self, vocabulary: int, width: int = 192, hidden: int = 384) -> None:
        super().__init__()
        self.table = nn.Embedding(vocabulary, width, padding_idx=0)
        self.near = nn.Linear(3 * width, hidden)
        self.far = nn.Linear(3 * hidden, hidden)
        self.drop = nn.Dropout(0.15)
        self.mix = nn.Linear(2 * hidden, hidden)
        self.head = nn.Linear(hidden, len(OUTPUTS))

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Skim."""
        weight = mask.unsqueeze(-1).to(self.table.weight.dtype)
        states = self.drop(self.table(ids)) * weight
        near = torch.relu(self.near(_neighbours(states))) * weight
        far = (near + torch.relu(self.far(_neighbours(near)))) * weight
        mean = far.sum(1) / weight.sum(1).clamp(min=1)
        # Nothing is negative after a rectifier, so a masked zero never wins the maximum unduly.
        most = far.amax(1)
        return self.head(self.drop(torch.relu(self.mix(torch.cat((mean, most), -1)))))


def _neighbours(states: torch.Tensor) -> torch.Tensor:
    """Each place beside the one before and the one after it."""
    blank = torch.zeros_like(states[:, :1])
    before = torch.cat((blank, states[:, :-1]), 1)
    after = torch.cat((states[:, 1:], blank), 1)
    return torch.cat((before, states, after), -1)


def imitation(logits: torch.Tensor, targets: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """How far the student is from its teacher's probabilities."""
    split = len(INDEPENDENT)
    each = nn.functional.binary_cross_entropy_with_logits(
        logits[:, :split], targets[:, :split], reduction="none"
    )
    course = nn.functional.cross_entropy(logits[:, split:], targets[:, split:], reduction="none")
    return ((each.mean(1) + 0.1 * course) * weights).sum() / weights.sum()
