"""Every action is tried once, and whatever Telegram says becomes an outcome."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable

import pytest

from adapters.telegram import failures
from adapters.telegram.config import TelegramAccount
from moderation.comment import CommentRef
from moderation.decision import (
    ActionKey,
    ActionKind,
    AlreadyDone,
    Done,
    Outcome,
    Refused,
    TryLater,
    Unknown,
    Unsupported,
)
from tests.peers.telegram_api import Chat, User, errors, faults
from tests.unit.telegram.station import Station, action

DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)
REPEATABLE = (ActionKind.HIDE, ActionKind.MUTE, ActionKind.BLOCK, ActionKind.UNBLOCK)


# --- Abilities ----------------------------------------------------------------------------------------


def test_an_administrator_with_every_right_can_do_all_but_bring_back(here: Station) -> None:
    assert here.enforcer.can == frozenset(
        {
            ActionKind.HIDE,
            ActionKind.MESSAGE,
            ActionKind.REPLY,
            ActionKind.MUTE,
            ActionKind.UNMUTE,
            ActionKind.BLOCK,
            ActionKind.UNBLOCK,
        }
    )


async def test_a_right_that_is_taken_away_is_an_ability_less(here: Station) -> None:
    here.comment()
    await here.items()
    here.world.member_change(
        here.town.discussion, here.town.bot, "administrator", rights=["can_delete_messages"]
    )

    await here.items()

    assert here.enforcer.can == {ActionKind.HIDE, ActionKind.MESSAGE, ActionKind.REPLY}


async def test_outside_the_group_only_private_messages_are_left(here: Station) -> None:
    here.comment()
    await here.items()
    here.world.member_change(here.town.discussion, here.town.bot, "kicked")

    await here.items()

    assert here.enforcer.can == {ActionKind.MESSAGE}


# --- Hide ---------------------------------------------------------------------------------------------


async def test_hiding_deletes_the_message(here: Station, ada: User) -> None:
    message = here.comment(who=ada)

    outcome = await here.enforcer.perform(action(ActionKind.HIDE, ada, message))

    assert outcome == Done(str(message.message_id))
    assert message.deleted is not None


async def test_hiding_an_album_deletes_all_of_it_in_one_call(here: Station, ada: User) -> None:
    first, *others = here.world.album(ada, [b"1", b"2", b"3"], thread=here.town.post)
    also = tuple(str(one.message_id) for one in others)

    outcome = await here.enforcer.perform(action(ActionKind.HIDE, ada, first, also=also))

    assert isinstance(outcome, Done)
    assert all(one.deleted for one in (first, *others))
    assert (here.calls("deleteMessages"), here.calls("deleteMessage")) == (1, 0)


async def test_hiding_what_is_gone_was_done_already(here: Station, ada: User) -> None:
    message = here.comment(who=ada)
    here.world.remove(message)

    assert await here.enforcer.perform(action(ActionKind.HIDE, ada, message)) == AlreadyDone()


async def test_hiding_after_48_hours_is_refused_with_the_reason(here: Station, ada: User) -> None:
    message = here.comment(who=ada)
    here.town.clock.pass_by(2 * DAY)

    outcome = await here.enforcer.perform(action(ActionKind.HIDE, ada, message))

    assert isinstance(outcome, Refused)
    assert "48 hours" in outcome.reason


async def test_hiding_without_the_right_is_refused_with_the_reason(here: Station, ada: User) -> None:
    message = here.comment(who=ada)
    here.world.add(here.town.discussion, here.town.bot, "administrator", rights=())

    outcome = await here.enforcer.perform(action(ActionKind.HIDE, ada, message))

    assert outcome == Refused(failures.NO_RIGHT)


async def test_where_the_reason_cannot_be_found_both_are_told(here: Station, ada: User) -> None:
    message = here.comment(who=ada)
    here.town.clock.pass_by(2 * DAY)
    here.world.faults.add("getChatMember", faults.server_error(502))

    outcome = await here.enforcer.perform(action(ActionKind.HIDE, ada, message))

    assert outcome == Refused("the message is older than 48 hours, or the bot has no right to delete it")


async def test_a_private_message_cannot_be_hidden(here: Station, ada: User) -> None:
    private = CommentRef(here.enforcer.account, f"direct-{ada.id}-5")

    outcome = await here.enforcer.perform(action(ActionKind.HIDE, ada, comment=private))

    assert isinstance(outcome, Unsupported)


# --- Say ----------------------------------------------------------------------------------------------


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


# --- Errors -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", REPEATABLE)
@pytest.mark.parametrize(
    "fault",
    [faults.drop_after(), faults.drop_before(), faults.server_error(502), faults.too_many_requests(9)],
    ids=lambda fault: fault.name,
)
async def test_what_may_be_done_twice_is_tried_again_after_any_break(
    here: Station, ada: User, kind: ActionKind, fault: faults.Fault
) -> None:
    here.world.faults.add(faults.ANY, fault)

    outcome = await here.enforcer.perform(action(kind, ada, here.comment(who=ada)))

    assert isinstance(outcome, TryLater)
    assert outcome.after > dt.timedelta(0)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (errors.ApiError(401), TryLater(MINUTE, "Telegram does not accept the bot's token")),
        (errors.ApiError(404), TryLater(MINUTE, "Telegram does not accept the bot's token")),
        (errors.chat_not_found(), Refused("Telegram does not know this chat")),
        (errors.bad_request("USER_ADMIN_INVALID"), Refused("the author is an administrator of the chat")),
        (
            errors.bad_request("PARTICIPANT_ID_INVALID"),
            Refused("Telegram does not know this author in the chat"),
        ),
        (errors.not_enough_rights_to_restrict(), Refused(failures.NO_RIGHT)),
        (errors.only_supergroups(), Unsupported("the discussion group is not a supergroup")),
        (
            errors.upgraded(Chat(-5, "supergroup")),
            Refused("the group has moved to -5: an operator has to confirm that"),
        ),
        (errors.kicked(Chat(-5, "supergroup")), Refused("the bot is not in the chat")),
        (errors.bad_request("brand new complaint"), Refused("Telegram refuses: Brand new complaint")),
    ],
    ids=str,
)
async def test_every_refusal_is_told_in_plain_words(
    here: Station, ada: User, error: errors.ApiError, expected: Outcome
) -> None:
    here.world.faults.add("banChatMember", faults.refuse(error))

    assert await here.enforcer.perform(action(ActionKind.BLOCK, ada)) == expected


@pytest.mark.parametrize("kind", [ActionKind.UNHIDE, ActionKind.REPORT, ActionKind.MAIL, ActionKind.PACK])
async def test_what_telegram_cannot_do_is_unsupported(here: Station, ada: User, kind: ActionKind) -> None:
    before = here.world.log.started

    assert isinstance(await here.enforcer.perform(action(kind, ada)), Unsupported)
    assert isinstance(await here.enforcer.read_back(action(kind, ada)), Unsupported)
    assert here.world.log.started == before


async def test_hiding_again_is_what_a_doubtful_hide_calls_for(here: Station, ada: User) -> None:
    message = here.comment(who=ada)
    hide = action(ActionKind.HIDE, ada, message)
    here.world.faults.add("deleteMessage", faults.drop_after())

    assert isinstance(await here.enforcer.perform(hide), TryLater)
    assert isinstance(await here.enforcer.read_back(hide), Unknown)
    assert await here.enforcer.perform(hide) == AlreadyDone()


async def test_looking_back_waits_where_telegram_is_out_of_reach(here: Station, ada: User) -> None:
    here.world.faults.add("getChatMember", faults.server_error(502))

    outcome = await here.enforcer.read_back(action(ActionKind.BLOCK, ada))

    assert isinstance(outcome, TryLater)
    assert outcome.after > dt.timedelta(0)


async def test_a_call_that_hangs_is_given_up(
    here: Station, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.telegram.enforcer.LIMIT_SECONDS", 0.02)
    here.world.direct(ada, "/start")
    for method in ("sendMessage", "banChatMember"):
        here.world.faults.add(method, faults.hold(asyncio.Event()))

    assert isinstance(await here.enforcer.perform(action(ActionKind.MESSAGE, ada)), Unknown)
    assert isinstance(await here.enforcer.perform(action(ActionKind.BLOCK, ada)), TryLater)


# --- Deleting does not wait for sending ---------------------------------------------------------------


async def test_deletions_do_not_wait_while_messages_are_held_up(here: Station, ada: User) -> None:
    here.world.limits.on = True
    gate = asyncio.Event()
    here.world.faults.add("sendMessage", faults.hold(gate), times=30)
    sending = [
        asyncio.create_task(here.telegram.lines.speaking.send_message(here.town.discussion.id, str(number)))
        for number in range(30)
    ]
    messages = [here.comment(str(number), ada) for number in range(60)]

    async with asyncio.timeout(10):
        outcomes = [await here.enforcer.perform(action(ActionKind.HIDE, ada, one)) for one in messages]

    assert all(isinstance(outcome, Done) for outcome in outcomes)
    assert here.clock.slept == []
    gate.set()
    await asyncio.gather(*sending, return_exceptions=True)
