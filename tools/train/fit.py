"""Fits a network to rows: AdamW, warm-up and cosine decay, half precision where the processor has it."""

from __future__ import annotations

import math
import random
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from tools.train.batches import Batch
from tools.train.encoder import loss


@dataclass(frozen=True, slots=True)
class Course:
    """How long and how fast to learn."""

    passes: int
    rate: float
    steps: int
    """An estimate of all steps, for the decay."""
    warm_up: int = 200
    head_pace: float = 1.0
    """How much faster the last layer learns than what lies under it: it starts from nothing."""
    end: float = 0.02
    """The share of the rate that is left at the end."""


def fit(
    network: torch.nn.Module,
    course: Course,
    batches: Callable[[random.Random], Iterable[Batch]],
    seed: int,
    criterion: Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor] = loss,
    after: Callable[[int], None] = lambda _: None,
) -> None:
    """Fit in place, and end with the running mean of the weights. Prints a line now and then."""
    torch.manual_seed(seed)
    chance = random.Random(seed)
    head = {id(p) for p in network.head.parameters()}
    body = [p for p in network.parameters() if id(p) not in head]
    optimiser = torch.optim.AdamW(
        [
            {"params": [p for p in body if p.dim() > 1], "weight_decay": 0.01, "pace": 1.0},
            {"params": [p for p in body if p.dim() <= 1], "weight_decay": 0.0, "pace": 1.0},
            {"params": list(network.head.parameters()), "weight_decay": 0.0, "pace": course.head_pace},
        ],
        lr=course.rate,
        fused=True,
    )
    mean_weights = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(_MEMORY))
    step, started, mean = 0, time.monotonic(), 0.0
    for number in range(course.passes):
        network.train()
        for batch in batches(chance):
            for group in optimiser.param_groups:
                group["lr"] = course.rate * group["pace"] * _share(step, course)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = network(batch.ids, batch.mask)
            value = criterion(logits.float(), batch.targets, batch.weights)
            optimiser.zero_grad(set_to_none=True)
            value.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            mean_weights.update_parameters(network)
            step += 1
            mean = value.item() if step == 1 else 0.99 * mean + 0.01 * value.item()
            if step % 100 == 0:
                sys.stdout.write(
                    f"pass {number + 1} step {step}/{course.steps} loss {mean:.4f}"
                    f" {time.monotonic() - started:.0f} s\n"
                )
                sys.stdout.flush()
        after(number)
    network.load_state_dict(mean_weights.module.state_dict())


_MEMORY = 0.995
"""How much of the mean weights stays at each step: the last two hundred steps count."""


def _share(step: int, course: Course) -> float:
    if step < course.warm_up:
        return (step + 1) / course.warm_up
    done = min(1.0, (step - course.warm_up) / max(1, course.steps - course.warm_up))
    return course.end + (1 - course.end) * 0.5 * (1 + math.cos(math.pi * done))
