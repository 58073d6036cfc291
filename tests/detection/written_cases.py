"""The cases of the functional suite: templates in `cases/*.toml`, filled in."""

from __future__ import annotations

import enum
import functools
import itertools
import pathlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from moderation.quality import Course, Decided
from moderation.taxonomy import Category

FOLDER = pathlib.Path(__file__).parent / "cases"
FILES = ("hatred", "harmless", "british")


class Wanted(enum.StrEnum):
    """What may happen to a case."""

    STOPPED = "stopped"
    """It is hidden or put to an officer."""
    KEPT = "kept"
    """It is not hidden; an officer may be asked."""
    UNTROUBLED = "untroubled"
    """It stays, and nobody is asked."""


@dataclass(frozen=True, slots=True)
class Case:
    """One text with what is wanted. `protected` speech may never be hidden without a person."""

    kind: str
    text: str
    wanted: Wanted
    protected: bool
    never_as: Category | None
    characteristic: str

    def met_by(self, decided: Decided) -> bool:
        """Whether the house did what is wanted."""
        if self.never_as is not None and decided.ground is self.never_as:
            return False
        match self.wanted:
            case Wanted.STOPPED:
                return decided.course is not Course.KEEP
            case Wanted.KEPT:
                return decided.course is not Course.HIDE
            case Wanted.UNTROUBLED:
                return decided.course is Course.KEEP


@functools.cache
def every() -> tuple[Case, ...]:
    """All cases of all kinds."""
    groups = _toml("groups")["group"]
    return tuple(
        case for name in FILES for kind, given in _toml(name).items() for case in _cases(kind, given, groups)
    )


def kinds() -> tuple[str, ...]:
    """The kinds, in the order of the files."""
    return tuple(dict.fromkeys(case.kind for case in every()))


def characteristics() -> frozenset[str]:
    """The protected characteristics that the groups stand for."""
    return frozenset(group["characteristic"] for group in _toml("groups")["group"])


def _cases(kind: str, given: Mapping[str, Any], groups: Sequence[Mapping[str, str]]) -> Iterator[Case]:
    unknown = set(given) - {"wanted", "templates", "fill", "protected", "never_as"}
    if unknown:
        raise ValueError(f"{kind}: {', '.join(sorted(unknown))} is no key of a kind")
    for template in given["templates"]:
        for filled in _fillings(template, given.get("fill", {}), groups):
            text = template.format(**filled)
            yield Case(
                kind=kind,
                text=text[:1].upper() + text[1:],
                wanted=Wanted(given["wanted"]),
                protected=given.get("protected", False),
                never_as=Category(given["never_as"]) if "never_as" in given else None,
                characteristic=filled.get("characteristic", ""),
            )


def _fillings(
    template: str, lists: Mapping[str, Sequence[str]], groups: Sequence[Mapping[str, str]]
) -> Iterator[Mapping[str, str]]:
    about: Sequence[Mapping[str, str]] = groups if "{many}" in template or "{one}" in template else ({},)
    used = {name: words for name, words in lists.items() if f"{{{name}}}" in template}
    for group, words in itertools.product(about, itertools.product(*used.values())):
        yield {**group, **dict(zip(used, words, strict=True))}


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
