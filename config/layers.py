"""Several files, one over the other, as one set of keys that remembers which file set what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from config.complaint import Path, Place
from config.document import Document

Tree = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Layers:
    """Documents from the lowest to the highest. A higher one wins, key by key; lists are replaced whole."""

    documents: Sequence[Document]

    def merged(self) -> Tree:
        """Give the keys of all layers."""
        whole: Tree = {}
        for document in self.documents:
            _lay_over(whole, document.data)
        return whole

    def place(self, path: Path) -> Place:
        """Say where the value in force was set or, for one that nobody set, the nearest table."""
        for document in reversed(self.documents):
            if found := document.place(path):
                return found
        nearest = [document.nearest(path) for document in reversed(self.documents)]
        return next((place for place in nearest if place.line is not None), nearest[0])

    def last_of(self, paths: Iterable[Path]) -> Place:
        """Say where the last word about several keys was spoken: in the highest layer that has one."""
        paths = list(paths)
        for document in reversed(self.documents):
            for path in paths:
                if found := document.place(path):
                    return found
        return self.place(paths[0])


def mend(tree: Tree, path: Path, good: Mapping[str, Any]) -> None:
    """Put the lowest layer's value back at a path, or take away what that layer does not have."""
    names = _names(path)
    here, there = tree, good
    for depth, name in enumerate(names, 1):
        if name not in there:
            here.pop(name, None)
            return
        if depth == len(names) or not (isinstance(here.get(name), dict) and isinstance(there[name], Mapping)):
            here[name] = _copy(there[name])
            return
        here, there = here[name], there[name]


def _names(path: Path) -> list[str]:
    """Give the table names of a path, up to the first list."""
    names: list[str] = []
    for part in path:
        if isinstance(part, int):
            break
        names.append(part)
    return names


def _lay_over(lower: Tree, upper: Mapping[str, Any]) -> None:
    for key, value in upper.items():
        if isinstance(value, Mapping) and isinstance(lower.get(key), dict):
            _lay_over(lower[key], value)
        else:
            lower[key] = _copy(value)


def _copy(value: Any) -> Any:  # noqa: ANN401 - TOML data is of any type
    match value:
        case Mapping():
            return {key: _copy(inner) for key, inner in value.items()}
        case list():
            return [_copy(inner) for inner in value]
        case _:
            return value
