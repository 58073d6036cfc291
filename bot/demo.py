"""The demo: three weeks in the sandbox, with the real worker, ledger, checks, ladder and desk."""

from __future__ import annotations

import datetime as dt
import functools
import pathlib
from dataclasses import dataclass, field

from rich.console import Console, Group
from rich.panel import Panel
from rich.prompt import Prompt
from rich.table import Table
from rich.text import Text

from bot.casefile import tell
from bot.records import everything
from bot.wiring.sandbox import Script, Stage, demo_script, demo_stage
from moderation.card import Audience, CardKind, CardState
from moderation.comment import AuthorRef
from moderation.decision import StaffId
from moderation.digest import Numbers, add_up
from moderation.policy import Policy
from moderation.ports import Board, Books, View
from moderation.record import CommentSeen, Recorded
from moderation.roster import Holder, Member, Role, Roster
from moderation.standing import BlockState, fold

OFFICER = StaffId("sandbox:1")
SECOND_OFFICER = StaffId("sandbox:2")
DIRECTOR = StaffId("sandbox:3")
OPERATOR = StaffId("sandbox:4")
READING_TIME = dt.timedelta(minutes=4)
LEAVE = "leave it"


def roster(start: dt.datetime) -> Roster:
    """The people of the demo."""
    people = (
        (OFFICER, "Asha", Role.OFFICER),
        (SECOND_OFFICER, "Ben", Role.OFFICER),
        (DIRECTOR, "Morgan", Role.ASSISTANT_DIRECTOR),
        (OPERATOR, "Ines", Role.OPERATOR),
    )
    begun = start - dt.timedelta(days=30)
    holders = (Holder("Carla", "carla@example.invalid"), Holder("Owen", "owen@example.invalid"))
    return Roster(
        tuple(Member(staff, name, frozenset({role}), begun) for staff, name, role in people), holders
    )


@dataclass(slots=True)
class Demo:
    """Plays the script, shows what happens, and asks whoever is at the keyboard."""

    console: Console
    stage: Stage
    script: Script
    auto: bool
    start: dt.datetime
    _left: set[tuple[str, int]] = field(default_factory=set)
    _told: int = 0

    async def play(self) -> None:
        """Play it all."""
        self._begin()
        self.stage.desk.type("activate", "the demo is not a rehearsal", DIRECTOR)
        await self.stage.settle()
        for number, line in enumerate(self.script.lines, start=1):
            await self._until(self.start + line.at)
            account = self.stage.account(line.account)
            self._say_comment(line.author, self.script.accounts[line.account], line.text)
            arrived = self.stage.network.comment(account, line.author, line.text, id=f"c{number}")
            if arrived is None:
                self.console.print("  [dim]The network turns it away: this person is blocked there.[/dim]")
                continue
            await self.stage.settle()
            await self._show_new()
            await self._answer_cards(line.ruling)

    def _begin(self) -> None:
        self.console.rule("[bold]houserules demo")
        self.console.print(
            "A made-up ambulance service, three weeks, two accounts. The checks, the ladder, the ledger and "
            "the staff chat are the real ones; only the network and the clock are a sandbox.\n"
            + (
                "The officers and the assistant director are scripted."
                if self.auto
                else "You act for the officer and for the assistant director."
            )
        )

    async def _until(self, when: dt.datetime) -> None:
        while self.stage.clock.now() < when:
            step = min(when - self.stage.clock.now(), dt.timedelta(hours=6))
            await self.stage.pass_time(step)
        await self._show_new()

    def _say_comment(self, author: str, account: str, text: str) -> None:
        when = f"{self.stage.clock.now():%a %-d %b %H:%M}"
        self.console.print()
        self.console.print(Text.assemble((when, "dim"), "  ", (author, "bold"), " on ", account))
        self.console.print(Text(f"  {text}", style="italic"))

    async def _show_new(self) -> None:
        """Print what the ledger has gained since the last look, in a person's words."""
        events = await self.stage.ledger.transact(everything)
        fresh = {recorded.seq for recorded in events if recorded.seq > self._told}
        self._told = max((recorded.seq for recorded in events), default=0)
        house = self.stage.house
        by_author: dict[AuthorRef, list[Recorded]] = {}
        for recorded in events:
            if recorded.author is not None:
                by_author.setdefault(recorded.author, []).append(recorded)
        for history in by_author.values():
            if not any(recorded.seq in fresh for recorded in history):
                continue
            before = tell((r for r in history if r.seq not in fresh), house.policy, house.roster)
            for line in tell(history, house.policy, house.roster)[len(before) :]:
                if not line.what.startswith(("commented", "edited")):
                    self.console.print(Text.assemble("  ", (line.what, "cyan"), (f"  {line.why}", "dim")))

    # --- People -----------------------------------------------------------------------------------

    async def _answer_cards(self, ruling: str) -> None:
        while (waiting := await self._next_card()) is not None:
            message, view, card_kind, key = waiting
            caption = self._script(view, card_kind, ruling) if self.auto else self._ask(view, card_kind)
            if caption == LEAVE:
                self._left.add(key)
                continue
            await self._press(message, view, caption)

    async def _next_card(self) -> tuple[str, View, CardKind, tuple[str, int]] | None:
        for message, view in self.stage.desk.open_messages():
            found = await self.stage.ledger.transact(functools.partial(leading_card, view=view))
            if found is None:
                continue
            kind, key = found
            if key not in self._left and kind is not CardKind.REVIEW:
                return message, view, kind, key
        return None

    async def _press(self, message: str, view: View, caption: str) -> None:
        token = next(token for row in view.rows for label, token in row if label == caption)
        by = DIRECTOR if view.audience is Audience.ASSISTANT_DIRECTOR else OFFICER
        await self.stage.pass_time(READING_TIME)
        self.stage.desk.press(message, token, by)
        await self.stage.settle()
        if self.stage.desk.acknowledged:
            said = self.stage.desk.acknowledged[-1][1]
            who = "assistant director" if by == DIRECTOR else "officer"
            self.console.print(Text.assemble("  ", (f"the {who} presses [{caption}]", "yellow"), f"  {said}"))
        await self._show_new()

    def _script(self, view: View, kind: CardKind, ruling: str) -> str:
        captions = [label for row in view.rows for label, _ in row]
        if kind is CardKind.BLOCK:
            return director_says(captions, view)
        wished = next((label for label in captions if label.startswith(ruling)), None) if ruling else None
        fallback = next((label for label in captions if label.startswith(("Seen to", "Done by hand"))), LEAVE)
        return wished or fallback

    def _ask(self, view: View, kind: CardKind) -> str:
        self.console.print(draw(view))
        captions = [label for row in view.rows for label, _ in row]
        hat = "assistant director" if kind is CardKind.BLOCK else "officer"
        for number, caption in enumerate(captions, start=1):
            self.console.print(f"   {number}  {caption}")
        self.console.print(f"   0  {LEAVE}")
        choices = [str(number) for number in range(len(captions) + 1)]
        chosen = Prompt.ask(f"  You are the {hat}", choices=choices, default="1", console=self.console)
        return LEAVE if chosen == "0" else captions[int(chosen) - 1]

    # --- The end ----------------------------------------------------------------------------------

    async def close(self, folder: pathlib.Path) -> None:
        """Sum up, show the case that went furthest, and say where everything is."""
        await self.stage.pass_time(dt.timedelta(days=1))
        await self._show_new()
        events = await self.stage.ledger.transact(everything)
        now = self.stage.clock.now()
        self.console.print()
        self.console.rule("[bold]What happened")
        self.console.print(summary(add_up(self.start, now + dt.timedelta(seconds=1), events), self.stage))
        author = furthest(events)
        if author is not None:
            self._show_case(author, [r for r in events if r.author == author])
        self.console.rule("[bold]Where it all is")
        head = await self.stage.ledger.transact(lambda books: books.head())
        self.console.print(
            f"Ledger: {folder / 'ledger.db'} ({len(events)} events, chain head {head[1][:16]})"
        )
        self.console.print(f"Mails:  {folder / 'mails'} ({len(self.stage.mailer.sent)})")
        self.console.print(f"Packs:  {folder / 'packs'}")
        self.console.print(f"Check the chain yourself: houserules audit verify --data {folder}")

    def _show_case(self, author: AuthorRef, history: list[Recorded]) -> None:
        house = self.stage.house
        case = next((r.case for r in history if r.case), "")
        self.console.rule(f"[bold]Case {case}: the whole ladder")
        table = Table(show_header=True, box=None, pad_edge=False)
        table.add_column("When", style="dim", no_wrap=True)
        table.add_column("What")
        table.add_column("Why", style="dim")
        for line in tell(history, house.policy, house.roster):
            table.add_row(f"{line.at:%a %-d %b %H:%M}", line.what, line.why)
        self.console.print(table)
        standing = fold(author, history)
        states = ", ".join(block.state.value for block in standing.blocks) or "none"
        self.console.print(f"Blocks: {states}")


def director_says(captions: list[str], view: View) -> str:
    """What the scripted assistant director presses next. A threat waits for the police, and is declined."""
    if "Approve..." in captions:
        unwarned = dict(view.facts).get("Warning", "").startswith("NONE")
        return "Decline..." if unwarned else "Approve..."
    ground = next((caption for caption in captions if view.headline.endswith(caption)), None)
    sure = next((caption for caption in ("Confirm the block", "90 days") if caption in captions), None)
    return sure or ground or captions[0]


def draw(view: View) -> Panel:
    """A card as a panel in the terminal."""
    facts = Table(show_header=False, box=None, pad_edge=False)
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column()
    for label, value in view.facts:
        facts.add_row(label, value)
    excerpt = Text(view.excerpt, style="italic")
    trail = Text("\n".join(view.trail), style="dim")
    parts: list[Table | Text] = [facts, Text(), excerpt, Text(), trail]
    if view.footnote:
        parts.append(Text(view.footnote, style="yellow"))
    return Panel(Group(*parts), title=view.headline, border_style="red" if view.urgent else "blue")


def summary(numbers: Numbers, stage: Stage) -> Table:
    """The period in numbers."""
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column()
    table.add_column(justify="right")
    rows = [
        ("Comments", numbers.comments),
        *(
            (f"  {stage.house.policy.categories[ground].title}", count)
            for ground, count in numbers.hidden.items()
        ),
        ("Hidden, reported or recorded", numbers.hidden_in_all),
        ("Officers were asked", numbers.asked),
        ("  upheld", numbers.upheld),
        ("  overturned", numbers.overturned),
        ("Private warnings delivered", numbers.warnings_delivered),
        ("Referrals", numbers.referrals),
        ("Blocks proposed", numbers.blocks_proposed),
        ("  approved by the assistant director", numbers.blocks_approved),
        ("  declined by the assistant director", numbers.blocks_declined),
        ("Comments that called for care", sum(numbers.care.values())),
    ]
    for label, count in rows:
        table.add_row(label, str(count))
    return table


def furthest(events: tuple[Recorded, ...]) -> AuthorRef | None:
    """The author who climbed highest."""
    authors = {r.author for r in events if isinstance(r.event, CommentSeen) and r.author is not None}

    def height(author: AuthorRef) -> tuple[int, int, int, str]:
        standing = fold(author, (r for r in events if r.author == author))
        active = sum(block.state is BlockState.ACTIVE for block in standing.blocks)
        return active, len(standing.blocks), len(standing.strikes), str(author)

    return max(authors, key=height, default=None)


def leading_card(books: Books, view: View) -> tuple[CardKind, tuple[str, int]] | None:
    """The card whose buttons lead a message."""
    board: Board | None = books.board(view.case, view.audience)
    if board is None:
        return None
    cards = [c for c in books.cards(view.case, open_only=True) if c.audience is view.audience]
    if not cards:
        return None
    card = next((c for c in reversed(cards) if c.state is CardState.OPEN), cards[-1])
    return card.kind, (card.id, card.version)


async def run(
    policy: Policy, folder: pathlib.Path, console: Console, *, auto: bool, start: dt.datetime
) -> Stage:
    """Play the demo, with everything that it writes below `folder`. Gives the stage, closed."""
    script = demo_script()
    stage = await demo_stage(policy, roster(start), folder, start, script)
    demo = Demo(console, stage, script, auto, start)
    try:
        await demo.play()
        await demo.close(folder)
    finally:
        await stage.aclose()
    return stage
