"""Model folders made without PyTorch: a network small enough to reckon its scores by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import tokenizers
from onnx import TensorProto, helper, numpy_helper

from adapters.toxicity import manifest
from adapters.toxicity.manifest import Agreement, Difference, Manifest, Precision, Probe
from adapters.toxicity.onnx_model import IDS, MASK, SCORES, OnnxDetoxify

WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "kind", "rude", "vile")
OUTPUTS = ("toxic", None, "threat")
PADDING = 0


def make(folder: Path, version: str = "v1-int8") -> Manifest:
    """Write a model: the more of a text's words are rude or vile, the higher it scores."""
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(network(), folder / manifest.MODEL)
    tokenizer().save(str(folder / manifest.TOKENIZER))
    seal(folder)
    probes = tuple(
        Probe(text, OnnxDetoxify(folder).score([text])[0]) for text in ("kind words", "vile", "rude and vile")
    )
    return seal(folder, probes=probes, version=version)


def seal(
    folder: Path,
    outputs: Sequence[str | None] = OUTPUTS,
    probes: tuple[Probe, ...] = (),
    version: str = "v1-int8",
) -> Manifest:
    """Write a manifest that fits the files as they are."""
    difference = Difference(0.001, 0.01)
    made = Manifest(
        name="tiny",
        version=version,
        precision=Precision.INT8,
        outputs=tuple(outputs),
        padding=PADDING,
        files={name: manifest.sha256(folder / name) for name in (manifest.MODEL, manifest.TOKENIZER)},
        sources={"tiny.ckpt": "0" * 64},
        made_with={"onnxruntime": "1"},
        agreement=Agreement(9, 9, difference, difference),
        probes=probes,
    )
    made.write(folder)
    return made


def tokenizer() -> tokenizers.Tokenizer:
    """Whole words, with padding and a shorter length baked in, as some of the hub's files have them."""
    made = tokenizers.Tokenizer(
        tokenizers.models.WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]")
    )
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    made.post_processor = tokenizers.processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    made.enable_padding(length=16)
    made.enable_truncation(8)
    return made


def network(vile: float = 2) -> onnx.ModelProto:
    """Sigmoid of the sum of what each word weighs, where the mask is one; unmasked padding weighs most."""
    weights = np.zeros((len(WORDS), 3), dtype=np.float32)
    weights[WORDS.index("[PAD]")] = 50
    weights[WORDS.index("kind")] = (-1, 0, -2)
    weights[WORDS.index("rude")] = (1, 0, 0)
    weights[WORDS.index("vile")] = (vile, 0, 1)
    nodes = [
        helper.make_node("Gather", ["weights", IDS], ["weighed"]),
        helper.make_node("Cast", [MASK], ["counted"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["counted", "last"], ["spread"]),
        helper.make_node("Mul", ["weighed", "spread"], ["masked"]),
        helper.make_node("ReduceSum", ["masked", "second"], ["sum"], keepdims=0),
        helper.make_node("Sigmoid", ["sum"], [SCORES]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"]) for name in (IDS, MASK)],
        [helper.make_tensor_value_info(SCORES, TensorProto.FLOAT, ["texts", 3])],
        [
            numpy_helper.from_array(weights, "weights"),
            numpy_helper.from_array(np.array([-1]), "last"),
            numpy_helper.from_array(np.array([1]), "second"),
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
