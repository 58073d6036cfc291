"""Plays a story: people comment, press and type, time passes, and the house settles after each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.wiring.sandbox import Stage, stage
from config.loader import load_policy
from moderation.arrival import Arrived
from moderation.checks.check import Check, Context
from moderation.comment import AuthorRef, Comment, CommentKind, Media, MediaKind, Platform
from moderation.decision import CaseRef, Decision, StaffId, Step
from moderation.pipeline import Pipeline
from moderation.policy import Policy
from moderation.ports import Books, View
from moderation.record import CommentSeen, Decided, Recorded, ReferralAnswered
from moderation.roster import Holder, Member, Role, Roster
from moderation.rulings import answer_referral
from moderation.verdict import Finding, Gap
from tests.journey.story import HERE, Scene, Story, StoryError

BEGINNING = dt.datetime(2026, 6, 1, 9, tzinfo=dt.UTC)
EVER = (dt.datetime(2000, 1, 1, tzinfo=dt.UTC), dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
HOPS = 12
"""A long time passes in so many ticks at most, so that reminders come one by one."""
SHORTEST_HOP = dt.timedelta(hours=1)

STAFF = {
    "officer": StaffId("sandbox:101"),
    "second officer": StaffId("sandbox:102"),
    "assistant director": StaffId("sandbox:201"),
    "deputy": StaffId("sandbox:202"),
    "operator": StaffId("sandbox:301"),
    "impostor": StaffId("sandbox:666"),
    "anonymous admin": StaffId("sandbox:1087968824"),
}
HOLDERS = (
    Holder("Hilary Holder", "hilary@holders.invalid"),
    Holder("Horace Holder", "horace@holders.invalid"),
    Holder("Hafsa Holder", "hafsa@holders.invalid"),
)
STAFF_MAIL = {"assistant director": "director@staff.invalid", "deputy": "deputy@staff.invalid"}
_ROLES = {
    "officer": Role.OFFICER,
    "second officer": Role.OFFICER,
    "assistant director": Role.ASSISTANT_DIRECTOR,
    "deputy": Role.ASSISTANT_DIRECTOR,
    "operator": Role.OPERATOR,
}
_DEPUTISES = (dt.timedelta(days=14), dt.timedelta(days=28))


def roster(story: Story) -> Roster:
    """Two officers, an assistant director, an operator, and a deputy from the third to the fourth week."""
    return Roster(tuple(_member(story, name, role) for name, role in _ROLES.items()), HOLDERS)


def _member(story: Story, name: str, role: Role) -> Member:
    usual = _DEPUTISES if name == "deputy" else (dt.timedelta(days=-365), None)
    term = story.roster.get(name)
    begins = term.begins if term and term.begins is not None else usual[0]
    ends = term.ends if term and term.ends is not None else usual[1]
    return Member(
        id=STAFF[name],
        name=name.title(),
        roles=frozenset({role}),
        valid_from=BEGINNING + begins,
        valid_to=None if ends is None else BEGINNING + ends,
        appointed=name == "deputy",
        email=STAFF_MAIL.get(name, ""),
    )


def policy(story: Story, home: Path) -> Policy:
    """The default policy under the stories' licences, with what this story changes."""
    own = home / "policy.toml"
    own.write_text(story.policy, encoding="utf-8")
    return load_policy(own, overlay=story.overlay, licences=HERE / "licences.toml")


@dataclass(frozen=True, slots=True)
class Broken:
    """A check that raises."""

    name: str
    version: str

    def look(self, comment: Comment, context: Context) -> tuple[Finding | Gap, ...]:
        del comment, context
        raise RuntimeError(f"{self.name} broke, as the story says")


@dataclass(frozen=True, slots=True)
class Moment:
    """How far everything had come before a step, so that the step is judged by what it added."""

    calls: int = 0
    mails: int = 0
    said: int = 0
    answered: int = 0
    events: int = 0


@dataclass(slots=True)
class Player:
    """A story under way."""

    story: Story
    stage: Stage
    comments: dict[str, Comment] = field(default_factory=dict)
    kept: tuple[str, str] | None = None
    got_through: bool = True
    _checks: tuple[Check, ...] = ()

    async def begin(self) -> None:
        """Open the house: in rehearsal, as ever, until the assistant director says otherwise."""
        self._checks = self.stage.worker.pipeline.checks
        if self.story.mode == "active":
            self.stage.desk.type("activate", "we are ready", STAFF["assistant director"])
        await self.stage.settle()

    async def play(self, scene: Scene) -> Moment:
        """Let a step happen; gives how things stood before it."""
        before = await self.now()
        if scene.after is not None:
            await self._pass(scene.after)
        await self._happen(scene)
        if not scene.unseen:
            await self.stage.settle()
        return before

    async def _pass(self, length: dt.timedelta) -> None:
        """Let a long time pass tick by tick, and settle where a tick has brought something."""
        for hop in hops(length):
            before = await self._head()
            self.stage.clock.move(hop)
            await self.stage.schedule.tick()
            if await self._head() != before:
                await self.stage.settle()
        await self.stage.settle()

    async def _head(self) -> tuple[int, str]:
        return await self.stage.ledger.transact(lambda books: books.head())

    async def now(self) -> Moment:
        """How far everything has come."""
        stage = self.stage
        events = await self.history()
        last = events[-1].seq if events else 0
        calls, mails = len(stage.network.log), len(stage.mailer.sent)
        return Moment(calls, mails, len(stage.desk.said), len(stage.desk.acknowledged), last)

    async def history(self) -> tuple[Recorded, ...]:
        """The whole ledger."""
        return await self.stage.ledger.transact(lambda books: books.events(*EVER))

    def author(self, name: str) -> AuthorRef:
        """An author by name."""
        return AuthorRef(Platform.SANDBOX, name)

    async def case(self, name: str) -> CaseRef:
        """An author's case."""
        author = self.author(name)

        def find(books: Books) -> CaseRef | None:
            known = any(isinstance(r.event, CommentSeen) for r in books.history(author))
            return books.case_of(author) if known else None

        found = await self.stage.ledger.transact(find)
        if found is None:
            raise StoryError(f"{name} has no case yet")
        return found

    # --- What happens -----------------------------------------------------------------------------

    async def _happen(self, scene: Scene) -> None:
        match scene:
            case Scene(comment=str()):
                await self._comment(scene)
            case Scene(withdraws=str(name)) if name:
                self.stage.network.withdraw(self.comments[name])
            case Scene(delivered_again=str(name)) if name:
                comment = self.comments[name]
                self.stage.network.put(Arrived(f"{name}:{comment.revision}", comment, "{}"))
            case Scene(press=(str() | tuple()) as captions) if captions:
                await self._press(scene, (captions,) if isinstance(captions, str) else captions)
            case Scene(keep_button=str(caption)) if caption:
                self.kept = await self._button(scene.about, caption)
            case Scene(press_kept=True):
                self._press_kept(scene)
            case Scene(type=str(typed)):
                await self._type(scene, typed)
            case Scene(answer=answer) if answer is not None:
                await self._answer(scene)
            case Scene(restart=True):
                await self.stage.front.catch_up()
            case _:
                self._change(scene)

    def _change(self, scene: Scene) -> None:
        self.stage.network.unreachable |= set(scene.unreachable)
        self.stage.network.unreachable -= set(scene.reachable)
        looking = {check.name: check for check in self._checks}
        wanted = scene.breaks or scene.mends
        if wanted and wanted not in looking:
            raise StoryError(f"there is no check {wanted}; there are {', '.join(looking)}")
        if wanted:
            whole = self.stage.worker.pipeline.checks
            swapped = looking[wanted] if scene.mends else Broken(wanted, looking[wanted].version)
            self.stage.worker.pipeline = Pipeline(tuple(swapped if c.name == wanted else c for c in whole))

    async def _comment(self, scene: Scene) -> None:
        for number in range(1, scene.times + 1):
            if number > 1 and scene.every is not None:
                await self._pass(scene.every)
            self._say(scene, number)
            if scene.every is not None:
                await self.stage.settle()

    def _say(self, scene: Scene, number: int) -> None:
        before = self.comments.get(scene.edit_of)
        if scene.edit_of and before is None:
            raise StoryError(f"nobody has written {scene.edit_of}")
        name = scene.edit_of or scene.id or f"{scene.by}-{len(self.comments) + 1}"
        name = f"{name}-{number}" if scene.times > 1 else name
        written = self.stage.network.comment(
            before.account if before else self.stage.account(scene.on),
            scene.by,
            (scene.comment or "").replace("{n}", str(number)),
            id=name,
            kind=before.kind if before else CommentKind(scene.kind),
            revision=int(self.stage.clock.now().timestamp()) if before else 0,
            media=self._attached(scene, name),
            quoted=scene.quoted,
        )
        self.got_through = written is not None
        if written is not None:
            self.comments[name] = written

    def _attached(self, scene: Scene, name: str) -> tuple[Media, ...]:
        if scene.picture is None:
            return ()
        media = Media(MediaKind.PICTURE, f"picture-of-{name}", scene.picture.description)
        if scene.picture.kept:
            self.stage.network.pictures[media.id] = b"\x89PNG what the picture shows"
        return (media,)

    async def _press(self, scene: Scene, captions: tuple[str, ...]) -> None:
        for number, caption in enumerate(captions):
            if number:
                await self.stage.settle()
            message, token = await self._button(scene.about, caption)
            for _ in range(2 if scene.twice else 1):
                self.stage.desk.press(message, token, STAFF[scene.by])

    async def _button(self, about: str, caption: str) -> tuple[str, str]:
        """The newest button with that caption, or one that begins so, on the messages of a case."""
        case = await self.case(about)
        buttons = [one for view in self.views(case) for one in _buttons(*view)]
        whole = [(message, token) for message, written, token in buttons if written == caption]
        begun = [(message, token) for message, written, token in buttons if written.startswith(f"{caption} ")]
        if not whole and not begun:
            there = ", ".join(sorted({written for _, written, _ in buttons})) or "no buttons"
            raise StoryError(f"no button {caption!r} on {case}: there are {there}")
        return (whole or begun)[0]

    def views(self, case: CaseRef | None = None) -> tuple[tuple[str, View], ...]:
        """The messages with buttons, of one case or of all."""
        return tuple(one for one in self.stage.desk.open_messages() if case is None or one[1].case == case)

    def _press_kept(self, scene: Scene) -> None:
        if self.kept is None:
            raise StoryError("nobody has kept a button in mind")
        for _ in range(2 if scene.twice else 1):
            self.stage.desk.press(*self.kept, STAFF[scene.by])

    async def _type(self, scene: Scene, typed: str) -> None:
        cases = {name: await self.case(name) for name in self._authors() if f"{{{name}}}" in typed}
        for name, case in cases.items():
            typed = typed.replace(f"{{{name}}}", case)
        name, _, argument = typed.removeprefix("/").partition(" ")
        for _ in range(2 if scene.twice else 1):
            self.stage.desk.type(name, argument, STAFF[scene.by])

    def _authors(self) -> set[str]:
        return {comment.author.id for comment in self.comments.values()}

    async def _answer(self, scene: Scene) -> None:
        answer, author, now = scene.answer, self.author(scene.about), self.stage.clock.now()
        if answer is None:
            return

        def write(books: Books) -> int:
            all_of_them = (d for d in decided(books.history(author)) if d.step is Step.REFER)
            asked = [referral for referral in all_of_them if referral.route is answer.team]
            for referral in asked:
                reply = ReferralAnswered(
                    referral.id,
                    answer.team.value,
                    answer.advice,
                    answer.tailored_response,
                    now + answer.hold if answer.hold else None,
                )
                answer_referral(books, self.stage.house, reply, author)
            return len(asked)

        if not await self.stage.ledger.transact(write):
            raise StoryError(f"{scene.about} was never referred to {answer.team}")


def hops(length: dt.timedelta) -> Iterator[dt.timedelta]:
    """Cut a long time into ticks."""
    hop = max(SHORTEST_HOP, length / HOPS)
    while length > dt.timedelta(0):
        yield min(hop, length)
        length -= min(hop, length)


def decided(history: tuple[Recorded, ...]) -> tuple[Decision, ...]:
    """The decisions in a history."""
    return tuple(r.event.decision for r in history if isinstance(r.event, Decided))


def _buttons(message: str, view: View) -> Iterator[tuple[str, str, str]]:
    for row in view.rows:
        for caption, token in row:
            yield message, caption, token


async def open_stage(story: Story, home: Path, url: str) -> Stage:
    """Build the house that a story is played in."""
    return await stage(
        policy(story, home),
        roster(story),
        url=url,
        home=home,
        start=BEGINNING,
        accounts=story.accounts,
        poorer={name: frozenset(can) for name, can in story.networks.items()},
    )
