"""Reading a source until enough has come."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from moderation.arrival import Arrived, Batch, Item
from moderation.ports import Source


async def read(source: Source, cursor: str | None, wanted: int) -> tuple[list[Item], str | None]:
    items: list[Item] = []
    async with asyncio.timeout(10), aclosing(source.batches(cursor)) as batches:  # type: ignore[type-var]
        async for batch in batches:
            assert isinstance(batch, Batch)
            items += batch.items
            cursor = batch.cursor
            if len(items) >= wanted:
                break
    return items, cursor


def texts(items: list[Item]) -> list[str]:
    return [item.comment.text.removeprefix("@trust ") for item in items if isinstance(item, Arrived)]
