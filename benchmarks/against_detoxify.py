"""The embedded model beside Detoxify's own scores, and the band in which a cascade has to ask Detoxify.

    python -m benchmarks.against_detoxify SCORED.parquet

SCORED has the columns `text`, `toxicity`, `severe`, `obscene`, `threat`, `insult`, `identity_hate` and
`extra`, JSON with Detoxify's scores as `dtx_*`. Prints the area under the ROC curve of both on the same
rows, and for several bands: how many comments go to Detoxify and how many of its flags change, at 5 %
prevalence. Needs pandas with pyarrow, and scikit-learn: the `train` extra.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from adapters.toxicity.embedded import EmbeddedModel

PREVALENCE = 0.05
FLAG = 0.5
_LABELS = {
    "toxic": ("toxicity", "dtx_toxicity"),
    "severe": ("severe", "dtx_severe_toxicity"),
    "obscene": ("obscene", "dtx_obscene"),
    "insult": ("insult", "dtx_insult"),
    "threat": ("threat", "dtx_threat"),
    "identity_hate": ("identity_hate", "dtx_identity_attack"),
}


def main(arguments: Sequence[str]) -> int:
    """Print the comparison."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scored", type=Path)
    parser.add_argument("--weights", type=Path, default=None, help="another folder of weights")
    parser.add_argument("--stages", default="both", choices=("both", "student", "reader"))
    given = parser.parse_args(arguments)
    frame = pd.read_parquet(given.scored)
    model = EmbeddedModel(given.weights, stages=given.stages)
    ours = pd.DataFrame(model.score(list(frame["text"])))
    theirs = pd.DataFrame([json.loads(extra) for extra in frame["extra"]])
    say(f"{len(frame)} comments; embedded {model.version}, {given.stages}")
    say(
        "area under the ROC curve\n"
        f"{'label':<14}{'positives':>10}{'embedded':>10}{'Detoxify':>10}{'difference':>12}"
    )
    for label, (column, key) in _LABELS.items():
        known = frame[column].notna() & (theirs[key].notna() if key in theirs else False)
        truth = frame.loc[known, column] >= FLAG
        if truth.nunique() < 2:  # noqa: PLR2004 - a curve needs both kinds
            continue
        one = roc_auc_score(truth, ours.loc[known, label])
        other = roc_auc_score(truth, theirs.loc[known, key])
        say(f"{label:<14}{int(truth.sum()):>10}{one:>10.4f}{other:>10.4f}{one - other:>12.4f}")
    bands(frame, ours, theirs)
    return 0


def bands(frame: pd.DataFrame, ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """What each band costs and keeps, with the rows weighted to the prevalence of real streams."""
    toxicity = ours["toxic"].to_numpy()
    keys = [key for _, key in _LABELS.values() if key in theirs]
    flagged = (theirs[keys].max(axis=1) >= FLAG).to_numpy()
    toxic = (frame["toxicity"] >= FLAG).to_numpy()
    weights = np.where(toxic, PREVALENCE / toxic.mean(), (1 - PREVALENCE) / (1 - toxic.mean()))
    say(f"\n{'clear below':>12}{'sure from':>11}{'to Detoxify':>13}{'flags kept':>12}{'changed':>10}")
    for clear in (0.01, 0.03, 0.05, 0.08, 0.1, 0.12, 0.15, 0.2, 0.3):
        for sure in (0.95, 0.98, 0.99, 0.998, 1.01):
            asked = (toxicity >= clear) & (toxicity < sure)
            given = np.where(asked, flagged, toxicity >= sure)
            changed = np.average(given != flagged, weights=weights)
            kept = np.average(given[flagged], weights=weights[flagged])
            share = np.average(asked, weights=weights)
            say(f"{clear:>12.2f}{min(sure, 1.0):>11.3f}{share:>13.1%}{kept:>12.1%}{changed:>10.2%}")


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
