"""What every source keeps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing

import pytest

from moderation.arrival import Arrived, Batch, Gone, Item, Unreadable
from moderation.ports import Source
from tests.contracts import fake_stage, mastodon_stage
from tests.contracts.stages import SourceStage

STAGES: dict[str, Callable[[], AbstractAsyncContextManager[SourceStage]]] = {
    "fake": fake_stage.stage,
    "mastodon": mastodon_stage.stage,
}
PATIENCE = 10.0


@pytest.fixture(params=sorted(STAGES))
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[SourceStage]:
    async with STAGES[request.param]() as there:
        yield there


async def read(source: Source, cursor: str | None, wanted: int) -> tuple[list[Item], str | None]:
    """Read until there are so many items; gives them with the last cursor."""
    items: list[Item] = []
    async with asyncio.timeout(PATIENCE), aclosing(_batches(source, cursor)) as batches:
        async for batch in batches:
            items += batch.items
            cursor = batch.cursor
            if len(items) >= wanted:
                return items, cursor
    return items, cursor


async def _batches(source: Source, cursor: str | None) -> AsyncGenerator[Batch]:
    async for batch in source.batches(cursor):
        yield batch


def texts(items: list[Item]) -> list[str]:
    return [item.comment.text.removeprefix("@trust ") for item in items if isinstance(item, Arrived)]


async def test_a_source_has_a_name_that_survives_a_restart(stage: SourceStage) -> None:
    assert stage.source().name == stage.source().name != ""


async def test_comments_arrive_in_the_order_in_which_they_were_written(stage: SourceStage) -> None:
    for text in ("one", "two", "three", "four", "five"):
        await stage.write(text)

    items, _ = await read(stage.source(), None, 5)

    assert texts(items) == ["one", "two", "three", "four", "five"]


async def test_a_comment_names_its_account_its_author_and_itself(stage: SourceStage) -> None:
    number = await stage.write("hello")

    items, _ = await read(stage.source(), None, 1)

    assert isinstance(items[0], Arrived)
    comment = items[0].comment
    assert (str(comment.account), comment.ref.id) == (stage.account_of_source, number)
    assert comment.author.id
    assert items[0].raw


async def test_two_comments_by_one_person_have_one_author(stage: SourceStage) -> None:
    await stage.write("one")
    await stage.write("two")

    items, _ = await read(stage.source(), None, 2)

    assert len({item.comment.author for item in items if isinstance(item, Arrived)}) == 1


async def test_a_comment_that_is_written_while_we_wait_arrives(stage: SourceStage) -> None:
    source = stage.source()
    await stage.write("before")
    _, cursor = await read(source, None, 1)
    waiting = asyncio.ensure_future(read(source, cursor, 1))
    await asyncio.sleep(0.1)

    await stage.write("after")

    items, _ = await waiting
    assert texts(items) == ["after"]


async def test_a_restart_at_any_cursor_loses_nothing_and_doubles_nothing(stage: SourceStage) -> None:
    wanted = [f"comment {number}" for number in range(7)]
    seen: list[Item] = []
    cursor: str | None = None
    for begin in range(0, 7, 2):
        for text in wanted[begin : begin + 2]:
            await stage.write(text)
        items, cursor = await read(stage.source(), cursor, len(wanted[begin : begin + 2]))
        seen += items

    assert texts(seen) == wanted
    assert len({item.key for item in seen}) == len(seen)


async def test_a_batch_that_never_reached_the_ledger_comes_again(stage: SourceStage) -> None:
    await stage.write("one")
    _, cursor = await read(stage.source(), None, 1)
    await stage.write("two")
    first, _ = await read(stage.source(), cursor, 1)

    again, _ = await read(stage.source(), cursor, 1)

    assert [item.key for item in again] == [item.key for item in first]


async def test_an_edit_is_a_later_revision_of_the_same_comment(stage: SourceStage) -> None:
    source = stage.source()
    number = await stage.write("kind")
    before, cursor = await read(source, None, 1)
    await stage.edit(number, "unkind")

    after, _ = await read(source, cursor, 1)

    assert isinstance(before[0], Arrived)
    assert isinstance(after[0], Arrived)
    assert after[0].comment.ref == before[0].comment.ref
    assert after[0].comment.revision > before[0].comment.revision
    assert after[0].key != before[0].key
    assert texts(after) == ["unkind"]


async def test_a_deletion_is_told(stage: SourceStage) -> None:
    source = stage.source()
    number = await stage.write("oh dear")
    _, cursor = await read(source, None, 1)
    await stage.delete(number)

    items, _ = await read(source, cursor, 1)

    assert [type(item) for item in items] == [Gone]
    assert isinstance(items[0], Gone)
    assert items[0].comment.id == number


async def test_what_makes_no_sense_is_kept_and_the_rest_goes_on(stage: SourceStage) -> None:
    await stage.write("before")
    await stage.garble()
    await stage.write("after")

    items, _ = await read(stage.source(), None, 3)

    assert [type(item) for item in items] == [Arrived, Unreadable, Arrived]


async def test_closing_ends_the_batches_soon(stage: SourceStage) -> None:
    source = stage.source()
    await stage.write("one")
    _, cursor = await read(source, None, 1)
    waiting = asyncio.ensure_future(read(source, cursor, 1))
    await asyncio.sleep(0.05)

    async with asyncio.timeout(5):
        await source.aclose()
        items, _ = await waiting

    assert items == []


async def test_closing_twice_does_no_harm(stage: SourceStage) -> None:
    source = stage.source()

    await source.aclose()
    await source.aclose()
