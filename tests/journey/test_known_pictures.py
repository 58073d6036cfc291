"""A known picture is recognised on the network and hidden, its bytes kept first; others go to officers."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.media import child, lists
from bot import worker
from bot.wiring.sandbox import Stage, stage
from moderation.comment import AuthorRef, Comment, Media, MediaKind, Platform
from moderation.decision import ActionKind, StaffId
from moderation.record import Attempted, EvidenceKept, Judged
from moderation.roster import Member, Role, Roster
from moderation.taxonomy import Category, Severity
from moderation.verdict import Gap, Sight, Verdict
from tests.journey import live, telegram_scene
from tests.unit.media.drawing import entry, picture, written

START = dt.datetime(2026, 6, 1, 9, tzinfo=dt.UTC)
DIRECTOR = StaffId("sandbox:1")
ROSTER = Roster((Member(DIRECTOR, "Dana", frozenset(Role), START - dt.timedelta(days=1)),))
BAD = picture(1)


def know(home: Path, severity: Severity = Severity.CLEAR_BREACH) -> None:
    """Put the picture on a list, as an operator does."""
    hashes, _ = child.hashed(BAD)
    lists.add(home / "known-pictures", entry(hashes[0], Category.INAPPROPRIATE_MEDIA, severity))


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    monkeypatch.setattr(worker, "LOOK_LIMIT", dt.timedelta(seconds=45))  # a busy machine
    there = await stage(
        live.policy(),
        ROSTER,
        url=f"sqlite:///{tmp_path / 'ledger.db'}",
        home=tmp_path,
        start=START,
        accounts={"main": "East Shire Ambulance"},
    )
    there.desk.type("activate", "for the test", DIRECTOR)
    await there.settle()
    yield there
    await there.aclose()


async def posts(house: Stage, content: bytes | None, name: str = "c1") -> Comment:
    """Somebody posts a picture without a word about it."""
    if content is not None:
        house.network.pictures[name] = content
    comment = house.network.comment(
        house.account("main"), "dave", "Look.", id=name, media=(Media(MediaKind.PICTURE, name),)
    )
    assert comment is not None
    await house.settle()
    return comment


async def verdict(house: Stage) -> Verdict:
    author = AuthorRef(Platform.SANDBOX, "dave")
    history = await house.ledger.transact(lambda books: books.history(author))
    (found,) = [r.event.verdict for r in history if isinstance(r.event, Judged)]
    return found


async def test_a_known_picture_is_hidden_and_its_bytes_are_kept_first(house: Stage, tmp_path: Path) -> None:
    know(tmp_path)
    content = written(BAD.rotate(90, expand=True), "JPEG", quality=60)

    comment = await posts(house, content)

    assert str(comment.ref) in house.network.hidden
    author = comment.author
    history = [r.event for r in await house.ledger.transact(lambda books: books.history(author))]
    kept = next(n for n, event in enumerate(history) if isinstance(event, EvidenceKept))
    hide = next(
        n
        for n, e in enumerate(history)
        if isinstance(e, Attempted) and ActionKind.HIDE.value in str(e.action)
    )
    assert kept < hide
    event = history[kept]
    assert isinstance(event, EvidenceKept)
    sha256 = event.sha256
    assert await house.ledger.transact(lambda books: books.kept(sha256)) == content
    seen = await verdict(house)
    assert [(f.subject, f.source) for f in seen.findings] == [(Category.INAPPROPRIATE_MEDIA, "pictures")]
    assert seen.gaps == ()
    assert any(name.startswith("pictures@") for name in seen.checks)


async def test_a_picture_on_no_list_is_left_for_an_officer(house: Stage, tmp_path: Path) -> None:
    know(tmp_path)

    comment = await posts(house, written(picture(2), "JPEG"))

    assert str(comment.ref) not in house.network.hidden
    assert (await verdict(house)).gaps == (Gap("media", "picture without a description"),)


@pytest.mark.parametrize("content", [None, b"\x89PNG nonsense"])
async def test_a_picture_that_could_not_be_seen_is_a_gap(
    content: bytes | None, house: Stage, tmp_path: Path
) -> None:
    know(tmp_path)

    comment = await posts(house, content)

    assert str(comment.ref) not in house.network.hidden
    assert "pictures" in {gap.check for gap in (await verdict(house)).gaps}


class Stuck:
    """A look that never ends, or breaks."""

    def __init__(self, *, breaks: bool = False) -> None:
        self.breaks = breaks

    async def look(self, comment: Comment) -> Sight:
        if self.breaks:
            raise RuntimeError(str(comment.ref))
        await asyncio.sleep(3_600)
        return Sight()


@pytest.mark.parametrize(("breaks", "reason"), [(True, "broken"), (False, "late")])
async def test_a_look_that_breaks_or_hangs_is_a_gap_and_the_words_are_judged(
    breaks: bool, reason: str, house: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "LOOK_LIMIT", dt.timedelta(seconds=0.1))
    house.worker.media = Stuck(breaks=breaks)
    for number in range(3):
        picture_of = (Media(MediaKind.PICTURE, f"p{number}"),)
        text = "You lot are absolute wankers."
        house.network.comment(house.account("main"), f"d{number}", text, id=f"c{number}", media=picture_of)

    async with asyncio.timeout(20):
        await house.settle()

    assert len(house.network.hidden) == 3
    author = AuthorRef(Platform.SANDBOX, "d2")
    history = await house.ledger.transact(lambda books: books.history(author))
    (judged,) = [r.event.verdict for r in history if isinstance(r.event, Judged)]
    assert Gap("pictures", reason) in judged.gaps


async def test_a_known_picture_on_telegram_is_hidden_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "LOOK_LIMIT", dt.timedelta(seconds=45))
    know(tmp_path / "data")
    content = written(BAD, "JPEG", quality=70)
    async with telegram_scene.opened(tmp_path) as scene:
        await scene.activate()
        comment = scene.place.world.comment(
            scene.place.world.person("Dean"), photo=content, caption="Look.", thread=scene.place.post
        )

        await scene.hidden(comment)
        await scene.rests()

        assert await scene.kept() == {content}
