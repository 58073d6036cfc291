"""Misfortunes that a test orders for coming calls."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from dataclasses import dataclass, field, replace
from datetime import timedelta

from tests.peers.telegram_api import errors
from tests.peers.telegram_api.errors import ApiError

ANY = "*"


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one call, and whether its effect happens all the same."""

    name: str
    refusal: ApiError | None = None
    drop: bool = False
    after_effect: bool = False
    delay: timedelta = timedelta(0)
    gate: asyncio.Event | None = None
    html: bool = False


def too_many_requests(retry_after: int = 1) -> Fault:
    return Fault("429", errors.too_many_requests(timedelta(seconds=retry_after)))


def server_error(code: int = 502, *, after_effect: bool = False, html: bool = False) -> Fault:
    return Fault(str(code), ApiError(code), after_effect=after_effect, html=html)


def refuse(error: ApiError) -> Fault:
    return Fault("refused", error)


def drop_before() -> Fault:
    """Cut the connection; nothing happened."""
    return Fault("dropped before", drop=True)


def drop_after() -> Fault:
    """Do the thing, then cut the connection instead of answering."""
    return Fault("dropped after", drop=True, after_effect=True)


def delay(wait: timedelta, *, after_effect: bool = False) -> Fault:
    return Fault("delayed", delay=wait, after_effect=after_effect)


def hold(gate: asyncio.Event, *, after_effect: bool = False) -> Fault:
    """Keep the call waiting until the test sets the gate."""
    return Fault("held", gate=gate, after_effect=after_effect)


@dataclass(slots=True)
class FaultPlan:
    """First in, first out for each method; faults for any method come after those for one."""

    waiting: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))

    def add(self, method: str, fault: Fault, *, times: int = 1) -> None:
        self.waiting[method.lower()].extend(replace(fault) for _ in range(times))

    def take(self, method: str) -> Fault | None:
        for name in (method.lower(), ANY):
            if self.waiting[name]:
                return self.waiting[name].popleft()
        return None

    def clear(self) -> None:
        self.waiting.clear()

    @property
    def left(self) -> int:
        return sum(map(len, self.waiting.values()))
