"""What ships: both stages as int8 ONNX, the tokenizer, and a description with calibration and digests."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from tokenizers import Tokenizer

from adapters.toxicity.prose import prose
from tools.train import calibrate
from tools.train.batches import LONGEST, encoded
from tools.train.export import export
from tools.train.labels import COURSES, OUTPUTS
from tools.train.rows import Row
from tools.train.teacher import Logits

WINDOWS = 4


def ship(
    stages: Mapping[str, torch.nn.Module],
    tokenizer: Path,
    held: Sequence[Row],
    folder: Path,
    *,
    version: str,
    clear_below: float,
) -> None:
    """Write everything into a folder. Calibrates on the files as they ship, not on the networks."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(tokenizer, folder / "tokenizer.json")
    slopes, offsets = {}, {}
    for stage, network in stages.items():
        export(network, folder / f"{stage}.onnx")
        answers = answered(folder / f"{stage}.onnx", tokenizer, [row.text for row in held])
        slopes[stage], offsets[stage] = calibrate.scales(answers, held)
    names = ("tokenizer.json", *(f"{stage}.onnx" for stage in stages))
    description = {
        "version": version,
        "outputs": [name.removeprefix("broad.") for name in OUTPUTS],
        "courses": len(COURSES),
        "longest": LONGEST,
        "windows": WINDOWS,
        "clear_below": clear_below,
        "slopes": {stage: [round(number, 4) for number in numbers] for stage, numbers in slopes.items()},
        "offsets": {stage: [round(number, 4) for number in numbers] for stage, numbers in offsets.items()},
        "files": {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names},
    }
    (folder / "model.json").write_text(json.dumps(description, indent=1) + "\n", encoding="utf-8")


def answered(model: Path, tokenizer: Path, texts: Sequence[str]) -> Logits:
    """The logits of a shipped stage."""
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    rows = []
    for ids in encoded([prose(text) for text in texts], Tokenizer.from_file(str(tokenizer))):
        (logits,) = session.run(
            ["logits"], {"ids": np.array([ids]), "mask": np.ones((1, len(ids)), np.int64)}
        )
        rows.append(logits[0])
    return np.stack(rows)


def pin(folder: Path, module: Path) -> None:
    """Write the description's digest into the module that loads it."""
    digest = hashlib.sha256((folder / "model.json").read_bytes()).hexdigest()
    lines = module.read_text(encoding="utf-8").splitlines(keepends=True)
    pinned = [
        f'DESCRIPTION_SHA256 = "{digest}"\n' if line.startswith("DESCRIPTION_SHA256") else line
        for line in lines
    ]
    module.write_text("".join(pinned), encoding="utf-8")


def released(repository: Path) -> str:
    """A version for weights: the day and the commit that trained them."""
    told = subprocess.run(  # noqa: S603 - fixed words
        ["git", "-C", str(repository), "log", "-1", "--format=%cs-%h"],  # noqa: S607 - whichever git there is
        check=True,
        capture_output=True,
        text=True,
    )
    return told.stdout.strip()
