"""How far an account has been read: what the cursor says."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from adapters.mastodon import payload


@dataclass(frozen=True, slots=True)
class Position:
    """The newest notification and private message read, and the comments that are looked at again.

    `recent` holds ids with the moment of their newest edit, oldest first. It travels in the cursor, so
    that an edit or a deletion while we were away is noticed, and told once.
    """

    after: str = ""
    after_direct: str = ""
    recent: tuple[tuple[str, int], ...] = ()

    def knows(self, number: str) -> bool:
        """Whether it is among the recent comments."""
        return any(one == number for one, _ in self.recent)

    def is_news(self, number: str, edited: int) -> bool:
        """Whether this revision is newer than what we have seen of it."""
        return not any(one == number and seen >= edited for one, seen in self.recent)

    def with_seen(self, number: str, edited: int, window: int) -> Position:
        """Remember a revision, and forget the oldest comments beyond the window."""
        kept = [(one, seen) for one, seen in self.recent if one != number]
        if len(kept) == len(self.recent):
            kept.append((number, edited))
        else:
            kept = [(one, edited if one == number else seen) for one, seen in self.recent]
        return replace(self, recent=tuple(kept[-window:]))

    def without(self, number: str) -> Position:
        """Forget a comment that is gone."""
        return replace(self, recent=tuple(one for one in self.recent if one[0] != number))

    def past(self, notification: str) -> Position:
        """Be past a notification."""
        if not self.after or payload.newer(notification, self.after):
            return replace(self, after=notification)
        return self

    def past_direct(self, number: str) -> Position:
        """Be past a private message."""
        if not self.after_direct or payload.newer(number, self.after_direct):
            return replace(self, after_direct=number)
        return self

    def written(self) -> str:
        """Write it as a cursor."""
        recent = [list(one) for one in self.recent]
        body = {"after": self.after, "direct": self.after_direct, "recent": recent}
        return json.dumps(body, separators=(",", ":"))


def read(cursor: str | None) -> Position:
    """Read a cursor; a new position where there is none."""
    if cursor is None:
        return Position()
    body = payload.record(json.loads(cursor))
    recent = body.get("recent")
    pairs = [one for one in recent if isinstance(one, list)] if isinstance(recent, list) else []
    return Position(
        payload.text(body, "after"),
        payload.text(body, "direct"),
        tuple((str(number), int(str(edited))) for number, edited in pairs),
    )
