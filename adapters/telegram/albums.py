"""Pictures that were sent together: one update for each, and no sign of which is the last."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from adapters.telegram import reading
from adapters.telegram.reading import UnreadableError
from moderation.arrival import Arrived, Item
from moderation.comment import Comment

MOST = 100
"""Telegram gives no more updates than this at once."""
LONGEST = 10
"""No album has more parts than this."""


def album_of(update: object) -> str | None:
    """The album that an update is a part of."""
    message = update.get("message") if isinstance(update, dict) else None
    if not isinstance(message, dict):
        return None
    try:
        name = reading.words(message, "media_group_id")
        chat = reading.number(reading.needed(message, "chat"), "id")
    except UnreadableError:
        return None
    return f"{chat}:{name}" if name else None


def sizes(updates: Sequence[object]) -> Mapping[str, int]:
    """How many parts of each album are there."""
    found: dict[str, int] = {}
    for update in updates:
        album = album_of(update)
        if album is not None:
            found[album] = found.get(album, 0) + 1
    return found


def first_unsettled(updates: Sequence[object], before: Mapping[str, int]) -> int:
    """Where the first album begins that has grown since `before`; the number of updates where none has.

    Where Telegram has given as much as it gives at once, an album at the end may go on in the next lot.
    """
    if len(updates) >= MOST:
        growing = {album for update in updates[-LONGEST:] if (album := album_of(update))}
    else:
        now = sizes(updates).items()
        growing = {album for album, parts in now if parts != before.get(album) and parts < LONGEST}
    places = (place for place, update in enumerate(updates) if album_of(update) in growing)
    return next(places, len(updates))


def gathered(pairs: Sequence[tuple[str | None, Item]]) -> tuple[Item, ...]:
    """Make one comment of every album, where its first part stood."""
    albums: dict[str, list[Arrived]] = {}
    for album, item in pairs:
        if album is not None and isinstance(item, Arrived):
            albums.setdefault(album, []).append(item)
    items: list[Item] = []
    for album, item in pairs:
        if album is None or not isinstance(item, Arrived):
            items.append(item)
        elif albums[album]:
            items.append(merged(albums[album]))
            albums[album] = []
    return tuple(items)


def merged(parts: Sequence[Arrived]) -> Arrived:
    """One comment out of an album's parts, under the name of the part that came first."""
    ordered = sorted(parts, key=lambda part: int(part.comment.ref.id.rpartition("-")[2]))
    if len(ordered) == 1:
        return ordered[0]
    comments = [part.comment for part in ordered]
    whole = replace(
        comments[0],
        text="\n".join(comment.text for comment in comments if comment.text),
        media=tuple(item for comment in comments for item in comment.media),
        quoted=_once(comments, "quoted"),
        links=_once(comments, "links"),
        siblings=tuple(comment.ref.id for comment in comments[1:]),
    )
    raw = json.dumps([json.loads(part.raw) for part in ordered], ensure_ascii=True, separators=(",", ":"))
    return Arrived(ordered[0].key, whole, raw)


def _once(comments: Sequence[Comment], field: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for comment in comments for value in getattr(comment, field)))
