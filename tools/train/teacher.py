"""What the teacher makes of texts, a batch at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from adapters.toxicity.prose import prose
from tools.train.batches import encoded, stacked
from tools.train.labels import OUTPUTS

Logits = np.ndarray[Any, np.dtype[np.float32]]


def logits(network: torch.nn.Module, texts: Sequence[str], tokenizer: Tokenizer, size: int = 64) -> Logits:
    """One row of logits for each text."""
    network.eval()
    tokens = encoded([prose(text) for text in texts], tokenizer)
    order = sorted(range(len(tokens)), key=lambda place: len(tokens[place]))
    answers = np.empty((len(texts), len(OUTPUTS)), np.float32)
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        for start in range(0, len(order), size):
            places = order[start : start + size]
            ids, mask = stacked([tokens[place] for place in places])
            answers[places] = network(ids, mask).float().numpy()
    return answers


def probabilities(answers: Logits, courses: int = 3) -> Logits:
    """Logits as probabilities: the last `courses` exclude one another."""
    each = 1 / (1 + np.exp(-answers[:, :-courses]))
    raised = np.exp(answers[:, -courses:] - answers[:, -courses:].max(1, keepdims=True))
    return np.concatenate((each, raised / raised.sum(1, keepdims=True)), 1).astype(np.float32)
