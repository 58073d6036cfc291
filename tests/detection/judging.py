"""Judges texts as the house does, by its rules alone or with its own model beside them."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import enum
import functools
import pathlib
from collections.abc import Iterable, Sequence

from adapters.toxicity.batching import BatchingClassifier
from adapters.toxicity.embedded import EmbeddedModel
from bot import evaluation, labelled
from bot.wiring.parts import pipeline
from config.loader import load_policy
from moderation import quality
from moderation.pipeline import Pipeline
from moderation.policy import Policy
from moderation.quality import Course, Decided, Labelled

_PATIENCE = dt.timedelta(minutes=10)
"""A busy machine must not turn a late model into an officer's question."""


class House(enum.StrEnum):
    """What judges."""

    RULES = "rules alone"
    MODEL = "model alone"
    WHOLE = "rules and model"


@functools.cache
def decided(house: House, texts: tuple[str, ...], weights: pathlib.Path | None = None) -> tuple[Decided, ...]:
    """What a house with the shipped policy does with each text, as the first of its author.

    `weights` is a folder that stands in for the weights that are shipped.
    """
    return asyncio.run(_judged(house, texts, weights))


async def _judged(house: House, texts: Sequence[str], weights: pathlib.Path | None) -> tuple[Decided, ...]:
    labels = [
        Labelled(
            labelled.comment(f"case-{number}", text, evaluation.now()),
            categories=frozenset(),
            care=frozenset(),
            expected=Course.KEEP,
        )
        for number, text in enumerate(texts)
    ]
    if house is House.RULES:
        return await evaluation.judge(labels, pipeline(), load_policy())
    running = BatchingClassifier(EmbeddedModel(weights))
    checks = () if house is House.MODEL else pipeline().checks
    patient = Pipeline(checks, (running,), _PATIENCE)
    try:
        return await evaluation.judge(labels, patient, load_policy())
    finally:
        await running.aclose()


def under(policy: Policy, of: Iterable[Decided]) -> tuple[Decided, ...]:
    """What would follow from the same verdicts under another policy."""
    return tuple(
        quality.decided(one.label, evaluation.situation(one.label.comment, one.verdict), policy) for one in of
    )


def fully_licensed() -> Policy:
    """The shipped policy, with every licence held, each from its threshold on: the harshest lawful house."""
    shipped = load_policy()
    held = {
        category: dataclasses.replace(
            rule,
            licence=dataclasses.replace(
                rule.licence, suspended=False, precision=1.0, examples=shipped.floor.examples
            ),
        )
        for category, rule in shipped.categories.items()
        if rule.licence is not None
    }
    return dataclasses.replace(shipped, categories={**shipped.categories, **held})
