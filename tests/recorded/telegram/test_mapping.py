"""Each kind of update that Telegram sends becomes the right item, or none."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest

from adapters.telegram import albums, mapping
from adapters.telegram.config import TelegramAccount
from moderation.arrival import Arrived, Unreadable
from moderation.comment import AuthorRef, Comment, CommentKind, CommentRef, MediaKind, Platform
from tests.recorded.telegram.payloads import (
    ACCOUNT,
    ADA,
    BOB,
    GROUP,
    HEARD,
    OURS,
    PAYLOADS,
    SAID,
    comment,
    payload,
    read,
)

# --- Who and where ------------------------------------------------------------------------------------


def test_a_comment_in_a_thread_is_a_reply_to_the_account() -> None:
    assert comment("comment_in_thread") == Comment(
        ref=CommentRef(ACCOUNT, "901"),
        author=AuthorRef(Platform.TELEGRAM, str(ADA)),
        text="You are all useless, every one of you.",
        posted_at=SAID,
        kind=CommentKind.REPLY,
        author_label="Ada Example",
        thread="900",
        permalink="https://t.me/c/2200000001/901",
    )


def test_a_comment_in_a_public_group_links_to_its_name() -> None:
    assert comment("comment_in_public_group").permalink == "https://t.me/trust_chat_example/902"


def test_an_answer_names_the_comment_that_it_answers_and_keeps_its_words_apart() -> None:
    found = comment("answer_to_a_comment")

    assert found.in_reply_to == CommentRef(ACCOUNT, "901")
    assert (found.text, found.quoted) == ("not true", ("all useless",))


def test_an_edit_is_a_later_revision_of_the_same_comment() -> None:
    first, edited = comment("comment_in_thread"), comment("edited_comment")

    assert edited.ref == first.ref
    assert edited.revision == int(SAID.timestamp()) + 75
    assert edited.posted_at == first.posted_at


def test_two_edits_in_one_second_have_keys_of_their_own() -> None:
    one, other = payload("edited_comment"), payload("edited_comment")
    other["edited_message"]["text"] = "You are all liars, every one of you."

    keys = {item.key for update in (one, other) if (item := mapping.read(update, OURS, HEARD))}

    assert len(keys) == 2


def test_who_speaks_as_a_channel_is_the_channel() -> None:
    found = comment("channel_identity")

    assert found.author == AuthorRef(Platform.TELEGRAM, "-1001999888777")
    assert (found.as_channel, found.author_label) == (True, "Totally Real News")


@pytest.mark.parametrize(
    "name",
    ["automatic_forward", "anonymous_admin", "own_channel_in_group", "staff_in_group", "joined"],
)
def test_our_own_posts_and_service_messages_are_not_comments(name: str) -> None:
    assert read(name) is None


def test_a_forwarded_post_is_ours_even_where_the_channel_is_not_in_the_settings() -> None:
    without = replace(OURS, accounts=(TelegramAccount(GROUP),))

    assert mapping.read(payload("automatic_forward"), without, HEARD) is None


def test_a_post_of_the_bot_itself_is_not_a_comment() -> None:
    update = payload("comment_in_thread")
    update["message"]["from"]["id"] = OURS.bot

    assert mapping.read(update, OURS, HEARD) is None


def test_a_message_of_another_bot_is_a_comment() -> None:
    update = payload("comment_in_thread")
    update["message"]["from"] |= {"is_bot": True, "id": 6600000001}

    assert isinstance(mapping.read(update, OURS, HEARD), Arrived)


@pytest.mark.parametrize("name", ["foreign_group", "reaction", "kind_of_the_future", "member_left_group"])
def test_what_is_none_of_our_business_is_passed_over(name: str) -> None:
    assert read(name) is None


def test_a_private_message_is_a_direct_comment_to_the_first_account() -> None:
    found = comment("direct")

    assert found.ref == CommentRef(ACCOUNT, f"direct-{ADA}-61")
    assert (found.kind, found.text) == (CommentKind.DIRECT, "I want to contest your decision.")
    assert found.permalink is None


@pytest.mark.parametrize("name", ["direct_start", "direct_from_staff"])
def test_opening_the_door_and_staff_in_private_are_not_comments(name: str) -> None:
    assert read(name) is None


def test_a_stand_in_without_the_chat_behind_it_is_set_aside() -> None:
    update = payload("channel_identity")
    del update["message"]["sender_chat"]

    item = mapping.read(update, OURS, HEARD)

    assert isinstance(item, Unreadable)
    assert "stand-in" in item.reason


# --- What it says -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("photo_with_caption", "look at this crew"),
        ("poll", "Which of them should go first?\nthe driver\nthe other one"),
        ("sticker", "\U0001f595"),
        ("contact", "Crew Member +447700900123"),
        ("venue", "Where he lives\n1 Example Street"),
        ("document", "here they are\nnames_of_the_crew.pdf"),
        ("animation", "laugh.mp4"),
        ("voice", ""),
        ("video_note", ""),
        ("checklist", "Who is next\nthe crew\nthe boss"),
        ("story", ""),
    ],
)
def test_text_is_found_wherever_it_stands(name: str, text: str) -> None:
    assert comment(name).text == text


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("photo_with_caption", [MediaKind.PICTURE]),
        ("poll", [MediaKind.POLL]),
        ("sticker", [MediaKind.STICKER]),
        ("contact", [MediaKind.CONTACT]),
        ("venue", [MediaKind.LOCATION]),
        ("document", [MediaKind.DOCUMENT]),
        ("animation", [MediaKind.VIDEO]),
        ("voice", [MediaKind.AUDIO]),
        ("video_note", [MediaKind.VIDEO]),
        ("story", [MediaKind.VIDEO]),
    ],
)
def test_attachments_are_listed_by_kind(name: str, kinds: list[MediaKind]) -> None:
    assert [item.kind for item in comment(name).media] == kinds


def test_the_largest_size_of_a_picture_is_the_evidence() -> None:
    (picture,) = comment("photo_with_caption").media

    assert (picture.id, picture.size) == ("AgACAgQAAyEFAAPhlarge", 98000)


def test_a_sticker_says_which_set_it_is_of() -> None:
    (sticker,) = comment("sticker").media

    assert sticker.description == "RudeAnimals"


def test_a_link_that_its_text_does_not_show_is_a_hidden_link() -> None:
    assert comment("hidden_link").links == ("https://evil.example/pay", "https://evil.example/preview")


def test_a_person_named_without_a_username_is_a_link_to_them() -> None:
    assert comment("named_without_username").links == (f"tg://user?id={BOB}",)


def test_a_button_under_a_message_is_a_link() -> None:
    assert comment("via_bot_with_buttons").links == ("https://evil.example/door",)


@pytest.mark.parametrize(
    ("name", "text", "quoted"),
    [
        ("forwarded_from_a_user", "", ("what Ada said elsewhere",)),
        ("forwarded_from_oneself", "what I said elsewhere", ()),
        ("forwarded_from_a_hidden_user", "", ("what somebody said",)),
        ("forwarded_from_a_channel", "", ("they lie to you",)),
        ("reply_to_another_chat", "see this", ("they lie", "Are they liars?\nyes")),
    ],
)
def test_words_of_others_stand_apart_from_the_authors_own(
    name: str, text: str, quoted: tuple[str, ...]
) -> None:
    found = comment(name)

    assert (found.text, found.quoted) == (text, quoted)


def test_a_kind_of_message_that_nobody_knows_is_set_aside_by_name() -> None:
    item = read("unknown_content")

    assert isinstance(item, Unreadable)
    assert "hologram" in item.reason
    assert json.loads(item.raw) == payload("unknown_content")


def test_halves_of_characters_and_nul_do_not_get_through() -> None:
    update = payload("comment_in_thread")
    update["message"]["text"] = "a\ud83d\ude91b\ud83dc\0d"

    item = mapping.read(update, OURS, HEARD)

    assert isinstance(item, Arrived)
    assert item.comment.text == "a\U0001f691b\ufffdc\ufffdd"
    item.raw.encode("ascii")


# --- Albums -------------------------------------------------------------------------------------------


def test_an_album_is_one_comment_with_its_other_messages_as_siblings() -> None:
    updates = [payload(f"album_{number}") for number in (2, 1, 3)]
    pairs = [
        (albums.album_of(update), item) for update in updates if (item := mapping.read(update, OURS, HEARD))
    ]

    (item,) = albums.gathered(pairs)

    assert isinstance(item, Arrived)
    assert (item.comment.ref.id, item.comment.siblings) == ("930", ("931", "932"))
    assert item.comment.text == "three of them"
    assert len(item.comment.media) == 3
    assert len(json.loads(item.raw)) == 3


# --- Coming again -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(path.stem for path in PAYLOADS.glob("*.json")))
def test_an_update_that_comes_again_has_the_same_key(name: str) -> None:
    later = HEARD + dt.timedelta(minutes=1)
    first, again = read(name), mapping.read(payload(name), OURS, later)

    assert (first and first.key) == (again and again.key)


def test_a_renumbered_message_is_known_by_its_place_and_not_by_the_update() -> None:
    update = payload("comment_in_thread") | {"update_id": 100_000_007}
    first, again = read("comment_in_thread"), mapping.read(update, OURS, HEARD)

    assert first is not None
    assert again is not None
    assert first.key == again.key
