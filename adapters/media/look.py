"""Looks at a comment's pictures: fetches them, has them opened, and compares and judges what is in them."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from adapters.media.known import Known, Lists, Match
from adapters.media.lists import ListError
from adapters.media.opening import LIMITS, Limits, NotOpenedError, Opened, Why, open_picture
from adapters.media.safety import SafetyModel
from moderation.comment import AccountRef, Comment, Media, MediaKind
from moderation.ports import Archive, EvidenceUnavailableError
from moderation.verdict import UNSEEN, Finding, Gap, Sight

log = structlog.get_logger("media")

NAME = "pictures"
MOST_ATTACHMENTS = 10
"""Attachments of one comment that are looked at: as many as any network we know lets there be."""
FETCH_LIMIT = dt.timedelta(seconds=15)
FETCHES = 8
CHILDREN = 2
"""How many attachments are fetched, and how many pictures opened, at the same time."""
_PICTURES = frozenset({MediaKind.PICTURE, MediaKind.STICKER, MediaKind.DOCUMENT})
_MOVING_PICTURE = re.compile(r"\bgif\b", re.IGNORECASE)
_NEAR, _FAR = 0.99, 0.9
"""How sure we are of a match of 0 bits, and of one at the threshold."""
_FLOOR = 0.15
"""Below this a model says nothing worth keeping."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What came of one attachment. `done` says that nobody else needs to look at it."""

    items: tuple[Finding | Gap, ...] = ()
    done: bool = False


class Pictures:
    """Looks for known pictures, and asks a safety model where there is one.

    Where there is neither list nor model nothing is fetched, and attachments stay what they were.
    """

    def __init__(
        self,
        archives: Mapping[AccountRef, Archive],
        lists: Lists,
        model: SafetyModel | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        self._archives = archives
        self._lists = lists
        self._model = model
        self._limits = limits
        self._fetching = asyncio.Semaphore(FETCHES)
        self._opening = asyncio.Semaphore(CHILDREN)
        self._judging = asyncio.Lock()

    async def look(self, comment: Comment) -> Sight:
        """Say what there is to see in a comment's pictures."""
        wanted = [item for item in comment.media if _may_be_a_picture(item)]
        if not wanted:
            return UNSEEN
        try:
            known = self._lists.known()
        except (ListError, OSError) as error:
            log.error("lists of known pictures cannot be read", error=str(error))  # noqa: TRY400 - says it all
            return Sight((Gap(NAME, "a list of known pictures cannot be read"),))
        if not known and self._model is None:
            return UNSEEN
        async with asyncio.TaskGroup() as tasks:
            looks = [
                tasks.create_task(self._look(comment.account, item, known))
                for item in wanted[:MOST_ATTACHMENTS]
            ]
        return self._sight(wanted, [look.result() for look in looks], known)

    def _sight(self, wanted: Sequence[Media], seen: Sequence[_Seen], known: Known) -> Sight:
        items = [item for one in seen for item in one.items]
        if len(wanted) > len(seen):
            items.append(Gap(NAME, f"more than {MOST_ATTACHMENTS} attachments"))
        by = (
            f"{NAME}@{known.version}",
            *([f"{self._model.name}@{self._model.version}"] if self._model else []),
        )
        done = frozenset(media.id for media, one in zip(wanted, seen, strict=False) if one.done)
        return Sight(tuple(items), done, by)

    async def _look(self, account: AccountRef, media: Media, known: Known) -> _Seen:
        try:
            content = await self._fetched(account, media)
            async with self._opening:
                opened = await open_picture(
                    content, self._limits, self._model.shape if self._model is not None else None
                )
        except EvidenceUnavailableError:
            return _Seen((Gap(NAME, f"a {media.kind} that the network does not give"),))
        except TimeoutError:
            return _Seen((Gap(NAME, f"a {media.kind} that did not come in time"),))
        except NotOpenedError as error:
            if error.why is Why.NO_PICTURE and media.kind is not MediaKind.PICTURE:
                return _Seen()  # as much a gap as it was, or was not, without us
            return _Seen((Gap(NAME, f"a {media.kind} that {error.why}"),))
        return await self._judged(media, opened, known)

    async def _fetched(self, account: AccountRef, media: Media) -> bytes:
        archive = self._archives.get(account)
        if archive is None:
            raise EvidenceUnavailableError("this network gives no attachments")
        if media.size is not None and media.size > self._limits.size:
            raise NotOpenedError(Why.TOO_LARGE)
        async with self._fetching, asyncio.timeout(FETCH_LIMIT.total_seconds()):
            return await archive.fetch(account, media)

    async def _judged(self, media: Media, opened: Opened, known: Known) -> _Seen:
        match = await asyncio.to_thread(known.nearest, opened.looks)
        items: list[Finding | Gap] = [_finding(match, known)] if match is not None else []
        calm = False
        if self._model is not None:
            found, calm = await self._harms(self._model, opened)
            items += found
        if not opened.whole:
            items.append(Gap(NAME, f"a {media.kind} that was not seen to its end"))
        return _Seen(tuple(items), done=match is not None or (calm and opened.whole))

    async def _harms(self, model: SafetyModel, opened: Opened) -> tuple[list[Finding | Gap], bool]:
        """What a model sees, and whether it sees so little that nobody else needs to look."""
        pixels = [look.pixels for look in opened.looks]
        try:
            async with self._judging:
                harms = await asyncio.to_thread(model.judge, pixels)
        except Exception as error:  # noqa: BLE001 - the one line that turns a broken model into a gap
            log.warning("the safety model broke", model=model.name, error=type(error).__name__)
            return [Gap(model.name, "broken")], False
        found: list[Finding | Gap] = [
            Finding(
                harm.category,
                harm.score,
                harm.severity,
                model.name,
                model.version,
                f"a picture is judged as {harm.label}",
            )
            for harm in harms
            if harm.score >= _FLOOR
        ]
        return found, all(harm.score < model.clear_below for harm in harms)


def _may_be_a_picture(media: Media) -> bool:
    if media.kind is MediaKind.VIDEO:  # films are not opened; some networks call an animated GIF one
        return bool(_MOVING_PICTURE.search(f"{media.id} {media.description}"))
    return media.kind in _PICTURES


def _finding(match: Match, known: Known) -> Finding:
    entry = match.entry
    how = ", turned or mirrored" if match.turned else ""
    return Finding(
        entry.category,
        _NEAR - (_NEAR - _FAR) * match.distance / known.farthest,
        entry.severity,
        NAME,
        known.version,
        f"a known picture{how}: {entry.hash[:12]} on the list {entry.list}, {match.distance} bits away",
    )
