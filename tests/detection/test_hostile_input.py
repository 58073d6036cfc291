"""Comments made to break a reader break no check, take none past its time, and fill no memory.

The gate tries three thousand; `python -m tests.detection.fuzz --count 100000` tries a hundred thousand in
some minutes of one core.
"""

from __future__ import annotations

import pytest

from adapters.toxicity.embedded import EmbeddedModel
from bot import evaluation, labelled
from bot.wiring.parts import pipeline
from config.loader import load_policy
from moderation import pipeline as pipelines
from tests.detection import fuzz

IN_THE_GATE = 3_000
FOR_THE_MODEL = 1_000
SEED = 7
MODEL_BATCH = 50
"""Comments whose readings are scored together."""

HUGE = {
    "a million words": "you are a w4nker " * 60_000,
    "a million emoji": "👩‍🚒💀" * 200_000,
    "a million marks": "Z" + "\u0336" * 1_000_000,
    "a million brackets": "[photo: " * 125_000,
    "a million half characters": "\ud800" * 1_000_000,
    "a million letters held": "wa" + "a" * 1_000_000 + "nker",
    "a million spaced letters": "w a n k e r " * 80_000,
}


@pytest.mark.timeout(300)
def test_no_fuzzed_comment_breaks_a_check_or_takes_it_past_its_budget() -> None:
    tried = fuzz.attempt(IN_THE_GATE, SEED)

    assert set(tried.times) == {check.name for check in pipeline().checks}
    assert tried.over_budget() == {}
    assert tried.growth <= fuzz.GROWTH_MIB


def test_every_maker_makes_what_it_says_and_the_same_again() -> None:
    once, again = (list(fuzz.comments(500, SEED)) for _ in range(2))

    assert once == again
    texts = "".join(comment.text for comment in once)
    for character in ("\ud800", "\u202e", "\x00", "\u0336", "😀", "а", "*"):
        assert character in texts
    assert max(len(comment.text) for comment in once) == pipelines.LONGEST_TEXT
    assert any(comment.media for comment in once)


@pytest.mark.parametrize("kind", HUGE)
async def test_a_text_of_a_megabyte_is_judged_with_a_gap_and_without_a_broken_check(kind: str) -> None:
    comment = labelled.comment("huge", HUGE[kind], evaluation.now())

    verdict = await pipeline().judge(comment, evaluation.context(comment, load_policy()))

    assert len(comment.text) >= 500_000
    assert any(gap.check == "pipeline" for gap in verdict.gaps)
    assert not any(gap.reason == "broken" for gap in verdict.gaps)


@pytest.mark.timeout(300)
def test_no_fuzzed_comment_breaks_the_model() -> None:
    model = EmbeddedModel()
    makers = len(fuzz.MAKERS)
    shown = [pipelines.readings(comment) for comment in fuzz.comments(FOR_THE_MODEL, SEED)]
    texts = [text for each in shown for text in (*each.whole, *each.own)]

    for start in range(0, len(texts), MODEL_BATCH):
        some = texts[start : start + MODEL_BATCH]
        scored = model.score(some)

        assert len(scored) == len(some)
        assert all(0.0 <= score <= 1.0 for scores in scored for score in scores.values())
    assert len(texts) > FOR_THE_MODEL - makers


async def test_no_fuzzed_comment_leaves_a_check_broken_in_the_pipeline() -> None:
    for comment in fuzz.comments(200, SEED):
        verdict = await pipeline().judge(comment, evaluation.context(comment, load_policy()))

        assert not any(gap.reason == "broken" for gap in verdict.gaps)
