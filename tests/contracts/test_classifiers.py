"""What every classifier promises, kept by the fake and by the real ones alike."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.toxicity.batching import BatchingClassifier
from moderation.checks import fusion
from moderation.ports import Classifier
from tests.unit.toxicity.models import LengthModel, ScriptedClassifier


@pytest.fixture(params=["scripted", "batching"])
async def classifier(request: pytest.FixtureRequest) -> AsyncIterator[Classifier]:
    made: Classifier = (
        ScriptedClassifier() if request.param == "scripted" else BatchingClassifier(LengthModel())
    )
    yield made
    await made.aclose()


async def test_each_text_gets_its_scores_in_order(classifier: Classifier) -> None:
    scored = await classifier.classify(["one", "two words", "three words more"])

    assert len(scored) == 3


async def test_no_text_gets_no_scores(classifier: Classifier) -> None:
    assert list(await classifier.classify([])) == []


async def test_labels_are_ours_and_scores_are_probabilities(classifier: Classifier) -> None:
    (scores,) = await classifier.classify(["a text"])

    assert set(scores) <= fusion.LABELS
    assert all(0 <= score <= 1 for score in scores.values())


async def test_many_callers_are_served_at_once(classifier: Classifier) -> None:
    answers = await asyncio.gather(*(classifier.classify([f"text {n}"]) for n in range(50)))

    assert [len(answer) for answer in answers] == [1] * 50


async def test_it_has_a_name_and_a_version(classifier: Classifier) -> None:
    assert classifier.name
    assert classifier.version


async def test_closing_twice_is_closing(classifier: Classifier) -> None:
    await classifier.aclose()
    await classifier.aclose()
