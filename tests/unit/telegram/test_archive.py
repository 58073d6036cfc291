"""Evidence is fetched, or the reason why it is not is told without the token."""

from __future__ import annotations

import datetime as dt
import traceback

import pytest

from adapters.telegram.archive import LARGEST
from moderation.arrival import Arrived
from moderation.comment import Media, MediaKind
from moderation.ports import EvidenceUnavailableError
from tests.peers.telegram_api import content, errors, faults
from tests.unit.telegram.station import Station

PICTURE = MediaKind.PICTURE


async def _fetch(here: Station, media: Media) -> bytes:
    return await here.telegram.archive.fetch(here.enforcer.account, media)


async def test_the_bytes_of_a_picture_are_those_that_were_sent(here: Station) -> None:
    here.world.comment(here.world.person(), photo=b"\xff\xd8 a picture", thread=here.town.post)
    (item,), _ = await here.items()
    assert isinstance(item, Arrived)

    assert await _fetch(here, item.comment.media[0]) == b"\xff\xd8 a picture"


async def test_what_is_too_large_is_not_even_asked_for(here: Station) -> None:
    with pytest.raises(EvidenceUnavailableError, match="at most"):
        await _fetch(here, Media(PICTURE, "FILE1", size=LARGEST + 1))

    assert here.calls("getFile") == 0


async def test_what_is_too_large_without_saying_so_is_refused(here: Station) -> None:
    body = content.document(here.world, b"x", "big.pdf", size=LARGEST + 1)

    with pytest.raises(EvidenceUnavailableError, match="too big"):
        await _fetch(here, Media(MediaKind.DOCUMENT, body["document"]["file_id"]))


@pytest.mark.parametrize("kind", [MediaKind.POLL, MediaKind.LOCATION, MediaKind.CONTACT])
async def test_what_has_no_bytes_says_so(here: Station, kind: MediaKind) -> None:
    with pytest.raises(EvidenceUnavailableError, match="no file"):
        await _fetch(here, Media(kind, "preview:x"))

    assert here.calls("getFile") == 0


@pytest.mark.parametrize("method", ["getFile", "file"])
async def test_a_short_trouble_is_waited_out(here: Station, method: str) -> None:
    body = content.document(here.world, b"bytes", "a.pdf")
    here.world.faults.add(method, faults.server_error(502), times=2)

    assert await _fetch(here, Media(MediaKind.DOCUMENT, body["document"]["file_id"])) == b"bytes"
    assert [wait.total_seconds() for wait in here.clock.slept] == [1, 4]


async def test_a_long_trouble_is_told_and_the_token_is_not(here: Station) -> None:
    body = content.document(here.world, b"bytes", "a.pdf")
    here.world.faults.add("file", faults.server_error(502), times=3)

    with pytest.raises(EvidenceUnavailableError) as caught:
        await _fetch(here, Media(MediaKind.DOCUMENT, body["document"]["file_id"]))

    shown = "".join(traceback.format_exception(caught.value))
    assert here.town.bot.token not in shown
    assert caught.value.__suppress_context__


async def test_a_wait_that_is_too_long_is_not_waited(here: Station) -> None:
    here.world.faults.add("getFile", faults.too_many_requests(300))

    with pytest.raises(EvidenceUnavailableError):
        await _fetch(here, Media(PICTURE, "FILE1"))

    assert here.clock.slept == []


async def test_a_file_that_telegram_does_not_know_is_refused_at_once(here: Station) -> None:
    with pytest.raises(EvidenceUnavailableError, match="file_id"):
        await _fetch(here, Media(PICTURE, "nothing"))

    assert here.calls("getFile") == 1


async def test_telegram_is_waited_for_as_long_as_it_says(here: Station) -> None:
    body = content.document(here.world, b"bytes", "a.pdf")
    here.world.faults.add("getFile", faults.refuse(errors.too_many_requests(dt.timedelta(seconds=12))))

    await _fetch(here, Media(MediaKind.DOCUMENT, body["document"]["file_id"]))

    assert here.clock.slept == [dt.timedelta(seconds=12)]
