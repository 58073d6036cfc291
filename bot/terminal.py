"""What every command does alike: run work to its end, and say plainly what an operator has to put right."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

import typer

T = TypeVar("T")


class Complaints(Exception):  # noqa: N818 - it is what it is
    """What an operator has to put right, said in one sentence."""


def run_to_end(work: Coroutine[object, object, T]) -> T:
    """Run to the end. What an operator can put right becomes `Complaints`."""
    from bot.wiring import faults  # noqa: PLC0415 - the vendors load only when there is something to run

    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except faults.SAID_PLAINLY as error:
        raise Complaints(str(error)) from error


def plain(text: str) -> str:
    """Text that a table takes for nothing but text."""
    return text.replace("[", "\\[")
