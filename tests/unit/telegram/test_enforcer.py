"""Every action is tried once, and whatever Telegram says becomes an outcome."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from adapters.telegram import failures
from moderation.comment import CommentRef
from moderation.decision import (
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
