"""Attacks on the block from inside the staff chat and from beside it, on emulated Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from moderation.approval import FAKE_IDS, Refusal
from moderation.record import Approved
from tests.journey import live
from tests.journey.telegram_scene import Scene
from tests.peers.telegram_api.objects import Message, Query, User

ALERT = "pressed by somebody who may not"


@pytest.fixture(name="besieged_chat")
async def _besieged_chat(scene: Scene) -> AsyncIterator[Scene]:
    """Dean's block waits for its last button."""
    await scene.activate()
    await scene.climbs(scene.place.world.person("Dean"))
    await scene.decides("Approve...", "Abuse", "30 days")
    yield scene
    assert not await scene.recorded(Approved)
    assert not scene.place.world.log.effects("banned")


async def _answered(query: Query) -> str:
    await live.until(lambda: query.answered is not None, "an answer to the press")
    return query.answer


async def _confirm(scene: Scene) -> Message:
    return await scene.shown("Confirm the block", "Block?")


async def test_3_an_impostor_with_the_directors_name_is_refused_aloud(
    besieged_chat: Scene,
) -> None:
    place = besieged_chat.place
    impostor = place.world.person("Dana", username=place.director.username)
    place.world.add(place.staff, impostor)

    said = await _answered(place.world.press(impostor, await _confirm(besieged_chat), "Confirm the block"))

    assert Refusal.STRANGER.value in said
    await live.until(lambda: any(ALERT in text for text in besieged_chat.chatter()), "the chat is told")
    refused = await besieged_chat.say(impostor, "/unblock C-1 let me in")
    assert refused == "You are not on the roster."


async def test_4_presses_from_a_second_group_decide_nothing(besieged_chat: Scene) -> None:
    place = besieged_chat.place
    second = place.world.supergroup("Moderators", [place.bot, place.director])
    card = await _confirm(besieged_chat)

    forwarded = place.world.press(place.director, card, "Confirm the block", forwarded_to=second)
    said = await _answered(forwarded)
    place.world.comment(place.director, "/propose C-1 block him", chat=second)
    await besieged_chat.rests()

    assert Refusal.ELSEWHERE.value in said
    assert any(ALERT in text for text in besieged_chat.chatter())
    assert str(second.id) not in {call.arguments["chat_id"] for call in place.world.log.calls("sendMessage")}


async def test_4_a_staff_chat_that_moves_is_not_followed_by_itself(besieged_chat: Scene) -> None:
    place, world = besieged_chat.place, besieged_chat.place.world
    elsewhere = world.supergroup("Moderators", [place.bot, place.director])
    world.service(place.staff, place.owner, {"migrate_to_chat_id": elsewhere.id})
    world.service(elsewhere, place.owner, {"migrate_from_chat_id": place.staff.id})
    await live.until(
        lambda: any("until an operator has put the new id" in text for text in besieged_chat.chatter()),
        "the operator is told of the move",
    )

    card = await _confirm(besieged_chat)
    said = await _answered(world.press(place.director, card, "Confirm the block", forwarded_to=elsewhere))

    assert Refusal.ELSEWHERE.value in said


@pytest.mark.parametrize("number", sorted(FAKE_IDS))
async def test_5_telegrams_stand_ins_decide_nothing(besieged_chat: Scene, number: str) -> None:
    world = besieged_chat.place.world
    nobody: User = world.users[int(number)]

    said = await _answered(world.press(nobody, await _confirm(besieged_chat), "Confirm the block"))

    assert "turn off anonymous posting" in said
    await live.until(lambda: any(ALERT in text for text in besieged_chat.chatter()), "the chat is told")


async def test_5_a_command_by_an_anonymous_admin_is_refused(besieged_chat: Scene) -> None:
    place = besieged_chat.place
    place.world.add(place.staff, place.director, "administrator", is_anonymous=True)

    place.world.anonymous_comment(place.director, "/pause", chat=place.staff)

    await live.until(
        lambda: any("Turn off anonymous posting" in text for text in besieged_chat.chatter()), "it is refused"
    )
    assert await besieged_chat.mode() == "active"


async def test_1_a_token_that_somebody_makes_up_in_the_chat_is_refused(besieged_chat: Scene) -> None:
    place = besieged_chat.place
    card = await _confirm(besieged_chat)
    for made_up in ("approve", "x" * 64, "../../1", "' OR 1=1 --", "Confirm the block"):
        said = await _answered(place.world.press(place.director, card, made_up, forged=True))
        assert Refusal.FORGED.value in said
