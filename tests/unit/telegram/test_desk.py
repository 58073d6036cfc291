"""The staff chat shows what it is told to show, and says when it cannot."""

from __future__ import annotations

import datetime as dt

import pytest

from moderation.card import Audience, Order, Place, Press
from moderation.decision import CaseRef, StaffId
from moderation.ports import DeskUnavailableError, View
from tests.peers.telegram_api import Message, errors, faults, town
from tests.peers.telegram_api.errors import ApiError
from tests.unit.telegram import station
from tests.unit.telegram.station import Station

ROWS = ((("Uphold", "token-1"), ("Not a breach", "token-2")), (("Hand over", "token-3"),))
DANA = StaffId("telegram:7")


def view(
    headline: str = "C-42 · Abusive",
    rows: tuple[tuple[tuple[str, str], ...], ...] = ROWS,
    audience: Audience = Audience.OFFICERS,
    *,
    urgent: bool = False,
) -> View:
    return View(CaseRef("C-42"), audience, headline, excerpt="you fools", rows=rows, urgent=urgent)


def posted(here: Station, place: Place) -> Message:
    assert place.chat == str(here.town.staff.id)
    return here.town.staff.messages[int(place.message)]


async def test_a_card_is_posted_with_its_buttons_and_without_previews(here: Station) -> None:
    message = posted(here, await here.telegram.desk.show(view(), None))

    assert [button["callback_data"] for button in message.buttons] == ["token-1", "token-2", "token-3"]
    assert message.spoilers == ("you fools",)
    assert message.body["link_preview_options"] == {"is_disabled": True}
    assert message.body["has_protected_content"] is True


@pytest.mark.parametrize(
    ("shown", "silent"),
    [
        (view(), True),
        (view(urgent=True), False),
        (view(audience=Audience.ASSISTANT_DIRECTOR), False),
    ],
)
async def test_only_what_is_urgent_or_the_directors_makes_a_sound(
    here: Station, shown: View, silent: bool
) -> None:
    await here.telegram.desk.show(shown, None)

    (call,) = here.world.log.calls("sendMessage")
    assert (str(call.arguments.get("disable_notification")).lower() == "true") is silent


async def test_a_card_is_edited_where_it_stands(here: Station) -> None:
    desk = here.telegram.desk
    place = await desk.show(view(), None)

    again = await desk.show(view("C-42 · Abusive: hidden"), place)

    assert again == place
    assert "hidden" in posted(here, place).text
    assert len(posted(here, place).buttons) == 3


async def test_an_edit_without_buttons_takes_the_old_ones_away(here: Station) -> None:
    desk = here.telegram.desk
    place = await desk.show(view(), None)

    await desk.show(view(rows=()), place)

    assert posted(here, place).buttons == ()


async def test_a_card_that_says_the_same_already_is_fine(here: Station) -> None:
    desk = here.telegram.desk
    place = await desk.show(view(), None)

    assert await desk.show(view(), place) == place
    assert len(here.world.log.effects("sent")) == 1


@pytest.mark.parametrize("lost", ["deleted", "not ours"])
async def test_a_card_that_cannot_be_edited_any_more_is_posted_anew(here: Station, lost: str) -> None:
    desk = here.telegram.desk
    place = await desk.show(view(), None)
    if lost == "deleted":
        here.world.remove(posted(here, place))
    else:
        place = Place(
            place.chat, str(here.world.comment(here.town.director, "x", chat=here.town.staff).message_id)
        )

    again = await desk.show(view(), place)

    assert again != place
    assert len(posted(here, again).buttons) == 3


@pytest.mark.parametrize("place", [Place("-1009999", "4"), Place("", ""), Place("-1009999", "none")])
async def test_a_place_that_is_not_in_the_staff_chat_is_never_written_to(here: Station, place: Place) -> None:
    again = await here.telegram.desk.show(view(), place)

    assert again.chat == here.telegram.desk.chat
    assert here.calls("editMessageText") == 0


async def test_nothing_is_ever_sent_outside_the_staff_chat(here: Station) -> None:
    elsewhere = Order("help", "", DANA, "-1009999", here.clock.now(), "4")

    await here.telegram.desk.reply("the commands are ...", elsewhere)

    (sent,) = here.world.log.effects("sent")
    assert sent.chat_id == here.town.staff.id


async def test_cards_go_into_the_topic() -> None:
    place = town.build()
    place.staff.is_forum = True
    topic = place.world.topic(place.staff, "Cards", by=place.owner)
    async with station.opened(place, topic=topic) as here:
        shown = posted(here, await here.telegram.desk.show(view(), None))

    assert shown.thread == topic


@pytest.mark.parametrize("topic", ["closed", "gone"])
async def test_where_the_topic_is_shut_the_card_goes_into_the_chat_itself(topic: str) -> None:
    place = town.build()
    place.staff.is_forum = True
    number = place.world.topic(place.staff, "Cards", by=place.owner, closed=True)
    async with station.opened(place, topic=number if topic == "closed" else 999) as here:
        shown = posted(here, await here.telegram.desk.show(view(), None))

    assert shown.thread is None


@pytest.mark.parametrize(
    "error",
    [
        errors.ApiError(401),
        errors.ApiError(502),
        errors.chat_not_found(),
        errors.ApiError(403, "bot was kicked from the supergroup chat"),
        errors.bad_request("need administrator rights in the channel chat"),
        errors.ApiError(400, "group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": -1004}),
    ],
    ids=str,
)
@pytest.mark.parametrize("method", ["sendMessage", "editMessageText"])
async def test_whatever_telegram_refuses_makes_the_desk_unavailable(
    here: Station, error: ApiError, method: str
) -> None:
    place = await here.telegram.desk.show(view(), None)
    here.clock.slept.clear()
    here.world.faults.add(method, faults.refuse(error))

    with pytest.raises(DeskUnavailableError) as caught:
        await here.telegram.desk.show(view("C-42 · more"), None if method == "sendMessage" else place)

    assert str(caught.value).startswith("the staff chat: ")
    assert len(here.world.log.effects("sent")) == 1


async def test_telegram_says_how_long_to_wait(here: Station) -> None:
    here.world.faults.add("sendMessage", faults.too_many_requests(33))

    with pytest.raises(DeskUnavailableError) as caught:
        await here.telegram.desk.show(view(), None)
    with pytest.raises(DeskUnavailableError) as again:
        await here.telegram.desk.show(view(), None)

    assert caught.value.after == again.value.after == dt.timedelta(seconds=33)
    assert here.calls("sendMessage") == 1


async def test_the_twenty_first_card_in_a_minute_is_asked_to_wait(here: Station) -> None:
    for _ in range(20):
        await here.telegram.desk.show(view(), None)

    with pytest.raises(DeskUnavailableError) as caught:
        await here.telegram.desk.show(view(), None)

    assert caught.value.after is not None
    assert dt.timedelta(seconds=30) < caught.value.after <= dt.timedelta(minutes=1)
    assert here.calls("sendMessage") == 20


async def test_telegrams_own_limits_are_never_met(here: Station) -> None:
    here.world.limits.on = True
    shown = 0
    while shown < 45:
        try:
            await here.telegram.desk.show(view(str(shown)), None)
        except DeskUnavailableError as error:
            await here.clock.sleep(error.after or dt.timedelta(0))
        else:
            shown += 1

    assert here.world.log.calls("sendMessage", ok=False) == ()


async def test_a_flood_of_cards_leaves_room_for_the_directors_edits(here: Station) -> None:
    desk = here.telegram.desk
    places = [await desk.show(view(str(number)), None) for number in range(20)]

    await desk.show(view("C-42 · Choose the term"), places[0])

    assert "Choose the term" in posted(here, places[0]).text


# --- Answers ------------------------------------------------------------------------------------------


async def test_a_command_is_answered_under_it(here: Station) -> None:
    asked = here.world.comment(here.town.director, "/queue", chat=here.town.staff)
    order = Order("queue", "", DANA, here.telegram.desk.chat, here.clock.now(), str(asked.message_id))

    await here.telegram.desk.reply("Nothing waits for you, @dana <3", order)

    (sent,) = here.world.log.effects("sent")
    answer = here.town.staff.messages[sent.subject]
    assert answer.reply_to is asked
    assert "<3" in answer.text
    assert "entities" not in answer.body


async def test_an_answer_to_a_command_that_is_gone_is_still_given(here: Station) -> None:
    order = Order("queue", "", DANA, here.telegram.desk.chat, here.clock.now(), "4711")

    await here.telegram.desk.reply("Nothing waits.", order)

    assert len(here.world.log.effects("sent")) == 1


async def test_a_long_answer_comes_in_parts(here: Station) -> None:
    await here.telegram.desk.reply("A line of the answer.\n" * 500, None)

    sent = here.world.log.effects("sent")
    assert len(sent) == 3
    assert all(one.detail.endswith("answer.") for one in sent)


async def test_an_answer_that_cannot_be_given_says_so(here: Station) -> None:
    here.world.faults.add("sendMessage", faults.drop_before())

    with pytest.raises(DeskUnavailableError):
        await here.telegram.desk.reply("hello", None)


# --- Presses ------------------------------------------------------------------------------------------


async def _pressed(here: Station) -> Press:
    place = await here.telegram.desk.show(view(), None)
    query = here.world.press(here.town.director, posted(here, place), "Uphold")
    return Press("token-1", DANA, place, here.clock.now(), query.id)


async def test_a_press_is_answered(here: Station) -> None:
    press = await _pressed(here)

    await here.telegram.desk.acknowledge(press, "Upheld. " + "x" * 300)

    query = here.world.queries[press.query]
    assert query.answered is not None
    assert query.answer.startswith("Upheld.")


async def test_a_press_that_waited_too_long_is_let_go(here: Station) -> None:
    press = await _pressed(here)
    here.town.clock.pass_by(dt.timedelta(minutes=3))

    await here.telegram.desk.acknowledge(press, "Upheld.")

    assert here.world.queries[press.query].answered is None


@pytest.mark.parametrize(
    "fault",
    [
        faults.drop_before(),
        faults.server_error(502, html=True),
        faults.too_many_requests(600),
        faults.refuse(ApiError(401)),
    ],
    ids=lambda fault: fault.name,
)
async def test_answering_a_press_never_raises(here: Station, fault: faults.Fault) -> None:
    press = await _pressed(here)
    here.world.faults.add("answerCallbackQuery", fault)

    await here.telegram.desk.acknowledge(press, "Upheld.")


async def test_a_press_without_a_query_is_not_answered(here: Station) -> None:
    await here.telegram.desk.acknowledge(
        Press("t", DANA, Place(here.telegram.desk.chat, "1"), here.clock.now()), "x"
    )

    assert here.calls("answerCallbackQuery") == 0


async def test_presses_are_answered_while_cards_are_held_up(here: Station) -> None:
    press = await _pressed(here)
    for _ in range(19):
        await here.telegram.desk.show(view(), None)
    before = list(here.clock.slept)

    await here.telegram.desk.acknowledge(press, "Upheld.")

    assert here.clock.slept == before
