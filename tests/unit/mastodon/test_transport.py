"""What the session may do, and what it makes of a request to wait."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from requests.structures import CaseInsensitiveDict

from adapters.mastodon import transport
from adapters.mastodon.faults import SOON
from adapters.mastodon.transport import waiting_time
from tests.contracts.mastodon_stage import MastodonStage
from tests.peers.mastodon_server import TOKEN, Fault

DATE = "Mon, 01 Jun 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"retry-after": "0.5"}, 0.5),
        ({"X-RateLimit-Reset": "2026-06-01T12:05:00.796736Z", "Date": DATE}, 300.796736),
        ({"X-RateLimit-Reset": "2026-06-01T11:55:00Z", "Date": DATE}, -300),
        ({"Retry-After": "Mon, 01 Jun 2026 12:00:00 GMT"}, SOON.total_seconds()),
        ({"X-RateLimit-Reset": "1780315500", "Date": DATE}, SOON.total_seconds()),
        ({"X-RateLimit-Reset": "2026-06-01T12:05:00Z"}, SOON.total_seconds()),
        ({}, SOON.total_seconds()),
    ],
)
def test_a_request_to_wait_is_read_without_a_clock_of_our_own(
    headers: dict[str, str], seconds: float
) -> None:
    assert waiting_time(CaseInsensitiveDict(headers)) == dt.timedelta(seconds=seconds)


@pytest.mark.parametrize(("asked", "waited"), [("-5", 1), ("0", 1), ("60", 60), ("999999999", 1800)])
async def test_no_wait_is_nothing_or_for_ever(stage: MastodonStage, asked: str, waited: int) -> None:
    session = transport.Transport()
    stage.server.faults.append(Fault("/api/", 429, {"Retry-After": asked}))
    url = f"{stage.server.url}/api/v1/statuses/1"

    def ask() -> dt.timedelta:
        session.get(url)
        return session.wait

    with session:
        assert await asyncio.to_thread(ask) == dt.timedelta(seconds=waited)


async def test_a_redirect_is_not_followed_and_the_token_stays(stage: MastodonStage) -> None:
    session = transport.Transport()
    stage.server.faults.append(Fault("/api/", 302, {"Location": f"{stage.server.url}/media/x"}))
    url = f"{stage.server.url}/api/v1/statuses/1"

    with session:
        status = await asyncio.to_thread(
            lambda: session.get(url, headers={"Authorization": f"Bearer {TOKEN}"}).status_code
        )

    assert status == 302
    assert [where for _, where in stage.server.calls] == ["/api/v1/statuses/1"]
