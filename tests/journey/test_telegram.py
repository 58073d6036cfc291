"""The whole journey on Telegram: a comment climbs the ladder, and only the assistant director blocks."""

from __future__ import annotations

import asyncio
import datetime as dt
import pathlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.message import EmailMessage

import pytest

from bot.house import Running
from moderation.record import Mode
from tests.journey import live
from tests.peers import mail_server
from tests.peers.mail_server import MailServer
from tests.peers.telegram_api import TelegramApi, town
from tests.peers.telegram_api.objects import Message, User
from tests.peers.telegram_api.town import Town

SETTINGS = """
data_dir = "data"
[telegram]
staff_chat_id = {staff}
[[telegram.accounts]]
name = "Town news"
group_id = {group}
channel_id = {channel}
[mail]
host = "127.0.0.1"
port = {smtp}
security = "none"
sender = "houserules@example.nhs.uk"
[retention]
comments = "90 days"
cases = "730 days"
media = "180 days"
[[holders]]
name = "Carla"
email = "carla@example.nhs.uk"
[[holders]]
name = "Owen"
email = "owen@example.nhs.uk"
[[roster]]
name = "Asha"
telegram_id = {officer}
roles = ["officer"]
valid_from = 2026-01-01
[[roster]]
name = "Dana"
telegram_id = {director}
roles = ["assistant_director"]
email = "dana@example.nhs.uk"
valid_from = 2026-01-01
[[roster]]
name = "Ines"
telegram_id = {operator}
roles = ["operator"]
valid_from = 2026-01-01
"""


class TownClock:
    """The town's clock as the house knows it. Short waits pass at once; for long ones the test moves the hands."""

    def __init__(self, place: Town) -> None:
        self.place = place

    def now(self) -> dt.datetime:
        return self.place.clock.now

    async def sleep(self, length: dt.timedelta) -> None:
        if length <= dt.timedelta(seconds=5):
            self.place.clock.pass_by(length)
        await asyncio.sleep(0.02)


@dataclass(slots=True)
class Scene:
    """A town with an officer, an assistant director, and the house looking after it."""

    place: Town
    house: Running
    officer: User
    mails: MailServer

    def card(self, *words: str) -> Message | None:
        """The newest staff message that has buttons and all these words."""
        found = [
            message
            for message in self.place.staff.messages.values()
            if message.buttons and not message.deleted and all(word in message.text for word in words)
        ]
        return found[-1] if found else None

    async def press(self, who: User, caption: str, *words: str) -> None:
        await live.until(lambda: self._has(caption, *words), f"a card with [{caption}] and {words}")
        card = self.card(*words)
        assert card is not None
        query = self.place.world.press(who, card, caption)
        await live.until(lambda: query.answered is not None, f"an answer to [{caption}]")

    def _has(self, caption: str, *words: str) -> bool:
        card = self.card(*words)
        return card is not None and caption in {button["text"] for button in card.buttons}

    async def mode(self) -> Mode:
        return await self.house.ledger.transact(lambda books: books.mode())


@pytest.fixture
async def scene(tmp_path: pathlib.Path) -> AsyncIterator[Scene]:
    place = town.build()
    officer, operator = place.world.person("Asha"), place.world.person("Ines")
    for person in (officer, operator):
        place.world.add(place.staff, person)
    async with mail_server.serving() as mails, TelegramApi(place.world, longest_poll=0.05) as api:
        written = SETTINGS.format(
            staff=place.staff.id,
            group=place.discussion.id,
            channel=place.channel.id,
            smtp=mails.port,
            officer=officer.id,
            director=place.director.id,
            operator=operator.id,
        )
        wanted = live.settings(tmp_path, written, {"HOUSERULES_TELEGRAM_TOKEN": place.bot.token})
        async with live.running(wanted, TownClock(place), telegram_url=api.base_url) as house:
            yield Scene(place, house, officer, mails)


async def say(scene: Scene, who: User, command: str) -> None:
    """Somebody types a command in the staff chat, and gets an answer."""
    before = len(scene.place.staff.messages)
    scene.place.world.comment(who, command, chat=scene.place.staff)
    await live.until(lambda: len(scene.place.staff.messages) > before + 1, f"an answer to {command}")


async def uphold(scene: Scene, author: User, text: str) -> Message:
    """Somebody writes something, and the officer upholds that it is a breach."""
    comment = scene.place.world.comment(author, text, thread=scene.place.post)
    await scene.press(scene.officer, "Uphold", text.split()[0])
    await live.until(lambda: comment.deleted is not None, f"{text!r} is hidden")
    await live.at_rest(scene.house)
    return comment


async def test_a_comment_climbs_the_ladder_and_only_the_assistant_director_blocks(scene: Scene) -> None:
    place, world, director = scene.place, scene.place.world, scene.place.director
    dean = world.person("Dean")
    world.direct(dean, "/start")  # so that the bot may write to him
    await say(scene, director, "/activate the officers trust it")
    assert await scene.mode() is Mode.ACTIVE

    await uphold(scene, dean, "Karen, you are a useless moron.")
    place.clock.pass_by(dt.timedelta(days=1))
    await uphold(scene, dean, "Still there? You pathetic idiot, Karen.")
    await live.until(lambda: any("warning" in text.lower() for text in told(scene, dean)), "a warning in private")
    place.clock.pass_by(dt.timedelta(days=1))
    await uphold(scene, dean, "Moron. You useless moron, Karen.")
    await live.until(lambda: len(letters(scene)) >= 2, "two referrals by mail")
    place.clock.pass_by(dt.timedelta(days=3))
    await uphold(scene, dean, "Karen, you thick idiot, I never stop.")

    await scene.press(director, "Approve...", "Block?")
    place.clock.pass_by(dt.timedelta(minutes=1))
    await scene.press(director, "Abuse", "Block?")
    await scene.press(director, "90 days", "Block?")
    assert not world.log.effects("banned", chat_id=place.discussion.id)
    await scene.press(director, "Confirm the block", "Block?")

    await live.until(lambda: bool(world.log.effects("banned", chat_id=place.discussion.id)), "the ban")
    await live.at_rest(scene.house)
    assert world.member(place.discussion, dean.id).status == "kicked"
    assert world.member(place.channel, dean.id).status == "kicked"
    await live.until(lambda: len(letters(scene)) >= 4, "a circular to each holder")
    order = [entry.kind for entry in world.log.effects() if entry.kind in {"sent", "banned"}]
    assert order.index("banned") > 0
    assert not world.log.doubled("sent")
    assert not [text for text in public(scene) if "warning" in text.lower()]


def told(scene: Scene, person: User) -> list[str]:
    """What the bot has written to somebody in private."""
    return [m.text for m in scene.place.bot.private[person.id].messages.values() if m.author is not person]


def public(scene: Scene) -> list[str]:
    """What the bot has said in public."""
    return [m.text for m in scene.place.discussion.messages.values() if m.author is scene.place.bot.user]


def letters(scene: Scene) -> list[EmailMessage]:
    """The mails that have arrived."""
    return scene.mails.messages
