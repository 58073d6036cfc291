"""Every kind of update, as both client libraries read it, and who gets it at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import aiogram
import pytest
import telegram

from tests.peers.telegram_api import Chat, Message, NotPossibleError, User, content
from tests.peers.telegram_api.objects import Json
from tests.peers.telegram_api.town import START, Town
from tests.peers.telegram_api.updates import KINDS

EVERYTHING = sorted(KINDS)
BUTTONS: Json = {"reply_markup": {"inline_keyboard": [[{"text": "Approve", "callback_data": "ap:1:x"}]]}}


def ada(town: Town) -> User:
    return town.world.person("Ada", last_name="Lovelace", username="ada_l", language_code="en")


def card(town: Town, chat: Chat | None = None) -> Message:
    """A message of the bot with a button."""
    place = chat or town.staff
    number = town.world.next_message_id(place)
    body = {"text": "card"} | BUTTONS
    return town.world.store(Message(place, number, START, body, town.bot.user, town.bot.user))


def content_comment(make: Callable[[Town], Json]) -> Callable[[Town], object]:
    return lambda t: t.world.comment(ada(t), thread=t.post, extra=make(t))


def talk(town: Town) -> Message:
    return town.world.comment(ada(town), "hello", thread=town.post)


def _press(town: Town, **how: Any) -> object:  # noqa: ANN401
    return town.world.press(town.director, card(town), "Approve", **how)


def _blocks(town: Town) -> None:
    person = ada(town)
    town.world.private_chat(town.bot, person)
    town.world.block(person)


SCENES: dict[str, tuple[str, Callable[[Town], object]]] = {
    "a comment": ("message", talk),
    "a channel post": ("channel_post", lambda t: t.world.channel_post(t.channel, "News", photo=b"jpg")),
    "an edited post": ("edited_channel_post", lambda t: t.world.edit(t.post, "The library is shut.")),
    "an edit": ("edited_message", lambda t: t.world.edit(talk(t), "worse")),
    "a photo": ("message", lambda t: t.world.comment(ada(t), photo=b"jpg", caption="look", thread=t.post)),
    "a document": ("message", content_comment(lambda t: content.document(t.world, b"x", "leaflet.pdf"))),
    "a video": ("message", content_comment(lambda t: content.video(t.world, b"x"))),
    "an animation": ("message", content_comment(lambda t: content.animation(t.world, b"x"))),
    "a voice note": ("message", content_comment(lambda t: content.voice(t.world, b"x"))),
    "a sticker": ("message", content_comment(lambda t: content.sticker(t.world, "\N{PILE OF POO}", "Rude"))),
    "a poll": ("message", content_comment(lambda t: content.poll(t.world, "Who?", ["Them", "Us"]))),
    "a contact": ("message", content_comment(lambda _: content.contact("Bob", "+441632960001"))),
    "a venue": ("message", content_comment(lambda _: content.venue("Town Hall", "1 High Street"))),
    "a die": ("message", content_comment(lambda _: content.dice())),
    "a quote": (
        "message",
        lambda t: t.world.comment(ada(t), "no", thread=t.post, quote="library"),
    ),
    "a marked text": (
        "message",
        lambda t: t.world.comment(
            ada(t),
            "see here",
            thread=t.post,
            marks=[{"type": "text_link", "offset": 4, "length": 4, "url": "https://bad.example/"}],
        ),
    ),
    "a channel's comment": (
        "message",
        lambda t: t.world.channel_comment(t.world.channel("Mask"), "boo", thread=t.post),
    ),
    "an anonymous administrator": (
        "message",
        lambda t: t.world.anonymous_comment(t.owner, "Please be kind", thread=t.post),
    ),
    "a message in private": ("message", lambda t: t.world.direct(ada(t), "/start case_7")),
    "a press": ("callback_query", _press),
    "a forged press": ("callback_query", lambda t: t.world.press(t.director, card(t), "ap:9:z", forged=True)),
    "a press on what cannot be reached": ("callback_query", lambda t: _press(t, inaccessible=True)),
    "a press on a forward": ("callback_query", lambda t: _press(t, forwarded_to=t.discussion)),
    "a promotion of the bot": (
        "my_chat_member",
        lambda t: t.world.member_change(t.staff, t.bot, "administrator", by=t.owner),
    ),
    "a block of the bot": ("my_chat_member", _blocks),
    "a person restricted": (
        "chat_member",
        lambda t: t.world.member_change(t.discussion, t.director, "restricted", by=t.owner),
    ),
    "a person banned from the channel": (
        "chat_member",
        lambda t: t.world.member_change(t.channel, ada(t), "kicked", by=t.owner),
    ),
    "a request to join": ("chat_join_request", lambda t: t.world.join_request(ada(t), t.discussion)),
    "a reaction": (
        "message_reaction",
        lambda t: t.world.react(ada(t), card(t, t.discussion), "\N{THUMBS DOWN SIGN}"),
    ),
    "totals of reactions": (
        "message_reaction_count",
        lambda t: t.world.react_anonymously(t.post, {"\N{THUMBS UP SIGN}": 3}),
    ),
    "a topic": ("message", lambda t: t.world.topic(t.discussion, "Cases", by=t.owner)),
    "a migration": ("message", lambda t: t.world.migrate(t.world.group("Small", [t.bot]), by=t.owner)),
}


@pytest.mark.parametrize(("kind", "happens"), SCENES.values(), ids=SCENES.keys())
async def test_both_libraries_read_an_update_of_every_kind(
    kind: str, happens: Callable[[Town], object], place: Town, ptb: telegram.Bot, gram: aiogram.Bot
) -> None:
    place.bot.queue.subscribe(EVERYTHING)
    happens(place)

    theirs = await ptb.get_updates()
    ours = await gram.get_updates()

    # A channel post is followed by its forward into the discussion.
    assert ours[0].event_type == kind or ours[-1].event_type == kind
    assert any(getattr(update, kind) is not None for update in theirs)
    assert [update.update_id for update in theirs] == [update.update_id for update in ours]


@pytest.mark.parametrize(("kind", "happens"), SCENES.values(), ids=SCENES.keys())
def test_a_subscription_to_nothing_else_keeps_other_updates_out(
    kind: str, happens: Callable[[Town], object], place: Town
) -> None:
    place.bot.queue.subscribe([kind])

    happens(place)

    assert {update.kind for update in place.bot.queue.pending()} == {kind}


def test_the_default_subscription_leaves_out_exactly_three_kinds(place: Town) -> None:
    for _, happens in SCENES.values():
        happens(place)

    heard = {update.kind for update in place.bot.queue.pending()}
    assert not heard & {"chat_member", "message_reaction", "message_reaction_count"}
    assert {"message", "edited_message", "callback_query", "my_chat_member", "channel_post"} <= heard


async def test_a_comment_belongs_to_the_thread_of_the_forwarded_post(place: Town, ptb: telegram.Bot) -> None:
    talk(place)

    message = (await ptb.get_updates())[0].message

    forward = place.world.forward_of(place.post)
    assert message is not None
    assert message.message_thread_id == forward.message_id
    root = message.reply_to_message
    assert root is not None
    assert root.is_automatic_forward
    assert root.from_user is not None
    assert root.from_user.id == 777000
    assert root.sender_chat is not None
    assert root.sender_chat.id == place.channel.id


async def test_masks_hide_the_real_author(place: Town, ptb: telegram.Bot) -> None:
    mask = place.world.channel("Mask")
    place.world.channel_comment(mask, "boo", thread=place.post)
    place.world.anonymous_comment(place.owner, "calm", thread=place.post)

    shown = [update.message for update in await ptb.get_updates()]

    ids = [(m.from_user.id, m.sender_chat.id) for m in shown if m and m.from_user and m.sender_chat]
    assert ids == [(136817688, mask.id), (1087968824, place.discussion.id)]


async def test_an_album_is_one_update_for_each_photo(place: Town, gram: aiogram.Bot) -> None:
    place.world.album(ada(place), [b"1", b"2", b"3"], caption="all", thread=place.post)

    messages = [update.message for update in await gram.get_updates()]

    assert len({message.media_group_id for message in messages if message}) == 1
    assert [message.caption for message in messages if message] == ["all", None, None]


async def test_an_inaccessible_message_has_no_date_and_no_text(place: Town, ptb: telegram.Bot) -> None:
    _press(place, inaccessible=True)

    query = (await ptb.get_updates())[0].callback_query

    assert query is not None
    assert query.message is not None
    assert not query.message.is_accessible
    assert query.from_user.id == place.director.id


async def test_an_update_of_an_unknown_kind_passes_as_it_is(place: Town, ptb: telegram.Bot) -> None:
    place.world.unknown_update({"telepathy": {"thought": 1}})

    update = (await ptb.get_updates())[0]

    assert update.api_kwargs == {"telepathy": {"thought": 1}}


async def test_a_malformed_update_passes_as_it_is(place: Town, ptb: telegram.Bot) -> None:
    place.world.unknown_update({"message": {"message_id": 1}})

    with pytest.raises(KeyError):
        await ptb.get_updates()


def test_edited_posts_are_edited_in_the_discussion_too(place: Town) -> None:
    place.world.edit(place.post, "Shut.")

    kinds = [update.kind for update in place.bot.queue.pending()]
    assert kinds == ["edited_channel_post", "edited_message"]


def test_a_bot_in_privacy_hears_only_what_is_meant_for_it(place: Town) -> None:
    own = card(place)
    world, staff, dana = place.world, place.staff, place.director
    world.comment(dana, "not for you", chat=staff)
    world.comment(dana, "/pending@another_bot", chat=staff)
    meant = [
        world.comment(dana, "/pending", chat=staff),
        world.comment(dana, "/pending@houserules_bot", chat=staff),
        world.comment(dana, "yes", chat=staff, reply_to=own),
    ]

    heard = [update.payload["message"]["message_id"] for update in place.bot.queue.pending()]

    assert heard == [message.message_id for message in meant]


def test_other_bots_are_not_heard(place: Town) -> None:
    spammer = place.world.person("Spam", is_bot=True)

    place.world.comment(spammer, "buy", thread=place.post)

    assert place.bot.queue.pending() == ()


def test_nobody_tells_the_bot_of_a_deletion(place: Town) -> None:
    comment = talk(place)

    place.world.remove(comment)

    assert len(place.bot.queue.pending()) == 1


def test_messages_wait_a_day_and_presses_only_150_seconds(place: Town) -> None:
    talk(place)
    _press(place)

    place.clock.pass_by(timedelta(seconds=149))
    assert len(place.bot.queue.pending()) == 2
    place.clock.pass_by(timedelta(seconds=1))
    assert [update.kind for update in place.bot.queue.lost()] == ["callback_query"]
    place.clock.pass_by(timedelta(hours=24))
    assert [update.kind for update in place.bot.queue.lost()] == ["message", "callback_query"]


def test_update_ids_start_anew_after_a_silent_week(place: Town) -> None:
    talk(place)
    place.clock.pass_by(timedelta(days=7, seconds=1))
    talk(place)

    first, second = (update.update_id for update in place.bot.queue.history)
    assert second != first + 1


def test_the_banned_and_the_silenced_cannot_write(place: Town) -> None:
    world, talk_chat = place.world, place.discussion
    person = ada(place)
    for status in ("kicked", "restricted"):
        world.add(talk_chat, person, status)
        with pytest.raises(NotPossibleError):
            world.comment(person, "again", thread=place.post)


def test_strangers_may_comment_unless_one_must_join(place: Town) -> None:
    talk(place)
    place.discussion.join_to_send = True

    with pytest.raises(NotPossibleError):
        talk(place)
