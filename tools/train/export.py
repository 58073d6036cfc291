"""From PyTorch to what ships: ONNX, its weights in 8 bits."""

from __future__ import annotations

import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process


def export(network: torch.nn.Module, target: Path) -> None:
    """Write the network as an int8 ONNX file.

    Inputs are `ids` and `mask` (int64, texts x pieces), the output is `logits` (texts x outputs).
    """
    network.eval()
    example = (torch.randint(5, 100, (2, 9)), torch.ones((2, 9), dtype=torch.long))
    with tempfile.TemporaryDirectory() as folder:
        plain, prepared = Path(folder, "plain.onnx"), Path(folder, "prepared.onnx")
        torch.onnx.export(
            network,
            example,
            str(plain),
            input_names=["ids", "mask"],
            output_names=["logits"],
            dynamic_axes={
                "ids": {0: "texts", 1: "pieces"},
                "mask": {0: "texts", 1: "pieces"},
                "logits": {0: "texts"},
            },
            opset_version=17,
            dynamo=False,
            training=torch.onnx.TrainingMode.EVAL,
        )
        quant_pre_process(str(plain), str(prepared), skip_symbolic_shape=True)
        quantize_dynamic(
            str(prepared),
            str(target),
            weight_type=QuantType.QInt8,
            per_channel=True,
            extra_options={"MatMulConstBOnly": True},
        )
    onnx.checker.check_model(str(target))
