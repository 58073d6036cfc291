"""A town on emulated Telegram, and the real house that looks after it."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import pathlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.message import EmailMessage

from bot.house import Running
from config.settings import Settings
from moderation.policy import Policy
from moderation.ports import Books
from moderation.record import Event, EvidenceKept, Mode
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
ABUSE = (
    "You lot are absolute wankers.",
    "You wankers couldn't find the A52 with a map.",
    "Another day, another post from you wankers.",
    "You are a pair of pricks.",
)
"""What is hidden without asking anybody, under the journeys' licences."""
DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)


class TownClock:
    """The town's clock as the house knows it. Short waits pass at once, long ones by hand."""

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
    officer: User
    operator: User
    mails: MailServer
    api: TelegramApi
    wanted: Settings
    rules: Policy
    running: Running | None = None
    _life: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)

    # --- The house ----------------------------------------------------------------------------------

    @property
    def house(self) -> Running:
        assert self.running is not None
        return self.running

    async def start(self) -> None:
        """Start the house on the ledger as it is."""
        opened = live.running(
            self.wanted, TownClock(self.place), telegram_url=self.api.base_url, rules=self.rules
        )
        self.running = await self._life.enter_async_context(opened)

    async def stop(self) -> None:
        """Stop it as SIGTERM would."""
        await self._life.aclose()
        self.running, self._life = None, contextlib.AsyncExitStack()

    async def rests(self) -> None:
        """Wait until every update has come in, and all that it led to has come to an end."""
        await live.until(lambda: not self.place.bot.queue.pending(), "that every update has come in")
        await live.at_rest(self.house)

    async def mode(self) -> Mode:
        return await self.house.ledger.transact(lambda books: books.mode())

    async def recorded(self, kind: type[Event]) -> list[Event]:
        """Every event of a kind."""

        def read(books: Books) -> list[Event]:
            past = books.events(dt.datetime(2000, 1, 1, tzinfo=dt.UTC), books.now + DAY)
            return [r.event for r in past if isinstance(r.event, kind)]

        return await self.house.ledger.transact(read)

    async def kept(self) -> set[bytes]:
        """The bytes of every attachment that was kept as evidence."""
        digests = {e.sha256 for e in await self.recorded(EvidenceKept) if isinstance(e, EvidenceKept)}
        return await self.house.ledger.transact(lambda books: {books.kept(one) for one in digests})

    # --- The staff chat -------------------------------------------------------------------------------

    def card(self, *words: str) -> Message | None:
        """The newest staff message that has buttons and all these words."""
        found = [
            message
            for message in self.place.staff.messages.values()
            if message.buttons and not message.deleted and all(word in message.text for word in words)
        ]
        return found[-1] if found else None

    def button(self, caption: str, *words: str) -> tuple[Message, str] | None:
        """That card, and its button with the caption, or the first that begins with it."""
        card = self.card(*words)
        there = [str(button["text"]) for button in card.buttons] if card else []
        whole = [text for text in there if text == caption] or [
            t for t in there if t.startswith(f"{caption} ")
        ]
        return (card, whole[0]) if card and whole else None

    async def shown(self, caption: str, *words: str) -> Message:
        """Wait for a card with that button."""
        await live.until(
            lambda: self.button(caption, *words) is not None, f"a card with [{caption}] and {words}"
        )
        card = self.card(*words)
        assert card is not None
        return card

    async def press(self, who: User, caption: str, *words: str) -> str:
        """Press a button, and give what the chat shows to whoever pressed."""
        await self.shown(caption, *words)
        found = self.button(caption, *words)
        assert found is not None
        query = self.place.world.press(who, *found)
        await live.until(lambda: query.answered is not None, f"an answer to [{caption}]")
        return query.answer

    async def say(self, who: User, command: str) -> str:
        """Somebody types a command in the staff chat, and gets an answer."""
        staff = self.place.staff
        typed = self.place.world.comment(who, command, chat=staff)
        await live.until(lambda: self._answer_to(typed) is not None, f"an answer to {command}")
        return self._answer_to(typed) or ""

    def _answer_to(self, typed: Message) -> str | None:
        replies = [m for m in self.place.staff.messages.values() if m.reply_to is typed]
        return replies[-1].text if replies else None

    async def activate(self) -> None:
        """End the rehearsal."""
        await self.say(self.place.director, "/activate the officers trust it")
        assert await self.mode() is Mode.ACTIVE

    # --- The public -----------------------------------------------------------------------------------

    def comment(self, author: User, text: str) -> Message:
        """Somebody writes under the post."""
        return self.place.world.comment(author, text, thread=self.place.post)

    async def abuses(self, author: User, text: str) -> Message:
        """Somebody writes what is hidden at once."""
        comment = self.comment(author, text)
        await self.hidden(comment)
        await self.rests()
        return comment

    async def hidden(self, comment: Message) -> None:
        """Wait until a comment is gone."""
        await live.until(lambda: comment.deleted is not None, f"{comment.text!r} is hidden")

    async def climbs(self, author: User) -> None:
        """Somebody who reads private messages goes on until the assistant director is asked."""
        self.place.world.direct(author, "/start")
        for text, pause in zip(ABUSE, (DAY, DAY, 3 * DAY, MINUTE), strict=True):
            await self.abuses(author, text)
            self.place.clock.pass_by(pause)
        await self.shown("Approve...", "Block?")

    async def decides(self, *captions: str) -> None:
        """The assistant director presses these on the block card."""
        for caption in captions:
            await self.press(self.place.director, caption, "Block?")
            self.place.clock.pass_by(MINUTE)

    # --- What can be seen -----------------------------------------------------------------------------

    def told(self, person: User) -> list[str]:
        """What the bot has written to somebody in private."""
        private = self.place.bot.private.get(person.id)
        return [m.text for m in private.messages.values() if m.author is not person] if private else []

    def public(self) -> list[str]:
        """What the bot has said in public."""
        said = self.place.discussion.messages.values()
        return [m.text for m in said if m.author is self.place.bot.user]

    def chatter(self) -> list[str]:
        """What the bot has said in the staff chat."""
        said = self.place.staff.messages.values()
        return [m.text for m in said if m.author is self.place.bot.user and m.deleted is None]

    def letters(self) -> list[EmailMessage]:
        """The mails that have arrived."""
        return self.mails.messages


@contextlib.asynccontextmanager
async def opened(folder: pathlib.Path, more: str = "", **secrets: str) -> AsyncIterator[Scene]:
    """A town with a house that has just started for the first time. `more` goes into its settings."""
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
        named = {"HOUSERULES_TELEGRAM_TOKEN": place.bot.token, **secrets}
        wanted = live.settings(folder, written + more, named)
        scene = Scene(place, officer, operator, mails, api, wanted, live.policy())
        await scene.start()
        try:
            yield scene
        finally:
            await scene.stop()
