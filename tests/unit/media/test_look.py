"""A look at a comment's pictures gives findings for what is known, and gaps for whatever was not seen."""

from __future__ import annotations

import asyncio
import datetime as dt
import pathlib

import pytest

from adapters.media import child, lists, look
from adapters.media.known import Lists
from adapters.media.look import Pictures
from adapters.media.opening import Limits, Why
from adapters.media.safety import Harm
from moderation.comment import AccountRef, Media, MediaKind
from moderation.ports import EvidenceUnavailableError
from moderation.taxonomy import Category, Severity
from moderation.verdict import UNSEEN, Finding, Gap, Sight
from tests.strategies.comments import PAGE, comment
from tests.unit.media.drawing import SLOW, entry, gif_of, picture, written
from tests.unit.media.models import Says

BAD = picture(1)
PICTURE, VIDEO, DOCUMENT = MediaKind.PICTURE, MediaKind.VIDEO, MediaKind.DOCUMENT


class Shelf:
    """An archive that gives what was put there."""

    def __init__(self, **files: bytes) -> None:
        self.files = files
        self.asked: list[str] = []

    async def fetch(self, account: AccountRef, media: Media) -> bytes:
        del account
        self.asked.append(media.id)
        if media.id == "slow":
            await asyncio.sleep(60)
        if media.id not in self.files:
            raise EvidenceUnavailableError("gone")
        return self.files[media.id]


SHELF = Shelf(
    bad=written(BAD, "JPEG"),
    other=written(picture(2), "JPEG"),
    film=b"\x00\x00\x00\x18ftypmp42" + bytes(64),
    broken=written(BAD, "JPEG")[:4_000],
    long=gif_of(400),
)


@pytest.fixture
def known(tmp_path: pathlib.Path) -> Lists:
    hashes, _ = child.hashed(BAD)
    lists.add(tmp_path, entry(hashes[0], Category.HATEFUL, Severity.SERIOUS))
    return Lists(tmp_path)


async def seen(
    known: Lists,
    *media: Media,
    model: Says | None = None,
    shelf: Shelf = SHELF,
    limits: Limits = SLOW,
) -> Sight:
    return await Pictures({PAGE: shelf}, known, model, limits).look(comment(media=media))


def harm(score: float) -> Harm:
    return Harm("gore", Category.INAPPROPRIATE_MEDIA, Severity.SERIOUS, score)


async def test_a_known_picture_is_a_finding_of_its_lists_category(known: Lists) -> None:
    sight = await seen(known, Media(PICTURE, "bad"))

    (found,) = sight.items
    assert isinstance(found, Finding)
    assert (found.subject, found.severity, found.source) == (Category.HATEFUL, Severity.SERIOUS, "pictures")
    assert 0.9 <= found.score <= 0.99
    assert "on the list own" in found.because
    assert "doctored" not in found.because
    assert sight.seen == {"bad"}
    assert sight.by == (f"pictures@{known.known().version}",)


async def test_another_picture_is_neither_a_finding_nor_seen_enough(known: Lists) -> None:
    sight = await seen(known, Media(PICTURE, "other", "a sunrise"))

    assert (sight.items, sight.seen) == ((), frozenset())


async def test_each_of_several_pictures_is_looked_at(known: Lists) -> None:
    sight = await seen(known, Media(PICTURE, "other"), Media(PICTURE, "bad"), Media(PICTURE, "gone"))

    assert [type(item) for item in sight.items] == [Finding, Gap]


@pytest.mark.parametrize(
    ("media", "reason"),
    [
        (Media(PICTURE, "gone", "a bus"), "a picture that the network does not give"),
        (Media(PICTURE, "slow", "a bus"), "a picture that did not come in time"),
        (Media(PICTURE, "large", "a bus", size=10**9), "a picture that is larger than is opened here"),
        (Media(PICTURE, "broken", "a bus"), f"a picture that {Why.BROKEN}"),
        (Media(DOCUMENT, "broken", "a bus"), f"a document that {Why.BROKEN}"),
        (Media(PICTURE, "film", "a bus"), "a picture that is no JPEG, PNG, GIF or WebP"),
        (Media(PICTURE, "long", "a bus"), "a picture that was not seen to its end"),
    ],
    ids=lambda value: value.id if isinstance(value, Media) else "",
)
async def test_what_was_not_seen_is_a_gap_whatever_its_description_says(
    media: Media, reason: str, known: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look, "FETCH_LIMIT", dt.timedelta(seconds=0.2))

    sight = await seen(known, media)

    assert (sight.items, sight.seen) == ((Gap("pictures", reason),), frozenset())


async def test_an_account_without_an_archive_leaves_a_gap(known: Lists) -> None:
    sight = await Pictures({}, known).look(comment(media=(Media(PICTURE, "bad"),)))

    assert sight.items == (Gap("pictures", "a picture that the network does not give"),)


async def test_a_document_that_is_no_picture_stays_what_it_was(known: Lists) -> None:
    sight = await seen(known, Media(DOCUMENT, "film", "the minutes of the meeting"))

    assert (sight.items, sight.seen) == ((), frozenset())


async def test_films_and_recordings_are_not_fetched_and_an_animated_gif_is(known: Lists) -> None:
    shelf = Shelf(bad=written(BAD, "GIF"))

    sight = await seen(
        known,
        Media(VIDEO, "film.mp4"),
        Media(MediaKind.AUDIO, "song"),
        Media(MediaKind.POLL, "poll"),
        Media(VIDEO, "bad", "image/gif"),
        shelf=shelf,
    )

    assert shelf.asked == ["bad"]
    assert sight.seen == {"bad"}


async def test_only_so_many_attachments_are_looked_at_and_the_rest_is_a_gap(known: Lists) -> None:
    shelf = Shelf()

    sight = await seen(known, *(Media(PICTURE, f"p{n}") for n in range(12)), shelf=shelf)

    assert len(shelf.asked) == look.MOST_ATTACHMENTS
    assert Gap("pictures", "more than 10 attachments") in sight.items


async def test_where_there_is_neither_list_nor_model_nothing_is_fetched(tmp_path: pathlib.Path) -> None:
    shelf = Shelf()

    assert await seen(Lists(tmp_path), Media(PICTURE, "bad"), shelf=shelf) == UNSEEN
    assert shelf.asked == []


async def test_a_list_that_has_become_wrong_is_a_gap(known: Lists, tmp_path: pathlib.Path) -> None:
    (tmp_path / "other.txt").write_text("nonsense", encoding="utf-8")

    sight = await seen(known, Media(PICTURE, "bad"))

    assert sight.items == (Gap("pictures", "a list of known pictures cannot be read"),)


@pytest.mark.parametrize(
    ("score", "findings", "done"), [(0.05, 0, True), (0.19, 1, True), (0.3, 1, False), (0.95, 1, False)]
)
async def test_a_model_finds_or_clears_or_leaves_it_to_an_officer(
    score: float, findings: int, done: bool, tmp_path: pathlib.Path
) -> None:
    model = Says(harm(score))

    sight = await seen(Lists(tmp_path), Media(PICTURE, "other"), model=model)

    assert len(sight.items) == findings
    assert sight.seen == ({"other"} if done else frozenset())
    assert "media-says@1" in sight.by
    assert [len(pixels) for pixels in model.saw] == [3 * 8 * 8]


async def test_a_model_clears_nothing_that_was_not_seen_to_its_end(tmp_path: pathlib.Path) -> None:
    sight = await seen(Lists(tmp_path), Media(PICTURE, "long"), model=Says(harm(0.01)))

    assert sight.seen == frozenset()
    assert sight.items == (Gap("pictures", "a picture that was not seen to its end"),)


async def test_a_broken_model_is_a_gap_and_the_lists_count_all_the_same(known: Lists) -> None:
    sight = await seen(known, Media(PICTURE, "bad"), Media(PICTURE, "other"), model=Says(breaks=True))

    assert [item for item in sight.items if isinstance(item, Gap)] == [Gap("media-says", "broken")] * 2
    assert [item.subject for item in sight.items if isinstance(item, Finding)] == [Category.HATEFUL]
    assert sight.seen == {"bad"}
