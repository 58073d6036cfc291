"""From a PyTorch model to an ONNX file, and from full precision to int8."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from adapters.toxicity.onnx_model import IDS, MASK, SCORES

_OPSET = 17
"""The first that knows layer normalisation as one step."""


def exported(module: Any, padding: int, to: Path) -> None:  # noqa: ANN401 - PyTorch is not always there to name
    """Write a classifier as ONNX: token numbers and a mask in, probabilities out, for any number of both."""
    import torch  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415 - only a conversion needs it

    class Scoring(torch.nn.Module):  # type: ignore[misc,name-defined,unused-ignore]
        """The classifier with its last step, from logits to probabilities."""

        def __init__(self) -> None:
            super().__init__()
            self.module = module

        def forward(self, ids: Any, mask: Any) -> Any:  # noqa: ANN401
            logits = self.module(input_ids=ids, attention_mask=mask, return_dict=False)[0]
            return torch.sigmoid(logits)

    # In training mode dropout would be written into the file.
    scoring = Scoring().eval()
    ids = torch.tensor([[padding + 1] * 9, [padding + 1] * 6 + [padding] * 3])
    mask = (ids != padding).long()
    several = {0: "texts", 1: "tokens"}
    with warnings.catch_warnings():
        # The tracer warns of every shape that it looks at; that shapes do vary is measured on the result.
        # Its successor writes the same model twelve times as slowly and needs one library more.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            scoring,
            (ids, mask),
            str(to),
            input_names=[IDS, MASK],
            output_names=[SCORES],
            dynamic_axes={IDS: several, MASK: several, SCORES: {0: "texts"}},
            opset_version=_OPSET,
            dynamo=False,
        )
    _shared(to)


def rounded(full: Path, to: Path) -> None:
    """Write a model again with its weights in int8, a scale for each channel."""
    from onnxruntime.quantization import (  # type: ignore[import-untyped,unused-ignore]  # noqa: PLC0415 - needs onnx
        QuantType,
        quantize_dynamic,
    )

    quantize_dynamic(full, to, weight_type=QuantType.QInt8, per_channel=True)


def _shared(path: Path) -> None:
    """Let every use of a weight name it directly.

    The exporter puts an Identity between a weight and all its uses but one, and behind an Identity no weight
    is rounded: of ALBERT, whose layers share their weights, eleven layers of twelve stayed in full precision.
    """
    import onnx  # noqa: PLC0415 - only a conversion needs it

    model = onnx.load(path)
    weights = {weight.name for weight in model.graph.initializer}
    named = {
        node.output[0]: node.input[0]
        for node in model.graph.node
        if node.op_type == "Identity" and node.input[0] in weights
    }
    kept = [node for node in model.graph.node if node.output[0] not in named]
    for node in kept:
        for index, name in enumerate(node.input):
            node.input[index] = named.get(name, name)
    del model.graph.node[:]
    model.graph.node.extend(kept)
    # Otherwise the quantiser advises, through the root logger, what has just been done.
    model.metadata_props.add(key="onnx.quant.pre_process", value="onnxruntime.quant")
    onnx.save(model, path)
