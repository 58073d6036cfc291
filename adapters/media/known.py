"""Finds a picture among the known ones, however it was turned or mirrored."""

from __future__ import annotations

import hashlib
import pathlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from adapters.media import lists
from adapters.media.lists import Entry
from adapters.media.opening import Look

FARTHEST = 31
"""Bits of 256 by which two hashes of one picture may differ: the usual threshold for PDQ."""
PLAINEST = 50
"""Quality of 100 below which a picture has too little in it to be told from others: the usual minimum."""
_WORDS = 4


@dataclass(frozen=True, slots=True)
class Match:
    """A known picture, how many bits away it is, and whether it was turned or mirrored."""

    entry: Entry
    distance: int
    turned: bool


class Known:
    """The entries of all lists, ready to be searched."""

    def __init__(self, entries: Sequence[Entry], farthest: int = FARTHEST, plainest: int = PLAINEST) -> None:
        self._entries = tuple(entries)
        self._table = _table(entry.hash for entry in entries)
        self.farthest = farthest
        self._plainest = plainest
        lines = "\n".join(sorted(entry.line() for entry in entries))
        self.version = hashlib.sha256(lines.encode()).hexdigest()[:12]

    def __len__(self) -> int:
        return len(self._entries)

    def nearest(self, looks: Iterable[Look]) -> Match | None:
        """The nearest known picture; of those as near, the gravest, and then the first."""
        if not self._entries:
            return None
        found = [match for look in looks if (match := self._nearest(look)) is not None]
        return min(found, key=_order, default=None)

    def _nearest(self, look: Look) -> Match | None:
        if look.quality < self._plainest:
            return None
        apart = np.stack(
            [np.bitwise_count(self._table ^ turned).sum(axis=1) for turned in _table(look.hashes)], axis=1
        )
        turn = apart.argmin(axis=1)
        distance = apart.min(axis=1)
        rows = np.flatnonzero(distance <= self.farthest)
        found = [Match(self._entries[row], int(distance[row]), bool(turn[row])) for row in rows.tolist()]
        return min(found, key=_order, default=None)


class Lists:
    """The lists in a folder, read again when a file has changed."""

    def __init__(self, folder: pathlib.Path) -> None:
        """Read them.

        Raises:
            ListError: If one is wrong.
        """
        self._folder = folder
        self._state: tuple[tuple[str, int, int], ...] = ()
        self._known = Known(())
        self.known()

    def known(self) -> Known:
        """What is on the lists now.

        Raises:
            ListError: If one is wrong now.
        """
        state = tuple((path.name, (seen := path.stat()).st_mtime_ns, seen.st_size) for path in self._files())
        if state != self._state:
            self._known = Known(lists.read(self._folder))
            self._state = state
        return self._known

    def _files(self) -> tuple[pathlib.Path, ...]:
        return lists.files(self._folder)


def _order(match: Match) -> tuple[int, int]:
    return match.distance, -match.entry.severity


def _table(hashes: Iterable[str]) -> np.ndarray[tuple[int, ...], np.dtype[np.uint64]]:
    whole = b"".join(bytes.fromhex(one) for one in hashes)
    return np.frombuffer(whole, dtype=np.uint64).reshape(-1, _WORDS)
