"""The teacher: MiniLM with one linear layer over the mean of its last states."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import BertModel

from tools.train.labels import INDEPENDENT, OUTPUTS


class Reader(nn.Module):
    """Token ids and mask to one logit for each output."""

    def __init__(self, body: Any) -> None:  # noqa: ANN401 - transformers is not typed
        super().__init__()
        self.body = body
        width = body.config.hidden_size
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(2 * width, len(OUTPUTS))

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Read."""
        states = self.body(input_ids=ids, attention_mask=mask).last_hidden_state
        weight = mask.unsqueeze(-1).to(states.dtype)
        mean = (states * weight).sum(1) / weight.sum(1).clamp(min=1)
        # A single telling word drowns in the mean of a long text; the maximum keeps it.
        most = states.masked_fill(weight == 0, -1e4).amax(1)
        return self.head(self.drop(torch.cat((mean, most), -1)))


def from_base(folder: Path, kept: list[int]) -> Reader:
    """MiniLM's weights with the embeddings of the kept pieces alone."""
    body = BertModel.from_pretrained(str(folder), add_pooling_layer=False, attn_implementation="sdpa")
    table = body.embeddings.word_embeddings.weight.data[kept].clone()
    body.embeddings.word_embeddings = nn.Embedding.from_pretrained(table, freeze=False, padding_idx=0)
    body.config.vocab_size = len(kept)
    return Reader(body)


_USUAL = 6
"""How many labels most public rows have."""


def loss(logits: torch.Tensor, targets: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Cross-entropy over what is known: each label by itself, and the course among its three."""
    split = len(INDEPENDENT)
    known = (targets[:, :split] >= 0).float()
    each = nn.functional.binary_cross_entropy_with_logits(
        logits[:, :split], targets[:, :split].clamp(min=0), reduction="none"
    )
    row = weights.unsqueeze(1)
    # Summed over a row's labels, not averaged: a row of which much is known has more to teach.
    labels = (each * known * row).sum() / (_USUAL * weights.sum())
    course_known = (targets[:, split] >= 0).float() * weights
    course = nn.functional.cross_entropy(logits[:, split:], targets[:, split:].clamp(min=0), reduction="none")
    return labels + 0.25 * (course * course_known).sum() / course_known.sum().clamp(min=1)
