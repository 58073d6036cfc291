"""A real ledger's books that read each thing once, so that a hundred thousand presses take seconds."""

from __future__ import annotations

from collections import Counter
from typing import Any

from moderation.comment import AuthorRef
from moderation.ports import Books
from moderation.record import Answered, Event, Recorded

WRITTEN = 500
"""One refusal in so many is really written: the others would only take time."""


class Remembering:
    """Reads through to the ledger, and remembers, within one transaction in which nothing may change.

    Anything that would be written but a refusal is a press that got through, and fails the test.
    """

    def __init__(self, books: Books) -> None:
        self._books = books
        self._known: dict[tuple[object, ...], Any] = {}
        self.refused: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the books give
        real = getattr(self._books, name)
        if not callable(real):
            return real

        def read(*asked: object) -> object:
            if (name, *asked) not in self._known:
                self._known[name, *asked] = real(*asked)
            return self._known[name, *asked]

        return read

    def append(self, event: Event, author: AuthorRef | None = None) -> Recorded | None:
        """Count a refusal."""
        assert isinstance(event, Answered), event
        assert not event.taken, event
        self.refused[event.reason] += 1
        if self.refused.total() % WRITTEN == 1:
            assert self._books.append(event, author) is not None
        return None
