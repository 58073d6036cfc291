"""The house as it runs, judging comments that people have labelled, or one that somebody asks about."""

from __future__ import annotations

import dataclasses
import datetime as dt
import pathlib
from collections.abc import Sequence

from rich.console import RenderableType
from rich.progress import Progress

from adapters.charts import quality as charts
from bot import evaluation, explanation, labelled
from bot.wiring import models
from bot.wiring.parts import pipeline
from config import licensing
from moderation.pipeline import Pipeline
from moderation.policy import Policy
from moderation.ports import Classifier
from moderation.quality import Course, Decided
from moderation.taxonomy import Category

_MISSED = (0.25, 0.5, 1.0)
"""What a missed breach may cost beside a wrong hide, which costs 1."""
_PATIENCE = dt.timedelta(minutes=10)
"""How long the models may take here: what is measured must not hang on how busy the machine is."""


async def evaluate(
    data: pathlib.Path, policy: Policy, detoxify: pathlib.Path | None, progress: Progress | None = None
) -> tuple[Decided, ...]:
    """Judge a file of labelled comments with every check and model of the house."""
    labels = labelled.read(data, evaluation.now())
    running = models.classifiers(detoxify)
    try:
        return await evaluation.judge(labels, _patient(running), policy, progress)
    finally:
        for model in running:
            await model.aclose()


def _patient(running: tuple[Classifier, ...]) -> Pipeline:
    return dataclasses.replace(pipeline(running), budget=_PATIENCE)


def draw(of: Sequence[Decided], folder: pathlib.Path) -> tuple[pathlib.Path, ...]:
    """Draw what was measured into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    by = {
        category.value: [(_score(one, category), category in one.label.categories) for one in of]
        for category in Category
    }
    hides = [(max(one.could_act.values(), default=0.0), one.label.expected is Course.HIDE) for one in of]
    paths = tuple(folder / f"{name}.png" for name in ("calibration", "precision-recall", "cost"))
    charts.calibration(by, paths[0])
    charts.precision_and_recall(by, paths[1])
    charts.cost(hides, _MISSED, paths[2])
    return paths


def _score(one: Decided, category: Category) -> float:
    return max((finding.score for finding in one.verdict.of(category)), default=0.0)


def licences(of: Sequence[Decided], policy: Policy, measured_on: str) -> str:
    """The licences file that these measurements earn."""
    return licensing.written(
        (
            licensing.Measured(
                earned.category,
                earned.threshold,
                earned.shown.value or 0.0,
                earned.shown.tries,
                earned.shown.interval,
            )
            for earned in evaluation.earned_by(of, policy)
        ),
        measured_on,
    )


async def explain(text: str, policy: Policy, detoxify: pathlib.Path | None) -> RenderableType:
    """How a verdict about a comment comes about."""
    comment = labelled.comment("asked", text, evaluation.now())
    running = models.classifiers(detoxify)
    try:
        verdict = await _patient(running).judge(comment, evaluation.context(comment, policy))
    finally:
        for model in running:
            await model.aclose()
    return explanation.explained(comment, evaluation.situation(comment, verdict), policy)
