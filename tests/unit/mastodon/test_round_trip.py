"""There and back through somebody else's idea of Mastodon: mastodon_mock, over real HTTP."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest
from mastodon_mock.config import (
    DatabaseConfig,
    MastodonMockConfig,
    SeedAccount,
    SeedConfig,
    StreamingConfig,
)
from mastodon_mock.testing.server import MockServer

from adapters.mastodon.connection import Connection, connect
from adapters.mastodon.inspection import inspect
from adapters.mastodon.settings import Settings
from moderation.arrival import Arrived, Batch, Gone, Item
from moderation.comment import AuthorRef, CommentKind, CommentRef
from moderation.decision import Action, ActionKind, DecisionId, Done, Step, TryLater, action_key
from tests.contracts.mastodon_stage import QuickClock

TRUST, SAM = "token-trust", "token-sam"
CONFIG = MastodonMockConfig(
    database=DatabaseConfig(path=":memory:"),
    streaming=StreamingConfig(heartbeat_seconds=0.1),
    seed=SeedConfig(
        accounts=[
            SeedAccount(username="trust", display_name="Trust", access_token=TRUST),
            SeedAccount(username="sam", display_name="Sam", access_token=SAM),
            SeedAccount(username="pat", display_name="Pat", access_token="token-pat"),
        ]
    ),
)


@pytest.fixture(scope="module")
def mock() -> Any:  # noqa: ANN401 - a generator of a server
    with MockServer(config=CONFIG) as server:
        yield server


@pytest.fixture
async def door(mock: MockServer) -> AsyncIterator[Connection]:
    settings = Settings(mock.base_url, "@trust", TRUST, request_limit=dt.timedelta(seconds=10))
    there = connect(settings, QuickClock())
    yield there
    await there.source.aclose()
    await there.aclose()


def settings(mock: MockServer) -> Settings:
    return Settings(mock.base_url, "@trust", TRUST)


async def do(mock: MockServer, token: str, name: str, *args: object, **more: object) -> Any:  # noqa: ANN401
    def work() -> Any:  # noqa: ANN401 - whatever Mastodon.py gives
        client = mock.client(token=token)
        with client.session:
            return getattr(client, name)(*args, **more)

    return await asyncio.to_thread(work)


async def read(door: Connection, cursor: str | None, wanted: int) -> tuple[list[Item], str | None]:
    items: list[Item] = []
    batches: Any = door.source.batches(cursor)
    async with asyncio.timeout(20), aclosing(batches):
        async for batch in batches:
            assert isinstance(batch, Batch)
            items += batch.items
            cursor = batch.cursor
            if len(items) >= wanted:
                break
    return items, cursor


async def begin(mock: MockServer, door: Connection) -> str | None:
    """Be past whatever an earlier test wrote."""
    await do(mock, SAM, "status_post", "@trust begin")
    _, cursor = await read(door, None, 1)
    return cursor


async def test_a_reply_its_edit_and_its_end_arrive(mock: MockServer, door: Connection) -> None:
    cursor = await begin(mock, door)
    ours = await do(mock, TRUST, "status_post", "Our ambulance day")

    reply = await do(mock, SAM, "status_post", "@trust dreadful", in_reply_to_id=ours["id"])
    first, cursor = await read(door, cursor, 1)
    await do(mock, SAM, "status_update", reply["id"], "@trust really dreadful")
    second, cursor = await read(door, cursor, 1)
    await do(mock, SAM, "status_delete", reply["id"])
    third, _ = await read(door, cursor, 1)

    assert isinstance(first[0], Arrived)
    assert isinstance(second[0], Arrived)
    assert isinstance(third[0], Gone)
    assert (first[0].comment.text, first[0].comment.kind) == ("@trust dreadful", CommentKind.REPLY)
    assert second[0].comment.text == "@trust really dreadful"
    assert first[0].comment.ref == second[0].comment.ref == third[0].comment


async def test_a_private_message_a_quote_and_a_picture_arrive(mock: MockServer, door: Connection) -> None:
    cursor = await begin(mock, door)
    ours = await do(mock, TRUST, "status_post", "Thank you for a calm weekend")

    await do(mock, SAM, "status_post", "@trust between us", visibility="direct", spoiler_text="hush")
    await do(mock, SAM, "status_post", "@trust as they say", quoted_status_id=ours["id"])
    items, _ = await read(door, cursor, 2)

    direct, quote = (item.comment for item in items if isinstance(item, Arrived))
    assert (direct.kind, direct.text) == (CommentKind.DIRECT, "hush\n\n@trust between us")
    assert quote.quoted == ("Thank you for a calm weekend",)


async def test_actions_get_through_and_are_found_again(mock: MockServer, door: Connection) -> None:
    status = await do(mock, SAM, "status_post", "@trust dreadful")
    sam = AuthorRef(door.enforcer.account.platform, str(status["account"]["id"]))
    comment = CommentRef(door.enforcer.account, str(status["id"]))

    for kind in (
        ActionKind.MESSAGE,
        ActionKind.REPLY,
        ActionKind.MUTE,
        ActionKind.UNMUTE,
        ActionKind.BLOCK,
        ActionKind.UNBLOCK,
    ):
        decision = DecisionId("d-1")
        key, text = action_key(decision, kind), "Please be kind, @pat."
        action = Action(key, kind, Step.SIGNPOST, decision, sam, comment.account, comment, text=text)

        before = await door.enforcer.read_back(action)
        outcome = await door.enforcer.perform(action)
        after = await door.enforcer.read_back(action)

        assert isinstance(before, TryLater)
        assert isinstance(outcome, Done)
        assert isinstance(after, Done)

    notified = await do(mock, "token-pat", "notifications")
    assert list(notified) == []


async def test_a_report_gets_through(mock: MockServer, door: Connection) -> None:
    status = await do(mock, SAM, "status_post", "@trust dreadful")
    sam = AuthorRef(door.enforcer.account.platform, str(status["account"]["id"]))
    comment = CommentRef(door.enforcer.account, str(status["id"]))
    decision = DecisionId("d-2")
    key = action_key(decision, ActionKind.REPORT)

    outcome = await door.enforcer.perform(
        Action(key, ActionKind.REPORT, Step.REPORT, decision, sam, comment.account, comment)
    )

    assert isinstance(outcome, Done)
    assert outcome.proof


async def test_the_account_is_inspected(mock: MockServer) -> None:
    found = await inspect(settings(mock))

    assert found.ok
    assert any("version 4." in line for line in found.lines)
