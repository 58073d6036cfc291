"""The model that comes with houserules: a quick stage, and a better one for what that leaves open."""

from __future__ import annotations

import hashlib
import importlib.resources
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from adapters.toxicity.prose import prose
from moderation.checks import blend, fusion, trained
from moderation.taxonomy import URGENT_CARE, Category

DESCRIPTION_SHA256 = "b54d90736e5917f86ea3b1451e45ac438ab6b6676a690fdfb841a9b4caf378e8"
"""The digest of `weights/model.json`, which holds the digests of all other files."""

WEIGHTS = importlib.resources.files("adapters.toxicity") / "weights"
"""Where the released files lie."""

Logits = npt.NDArray[np.float32]

_FAR = 60.0
"""Beyond this a logit says no more, and its exponential no longer fits."""


class WeightsError(RuntimeError):
    """A file of the embedded model that is missing or is not the one that was released."""


@dataclass(frozen=True, slots=True)
class Description:
    """What `model.json` says: the outputs in order, their calibration, and when the second stage looks."""

    version: str
    outputs: tuple[str, ...]
    courses: int
    """How many of the last outputs exclude one another."""
    longest: int
    """Word pieces in one window."""
    windows: int
    """How many windows of a long text are read: from its head, and the last from its tail."""
    slopes: Mapping[str, tuple[float, ...]]
    offsets: Mapping[str, tuple[float, ...]]
    clear_below: float
    """The second stage looks unless every answer that could matter stays below this in the first."""
    files: Mapping[str, str]

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Read the description."""
        given: dict[str, Any] = json.loads(content)
        return cls(
            version=given["version"],
            outputs=tuple(given["outputs"]),
            courses=given["courses"],
            longest=given["longest"],
            windows=given["windows"],
            slopes={stage: tuple(numbers) for stage, numbers in given["slopes"].items()},
            offsets={stage: tuple(numbers) for stage, numbers in given["offsets"].items()},
            clear_below=given["clear_below"],
            files=dict(given["files"]),
        )


STUDENT, READER = "student", "reader"
_URGENT = 2.0
"""How much sooner the second stage looks at what may be urgent."""
_GATE: Mapping[str, float] = {
    **{name: 1.0 for name, subject in trained.SUBJECTS.items() if isinstance(subject, Category)},
    **{name: _URGENT for name, subject in trained.SUBJECTS.items() if subject in URGENT_CARE},
    trained.HIDE: 1.0,
}
"""The answers on account of which the second stage is asked, and with what weight."""


class EmbeddedModel:
    """Both stages on one thread. Not safe for several threads at once: `BatchingClassifier` sees to that."""

    name = "embedded"

    def __init__(self, folder: Traversable | None = None, *, threads: int = 1, stages: str = "both") -> None:
        """Load the weights that were shipped, or those of a folder of the same make.

        `stages` is `both`, or `student` or `reader` to have one of them answer alone, for measuring.

        Raises:
            WeightsError: If a file is missing or has another digest than the release.
        """
        pinned = folder is None
        place = folder or WEIGHTS
        raw = _bytes(place, "model.json")
        if pinned and hashlib.sha256(raw).hexdigest() != DESCRIPTION_SHA256:
            raise WeightsError(f"{place / 'model.json'}: is not the released one; reinstall houserules")
        self._description = Description.read(raw)
        files = {name: _bytes(place, name, digest) for name, digest in self._description.files.items()}
        self.version = f"{self._description.version}+{blend.VERSION}"
        self._tokenizer = Tokenizer.from_buffer(files["tokenizer.json"])
        self._stages = {
            stage: _session(files[f"{stage}.onnx"], threads)
            for stage in (STUDENT, READER)
            if stages in (stage, "both")
        }
        names = self._description.outputs
        self._gate = np.array([_GATE.get(name, 0.0) for name in names], np.float32)
        self.escalated = 0
        """How many texts the second stage has looked at."""

    def score(self, texts: Sequence[str]) -> Sequence[Mapping[str, float]]:
        """Score each text."""
        windows, owners = self._windows(texts)
        answers = self._answered(windows)
        best = _most(answers, owners, len(texts))
        named = [
            (place, name) for place, name in enumerate(self._description.outputs) if name in fusion.LABELS
        ]
        return [{name: float(row[place]) for place, name in named} for row in best]

    def close(self) -> None:
        """Let the weights go."""
        self._stages.clear()

    def _windows(self, texts: Sequence[str]) -> tuple[list[list[int]], list[int]]:
        windows: list[list[int]] = []
        owners: list[int] = []
        for owner, encoding in enumerate(self._tokenizer.encode_batch([prose(text) for text in texts])):
            for window in _cut(encoding.ids, self._description.longest, self._description.windows):
                windows.append(window)
                owners.append(owner)
        return windows, owners

    def _answered(self, windows: Sequence[Sequence[int]]) -> Logits:
        first = STUDENT if STUDENT in self._stages else READER
        answers = self._run(first, windows)
        if len(self._stages) == 1:
            return answers
        open_ones = np.flatnonzero((answers * self._gate).max(1) >= self._description.clear_below).tolist()
        self.escalated += len(open_ones)
        if open_ones:
            answers[open_ones] = self._run(READER, [windows[place] for place in open_ones])
        return answers

    def _run(self, stage: str, windows: Sequence[Sequence[int]]) -> Logits:
        """One window at a time: int8 rounds a batch together, and no verdict may hang on another."""
        answers = np.empty((len(windows), len(self._description.outputs)), np.float32)
        for place, window in enumerate(windows):
            ids = np.array([window], np.int64)
            (logits,) = self._stages[stage].run(["logits"], {"ids": ids, "mask": np.ones_like(ids)})
            answers[place] = self._probabilities(stage, logits)
        return answers

    def _probabilities(self, stage: str, logits: Logits) -> Logits:
        description = self._description
        scaled = logits * np.asarray(description.slopes[stage], np.float32)
        scaled += np.asarray(description.offsets[stage], np.float32)
        each = np.clip(scaled[:, : -description.courses], -_FAR, _FAR)
        courses = scaled[:, -description.courses :]
        raised = np.exp(courses - courses.max(1, keepdims=True))
        return np.concatenate((1 / (1 + np.exp(-each)), raised / raised.sum(1, keepdims=True)), 1)


def _bytes(place: Traversable, name: str, digest: str | None = None) -> bytes:
    try:
        content = (place / name).read_bytes()
    except FileNotFoundError:
        raise WeightsError(f"{place / name}: is missing; reinstall houserules") from None
    if digest is not None and hashlib.sha256(content).hexdigest() != digest:
        raise WeightsError(
            f"{place / name}: is not the released file (SHA-256 differs); reinstall houserules"
        )
    return content


def _session(content: bytes, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Lengths seldom repeat: planning memory for each of them costs more than it saves.
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _cut(ids: Sequence[int], longest: int, windows: int) -> Iterable[list[int]]:
    """Windows over the word pieces, each with the marks of beginning and end; the last is the tail."""
    first, last, inner = ids[0], ids[-1], ids[1:-1]
    room = longest - 2
    if len(inner) <= room:
        yield list(ids)
        return
    starts = [*range(0, len(inner) - room, room)][: windows - 1]
    for start in (*starts, len(inner) - room):
        yield [first, *inner[start : start + room], last]


def _most(answers: Logits, owners: Sequence[int], texts: int) -> Logits:
    """The highest answer of each output over the windows of each text."""
    most = np.zeros((texts, answers.shape[1]), np.float32)
    np.maximum.at(most, np.asarray(owners, np.intp), answers)
    return most
