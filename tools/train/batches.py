"""Rows as padded batches of like length, reshuffled and disturbed anew for every pass."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from tokenizers import Tokenizer

from adapters.toxicity.prose import prose
from tools.train import noise
from tools.train.rows import Row

LONGEST = 112


class Batch(NamedTuple):
    """Padded ids, their mask, targets and row weights."""

    ids: torch.Tensor
    mask: torch.Tensor
    targets: torch.Tensor
    weights: torch.Tensor


def encoded(texts: Sequence[str], tokenizer: Tokenizer) -> list[list[int]]:
    """Token ids of each text, the middle of long ones left out."""
    return [_cut(encoding.ids) for encoding in tokenizer.encode_batch(list(texts))]


_BLANKED = 0.08
"""The share of word pieces that are hidden from the learner, so that it leans on no single one."""


def _blanked(ids: list[int], blank: int, chance: random.Random) -> list[int]:
    inner = (blank if chance.random() < _BLANKED else one for one in ids[1:-1])
    return [ids[0], *inner, ids[-1]]


def _cut(ids: list[int]) -> list[int]:
    return ids if len(ids) <= LONGEST else [*ids[: LONGEST - 33], *ids[-33:]]


def epoch(
    rows: Sequence[Row],
    weights: Sequence[float],
    tokenizer: Tokenizer,
    size: int,
    chance: random.Random,
    disturb: float,
) -> Iterator[Batch]:
    """All rows once, in random batches of like length. `disturb` is the share of disturbed texts."""
    texts = [prose(noise.disturbed(r.text, chance) if chance.random() < disturb else r.text) for r in rows]
    tokens = encoded(texts, tokenizer)
    if disturb:
        blank = int(tokenizer.token_to_id("[MASK]") or 0)
        tokens = [_blanked(ids, blank, chance) for ids in tokens]
    order = sorted(range(len(rows)), key=lambda i: len(tokens[i]) + chance.random() * 4)
    batches = []
    start = 0
    while start < len(order):
        # Long rows go in smaller batches, so that every step costs about the same.
        step = max(
            8, min(size, size * 32 // max(1, len(tokens[order[min(start + size // 2, len(order) - 1)]])))
        )
        batches.append(order[start : start + step])
        start += step
    chance.shuffle(batches)
    for places in batches:
        yield padded([tokens[i] for i in places], [rows[i] for i in places], [weights[i] for i in places])


def stacked(tokens: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids as one block, filled up with zeros, and which of them are not filling."""
    ids = torch.zeros((len(tokens), max(len(each) for each in tokens)), dtype=torch.long)
    mask = torch.zeros_like(ids)
    for place, each in enumerate(tokens):
        ids[place, : len(each)] = torch.tensor(each)
        mask[place, : len(each)] = 1
    return ids, mask


def padded(tokens: Sequence[Sequence[int]], rows: Sequence[Row], weights: Sequence[float]) -> Batch:
    """One batch."""
    ids, mask = stacked(tokens)
    targets = torch.from_numpy(np.stack([row.targets for row in rows]))
    return Batch(ids, mask, targets, torch.tensor(weights, dtype=torch.float32))
