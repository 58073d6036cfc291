"""What is wrong with what the operator wrote, and where it stands."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Path = tuple[str | int, ...]
"""Where a value stands inside a file: table names, keys, and numbers for items of a list."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a key was written: the file as the operator knows it, the line, the key as it stands there."""

    file: str
    line: int | None
    key: str


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing to put right."""

    place: Place
    message: str

    def __str__(self) -> str:
        line = "" if self.place.line is None else f":{self.place.line}"
        key = f"{self.place.key}: " if self.place.key else ""
        return f"{self.place.file}{line}: {key}{self.message}"


class ConfigError(Exception):
    """What the operator wrote cannot be used. Reading it as text gives one line for each complaint."""

    def __init__(self, problems: Sequence[Complaint]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class PolicyError(ConfigError):
    """The policy cannot be used."""


class SettingsError(ConfigError):
    """The settings cannot be used."""


def dotted(path: Path) -> str:
    """Write a path as the operator would: `accounts[0].handle`."""
    written = ""
    for part in path:
        if isinstance(part, int):
            written += f"[{part}]"
        else:
            written += f".{part}" if written else part
    return written


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Say which known word was probably meant, or nothing."""
    near = difflib.get_close_matches(word.lower(), sorted(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""
