"""Who is shut out, for how long, and how they come in again."""

from __future__ import annotations

import datetime as dt

import pytest

from adapters.telegram.config import STAND_INS
from moderation.decision import ActionKind, Done, Refused, TryLater, Unknown, Unsupported
from tests.peers.telegram_api import Chat, User, faults
from tests.unit.telegram.station import Station, action

DAY = dt.timedelta(days=1)


def _status(here: Station, chat: Chat, who: User) -> str:
    return here.world.member(chat, who.id).status


# --- Mute ---------------------------------------------------------------------------------------------


async def test_muting_takes_the_word_and_unmuting_gives_it_back(here: Station, ada: User) -> None:
    until = here.clock.now() + DAY
    mute = action(ActionKind.MUTE, ada, until=until)
    assert isinstance(await here.enforcer.perform(mute), Done)
    member = here.world.member(here.town.discussion, ada.id)
    assert (member.status, member.until) == ("restricted", until)
    assert isinstance(await here.enforcer.read_back(mute), Done)

    unmute = action(ActionKind.UNMUTE, ada)
    assert isinstance(await here.enforcer.read_back(unmute), TryLater)
    assert isinstance(await here.enforcer.perform(unmute), Done)

    assert _status(here, here.town.discussion, ada) == "member"
    assert isinstance(await here.enforcer.read_back(unmute), Done)


async def test_a_channel_cannot_be_muted(here: Station) -> None:
    channel = here.world.channel("Totally Real News")

    for kind in (ActionKind.MUTE, ActionKind.UNMUTE):
        assert isinstance(await here.enforcer.perform(action(kind, channel)), Unsupported)


# --- Block --------------------------------------------------------------------------------------------


async def test_a_block_holds_in_the_group_and_in_the_channel_until_its_end(here: Station, ada: User) -> None:
    until = here.clock.now() + 90 * DAY
    block = action(ActionKind.BLOCK, ada, until=until)

    assert isinstance(await here.enforcer.read_back(block), TryLater)
    assert isinstance(await here.enforcer.perform(block), Done)

    for chat in (here.town.discussion, here.town.channel):
        member = here.world.member(chat, ada.id)
        assert (member.status, member.until) == ("kicked", until)
    assert isinstance(await here.enforcer.read_back(block), Done)


async def test_a_block_that_reached_only_the_group_has_not_happened_yet(here: Station, ada: User) -> None:
    block = action(ActionKind.BLOCK, ada, until=here.clock.now() + 90 * DAY)
    here.world.faults.add("banChatMember", faults.delay(dt.timedelta(0)))
    here.world.faults.add("banChatMember", faults.drop_before())

    assert isinstance(await here.enforcer.perform(block), TryLater)
    assert _status(here, here.town.discussion, ada) == "kicked"

    assert await here.enforcer.read_back(block) == TryLater(dt.timedelta(0), "it has not happened")


async def test_a_block_that_the_channel_refuses_says_so(here: Station, ada: User) -> None:
    here.world.add(here.town.channel, here.town.bot, "administrator", rights=())

    outcome = await here.enforcer.perform(action(ActionKind.BLOCK, ada))

    assert isinstance(outcome, Done)
    assert f"not in the channel {here.town.channel.id}" in outcome.proof
    assert _status(here, here.town.discussion, ada) == "kicked"


@pytest.mark.parametrize("left", [-DAY, dt.timedelta(seconds=29), 367 * DAY])
async def test_a_term_that_telegram_would_make_endless_is_refused(
    here: Station, ada: User, left: dt.timedelta
) -> None:
    outcome = await here.enforcer.perform(action(ActionKind.BLOCK, ada, until=here.clock.now() + left))

    assert isinstance(outcome, Refused)
    assert "without an end" in outcome.reason
    assert here.calls("banChatMember") == 0


async def test_a_block_of_an_administrator_is_refused(here: Station) -> None:
    head = here.world.person("Head")
    here.world.add(here.town.discussion, head, "administrator")

    outcome = await here.enforcer.perform(action(ActionKind.BLOCK, head))

    assert outcome == Refused("the author is an administrator of the chat")


@pytest.mark.parametrize("kind", [ActionKind.BLOCK, ActionKind.MUTE])
async def test_ourselves_and_stand_ins_are_never_shut_out(here: Station, kind: ActionKind) -> None:
    spared: list[int] = [
        *STAND_INS,
        here.town.bot.id,
        here.town.director.id,
        here.town.discussion.id,
        here.town.channel.id,
    ]
    outcomes = [await here.enforcer.perform(action(kind, User(number, "x"))) for number in spared]

    assert all(isinstance(outcome, Refused) for outcome in outcomes)
    assert not here.world.log.effects("banned")
    assert not here.world.log.effects("restricted")
    assert not here.world.log.effects("sender banned")


async def test_unblocking_lets_in_and_never_throws_out(here: Station, ada: User) -> None:
    unblock = action(ActionKind.UNBLOCK, ada)
    await here.enforcer.perform(action(ActionKind.BLOCK, ada))
    assert isinstance(await here.enforcer.read_back(unblock), TryLater)

    assert isinstance(await here.enforcer.perform(unblock), Done)
    assert _status(here, here.town.discussion, ada) == "left"
    assert isinstance(await here.enforcer.read_back(unblock), Done)

    here.world.add(here.town.discussion, ada)
    assert isinstance(await here.enforcer.perform(unblock), Done)
    assert _status(here, here.town.discussion, ada) == "member"
    assert not here.world.log.effects("kicked")


async def test_a_channel_identity_is_barred_and_let_in_as_one(here: Station) -> None:
    channel = here.world.channel("Totally Real News")
    until = here.clock.now() + 90 * DAY

    outcome = await here.enforcer.perform(action(ActionKind.BLOCK, channel, until=until))

    assert isinstance(outcome, Done)
    assert "to be lifted" in outcome.proof
    assert channel.id in here.town.discussion.banned_senders
    assert isinstance(await here.enforcer.read_back(action(ActionKind.BLOCK, channel)), Unknown)
    assert here.calls("banChatMember") == 0
    await here.enforcer.perform(action(ActionKind.UNBLOCK, channel))
    assert here.town.discussion.banned_senders == set()
