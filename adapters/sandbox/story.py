"""Reads the demo's script: who writes what, when, on which account."""

from __future__ import annotations

import datetime as dt
import importlib.resources
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from moderation.decision import ActionKind


@dataclass(frozen=True, slots=True)
class Line:
    """One comment of the script, and what the scripted officer does with its card."""

    at: dt.timedelta
    account: str
    author: str
    text: str
    ruling: str


@dataclass(frozen=True, slots=True)
class Script:
    """The whole demo."""

    accounts: Mapping[str, str]
    lines: tuple[Line, ...]


POORER = frozenset(
    {ActionKind.REPORT, ActionKind.MESSAGE, ActionKind.REPLY, ActionKind.MUTE, ActionKind.BLOCK}
)
"""What a network like Mastodon allows: nobody else's comment can be hidden there."""


def read(name: str = "demo") -> Script:
    """Read a script that comes with houserules."""
    source = importlib.resources.files("adapters.sandbox.stories").joinpath(f"{name}.toml")
    written = tomllib.loads(source.read_text(encoding="utf-8"))
    accounts: dict[str, str] = written["accounts"]
    first = next(iter(accounts))
    lines = tuple(_line(one, first) for one in written["comment"])
    return Script(accounts, tuple(sorted(lines, key=lambda line: line.at)))


def _line(one: Mapping[str, str | int], account: str) -> Line:
    clock = dt.time.fromisoformat(str(one["time"]))
    at = dt.timedelta(days=int(one["day"]) - 1, hours=clock.hour, minutes=clock.minute)
    return Line(
        at, str(one.get("account", account)), str(one["author"]), str(one["text"]), str(one.get("ruling", ""))
    )
