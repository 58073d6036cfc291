"""Presses, commands and changes in our chats, as Telegram tells them."""

from __future__ import annotations

import pytest

from adapters.telegram import mapping, staff
from moderation.arrival import Noticed, Ordered, Pressed, Unreadable
from moderation.card import Order, Place, Press
from tests.recorded.telegram.payloads import BOB, DANA, GROUP, HEARD, OPENED, OURS, SAID, STAFF, payload, read

# --- The staff chat -----------------------------------------------------------------------------------


def test_a_press_carries_the_token_the_person_and_the_place() -> None:
    assert read("press") == Pressed(
        "press:4300000000000000017",
        Press(
            OPENED,
            by=f"telegram:{DANA}",  # type: ignore[arg-type]
            place=Place(str(STAFF), "44"),
            at=HEARD,
            query="4300000000000000017",
        ),
        mapping.written(payload("press")),
    )


def test_a_press_on_a_message_that_is_out_of_reach_has_a_place_all_the_same() -> None:
    item = read("press_on_inaccessible")

    assert isinstance(item, Pressed)
    assert item.press.place == Place(str(STAFF), "44")


def test_a_press_by_a_stand_in_is_anonymous() -> None:
    item = read("press_by_stand_in")

    assert isinstance(item, Pressed)
    assert item.press.anonymous


def test_a_press_without_a_message_is_set_aside() -> None:
    assert isinstance(read("press_inline"), Unreadable)


def test_a_command_keeps_its_lines() -> None:
    item = read("command")

    assert isinstance(item, Ordered)
    assert item.order == Order(
        "case",
        "C-42\nplease look\nat both",
        f"telegram:{DANA}",  # type: ignore[arg-type]
        str(STAFF),
        SAID,
        "70",
    )


@pytest.mark.parametrize(
    "name", ["command_for_another_bot", "command_forwarded", "command_edited", "staff_chatter"]
)
def test_what_was_not_meant_as_a_command_for_us_is_none(name: str) -> None:
    assert read(name) is None


def test_a_command_by_an_anonymous_administrator_is_marked() -> None:
    item = read("command_anonymous")

    assert isinstance(item, Ordered)
    assert item.order.anonymous


@pytest.mark.parametrize(
    "name",
    sorted(staff.COMMANDS),
)
def test_every_command_is_known(name: str) -> None:
    update = payload("command")
    update["message"]["text"] = f"/{name.upper()}"

    item = mapping.read(update, OURS, HEARD)

    assert isinstance(item, Ordered)
    assert (item.order.name, item.order.argument) == (name, "")


# --- What a person should know ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("bot_removed", f"removed the bot from the discussion group {GROUP}"),
        ("bot_demoted", "may delete messages"),
        ("bot_added_elsewhere", "which is not ours"),
        ("staff_left", f"telegram:{DANA} has left the staff chat"),
        ("stranger_in_staff_chat", f"telegram:{BOB} is new in the staff chat"),
        ("group_moved", "-1004444444444"),
    ],
)
def test_a_change_in_our_chats_is_noticed(name: str, words: str) -> None:
    item = read(name)

    assert isinstance(item, Noticed)
    assert words in item.what


@pytest.mark.parametrize("name", ["bot_promoted", "bot_blocked_in_private"])
def test_a_change_that_takes_nothing_from_us_is_passed_over(name: str) -> None:
    assert read(name) is None


def test_a_move_told_by_both_chats_is_noticed_once() -> None:
    old, new = read("group_moved"), read("group_moved_seen_from_the_new")

    assert old is not None
    assert new is not None
    assert old.key == new.key


def test_commands_from_the_chat_that_the_staff_chat_has_become_are_not_obeyed() -> None:
    update = payload("command")
    update["message"]["chat"]["id"] = -1004444444444

    assert mapping.read(update, OURS, HEARD) is None


def test_coming_and_going_is_told_once_however_it_is_heard_of() -> None:
    change = payload("staff_left")
    said = {
        "message_id": 80,
        "from": change["chat_member"]["from"],
        "chat": change["chat_member"]["chat"],
        "date": change["chat_member"]["date"],
        "left_chat_member": change["chat_member"]["new_chat_member"]["user"],
    }

    told = mapping.read({"update_id": 1, "message": said}, OURS, HEARD)

    assert isinstance(told, Noticed)
    assert told.key == getattr(read("staff_left"), "key", None)


def test_people_on_the_roster_may_come_into_the_staff_chat() -> None:
    update = payload("joined")
    update["message"]["chat"]["id"] = STAFF
    stranger = mapping.read(update, OURS, HEARD)
    for person in (*update["message"]["new_chat_members"],):
        person["id"] = DANA

    assert isinstance(stranger, Noticed)
    assert mapping.read(update, OURS, HEARD) is None
