"""Many comments share one model."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from adapters.toxicity.batching import Batches, BatchingClassifier, ClosedError
from tests.unit.toxicity.models import LengthModel

PATIENT = Batches(longest_wait=dt.timedelta(milliseconds=200), largest=8, queue=100)


async def _until_busy(model: LengthModel) -> None:
    assert await asyncio.to_thread(model.busy.wait, 10)


async def test_concurrent_texts_share_a_batch() -> None:
    model = LengthModel()
    classifier = BatchingClassifier(model, PATIENT)

    await asyncio.gather(*(classifier.classify([f"text {n}"]) for n in range(8)))

    assert [len(batch) for batch in model.batches] == [8]
    await classifier.aclose()


async def test_every_caller_gets_their_own_scores() -> None:
    model = LengthModel()
    classifier = BatchingClassifier(model, PATIENT)

    answers = await asyncio.gather(*(classifier.classify(["x" * n]) for n in range(1, 60)))

    assert [answer[0]["toxic"] for answer in answers] == [n / 1000 for n in range(1, 60)]
    await classifier.aclose()


async def test_no_batch_is_larger_than_allowed() -> None:
    model = LengthModel()
    classifier = BatchingClassifier(model, PATIENT)

    await classifier.classify(["text"] * 30)

    assert max(len(batch) for batch in model.batches) <= 8
    await classifier.aclose()


async def test_texts_are_scored_in_the_order_of_their_arrival() -> None:
    model = LengthModel()
    classifier = BatchingClassifier(model, Batches(longest_wait=dt.timedelta(0), largest=2))

    await classifier.classify(["a long text that came first", "x", "another long text", "y"])

    assert model.batches == [["a long text that came first", "x"], ["another long text", "y"]]
    await classifier.aclose()


async def test_what_comes_while_the_model_works_shares_the_next_batch() -> None:
    model = LengthModel()
    model.hold()
    classifier = BatchingClassifier(model, Batches(longest_wait=dt.timedelta(0)))
    first = asyncio.create_task(classifier.classify(["first"]))
    await _until_busy(model)
    others = [asyncio.create_task(classifier.classify([f"text {n}"])) for n in range(3)]
    await asyncio.sleep(0)

    model.release()
    await asyncio.gather(first, *others)

    assert model.batches == [["first"], ["text 0", "text 1", "text 2"]]
    await classifier.aclose()


async def test_one_thread_does_all_the_work_and_it_is_not_the_loops() -> None:
    model = LengthModel()
    classifier = BatchingClassifier(model)

    for number in range(5):
        await classifier.classify([f"text {number}"])

    assert len(model.threads) == 1
    await classifier.aclose()


async def test_a_lonely_text_does_not_wait_for_company() -> None:
    classifier = BatchingClassifier(LengthModel(), Batches(longest_wait=dt.timedelta(milliseconds=30)))
    began = asyncio.get_running_loop().time()

    await classifier.classify(["alone"])

    assert asyncio.get_running_loop().time() - began < 0.3
    await classifier.aclose()


async def test_the_loop_runs_on_while_the_model_works() -> None:
    model = LengthModel()
    model.hold()
    classifier = BatchingClassifier(model)
    task = asyncio.create_task(classifier.classify(["text"]))

    await _until_busy(model)
    model.release()

    assert await task
    await classifier.aclose()


async def test_a_full_queue_keeps_callers_outside() -> None:
    model = LengthModel()
    model.hold()
    classifier = BatchingClassifier(model, Batches(longest_wait=dt.timedelta(0), largest=1, queue=3))
    tasks = [asyncio.create_task(classifier.classify([f"text {n}"])) for n in range(10)]
    await _until_busy(model)
    await asyncio.sleep(0)

    inside = 10 - len(classifier._room._waiters or ())

    assert inside == 3
    model.release()
    assert len(await asyncio.gather(*tasks)) == 10
    await classifier.aclose()


async def test_one_caller_may_bring_more_than_the_queue_holds() -> None:
    classifier = BatchingClassifier(LengthModel(), Batches(longest_wait=dt.timedelta(0), queue=2))

    assert len(await classifier.classify(["text"] * 50)) == 50
    await classifier.aclose()


async def test_a_broken_batch_fails_its_callers_and_no_others() -> None:
    model = LengthModel()
    model.fails_on = "poison"
    classifier = BatchingClassifier(model, Batches(longest_wait=dt.timedelta(0)))

    with pytest.raises(RuntimeError, match="the model broke"):
        await classifier.classify(["poison"])

    assert await classifier.classify(["good"])
    await classifier.aclose()


async def test_a_text_that_nobody_waits_for_is_not_scored() -> None:
    model = LengthModel()
    model.hold()
    classifier = BatchingClassifier(model, Batches(longest_wait=dt.timedelta(0), largest=1))
    first = asyncio.create_task(classifier.classify(["first"]))
    await _until_busy(model)
    given_up = asyncio.create_task(classifier.classify(["given up"]))
    await asyncio.sleep(0)

    given_up.cancel()
    await asyncio.wait([given_up])
    model.release()
    await first
    await classifier.classify(["last"])

    assert model.batches == [["first"], ["last"]]
    await classifier.aclose()


async def test_who_gives_up_outside_leaves_nothing_inside() -> None:
    model = LengthModel()
    model.hold()
    classifier = BatchingClassifier(model, Batches(longest_wait=dt.timedelta(0), largest=1, queue=2))
    first = asyncio.create_task(classifier.classify(["first"]))
    await _until_busy(model)
    given_up = asyncio.create_task(classifier.classify(["inside", "outside"]))
    await asyncio.sleep(0)

    given_up.cancel()
    await asyncio.wait([given_up])
    model.release()
    await first
    await classifier.classify(["last"])

    assert model.batches == [["first"], ["last"]]
    await classifier.aclose()


async def test_giving_up_makes_room() -> None:
    model = LengthModel()
    model.hold()
    classifier = BatchingClassifier(model, Batches(longest_wait=dt.timedelta(0), largest=1, queue=2))
    tasks = [asyncio.create_task(classifier.classify([f"text {n}"])) for n in range(2)]
    await _until_busy(model)
    outside = asyncio.create_task(classifier.classify(["outside"]))
    await asyncio.sleep(0)

    tasks[1].cancel()
    model.release()

    assert await outside
    await asyncio.wait(tasks)
    await classifier.aclose()


async def test_closing_finishes_what_runs_and_refuses_what_waits() -> None:
    model = LengthModel()
    model.hold()
    classifier = BatchingClassifier(model, Batches(longest_wait=dt.timedelta(0), largest=1, queue=2))
    tasks = [asyncio.create_task(classifier.classify([f"text {n}"])) for n in range(4)]
    await _until_busy(model)

    closing = asyncio.create_task(classifier.aclose())
    await asyncio.sleep(0)
    model.release()
    await closing
    answers = await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(answer) for answer in answers] == [list, ClosedError, ClosedError, ClosedError]
    assert model.closed


async def test_a_closed_classifier_takes_nothing_more() -> None:
    classifier = BatchingClassifier(LengthModel())
    await classifier.aclose()

    with pytest.raises(ClosedError):
        await classifier.classify(["text"])


@pytest.mark.parametrize(
    "wrong",
    [{"longest_wait": dt.timedelta(-1)}, {"largest": 0}, {"queue": 0}],
)
def test_batches_that_cannot_be_gathered_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="cannot be gathered"):
        Batches(**wrong)  # type: ignore[arg-type]
