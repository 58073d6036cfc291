"""What the shell asks of an engine: to have lanes walked, one at a time each, by whichever host is alive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Coroutine
from typing import Any, Protocol


class Engine(Protocol):
    """Moves work between hosts. It may forget everything: the ledger knows what is open."""

    async def start(self, walk: Callable[[str], Coroutine[Any, Any, None]]) -> None:
        """Begin to walk lanes. From now on what intends an action queues its lane in the same transaction."""

    async def queue(self, lanes: Collection[str], living: Collection[str]) -> int:
        """Queue lanes that nobody is walking, after calling off what hosts that are gone were walking."""

    async def purge(self, before: dt.datetime) -> int:
        """Forget what was over before then."""

    async def stop(self) -> None:
        """Take up no more lanes."""
