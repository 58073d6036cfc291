"""Tries a model out: that it still says what it said, and how fast it says it."""

from __future__ import annotations

import datetime as dt
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.toxicity import manifest, probes
from adapters.toxicity.manifest import Manifest, ManifestError
from adapters.toxicity.onnx_model import OnnxDetoxify

SAME = 0.02
"""How far a probe's score may lie from the recorded one: processors round int8 sums in their own ways."""

_WARM = 8
_LIST = 32


@dataclass(frozen=True, slots=True)
class Speed:
    """What a model costs.

    `median` and `slow` are latencies of one comment: half and one in a hundred take longer. `memory` is the
    most that the process held, of which `grown` came with the model.
    """

    version: str
    threads: int
    load: dt.timedelta
    per_second: float
    median: dt.timedelta
    slow: dt.timedelta
    memory: int
    grown: int


def verify(folder: Path) -> Manifest:
    """Check every digest, load the model, and hold what it says of the probes against its manifest.

    Raises:
        ManifestError: If anything is not what the manifest says.
    """
    made = manifest.verified(folder)
    model = OnnxDetoxify(folder)
    if not made.probes:
        raise ManifestError(f"{folder / manifest.FILE}: probes: there are none to try the model with")
    for number, probe in enumerate(made.probes, start=1):
        (scores,) = model.score([probe.text])
        if scores.keys() != probe.scores.keys():
            raise ManifestError(f"{folder}: scores other labels than its manifest names")
        furthest = max(scores, key=lambda label: abs(scores[label] - probe.scores[label]))
        # Written so that a score that is no number is refused too.
        if not abs(scores[furthest] - probe.scores[furthest]) <= SAME:
            raise ManifestError(
                f"{folder}: scores {furthest} of probe {number} with {scores[furthest]:.3f}, where it was"
                f" {probe.scores[furthest]:.3f} when it was made: this processor rounds otherwise. Fetch it"
                " here, or with --full-precision"
            )
    return made


def bench(folder: Path, comments: int, threads: int) -> Speed:
    """Measure a model on texts that are made here: one by one for latency, in lists for throughput.

    Raises:
        ManifestError: If the folder does not hold what its manifest says.
    """
    before = _peak()
    start = time.perf_counter()
    model = OnnxDetoxify(folder, threads)
    load = time.perf_counter() - start
    texts = probes.comments(comments)
    model.score(texts[:_WARM])
    taken = sorted(_seconds(model, [text]) for text in texts)
    whole = sum(_seconds(model, texts[at : at + _LIST]) for at in range(0, len(texts), _LIST))
    after = _peak()
    return Speed(
        model.version,
        threads,
        dt.timedelta(seconds=load),
        len(texts) / whole,
        dt.timedelta(seconds=taken[len(taken) // 2]),
        dt.timedelta(seconds=taken[min(len(taken) - 1, len(taken) * 99 // 100)]),
        after,
        after - before,
    )


def _seconds(model: OnnxDetoxify, texts: Sequence[str]) -> float:
    start = time.perf_counter()
    model.score(texts)
    return time.perf_counter() - start


def _peak() -> int:
    """The most bytes that this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
