"""Patterns in linear time: RE2, with a refusal that names the place."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import re2  # type: ignore[import-untyped]


class PatternError(ValueError):
    """A pattern that cannot run in linear time, or is not a pattern."""

    def __init__(self, place: str, reason: str) -> None:
        self.place = place
        self.reason = reason
        super().__init__(f"{place}: {reason}")


class Match(NamedTuple):
    """Where a pattern was found, as offsets of the searched text, and what it found."""

    start: int
    end: int
    text: str


class Pattern:
    """One compiled pattern. Patterns are searched in text that `normalise.read` has gone over."""

    __slots__ = ("_compiled", "source")

    def __init__(self, source: str, place: str) -> None:
        self.source = source
        self._compiled = _compile(source, place)

    def first(self, text: str) -> Match | None:
        """The first place where the pattern is found."""
        found = self._compiled.search(text)
        return None if found is None else Match(found.start(), found.end(), found.group())

    def all(self, text: str) -> Iterator[Match]:
        """Every place where the pattern is found, left to right, without overlap."""
        for found in self._compiled.finditer(text):
            yield Match(found.start(), found.end(), found.group())

    def whole(self, text: str) -> bool:
        """Whether the pattern covers all of the text."""
        return self._compiled.fullmatch(text) is not None

    def found_in(self, text: str) -> bool:
        """Whether the pattern is found anywhere."""
        return self._compiled.search(text) is not None


def any_of(sources: Iterable[str], place: str) -> Pattern | None:
    """One pattern that finds what any of these finds; None when there are none."""
    # Each is compiled alone first, so that a mistake is reported at its own place.
    parts = [Pattern(source, f"{place}[{number}]").source for number, source in enumerate(sources)]
    return Pattern("|".join(f"(?:{part})" for part in parts), place) if parts else None


@functools.cache
def _options() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 26
    return options


def _compile(source: str, place: str) -> re2._Regexp:
    try:
        return re2.compile(source, options=_options())
    except (re2.error, UnicodeEncodeError) as error:
        raise PatternError(place, _reason(source, error)) from None


def _reason(source: str, error: Exception) -> str:
    if any(mark in source for mark in ("(?=", "(?!", "(?<=", "(?<!")):
        return "look-around does not run in linear time; say what must not be there under `unless`"
    if any(f"\\{digit}" in source for digit in "123456789"):
        return "a back-reference does not run in linear time; write the alternatives out"
    detail = error.args[0] if error.args else error
    return f"is no pattern: {detail.decode() if isinstance(detail, bytes) else detail}"
