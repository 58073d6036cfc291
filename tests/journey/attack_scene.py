"""A house under attack: Dave has climbed to the last rung, and a block card waits."""

from __future__ import annotations

import datetime as dt
import pathlib
from dataclasses import dataclass, field, replace

from adapters.sandbox.desk import SandboxDesk
from adapters.sandbox.network import SandboxNetwork
from bot.wiring import sandbox
from bot.wiring.sandbox import Stage
from moderation.card import Audience, Card, CardKind, Heard, Place, Press
from moderation.casework import House
from moderation.comment import AuthorRef, Comment, Platform
from moderation.decision import StaffId
from moderation.record import Approved, Event, Recorded
from moderation.roster import Holder, Member, Role, Roster
from moderation.rulings import answer
from tests.journey import live

BEGINNING = dt.datetime(2026, 6, 1, 9, tzinfo=dt.UTC)
EVER = (dt.datetime(2000, 1, 1, tzinfo=dt.UTC), dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)

OFFICER, SECOND = StaffId("sandbox:101"), StaffId("sandbox:102")
DIRECTOR, DEPUTY = StaffId("sandbox:201"), StaffId("sandbox:202")
BOTH = StaffId("sandbox:251")
"""An officer who is also an assistant director."""
OPERATOR = StaffId("sandbox:301")
STRANGER = StaffId("sandbox:666")
ANONYMOUS = StaffId("sandbox:1087968824")

CHOICES = ("Approve...", "Abuse", "30 days")
CONFIRM = "Confirm the block"
ABUSE = (
    "You lot are absolute wankers.",
    "You wankers couldn't find the A52 with a map.",
    "Another day, another post from you wankers.",
    "You are a pair of pricks.",
)


def member(
    by: StaffId, name: str, *roles: Role, since: dt.timedelta, until: dt.timedelta | None = None
) -> Member:
    """Somebody on the roster, from and to days after the beginning."""
    return Member(
        id=by,
        name=name,
        roles=frozenset(roles),
        valid_from=BEGINNING + since,
        valid_to=None if until is None else BEGINNING + until,
        appointed=name == "Deputy",
        email=f"{name.lower()}@staff.invalid",
    )


MEMBERS = (
    member(OFFICER, "Asha", Role.OFFICER, since=-DAY),
    member(SECOND, "Sam", Role.OFFICER, since=-DAY),
    member(DIRECTOR, "Dana", Role.ASSISTANT_DIRECTOR, since=-DAY),
    member(DEPUTY, "Deputy", Role.ASSISTANT_DIRECTOR, since=14 * DAY, until=28 * DAY),
    member(BOTH, "Bea", Role.OFFICER, Role.ASSISTANT_DIRECTOR, since=-DAY),
    member(OPERATOR, "Ines", Role.OPERATOR, since=-DAY),
)
HOLDERS = (Holder("Hilary", "hilary@holders.invalid"), Holder("Horace", "horace@holders.invalid"))
ACCOUNTS = {"main": "East Shire Ambulance"}


@dataclass(slots=True)
class Siege:
    """A sandbox house, and everything that an attacker can do to it."""

    stage: Stage
    url: str
    home: pathlib.Path
    comments: dict[str, Comment] = field(default_factory=dict)

    # --- What the public does ---------------------------------------------------------------------

    async def says(self, author: str, text: str, *, label: str = "", settle: bool = True) -> Comment:
        """Somebody comments."""
        name = f"{author}-{len(self.comments) + 1}"
        comment = self.stage.network.comment(
            self.stage.account("main"), author, text, id=name, label=label or author
        )
        assert comment is not None
        self.comments[name] = comment
        if settle:
            await self.stage.settle()
        return comment

    async def edits(self, comment: Comment, text: str, *, settle: bool = True) -> None:
        """Somebody edits a comment."""
        when = int(self.stage.clock.now().timestamp())
        self.stage.network.comment(comment.account, comment.author.id, text, id=comment.ref.id, revision=when)
        if settle:
            await self.stage.settle()

    async def climbs(self, author: str = "dave") -> None:
        """Somebody writes abuse until only the assistant director is left to decide."""
        for text, pause in zip(ABUSE, (DAY, DAY, 3 * DAY, 5 * MINUTE), strict=True):
            await self.says(author, text)
            await self.stage.pass_time(pause)

    # --- The staff chat -----------------------------------------------------------------------------

    def buttons(self, audience: Audience = Audience.ASSISTANT_DIRECTOR) -> dict[str, tuple[str, str]]:
        """Captions of the newest message for an audience, each with its message and token."""
        shown = [(m, v) for m, v in self.stage.desk.open_messages() if v.audience is audience]
        if not shown:
            return {}
        message, view = shown[-1]
        return {caption: (message, token) for row in view.rows for caption, token in row}

    async def press(self, by: StaffId, *captions: str, settle: bool = True) -> None:
        """Somebody presses buttons, one after the other, and the chat is redrawn after each."""
        for caption in captions:
            self.stage.desk.press(*self.buttons()[caption], by)
            if settle:
                await self.stage.settle()

    async def choose(self, by: StaffId = DIRECTOR) -> tuple[str, str]:
        """The assistant director chooses all but the last; gives the last button."""
        await self.press(by, *CHOICES)
        return self.buttons()[CONFIRM]

    def last_press(self, by: StaffId = DIRECTOR) -> Press:
        """The press that would be a yes."""
        message, token = self.buttons()[CONFIRM]
        now = self.stage.clock.now()
        return Press(token, by, Place(self.stage.desk.chat, message), now, query="q-last")

    async def answer(self, press: Press, house: House | None = None) -> Heard:
        """Weigh one press as the worker does."""
        return await self.stage.ledger.transact(lambda books: answer(books, house or self.stage.house, press))

    def heard(self) -> str:
        """What the newest press was answered."""
        return self.stage.desk.acknowledged[-1][1]

    # --- What is so -----------------------------------------------------------------------------------

    async def history(self) -> tuple[Recorded, ...]:
        """The whole ledger."""
        return await self.stage.ledger.transact(lambda books: books.events(*EVER))

    async def recorded(self, kind: type[Event]) -> list[Event]:
        """Every event of a kind."""
        return [r.event for r in await self.history() if isinstance(r.event, kind)]

    async def cards(self, *, open_only: bool = True) -> list[Card]:
        """The block cards."""
        cards = await self.stage.ledger.transact(lambda books: books.cards(open_only=open_only))
        return [card for card in cards if card.kind is CardKind.BLOCK]

    async def author_of(self, card: Card) -> AuthorRef:
        """Whose case a card is on."""
        author = await self.stage.ledger.transact(lambda books: books.author_of(card.case))
        assert author is not None
        return author

    def author(self, name: str = "dave") -> AuthorRef:
        """An author by name."""
        return AuthorRef(Platform.SANDBOX, name)

    def did(self, kind: str) -> list[str]:
        """Whom the network saw something of that kind done to."""
        return [entry.author for entry in self.stage.network.log if entry.kind == kind]

    def circulars(self) -> list[str]:
        """The mails that have gone to holders of accounts."""
        return [mail.to for mail in self.stage.mailer.sent.values() if "holders" in mail.to]

    async def nobody_is_blocked(self) -> None:
        """No yes in the ledger, and no block on the network."""
        await self.stage.settle()
        assert not await self.recorded(Approved)
        assert not self.did("block")

    # --- What befalls the house -----------------------------------------------------------------------

    def new_roster(self, *members: Member) -> None:
        """The operator changes the roster; the house is started again with it."""
        house = replace(self.stage.house, roster=Roster(members, HOLDERS))
        self.stage.house = house
        for part in (self.stage.worker, self.stage.worker.orders, self.stage.dispatch, self.stage.front):
            object.__setattr__(part, "house", house)

    async def restart(self, *, repost: bool = True) -> None:
        """The process goes, and another opens the same ledger; the network is where it was."""
        old = self.stage
        await old.aclose()
        self.stage = await open_stage(self.url, self.home, old.clock.now(), old.house.roster.members)
        _carry_over(old.network, old.desk, self.stage)
        if repost:
            await self.stage.front.catch_up()
            await self.stage.settle()


async def open_stage(
    url: str, home: pathlib.Path, start: dt.datetime = BEGINNING, members: tuple[Member, ...] = MEMBERS
) -> Stage:
    """A house on a ledger that may be new or old."""
    return await sandbox.stage(
        live.policy(), Roster(members, HOLDERS), url=url, home=home, start=start, accounts=ACCOUNTS
    )


async def begin(url: str, home: pathlib.Path) -> Siege:
    """A house that has just been activated."""
    siege = Siege(await open_stage(url, home), url, home)
    siege.stage.desk.type("activate", "we are ready", DIRECTOR)
    await siege.stage.settle()
    return siege


@dataclass(frozen=True, slots=True)
class Outside:
    """What is outside of the ledger when the card waits: the network, the chat and the time."""

    at: dt.datetime
    network: SandboxNetwork
    desk: SandboxDesk
    comments: dict[str, Comment]


async def besieged(url: str, home: pathlib.Path) -> Outside:
    """Play a house up to the card, once for all attacks; gives what is outside of its ledger."""
    siege = await begin(url, home)
    await siege.climbs()
    await siege.stage.aclose()
    stage = siege.stage
    return Outside(stage.clock.now(), stage.network, stage.desk, siege.comments)


async def resumed(url: str, home: pathlib.Path, outside: Outside) -> Siege:
    """Go on from a copy of that house's ledger."""
    siege = Siege(await open_stage(url, home, outside.at), url, home, dict(outside.comments))
    _carry_over(outside.network, outside.desk, siege.stage)
    return siege


def _carry_over(network: SandboxNetwork, desk: SandboxDesk, to: Stage) -> None:
    to.network.items, to.network.log = list(network.items), list(network.log)
    to.network.hidden, to.network.blocked = set(network.hidden), set(network.blocked)
    to.desk.messages, to.desk._count = dict(desk.messages), desk._count
    to.desk.acknowledged = list(desk.acknowledged)
