"""A known picture is found however it was resized, recoded, turned or mirrored; another is not."""

from __future__ import annotations

import pathlib

import numpy as np
import pdqhash
import pytest
from PIL import Image

from adapters.media import child, lists
from adapters.media.known import FARTHEST, Known, Lists
from adapters.media.lists import ListError
from adapters.media.opening import Look, open_picture
from moderation.taxonomy import Category, Severity
from tests.unit.media.drawing import SLOW, animated, entry, picture, written

NOUGHT = "0" * 64
MEMBERS = tuple(Image.Transpose)


def look(bits: int, quality: int = 100) -> Look:
    """A picture whose hash has so many bits set."""
    return Look((f"{(1 << bits) - 1:064x}", *["f" * 64] * 7), quality)


def copy(seed: int = 1) -> Image.Image:
    return picture(seed, (1_200, 900))


UPSIDE_DOWN = Image.Exif()
UPSIDE_DOWN[0x0112] = 3
COPIES = {
    "itself": written(copy()),
    "smaller": written(copy().resize((300, 225))),
    "squeezed": written(copy().resize((700, 900))),
    "a poor JPEG": written(copy(), "JPEG", quality=15),
    "WebP": written(copy(), "WEBP", quality=40),
    "darker": written(copy().point(lambda value: value * 0.7)),
    "upside down in its EXIF": written(copy(), "JPEG", exif=UPSIDE_DOWN),
    "the last scene of an animation": animated([picture(n, (320, 240)) for n in (5, 6, 7, 1)], "WEBP"),
}


@pytest.fixture(scope="module")
def known() -> Known:
    hashes, _ = child.hashed(copy())
    return Known([entry(hashes[0])])


@pytest.mark.parametrize("name", COPIES)
async def test_a_copy_is_found(name: str, known: Known) -> None:
    opened = await open_picture(COPIES[name], SLOW)

    match = known.nearest(opened.looks)

    assert match is not None
    assert match.distance <= 20


@pytest.mark.parametrize("turn", MEMBERS)
async def test_a_turned_or_mirrored_copy_is_found(turn: Image.Transpose, known: Known) -> None:
    opened = await open_picture(written(copy().transpose(turn), "JPEG"), SLOW)

    match = known.nearest(opened.looks)

    assert match is not None
    assert match.turned
    assert match.distance <= 10


@pytest.mark.parametrize("seed", range(2, 40))
def test_another_picture_is_not_found(seed: int, known: Known) -> None:
    hashes, quality = child.hashed(copy(seed))

    assert known.nearest([Look(tuple(hashes), quality)]) is None


@pytest.mark.parametrize("seed", range(1, 6))
def test_our_hash_is_the_one_that_others_reckon_from_the_whole_picture(seed: int) -> None:
    whole = picture(seed, (2_000, 1_500))
    theirs, _ = pdqhash.compute(np.asarray(whole))
    small = whole.copy()
    small.thumbnail((child.WORKING_SIDE, child.WORKING_SIDE))
    ours, _ = child.hashed(small)

    apart = int.from_bytes(np.packbits(theirs).tobytes(), "big") ^ int(ours[0], 16)

    assert apart.bit_count() <= 10


def test_the_threshold_is_31_bits() -> None:
    known = Known([entry(NOUGHT)])

    at = known.nearest([look(FARTHEST)])
    assert at is not None
    assert (at.distance, at.turned) == (31, False)
    assert known.nearest([look(FARTHEST + 1)]) is None


def test_a_picture_with_too_little_in_it_is_never_taken_for_a_known_one() -> None:
    known = Known([entry(NOUGHT)])

    assert known.nearest([look(0, quality=49)]) is None
    assert known.nearest([look(0, quality=50)]) is not None


def test_the_nearest_counts_and_of_those_as_near_the_gravest() -> None:
    minor = entry(NOUGHT, Category.SPAM, Severity.MINOR)
    grave = entry(NOUGHT, Category.HATEFUL, Severity.SERIOUS, "other")
    far = entry(f"{0b111:064x}", Category.THREATENING, Severity.MINUTES_MATTER)

    found = Known([far, minor, grave]).nearest([look(20), look(0)])

    assert found is not None
    assert found.entry is grave


def test_where_nothing_is_known_nothing_is_found() -> None:
    assert Known(()).nearest([look(0)]) is None


def test_the_version_tells_lists_apart_and_not_their_order() -> None:
    one, other = entry(NOUGHT), entry("f" * 64)

    assert Known([one, other]).version == Known([other, one]).version
    assert Known([one]).version != Known([other]).version


def test_a_list_that_changes_is_read_again(tmp_path: pathlib.Path) -> None:
    read = Lists(tmp_path)
    assert not read.known()

    lists.add(tmp_path, entry(NOUGHT))

    assert len(read.known()) == 1
    assert read.known() is read.known()


def test_a_list_that_becomes_wrong_is_not_passed_over(tmp_path: pathlib.Path) -> None:
    read = Lists(tmp_path)
    (tmp_path / "own.txt").write_text("nonsense\n", encoding="utf-8")

    for _ in range(2):
        with pytest.raises(ListError, match=r"own\.txt:1"):
            read.known()
