"""Private messages and public replies: said once, or honestly not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from adapters.telegram.config import TelegramAccount
from moderation.decision import ActionKey, ActionKind, Done, Refused, TryLater, Unknown
from tests.peers.telegram_api import User, faults
from tests.unit.telegram.station import Station, action


async def test_a_message_goes_to_the_author_in_private(here: Station, ada: User) -> None:
    here.world.direct(ada, "/start")

    outcome = await here.enforcer.perform(action(ActionKind.MESSAGE, ada))

    (sent,) = here.world.log.effects("sent")
    assert (sent.chat_id, sent.detail) == (ada.id, "Please stop.")
    assert outcome == Done(str(sent.subject))


async def test_a_text_with_signs_of_markup_goes_out_as_it_is(here: Station, ada: User) -> None:
    here.world.direct(ada, "/start")
    words = "Rule <3> & *all* of _it_ [x](http://trust.example)"

    await here.enforcer.perform(action(ActionKind.MESSAGE, ada, text=words))

    (sent,) = here.world.log.effects("sent")
    assert sent.detail == words


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (lambda _here, _ada: None, "never written"),
        (lambda here, ada: here.world.block(ada), "blocked the bot"),
        (lambda here, ada: here.world.deactivate(ada), "deleted"),
    ],
    ids=["never started", "blocked", "deactivated"],
)
async def test_an_undeliverable_message_is_refused_honestly(
    here: Station, ada: User, prepare: Callable[[Station, User], None], words: str
) -> None:
    if words != "never written":
        here.world.direct(ada, "/start")
    prepare(here, ada)

    outcome = await here.enforcer.perform(action(ActionKind.MESSAGE, ada))

    assert isinstance(outcome, Refused)
    assert outcome.reason.startswith("undeliverable: ")
    assert words in outcome.reason


async def test_who_speaks_as_a_channel_has_no_inbox(here: Station) -> None:
    channel = here.world.channel("Totally Real News")

    outcome = await here.enforcer.perform(action(ActionKind.MESSAGE, channel))

    assert isinstance(outcome, Refused)
    assert outcome.reason.startswith("undeliverable: ")


async def test_a_reply_stands_under_the_comment(here: Station, ada: User) -> None:
    message = here.comment(who=ada)

    outcome = await here.enforcer.perform(action(ActionKind.REPLY, ada, message, text="Call 111."))

    assert isinstance(outcome, Done)
    assert here.town.discussion.messages[int(outcome.proof)].reply_to is message


async def test_a_reply_to_what_is_gone_is_refused(here: Station, ada: User) -> None:
    message = here.comment(who=ada)
    here.world.remove(message)

    outcome = await here.enforcer.perform(action(ActionKind.REPLY, ada, message))

    assert isinstance(outcome, Refused)
    assert "no longer there" in outcome.reason


async def test_a_text_that_is_too_long_is_refused_before_the_call(here: Station, ada: User) -> None:
    here.world.direct(ada, "/start")

    outcome = await here.enforcer.perform(action(ActionKind.MESSAGE, ada, text="\U0001f691" * 2049))

    assert isinstance(outcome, Refused)
    assert here.calls("sendMessage") == 0


@pytest.mark.parametrize(
    "fault",
    [faults.drop_after(), faults.server_error(502, after_effect=True), faults.server_error(500)],
    ids=lambda fault: fault.name,
)
async def test_a_message_that_may_have_arrived_is_unknown_and_stays_so(
    here: Station, ada: User, fault: faults.Fault
) -> None:
    here.world.direct(ada, "/start")
    here.world.faults.add("sendMessage", fault)
    warning = action(ActionKind.MESSAGE, ada)

    assert isinstance(await here.enforcer.perform(warning), Unknown)
    assert isinstance(await here.enforcer.read_back(warning), Unknown)


async def test_a_message_that_never_left_may_be_tried_again(
    here: Station, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(here.telegram.lines.speaking, "_base_url", "http://127.0.0.1:1/bot1:x")

    outcome = await here.enforcer.perform(action(ActionKind.MESSAGE, ada))

    assert isinstance(outcome, TryLater)


async def test_a_person_gets_one_message_a_second(here: Station, ada: User) -> None:
    here.world.direct(ada, "/start")
    await here.enforcer.perform(action(ActionKind.MESSAGE, ada))

    outcome = await here.enforcer.perform(action(ActionKind.MESSAGE, ada, key=ActionKey("a-2")))

    assert isinstance(outcome, Done)
    assert here.clock.slept == [dt.timedelta(seconds=1)]


@pytest.mark.parametrize("lost", [True, False])
async def test_what_was_said_is_not_said_again_under_the_same_key(
    here: Station, ada: User, lost: bool
) -> None:
    here.world.direct(ada, "/start")
    if lost:
        here.world.faults.add("sendMessage", faults.drop_after())
    warning = action(ActionKind.MESSAGE, ada)

    outcomes = [await here.enforcer.perform(warning) for _ in range(3)]

    assert outcomes[0] == outcomes[1] == outcomes[2] == await here.enforcer.read_back(warning)
    assert isinstance(outcomes[0], Unknown if lost else Done)
    assert len(here.world.log.effects("sent")) == 1


async def test_an_action_for_another_account_is_refused(here: Station, ada: User) -> None:
    strange = action(ActionKind.BLOCK, ada, account=TelegramAccount(-5).ref)

    assert isinstance(await here.enforcer.perform(strange), Refused)
    assert here.calls("banChatMember") == 0


async def test_what_telegram_asks_us_to_wait_is_waited(here: Station, ada: User) -> None:
    here.world.direct(ada, "/start")
    here.world.faults.add("sendMessage", faults.too_many_requests(17))

    first = await here.enforcer.perform(action(ActionKind.MESSAGE, ada))
    second = await here.enforcer.perform(action(ActionKind.MESSAGE, ada))

    assert isinstance(first, TryLater)
    assert isinstance(second, TryLater)
    assert first.after == second.after == dt.timedelta(seconds=17)
    assert here.calls("sendMessage") == 1
