"""The whole journey on Telegram: a comment climbs the ladder, and only the assistant director blocks."""

from __future__ import annotations

import datetime as dt

from moderation.approval import Refusal
from moderation.record import Approved, Mode, Noted, Settled
from tests.journey import live
from tests.journey.telegram_scene import ABUSE, DAY, MINUTE, Scene
from tests.peers.telegram_api.objects import Message, User


async def uphold(scene: Scene, author: User, text: str) -> Message:
    """Somebody writes something, and the officer upholds that it is a breach."""
    comment = scene.comment(author, text)
    await scene.press(scene.officer, "Uphold", text.split(maxsplit=1)[0])
    await scene.hidden(comment)
    await live.at_rest(scene.house)
    return comment


async def test_a_comment_climbs_the_ladder_and_only_the_assistant_director_blocks(scene: Scene) -> None:
    place, world, director = scene.place, scene.place.world, scene.place.director
    dean = world.person("Dean")
    world.direct(dean, "/start")  # so that the bot may write to him
    await scene.activate()

    await uphold(scene, dean, "Karen, you are a useless moron.")
    place.clock.pass_by(DAY)
    await uphold(scene, dean, "Still there? You pathetic idiot, Karen.")
    await live.until(
        lambda: any("warning" in text.lower() for text in scene.told(dean)), "a warning in private"
    )
    place.clock.pass_by(DAY)
    await uphold(scene, dean, "Moron. You useless moron, Karen.")
    await live.until(lambda: len(scene.letters()) >= 2, "two referrals by mail")
    place.clock.pass_by(3 * DAY)
    await scene.abuses(dean, "Karen, you thick idiot, I never stop.")  # by now nobody has to be asked

    await scene.press(director, "Approve...", "Block?")
    place.clock.pass_by(MINUTE)
    await scene.press(director, "Abuse", "Block?")
    await scene.press(director, "90 days", "Block?")
    assert not world.log.effects("banned", chat_id=place.discussion.id)
    await scene.press(director, "Confirm the block", "Block?")

    await live.until(lambda: bool(world.log.effects("banned", chat_id=place.discussion.id)), "the ban")
    await live.at_rest(scene.house)
    assert world.member(place.discussion, dean.id).status == "kicked"
    assert world.member(place.channel, dean.id).status == "kicked"
    await live.until(lambda: len(scene.letters()) >= 4, "a circular to each holder")
    order = [entry.kind for entry in world.log.effects() if entry.kind in {"sent", "banned"}]
    assert order.index("banned") > 0
    assert not world.log.doubled("sent")
    assert not [text for text in scene.public() if "warning" in text.lower()]


async def test_the_first_start_is_a_rehearsal_with_cards_and_without_deletions(scene: Scene) -> None:
    comment = scene.comment(scene.place.world.person("Dean"), ABUSE[0])

    await scene.shown("Not a breach")
    await scene.rests()

    assert await scene.mode() is Mode.REHEARSAL
    assert comment.deleted is None
    assert scene.letters() == []
    assert not scene.place.world.log.effects("deleted")


async def test_a_warning_that_cannot_be_delivered_becomes_work_for_a_person(scene: Scene) -> None:
    dean = scene.place.world.person("Dean")  # he has never written to the bot
    await scene.activate()
    await scene.abuses(dean, ABUSE[0])
    scene.place.clock.pass_by(DAY)
    await scene.abuses(dean, ABUSE[1])

    card = await scene.shown("Done by hand", "never written to the bot")
    assert scene.told(dean) == scene.public() == []
    assert await scene.press(scene.officer, "Done by hand") == "Ticked off."

    await live.until(lambda: "warning not delivered" not in card.text, "the card is redrawn")
    settled = [event for event in await scene.recorded(Settled) if isinstance(event, Settled) and event.by]
    assert [event.by for event in settled] == [f"telegram:{scene.officer.id}"]


async def test_an_edit_that_turns_a_clean_comment_into_abuse_is_hidden(scene: Scene) -> None:
    await scene.activate()
    comment = scene.comment(scene.place.world.person("Dean"), "Thank you all so much.")
    await scene.rests()
    assert comment.deleted is None

    scene.place.clock.pass_by(MINUTE)
    scene.place.world.edit(comment, ABUSE[0])

    await live.until(lambda: comment.deleted is not None, "the edited comment is hidden")


async def test_an_album_is_hidden_whole_once_its_pictures_are_kept(scene: Scene) -> None:
    world = scene.place.world
    await scene.activate()
    pictures = [b"first picture", b"second picture", b"third picture"]

    album = world.album(world.person("Dean"), pictures, caption=ABUSE[0], thread=scene.place.post)
    await live.until(lambda: all(part.deleted is not None for part in album), "the whole album is hidden")
    await scene.rests()

    methods = [call.method.lower() for call in world.log.calls(ok=True)]
    last_fetch = max(number for number, method in enumerate(methods) if method == "getfile")
    first_hide = min(n for n, method in enumerate(methods) if method in {"deletemessage", "deletemessages"})
    assert last_fetch < first_hide
    kept = await scene.kept()
    assert set(pictures) == kept


async def test_somebody_who_speaks_as_a_channel_is_banned_as_that_channel(scene: Scene) -> None:
    world, group = scene.place.world, scene.place.discussion
    await scene.activate()
    identity, owner = world.channel("Rant daily"), world.person("Dean")
    world.add(identity, owner, "creator")
    for text, pause in zip(ABUSE, (DAY, DAY, 3 * DAY, MINUTE), strict=True):
        comment = world.channel_comment(identity, text, owner=owner, thread=scene.place.post)
        await scene.hidden(comment)
        await scene.rests()
        scene.place.clock.pass_by(pause)
    case = (await scene.shown("Done by hand", "no inbox")).text.split()[0]
    assert "Proposed" in await scene.say(scene.officer, f"/propose {case} a channel cannot be warned")

    await scene.decides("Approve...", "Abuse", "No warning: a warning")
    await scene.decides("30 days", "Confirm the block")

    await live.until(lambda: identity.id in group.banned_senders, "the channel is banned")
    assert world.member(group, owner.id).status != "kicked"


async def test_a_pause_stops_deletions_and_resuming_lets_them_go(scene: Scene) -> None:
    await scene.activate()
    assert "Paused" in await scene.say(scene.officer, "/pause a fire drill")
    comment = scene.comment(scene.place.world.person("Dean"), ABUSE[0])
    await scene.shown("Not a breach")
    scene.place.clock.pass_by(MINUTE)
    await live.until(lambda: not scene.place.bot.queue.pending(), "that every update has come in")
    assert comment.deleted is None

    assert "Only the" in await scene.say(scene.officer, "/resume")
    assert "Resumed: active" in await scene.say(scene.operator, "/resume the drill is over")
    scene.place.clock.pass_by(MINUTE)

    await live.until(lambda: comment.deleted is not None, "the comment is hidden after all")


async def test_a_restart_between_receiving_and_acting_hides_once(scene: Scene) -> None:
    await scene.activate()
    dispatch = scene.house.dispatch
    object.__setattr__(dispatch.hands, "enforcers", {})  # whatever is to be done has nobody to do it
    await scene.say(scene.officer, "/pause so that it waits")
    comment = scene.comment(scene.place.world.person("Dean"), ABUSE[0])
    await live.until(lambda: not scene.place.bot.queue.pending(), "that the comment has come in")
    await scene.stop()
    assert comment.deleted is None

    await scene.start()
    await scene.say(scene.operator, "/resume")
    scene.place.clock.pass_by(MINUTE)
    await live.until(lambda: comment.deleted is not None, "the comment is hidden")
    await scene.rests()

    assert len(scene.place.world.log.effects("deleted", subject=comment.message_id)) == 1
    assert not scene.place.world.log.doubled("sent")


async def test_a_block_ends_with_its_term_on_telegram_and_earlier_by_command(scene: Scene) -> None:
    world, group = scene.place.world, scene.place.discussion
    dean = world.person("Dean")
    await scene.activate()
    await scene.climbs(dean)
    await scene.decides("Approve...", "Abuse", "30 days", "Confirm the block")
    await live.until(lambda: world.member(group, dean.id).status == "kicked", "the ban")
    await scene.rests()
    (approved,) = await scene.recorded(Approved)
    assert isinstance(approved, Approved)
    assert world.member(group, dean.id).until == approved.approval.at + dt.timedelta(days=30)

    case = next(text for text in scene.chatter() if "C-" in text).split()[0]
    assert "Lifting 1 block" in await scene.say(scene.officer, f"/unblock {case} he said sorry")

    await live.until(lambda: world.member(group, dean.id).status != "kicked", "the ban is lifted")
    await scene.rests()
    assert any("has been lifted" in text for text in scene.told(dean))
    assert world.member(scene.place.channel, dean.id).status != "kicked"


async def test_after_a_long_outage_the_open_card_is_posted_anew_and_the_old_button_is_refused(
    scene: Scene,
) -> None:
    dean, director = scene.place.world.person("Dean"), scene.place.director
    await scene.activate()
    await scene.climbs(dean)
    old = await scene.shown("Approve...", "Block?")
    data = next(b["callback_data"] for b in old.buttons if b["text"] == "Approve...")
    await scene.stop()
    scene.place.clock.pass_by(2 * DAY)

    await scene.start()
    await live.until(lambda: scene.card("Block?") not in {None, old}, "the card is posted anew")
    query = scene.place.world.press(director, old, data, forged=True)
    await live.until(lambda: query.answered is not None, "an answer to the old button")

    assert Refusal.MOVED.value in query.answer
    assert "goes on in a newer message" in old.text
    assert await scene.press(director, "Approve...", "Block?") == "Choose the ground."


async def test_the_weekly_routine_leaves_no_note_of_a_broken_loop(scene: Scene) -> None:
    await scene.activate()
    scene.place.clock.pass_by(6 * DAY)

    assert "Nothing waits for a person" in await scene.say(scene.officer, "/queue")
    assert "Came in: 0 comments" in await scene.say(scene.officer, "/digest")
    assert "pause why" in await scene.say(scene.officer, "/help")
    assert not [e for e in await scene.recorded(Noted) if isinstance(e, Noted) and "broke" in e.text]
