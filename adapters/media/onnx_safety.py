"""A safety model in ONNX, from a folder whose manifest says what it is."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import onnxruntime  # type: ignore[import-untyped,unused-ignore]
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from adapters.media.lists import SEVERITIES
from adapters.media.safety import Harm, SafetyModelError
from moderation.taxonomy import Category

MANIFEST = "manifest.json"
_RANK = 4
_Share = Annotated[float, Field(ge=0, le=1)]
_Triple = tuple[float, float, float]
_Floats = np.ndarray[tuple[int, ...], np.dtype[np.float32]]


class _Layout(enum.StrEnum):
    """In which order the model takes a picture's numbers."""

    NCHW = "nchw"
    NHWC = "nhwc"


class _Ending(enum.StrEnum):
    """What makes its answers probabilities: nothing, where they are such already."""

    NONE = "none"
    SOFTMAX = "softmax"
    SIGMOID = "sigmoid"


def _severity(name: str) -> str:
    if name not in SEVERITIES:
        raise ValueError(f"is none of {', '.join(SEVERITIES)}")
    return name


def _file(name: str) -> str:
    if Path(name).name != name or not name.endswith(".onnx"):
        raise ValueError("is no .onnx file of this folder")
    return name


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Label(_Part):
    """One of the model's answers; without a category it is no harm."""

    name: Annotated[str, Field(min_length=1)]
    category: Category | None = None
    severity: Annotated[str, AfterValidator(_severity)] = "clear_breach"


def _some_harm(labels: tuple[_Label, ...]) -> tuple[_Label, ...]:
    if all(label.category is None for label in labels):
        raise ValueError("none has a category, so that every picture would pass")
    return labels


class Manifest(_Part):
    """What manifest.json says."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")]
    version: Annotated[str, Field(min_length=1)]
    file: Annotated[str, AfterValidator(_file)] = "model.onnx"
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    width: Annotated[int, Field(ge=8, le=1024)]
    height: Annotated[int, Field(ge=8, le=1024)]
    layout: _Layout = _Layout.NCHW
    mean: _Triple = (0.0, 0.0, 0.0)
    deviation: tuple[
        Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)]
    ] = (1.0, 1.0, 1.0)
    ending: _Ending = _Ending.NONE
    labels: Annotated[tuple[_Label, ...], Field(min_length=1), AfterValidator(_some_harm)]
    clear_below: _Share


class OnnxSafetyModel:
    """One loaded model."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """Load it.

        Raises:
            SafetyModelError: If the manifest or the model is missing, or they do not belong together.
        """
        self._manifest = _manifest(folder)
        self.name = f"media-{self._manifest.name}"
        self.version = self._manifest.version
        self.shape = (self._manifest.width, self._manifest.height)
        self.clear_below = self._manifest.clear_below
        self._session = _session(folder / self._manifest.file, self._manifest, threads)
        self._input = self._session.get_inputs()[0].name
        scored = self._scores([bytes(3 * self.shape[0] * self.shape[1])])
        if scored.shape != (1, len(self._manifest.labels)):
            raise SafetyModelError(
                f"{folder / MANIFEST}: labels: names {len(self._manifest.labels)}, and the model's answer has"
                f" the shape {scored.shape}"
            )

    def judge(self, pictures: Sequence[bytes]) -> tuple[Harm, ...]:
        """Each harm with its highest score over some pictures.

        Raises:
            SafetyModelError: If the model answers what is no probability.
        """
        scored = np.concatenate([self._scores([picture]) for picture in pictures])
        if not bool(np.isfinite(scored).all()) or scored.min() < 0 or scored.max() > 1:
            raise SafetyModelError(f"{self.name} answered what is no probability; look at `ending`")
        highest = scored.max(axis=0)
        return tuple(
            Harm(label.name, label.category, SEVERITIES[label.severity], float(score))
            for label, score in zip(self._manifest.labels, highest, strict=True)
            if label.category is not None
        )

    def _scores(self, pictures: Sequence[bytes]) -> _Floats:
        width, height = self.shape
        made = self._manifest
        pixels = np.stack(
            [np.frombuffer(one, dtype=np.uint8).reshape(height, width, 3) for one in pictures]
        ).astype(np.float32)
        mean, deviation = np.array([made.mean, made.deviation], dtype=np.float32)
        ready = (pixels / np.float32(255) - mean) / deviation
        if made.layout is _Layout.NCHW:
            ready = ready.transpose(0, 3, 1, 2)
        (answer,) = self._session.run(None, {self._input: np.ascontiguousarray(ready, dtype=np.float32)})
        return _ended(np.asarray(answer, dtype=np.float32), made.ending)


def _ended(answer: _Floats, ending: _Ending) -> _Floats:
    match ending:
        case _Ending.NONE:
            return answer
        case _Ending.SOFTMAX:
            raised = np.exp(answer - answer.max(axis=-1, keepdims=True))
            return np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=np.float32)
        case _Ending.SIGMOID:
            return np.asarray(1 / (1 + np.exp(-answer)), dtype=np.float32)


def _manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except OSError:
        raise SafetyModelError(f"{path}: is missing; docs/media.md says what stands in it") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SafetyModelError(f"{path}: {where or 'the file'}: {first['msg']}") from None


def _session(path: Path, manifest: Manifest, threads: int) -> onnxruntime.InferenceSession:
    try:
        content = path.read_bytes()
    except OSError:
        raise SafetyModelError(f"{path}: is missing") from None
    if hashlib.sha256(content).hexdigest() != manifest.sha256:
        raise SafetyModelError(f"{path}: is not the file that the manifest names (SHA-256 differs)")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # what goes wrong is raised
    try:
        # From the very bytes that were checked; so a model in several files is refused as well.
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its errors share no class of their own
        raise SafetyModelError(f"{path}: is no model that can be run: {error}") from error
    inputs, outputs = session.get_inputs(), session.get_outputs()
    if len(inputs) != 1 or len(outputs) != 1 or len(inputs[0].shape) != _RANK:
        raise SafetyModelError(f"{path}: takes or gives something else than pictures and one row of scores")
    sides = inputs[0].shape[2:] if manifest.layout is _Layout.NCHW else inputs[0].shape[1:3]
    wanted = [manifest.height, manifest.width]
    if any(isinstance(side, int) and side != want for side, want in zip(sides, wanted, strict=True)):
        raise SafetyModelError(f"{path}: takes pictures of {sides}, and the manifest says {wanted}")
    return session
