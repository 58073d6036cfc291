"""One comment through everything: in order, in time, and with every gap named."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from moderation.checks.check import Context
from moderation.comment import Comment, Media, MediaKind
from moderation.pipeline import LONGEST_TEXT, Pipeline, Readings, readings
from moderation.taxonomy import Category, Protection, Severity
from moderation.verdict import Finding, Gap, Span
from tests.strategies.comments import NOW, comment
from tests.unit.checks.looking import checks
from tests.unit.toxicity.models import ScriptedClassifier

CONTEXT = Context(now=NOW)
SOON = dt.timedelta(milliseconds=20)


class Says:
    """A check that finds what it was given."""

    version = "1"

    def __init__(self, name: str, *items: Finding | Gap) -> None:
        self.name = name
        self.items = items
        self.saw: list[Comment] = []

    def look(self, comment: Comment, context: Context) -> tuple[Finding | Gap, ...]:
        del context
        self.saw.append(comment)
        return self.items


class Breaks:
    """A check that is broken."""

    name = "broken-check"
    version = "1"

    def look(self, comment: Comment, context: Context) -> tuple[Finding | Gap, ...]:
        raise RuntimeError(f"{comment} {context}")


def _finding(score: float = 0.9, span: Span | None = None, *, quoted: bool = False) -> Finding:
    return Finding(Category.ABUSIVE, score, Severity.CLEAR_BREACH, "says", "1", "a reason", span, quoted)


async def test_a_broken_check_leaves_a_gap_and_the_others_look() -> None:
    verdict = await Pipeline((Breaks(), Says("says", _finding()))).judge(comment(), CONTEXT)

    assert verdict.gaps == (Gap("broken-check", "broken"),)
    assert verdict.breaches == (_finding(),)
    assert verdict.checks == ("says@1",)


async def test_a_late_classifier_leaves_a_gap() -> None:
    slow = ScriptedClassifier(name="slow")
    slow.never = True

    verdict = await Pipeline((), (slow,), SOON).judge(comment(), CONTEXT)

    assert verdict.gaps == (Gap("slow", "late"),)
    assert verdict.checks == ()


@pytest.mark.parametrize("error", [RuntimeError("x"), TimeoutError(), asyncio.CancelledError()])
async def test_a_broken_classifier_leaves_a_gap(error: BaseException) -> None:
    broken = ScriptedClassifier(name="bad")
    broken.error = error

    verdict = await Pipeline((), (broken,), SOON).judge(comment(), CONTEXT)

    assert verdict.gaps == (Gap("bad", "broken"),)


async def test_a_classifier_that_answers_too_little_is_broken() -> None:
    short = ScriptedClassifier()
    short.short = True

    verdict = await Pipeline((), (short,)).judge(comment(), CONTEXT)

    assert verdict.gaps == (Gap("scripted", "broken"),)


@pytest.mark.parametrize("scores", [{"rude": 0.4}, {"toxic": float("nan")}, {"toxic": 2.0}])
async def test_a_classifier_that_answers_nonsense_is_broken(scores: dict[str, float]) -> None:
    verdict = await Pipeline((), (ScriptedClassifier(scores),)).judge(comment(), CONTEXT)

    assert verdict.gaps == (Gap("scripted", "broken"),)


async def test_one_late_classifier_does_not_silence_another() -> None:
    slow = ScriptedClassifier(name="slow")
    slow.never = True
    quick = ScriptedClassifier({"threat": 0.9}, name="quick")

    verdict = await Pipeline((), (slow, quick), SOON).judge(comment(), CONTEXT)

    assert [f.subject for f in verdict.findings] == [Category.THREATENING]
    assert verdict.gaps == (Gap("slow", "late"),)
    assert verdict.checks == ("quick@1",)


async def test_classifiers_share_the_budget_side_by_side() -> None:
    slow = [ScriptedClassifier(name=f"slow-{number}") for number in range(5)]
    for each in slow:
        each.never = True
    began = asyncio.get_running_loop().time()

    await Pipeline((), tuple(slow), dt.timedelta(milliseconds=100)).judge(comment(), CONTEXT)

    assert asyncio.get_running_loop().time() - began < 0.4


async def test_cancellation_passes_through() -> None:
    slow = ScriptedClassifier()
    slow.never = True
    task = asyncio.create_task(Pipeline((), (slow,)).judge(comment(), CONTEXT))
    await asyncio.sleep(0)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_the_classifier_reads_undisguised_words_and_the_authors_own_apart() -> None:
    asked = ScriptedClassifier()
    text = 'He wrote "you are scum" but tha\u200bt is wr\u043eng'

    await Pipeline((), (asked,)).judge(comment(text=text), CONTEXT)

    assert asked.asked == [['He wrote "you are scum" but that is wrong', "He wrote  but that is wrong"]]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("@eastshire You lot are wankers.", "You lot are wankers."),
        ("@eastshire @sam@elsewhere.example: thank you", "thank you"),
        ("ask @eastshire about it", "ask @eastshire about it"),
        ("@rsehole!", "@rsehole!"),
    ],
)
def test_a_classifier_is_not_shown_the_handles_that_a_reply_begins_with(written: str, read: str) -> None:
    assert readings(comment(text=written)).whole[0] == read


async def test_the_classifier_reads_a_disguised_word_both_ways() -> None:
    assert readings(comment(text="you m0r0n")) == Readings(("you m0r0n", "you moron"))


async def test_a_comment_without_words_is_not_classified() -> None:
    asked = ScriptedClassifier()

    verdict = await Pipeline((), (asked,)).judge(comment(text="... !!"), CONTEXT)

    assert asked.asked == []
    assert verdict.gaps == ()


def test_a_picture_is_classified_by_its_description() -> None:
    about = comment(text="", media=(Media(MediaKind.PICTURE, "p", "a burning van"),))

    assert readings(about) == Readings(("[photo: a burning van]",))


async def test_a_huge_text_is_read_at_head_and_tail_and_says_so() -> None:
    asked = ScriptedClassifier()
    text = "start " + "x" * 1_000_000 + " finish"

    verdict = await Pipeline((), (asked,)).judge(comment(text=text), CONTEXT)

    ((head, tail),) = asked.asked
    assert head.startswith("start")
    assert tail.endswith("finish")
    assert [gap.check for gap in verdict.gaps] == ["pipeline"]


async def test_the_worst_part_of_a_long_text_counts() -> None:
    class ByPart(ScriptedClassifier):
        async def classify(self, texts: object) -> list[dict[str, float]]:
            del texts
            return [{"threat": 0.2}, {"threat": 0.9}]

    verdict = await Pipeline((), (ByPart(),)).judge(comment(text="word " * 3_000), CONTEXT)

    assert verdict.breaches[0].score == 0.9


async def test_a_span_in_the_tail_of_a_huge_text_points_at_the_raw_text() -> None:
    insult = "you are a wanker mate"
    text = "nice day " * 10_000 + insult

    verdict = await Pipeline(checks()).judge(comment(text=text), CONTEXT)

    span = verdict.of(Category.ABUSIVE)[0].span
    assert span is not None
    assert text[span.start : span.end] == "wanker"
    assert len(text) > LONGEST_TEXT


async def test_a_quoted_breach_brings_its_protection() -> None:
    verdict = await Pipeline((Says("says", _finding(0.4, Span(2, 5), quoted=True)),)).judge(
        comment(), CONTEXT
    )

    assert [(f.subject, f.span) for f in verdict.protections] == [(Protection.QUOTED_ABUSE, Span(2, 5))]


async def test_the_order_of_the_findings_does_not_hang_on_the_order_of_the_checks() -> None:
    one, other = Says("one", _finding(0.3)), Says("other", _finding(0.7))

    forth = await Pipeline((one, other)).judge(comment(), CONTEXT)
    back = await Pipeline((other, one)).judge(comment(), CONTEXT)

    assert forth.findings == back.findings


async def test_a_gap_is_named_once() -> None:
    gap = Gap("media", "picture without a description")

    verdict = await Pipeline((Says("one", gap, gap),)).judge(comment(), CONTEXT)

    assert verdict.gaps == (gap,)


def test_two_checks_with_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="share a name"):
        Pipeline((Says("same"), Says("same")))


def test_no_time_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than nothing"):
        Pipeline((), (), dt.timedelta(0))
