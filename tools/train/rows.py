"""The training material as rows: a text, what is known of each output, and where it comes from."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from moderation.checks.fusion import Label
from tools.train.labels import BROAD, COURSES, INDEX, OFFENSIVE, OUTPUTS

UNKNOWN = -1.0
"""The target of an output of which a source says nothing."""

JIGSAW = frozenset(
    {"jigsaw_fc", "jigsaw_am", "jigsaw_hn", "jigsaw_ak", "wiki_ctx_gn", "civil_toxic_spans", "surge_toxicity"}
)
"""Sources whose `toxicity` is Jigsaw's."""

_COLUMNS = {
    "severe": Label.SEVERE,
    "obscene": Label.OBSCENE,
    "threat": Label.THREAT,
    "insult": Label.INSULT,
    "identity_hate": Label.IDENTITY_HATE,
    "sexual": Label.SEXUAL,
    "spam": Label.SPAM,
}
_LENT = {
    "threat": "ground.threatening",
    "identity_hate": "ground.hateful",
    "insult": "ground.abusive",
    "spam": "ground.spam",
}
"""Public labels that speak for one of our grounds as well, a little less surely."""
_SURE = 0.9
_HARMLESS = ("goemotions_benign",)
_KEPT = (0.94, 0.05, 0.01)
"""What an officer would do with a harmless comment from elsewhere, in the order of `COURSES`."""


@dataclass(frozen=True, slots=True)
class Row:
    """One text with its targets; `UNKNOWN` where nothing is known."""

    text: str
    targets: np.ndarray[Any, np.dtype[np.float32]]
    source: str


def public(path: Path) -> list[Row]:
    """The rows of `train.parquet`."""
    frame = pd.read_parquet(path)
    return [_public(record) for record in frame.to_dict("records")]


def _public(record: Mapping[str, Any]) -> Row:
    targets = np.full(len(OUTPUTS), UNKNOWN, np.float32)
    source = str(record["source"])
    toxicity = record["toxicity"]
    if toxicity == toxicity:  # noqa: PLR0124 - no number where a source is silent
        kind = Label.TOXIC if source in JIGSAW else OFFENSIVE
        targets[INDEX[f"broad.{kind}"]] = toxicity
    for column, label in _COLUMNS.items():
        value = record[column]
        if value == value:  # noqa: PLR0124
            targets[INDEX[f"broad.{label}"]] = value
            if column in _LENT:
                targets[INDEX[_LENT[column]]] = value * _SURE
    if source in _HARMLESS or (source in JIGSAW and _clean(record)):
        for name in OUTPUTS:
            if name.startswith("ground.") or name in {"care.emergency", "care.safeguarding"}:
                targets[INDEX[name]] = 0.0
        targets[-len(COURSES) :] = _KEPT
    return Row(str(record["text"]), targets, source)


def _clean(record: Mapping[str, Any]) -> bool:
    """Whether a source says that a text is not toxic, and nothing else against it."""
    told = [record[column] for column in ("toxicity", *_COLUMNS)]
    return record["toxicity"] == 0 and not any(value > 0 for value in told)


def written(paths: Iterable[Path]) -> list[Row]:
    """The rows that were written for this project."""
    return [_written(record) for path in paths for record in records(path)]


def recalled(rows: Sequence[Row], answers: np.ndarray[Any, np.dtype[np.float32]]) -> list[Row]:
    """Rows with what an earlier network says of the broad labels wherever nothing is known of them.

    So the next course does not unlearn them (learning without forgetting, Li and Hoiem 2016).
    """
    broad = len(BROAD)
    filled = []
    for row, answer in zip(rows, answers, strict=True):
        targets = row.targets.copy()
        unknown = targets[:broad] < 0
        targets[:broad][unknown] = answer[:broad][unknown]
        filled.append(Row(row.text, targets, row.source))
    return filled


def records(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSONL file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def held_apart(row: Row, hundredths: int) -> bool:
    """Whether nothing is learnt from a row: by its text, so that more rows change no other's lot."""
    return zlib.crc32(row.text.encode()) % 100 < hundredths


def _written(record: Mapping[str, Any]) -> Row:
    targets = np.full(len(OUTPUTS), UNKNOWN, np.float32)
    for family, key in (("ground", "categories"), ("care", "care"), ("protection", "protection")):
        for name in OUTPUTS:
            if name.startswith(f"{family}."):
                targets[INDEX[name]] = float(name.removeprefix(f"{family}.") in record.get(key, ()))
    for name in COURSES:
        targets[INDEX[name]] = float(name == f"course.{record['expected']}")
    # The other broad labels stay unknown: their sets draw the line elsewhere.
    targets[INDEX[f"broad.{Label.SPAM}"]] = float("spam" in record["categories"])
    targets[INDEX[f"broad.{Label.SELF_HARM}"]] = float("safeguarding" in record["care"])
    return Row(record["text"], targets, "written")
