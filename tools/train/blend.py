"""Fits `moderation.checks.blend` on comments that nothing was learnt from."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from adapters.toxicity.embedded import EmbeddedModel
from bot import evaluation, labelled
from bot.wiring.parts import pipeline
from config.loader import load_policy
from moderation import pipeline as readings_of
from moderation.checks import blend
from moderation.quality import Course, Labelled
from moderation.verdict import Verdict

_COURSES = tuple(Course)
_PULL = 0.3
"""The inverse of the pull towards small weights, as scikit-learn has it."""


def write(held: Path, weights: Path, table: Path) -> None:
    """Fit on a file of labelled comments and write the table."""
    labels = labelled.read(held, evaluation.now())
    told = np.array(_told(labels, weights))
    spread = told.std(axis=0) + 1e-6
    fitted = LogisticRegression(C=_PULL, max_iter=5000)
    fitted.fit(told / spread, [_COURSES.index(label.expected) for label in labels])
    rows = ",\n".join(
        f"    ({', '.join(f'{number:.4f}' for number in row)})" for row in fitted.coef_ / spread
    )
    biases = ", ".join(f"{number:.4f}" for number in fitted.intercept_)
    table.write_text(
        '"""The numbers of `moderation.checks.blend`, written by `python -m tools.train blend`."""\n\n'
        "from __future__ import annotations\n\n"
        f"WEIGHTS: tuple[tuple[float, ...], ...] = (\n{rows},\n)\n"
        f"BIASES: tuple[float, ...] = ({biases})\n",
        encoding="utf-8",
    )


def _told(labels: Sequence[Labelled], weights: Path) -> list[list[float]]:
    model = EmbeddedModel(weights)
    verdicts = asyncio.run(_judged(labels))
    shown = [readings_of.readings(label.comment).whole[:1] or ("",) for label in labels]
    answers = model.score([texts[0] for texts in shown])
    return [
        list(blend.features(scores, verdict.findings))
        for scores, verdict in zip(answers, verdicts, strict=True)
    ]


async def _judged(labels: Sequence[Labelled]) -> list[Verdict]:
    """What the rules alone find."""
    policy, rules = load_policy(), pipeline()
    return [await rules.judge(label.comment, evaluation.context(label.comment, policy)) for label in labels]
