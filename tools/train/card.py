"""The model card: `card.md` beside this file, with the version and the sources filled in."""

from __future__ import annotations

import csv
import json
import string
from pathlib import Path

_HERE = Path(__file__).parent


def write(folder: Path, sources: Path) -> None:
    """Write CARD.md beside the weights. `sources` is the SOURCES.csv of the training data."""
    version = json.loads((folder / "model.json").read_text(encoding="utf-8"))["version"]
    sizes = {path.name: f"{path.stat().st_size / 1e6:.1f} MB" for path in sorted(folder.glob("*.onnx"))}
    template = string.Template((_HERE / "card.md").read_text(encoding="utf-8"))
    card = template.substitute(
        version=version,
        sizes=", ".join(f"`{name}` {size}" for name, size in sizes.items()),
        written=_written(),
        sources=_table(sources),
    )
    (folder / "CARD.md").write_text(card, encoding="utf-8")


def _written() -> str:
    counts = {
        path.stem: len(path.read_text(encoding="utf-8").splitlines())
        for path in sorted((_HERE / "written").glob("*.jsonl"))
    }
    told = ", ".join(f"{name} {number}" for name, number in counts.items())
    return f"{sum(counts.values())} comments ({told})"


def _table(sources: Path) -> str:
    with sources.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = [
        f"| {row['source']} | {row['repo']} | {row['rows_after_dedupe']} | {row['licence']} |" for row in rows
    ]
    return "\n".join(("| source | repository | rows | licence |", "|---|---|---|---|", *lines))
