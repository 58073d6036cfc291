"""What happens by the clock: cards run out, reminders go, blocks end, the digest is sent."""

from __future__ import annotations

import datetime as dt
import functools
import zoneinfo
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog

from moderation.card import Card, CardKind
from moderation.casework import House, expire, newest, standing_of, write
from moderation.decision import (
    Action,
    ActionKind,
    AlreadyDone,
    Clearance,
    Decision,
    Done,
    Mail,
    Route,
    Step,
    action_key,
    decision_id,
)
from moderation.digest import Numbers, add_up
from moderation.ports import Books, Clock, Desk, Ledger, Mailer
from moderation.record import Intended, Noted, PolicySet
from moderation.roster import Role
from moderation.standing import Block, BlockState
from moderation.taxonomy import Severity

log = structlog.get_logger("schedule")

TICK = dt.timedelta(minutes=1)
LOOK_BACK = dt.timedelta(days=400)
"""How far before a period its decisions may lie: longer than the longest block."""


@dataclass(frozen=True, slots=True)
class DigestTime:
    """When the weekly digest goes out, in local time, and to whom."""

    weekday: int
    hour: int
    zone: zoneinfo.ZoneInfo
    recipients: tuple[str, ...]

    def last_due(self, now: dt.datetime) -> dt.datetime:
        """The newest moment at which a digest was due."""
        local = now.astimezone(self.zone)
        due = local.replace(hour=self.hour, minute=0, second=0, microsecond=0)
        due -= dt.timedelta(days=(local.weekday() - self.weekday) % 7)
        if due > local:
            due -= dt.timedelta(days=7)
        return due.astimezone(dt.UTC)

    def period(self, due: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
        """The seven whole local days before the day on which it is due."""
        midnight = due.astimezone(self.zone).replace(hour=0)
        return midnight - dt.timedelta(days=7), midnight


@dataclass(frozen=True, slots=True)
class Letter:
    """A digest as a mail."""

    subject: str
    text: str
    html: str


@dataclass(slots=True)
class Schedule:
    """Does by the clock what nobody presses a button for."""

    ledger: Ledger
    house: House
    desk: Desk
    mailer: Mailer
    clock: Clock
    digest: DigestTime | None
    draw: Callable[[Numbers, str], Letter]

    async def run(self) -> None:
        """Tick for ever."""
        await self.ledger.transact(self._policy_set)
        while True:
            try:
                await self.tick()
            except Exception:
                log.exception("tick broke")
            await self.clock.sleep(TICK)

    async def tick(self) -> None:
        """Do what is due now."""
        said = await self.ledger.transact(self._due)
        for line in said:
            await self.desk.reply(line, None)
        await self._send_digest()

    def _policy_set(self, books: Books) -> None:
        books.append(PolicySet(self.house.policy.version, "start"))

    def _due(self, books: Books) -> tuple[str, ...]:
        said = [self._ran_out(books, card) for card in expire(books, books.now)]
        said.extend(self._remind(books))
        self._end_blocks(books)
        return tuple(line for line in said if line)

    # --- Cards ------------------------------------------------------------------------------------

    def _ran_out(self, books: Books, card: Card) -> str:
        if card.kind is not CardKind.BLOCK:
            return ""
        text = (
            f"The question whether to block the person of case {card.case} ran out unanswered. "
            "Nobody was blocked. "
            f"An officer may propose it again: /propose {card.case} why"
        )
        self._tell(books, card, "ran-out", self._addresses(Route.OPERATOR), "A block card ran out", text)
        return text

    def _remind(self, books: Books) -> Iterable[str]:
        approvals = self.house.policy.approvals
        for card in books.cards(open_only=True):
            if card.kind is not CardKind.BLOCK:
                continue
            waited = books.now - card.asked_at
            times = waited // approvals.remind_every
            if times >= 1 and self._once(books, card, f"reminded:{card.id}:{times}", "reminded"):
                hours = waited // dt.timedelta(hours=1)
                text = f"Case {card.case} has waited {hours} hours for the assistant director's decision."
                self._tell(books, card, f"remind-{times}", self._directors(books), "A decision waits", text)
                yield text
            if waited >= approvals.escalate_after and self._once(
                books, card, f"escalated:{card.id}", "escalated"
            ):
                text = f"Nobody has decided on case {card.case} yet. Nothing happens until somebody does."
                self._tell(
                    books, card, "escalate", self._addresses(Route.OPERATOR), "A decision is overdue", text
                )

    def _once(self, books: Books, card: Card, mark: str, what: str) -> bool:
        note = Noted("schedule", f"{what}: {card.kind} card", mark)
        return books.append(note, books.author_of(card.case)) is not None

    def _addresses(self, route: Route) -> tuple[str, ...]:
        contact = self.house.policy.organisation.contacts.get(route)
        return (contact.email,) if contact and contact.email else ()

    def _directors(self, books: Books) -> tuple[str, ...]:
        serving = self.house.roster.serving(Role.ASSISTANT_DIRECTOR, books.now)
        return tuple(member.email for member in serving if member.email)

    def _tell(
        self, books: Books, card: Card, mark: str, to: tuple[str, ...], subject: str, text: str
    ) -> None:
        decision = books.decision(card.decision)
        if decision is None:
            return
        for number, address in enumerate(to, start=1):
            action = Action(
                key=action_key(decision.id, ActionKind.MAIL, mark, str(number)),
                kind=ActionKind.MAIL,
                step=Step.ALERT,
                decision=decision.id,
                author=decision.author,
                account=decision.account,
                comment=decision.comment,
                mail=Mail(address, f"{subject}: case {card.case}", text),
            )
            books.append(Intended(action), decision.author)

    # --- Blocks -----------------------------------------------------------------------------------

    def _end_blocks(self, books: Books) -> None:
        authors = {books.author_of(card.case) for card in books.cards() if card.kind is CardKind.BLOCK}
        for author in sorted(one for one in authors if one is not None):
            for block in standing_of(books, author).blocks:
                if block.state is BlockState.ACTIVE and block.until is not None and block.until <= books.now:
                    comment = newest(books, block.decision.comment)
                    write(books, self.house, comment, (_ending(block, self.house.policy.version),))

    # --- The digest -------------------------------------------------------------------------------

    async def _send_digest(self) -> None:
        if self.digest is None or not self.digest.recipients:
            return
        due = self.digest.last_due(self.clock.now())
        period = self.digest.period(due)
        for number, address in enumerate(self.digest.recipients, start=1):
            mark = f"digest:{due:%Y-%m-%d}:{number}"
            numbers, head = await self.ledger.transact(
                functools.partial(self._unsent, mark=mark, period=period)
            )
            if numbers is None:
                continue
            letter = self.draw(numbers, head)
            mail = Mail(address, letter.subject, letter.text, letter.html)
            outcome = await self.mailer.send(mail, mark.replace(":", "-"))
            if isinstance(outcome, Done | AlreadyDone):
                sent = Noted("schedule", "the weekly digest was sent", mark)
                await self.ledger.transact(functools.partial(_append, event=sent))
            log.info("digest", due=due.isoformat(), outcome=type(outcome).__name__)

    def _unsent(
        self, books: Books, mark: str, period: tuple[dt.datetime, dt.datetime]
    ) -> tuple[Numbers | None, str]:
        since, until = period
        events = books.events(since - LOOK_BACK, books.now + TICK)
        sent = any(isinstance(r.event, Noted) and r.event.mark == mark for r in events)
        if sent or not events or events[0].at >= until:  # nothing to tell of before the house began
            return None, ""
        within = (*books.licence_changes(), *(r for r in events if r.at < until))
        return add_up(since, until, within), ":".join(str(part) for part in books.head())


def _append(books: Books, event: Noted) -> None:
    books.append(event)


def _ending(block: Block, version: str) -> Decision:
    done = block.decision
    return Decision(
        id=decision_id(done.comment, done.revision, Step.UNBLOCK, done.id, "term"),
        step=Step.UNBLOCK,
        author=done.author,
        account=done.account,
        comment=done.comment,
        revision=done.revision,
        ground=None,
        severity=Severity.NOTHING,
        clearance=Clearance.AUTOMATIC,
        because="the term of the block has ended",
        clause="every block ends",
        policy_version=version,
    )
