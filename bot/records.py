"""What the command line reads from the ledger while the bot may be running."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import pathlib
from collections import Counter
from typing import Any

from rich.table import Table

from bot.casefile import Line, tell
from bot.replay import Replay, replay
from bot.schedule import Letter
from bot.wiring.ledgers import reading, verify, writing
from bot.wiring.parts import declared, digest_letter
from moderation.casework import House
from moderation.comment import AccountRef
from moderation.decision import CaseRef
from moderation.digest import add_up
from moderation.policy import Policy
from moderation.ports import Abilities, Books
from moderation.record import CommentSeen, Mode, ModeChanged, Recorded
from moderation.roster import Roster

BEGINNING = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def everything(books: Books) -> tuple[Recorded, ...]:
    """The whole ledger, oldest first."""
    return books.events(BEGINNING, books.now + dt.timedelta(days=36500))


async def case(url: str, policy: Policy, roster: Roster, reference: str) -> tuple[Line, ...] | None:
    """A case's lines, or None where there is no such case."""
    async with reading(url) as ledger:

        def look(books: Books) -> tuple[Recorded, ...] | None:
            author = books.author_of(CaseRef(reference))
            return books.history(author) if author else None

        history = await ledger.transact(look)
    return None if history is None else tell(history, policy, roster)


async def replayed(url: str, policy: Policy) -> Replay:
    """The whole ledger under another policy."""
    async with reading(url) as ledger:
        events = await ledger.transact(everything)
    accounts: set[AccountRef] = {r.event.comment.account for r in events if isinstance(r.event, CommentSeen)}
    return replay(events, policy, Abilities({account: declared(account.platform) for account in accounts}))


def table(replayed_: Replay) -> Table:
    """What would have been decided differently."""
    drawn = Table(title="Decided differently", box=None, pad_edge=False, title_justify="left")
    for column in ("When (UTC)", "Case", "Then", "Under the other policy"):
        drawn.add_column(column)
    for difference in replayed_.differences:
        then, now = Counter(difference.then), Counter(difference.now)
        drawn.add_row(
            f"{difference.at:%Y-%m-%d %H:%M}",
            difference.case,
            ", ".join(sorted((then - now).elements())) or "nothing more",
            ", ".join(sorted((now - then).elements())) or "nothing more",
        )
    return drawn


def as_data(replayed_: Replay) -> dict[str, Any]:
    """A replay for machines."""
    return {
        "judged": replayed_.judged,
        "steps_then": dict(replayed_.steps_then),
        "steps_now": dict(replayed_.steps_now),
        "differences": [
            {**dataclasses.asdict(d), "at": d.at.isoformat(), "comment": str(d.comment)}
            for d in replayed_.differences
        ],
    }


async def preview(
    url: str, policy: Policy, roster: Roster, folder: pathlib.Path, until: dt.datetime | None
) -> tuple[pathlib.Path, ...]:
    """Write a week's digest into a folder."""
    async with reading(url) as ledger:
        events, head = await ledger.transact(lambda books: (everything(books), books.head()))
    end = until or (events[-1].at + dt.timedelta(seconds=1) if events else BEGINNING)
    house = House(policy, roster, Abilities({}))
    letter = digest_letter(house)(add_up(end - dt.timedelta(days=7), end, events), f"{head[0]}:{head[1]}")
    return await asyncio.to_thread(_write, folder, letter)


def _write(folder: pathlib.Path, letter: Letter) -> tuple[pathlib.Path, ...]:
    folder.mkdir(parents=True, exist_ok=True)
    html, text = folder / "digest.html", folder / "digest.txt"
    html.write_text(letter.html, encoding="utf-8")
    text.write_text(letter.text, encoding="utf-8")
    return html, text


async def set_mode(url: str, mode: Mode, why: str) -> str:
    """Change the mode at the operator's word."""
    async with writing(url) as ledger:

        def change(books: Books) -> None:
            books.append(ModeChanged(mode, "operator", why, f"cli:{books.now.isoformat()}"))

        await ledger.transact(change)
    return f"The mode is {mode} now."


async def verified(url: str, head: str) -> tuple[bool, str]:
    """Whether the chain holds, and what to say about it."""
    return await verify(url, head)
