"""Misfortunes on demand, and the log that says what really happened."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import aiogram.exceptions
import pytest
import telegram.error

from tests.peers.telegram_api import faults
from tests.peers.telegram_api.clients import AiogramCaller, PtbCaller, RawCaller, until
from tests.peers.telegram_api.faults import Fault
from tests.peers.telegram_api.town import Town

Call = PtbCaller | AiogramCaller
FLOOD = (telegram.error.RetryAfter, aiogram.exceptions.TelegramRetryAfter)
CUT = (telegram.error.NetworkError, aiogram.exceptions.TelegramNetworkError)
BROKEN = (telegram.error.NetworkError, aiogram.exceptions.TelegramServerError)


@pytest.fixture(autouse=True)
def _timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


async def send(call: Call, town: Town) -> None:
    await call("sendMessage", chat_id=town.staff.id, text="once")


async def test_a_flood_says_how_long_to_wait(place: Town, call: Call) -> None:
    place.world.faults.add("sendMessage", faults.too_many_requests(7))

    with pytest.raises(FLOOD) as flood:
        await send(call, place)

    assert getattr(flood.value, "retry_after") in {7, timedelta(seconds=7)}  # noqa: B009
    assert place.world.log.effects() == ()


@pytest.mark.parametrize(
    ("fault", "kinds", "happened"),
    [
        (faults.drop_before(), CUT, 0),
        (faults.drop_after(), CUT, 1),
        (faults.server_error(500), BROKEN, 0),
        (faults.server_error(502), BROKEN, 0),
        (faults.server_error(502, after_effect=True), BROKEN, 1),
    ],
    ids=["cut before", "cut after", "500", "502", "502 after"],
)
async def test_a_failed_call_may_have_happened(
    fault: Fault, kinds: tuple[type[Exception], ...], happened: int, place: Town, call: Call
) -> None:
    place.world.faults.add("sendMessage", fault)

    with pytest.raises(kinds):
        await send(call, place)

    assert len(place.world.log.effects("sent")) == happened
    assert place.world.log.calls("sendMessage")[0].fault == fault.name


async def test_a_proxy_may_answer_with_a_page(place: Town, ptb: telegram.Bot) -> None:
    place.world.faults.add("*", faults.server_error(502, html=True))

    with pytest.raises(telegram.error.NetworkError):
        await ptb.get_me()


async def test_the_log_tells_a_doubled_message(place: Town, call: Call) -> None:
    place.world.faults.add("sendMessage", faults.drop_after())
    with pytest.raises(CUT):
        await send(call, place)
    assert place.world.log.doubled() == ()

    await send(call, place)

    assert place.world.log.doubled() == ((place.staff.id, "once"),)


async def test_faults_wait_their_turn(place: Town, raw: RawCaller) -> None:
    place.world.faults.add("getMe", faults.server_error(500), times=2)
    place.world.faults.add("getMe", faults.too_many_requests())

    statuses = [(await raw("getMe"))[0] for _ in range(4)]

    assert statuses == [500, 500, 429, 200]
    assert place.world.faults.left == 0


async def test_a_call_can_be_held_after_its_effect(place: Town, raw: RawCaller) -> None:
    gate = asyncio.Event()
    place.world.faults.add("sendMessage", faults.hold(gate, after_effect=True))

    waiting = asyncio.create_task(raw("sendMessage", chat_id=place.staff.id, text="x"))
    await until(lambda: place.world.log.effects("sent"))

    assert not waiting.done()
    gate.set()
    assert (await waiting)[0] == 200


async def test_a_call_can_be_slow(place: Town, raw: RawCaller) -> None:
    place.world.faults.add("getMe", faults.delay(timedelta(milliseconds=20)))

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await raw("getMe")


async def test_twenty_a_minute_go_into_a_group(place: Town, raw: RawCaller) -> None:
    place.world.limits.on = True
    place.world.limits.per_chat_second = 100

    statuses = [(await raw("sendMessage", chat_id=place.staff.id, text="x"))[0] for _ in range(21)]

    assert statuses == [200] * 20 + [429]
    place.clock.pass_by(timedelta(minutes=1))
    assert (await raw("sendMessage", chat_id=place.staff.id, text="x"))[0] == 200


async def test_one_a_second_goes_to_a_person(place: Town, raw: RawCaller) -> None:
    place.world.limits.on = True
    place.world.direct(place.director, "/start")
    await raw("sendMessage", chat_id=place.director.id, text="x")

    status, answer = await raw("sendMessage", chat_id=place.director.id, text="x")

    assert status == 429
    assert answer["description"] == "Too Many Requests: retry after 1"
    assert answer["parameters"] == {"retry_after": 1}


async def test_deletions_are_not_counted_as_sends(place: Town, raw: RawCaller) -> None:
    place.world.limits.on = True
    said = [place.world.comment(place.director, "x", thread=place.post) for _ in range(30)]

    statuses = {
        (await raw("deleteMessage", chat_id=place.discussion.id, message_id=one.message_id))[0]
        for one in said
    }

    assert statuses == {200}
