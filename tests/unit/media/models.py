"""A safety model small enough to reckon by hand: the redder a picture, the worse."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from adapters.media.safety import Harm

SIDE = 8


def make(folder: Path, weights: np.ndarray[tuple[int, ...], np.dtype[np.float32]] | None = None) -> Path:
    """Write a model whose answers are the mean green and the mean red of a picture, and its manifest."""
    folder.mkdir(exist_ok=True)
    chosen = np.array([[0, 1], [1, 0], [0, 0]], dtype=np.float32) if weights is None else weights
    graph = helper.make_graph(
        [
            helper.make_node("GlobalAveragePool", ["pixels"], ["pooled"]),
            helper.make_node("Flatten", ["pooled"], ["flat"]),
            helper.make_node("MatMul", ["flat", "weights"], ["scores"]),
        ],
        "redness",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", 3, SIDE, SIDE])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", chosen.shape[1]])],
        [numpy_helper.from_array(chosen, "weights")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, folder / "model.onnx")
    write(folder)
    return folder


def write(folder: Path, **more: object) -> None:
    """Write the manifest that belongs to the model as it is, but for what is said otherwise."""
    said: Mapping[str, object] = {
        "name": "redness",
        "version": "3",
        "sha256": hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest(),
        "width": SIDE,
        "height": SIDE,
        "labels": [
            {"name": "calm"},
            {"name": "red", "category": "inappropriate_media", "severity": "serious"},
        ],
        "clear_below": 0.2,
    }
    (folder / "manifest.json").write_text(json.dumps({**said, **more}), encoding="utf-8")


class Says:
    """A model that says what it was told to, or breaks."""

    name = "media-says"
    version = "1"
    shape = (SIDE, SIDE)
    clear_below = 0.2

    def __init__(self, *harms: Harm, breaks: bool = False) -> None:
        self.harms = harms
        self.breaks = breaks
        self.saw: list[bytes] = []

    def judge(self, pictures: Sequence[bytes]) -> tuple[Harm, ...]:
        self.saw += pictures
        if self.breaks:
            raise RuntimeError("the model is broken")
        return self.harms
