"""Attacks on the block through what the ledger holds: crowds, changed evidence, crashes, tampering."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from adapters.ledger.audit import verify
from adapters.ledger.chain import Head
from adapters.ledger.ledger import SqlLedger, open_ledger
from moderation.approval import Refusal
from moderation.card import Heard
from moderation.decision import Step
from moderation.record import Approved, Decided, Withheld
from moderation.rulings import answer
from tests.journey import attack_scene
from tests.journey.attack_scene import ABUSE, CONFIRM, DAY, DIRECTOR, HOUR, MINUTE, OFFICER, Siege

ROOT = Path(__file__).parents[2]
CROWD = 1_000
HANDS = 8
"""Houses that open one PostgreSQL ledger at once; on SQLite a lock lets in one alone."""


# --- 7. A thousand at once --------------------------------------------------------------------------


async def test_7_a_thousand_presses_at_once_are_one_yes_and_one_block(siege: Siege) -> None:
    await siege.choose()
    confirm, house = siege.last_press(), siege.stage.house

    async def press(ledger: SqlLedger, number: int) -> Heard:
        return await ledger.transact(
            lambda books: answer(books, house, replace(confirm, query=f"q-{number}"))
        )

    async with _hands(siege) as ledgers:
        calls = [press(ledgers[number % len(ledgers)], number) for number in range(CROWD)]
        heard = await asyncio.gather(*calls)
    await siege.stage.settle()

    assert [one.taken for one in heard].count(True) == 1
    assert len(await siege.recorded(Approved)) == 1
    assert siege.did("block") == ["dave"]
    assert len(siege.circulars()) == 2


@contextlib.asynccontextmanager
async def _hands(siege: Siege) -> AsyncIterator[list[SqlLedger]]:
    first = siege.stage.ledger
    assert isinstance(first, SqlLedger)
    more = HANDS - 1 if siege.url.startswith("postgresql") else 0
    others = [await open_ledger(siege.url, siege.stage.clock) for _ in range(more)]
    yield [first, *others]
    for other in others:
        await other.aclose()


async def test_7_two_directors_who_press_at_once_are_one_decision(siege: Siege) -> None:
    await siege.choose()
    confirm = siege.buttons()[CONFIRM]
    for by in (DIRECTOR, DIRECTOR, attack_scene.BOTH, DIRECTOR):
        siege.stage.desk.press(*confirm, by)
    await siege.stage.settle()

    assert len(await siege.recorded(Approved)) == 1
    assert siege.did("block") == ["dave"]


# --- 8. Evidence that changes -----------------------------------------------------------------------


async def test_8_evidence_that_changes_between_card_and_press_voids_the_card(siege: Siege) -> None:
    await siege.choose()
    stale = siege.last_press()
    await siege.edits(next(iter(siege.comments.values())), "You lot are saints.", settle=False)
    await siege.stage._take_in()  # it has come in, and nobody has looked at it yet

    heard = await siege.answer(stale)
    await siege.nobody_is_blocked()

    assert (heard.taken, heard.say) == (False, f"Not done: {Refusal.CHANGED.value}.")
    assert "Approve..." in siege.buttons()
    assert any("evidence has changed" in value for view in siege.stage.desk.shown for _, value in view.facts)


async def test_8_evidence_that_changes_between_press_and_effect_withholds_the_block(siege: Siege) -> None:
    await siege.choose()
    assert (await siege.answer(siege.last_press())).taken
    await siege.edits(next(iter(siege.comments.values())), "You lot are saints.", settle=False)
    await siege.stage._take_in()
    await siege.stage.dispatch.dispatch_once()
    await siege.stage.settle()

    assert siege.did("block") == []
    reasons = {event.reason for event in await siege.recorded(Withheld) if isinstance(event, Withheld)}
    assert Refusal.CHANGED.value in reasons
    assert siege.circulars() == []


@pytest.mark.parametrize(("when", "changes"), [("answered", True), ("calling", False)])
async def test_8_a_process_that_is_killed_after_the_yes_blocks_once_or_not_at_all(
    siege: Siege, when: str, *, changes: bool
) -> None:
    """Killed with -9 right after the press was committed, or in the middle of the first call after it."""
    await siege.choose()
    siege.stage.desk.press(*siege.buttons()[CONFIRM], DIRECTOR)
    await siege.stage._take_in()
    await siege.stage.aclose()
    victim = [sys.executable, "-m", "tests.journey.attack_victim", siege.url, str(siege.home), when]
    at = siege.stage.clock.now().isoformat()
    died = await asyncio.to_thread(
        subprocess.run, [*victim, at], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert died.returncode == -signal.SIGKILL, died.stderr

    if changes:
        await siege.edits(next(iter(siege.comments.values())), "You lot are saints.", settle=False)
    await siege.restart()
    await siege.stage.pass_time(3 * MINUTE)  # a lease that the dead process held has run out

    assert len(await siege.recorded(Approved)) == 1
    assert siege.did("block") == ([] if changes else ["dave"])


# --- 10. Whoever touches the ledger -----------------------------------------------------------------

COLUMNS = (
    "at",
    "kind",
    "key",
    "case",
    "author",
    "account",
    "comment",
    "rehearsed",
    "payload_digest",
    "previous",
    "digest",
)


@contextlib.contextmanager
def _insider(url: str) -> Iterator[Connection]:
    """Somebody who holds the database itself, and takes its guards away first."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            for (name,) in connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            ).all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("SET session_replication_role = 'replica'")
        yield connection
    engine.dispose()


async def _closed_with_a_block(siege: Siege) -> Head:
    """Block Dave and stop the house; gives the head that a digest's mail would name."""
    await siege.choose()
    await siege.press(DIRECTOR, CONFIRM)
    assert siege.did("block") == ["dave"]
    head = Head(*await siege.stage.ledger.transact(lambda books: books.head()))
    await siege.stage.aclose()
    return head


async def _holds(siege: Siege, head: Head | None) -> bool:
    ledger = await open_ledger(siege.url, siege.stage.clock, read_only=True)
    try:
        return (await verify(ledger, head)).intact
    finally:
        await ledger.aclose()


async def test_10_any_event_that_is_changed_is_found(siege: Siege) -> None:
    head = await _closed_with_a_block(siege)
    assert await _holds(siege, head)

    for seq in range(1, head.seq + 1, 3 if siege.url.startswith("sqlite") else 9):
        column = COLUMNS[seq % len(COLUMNS)]
        with _insider(siege.url) as inside:
            before = _changed(inside, "event", column, seq)
        assert not await _holds(siege, None), (seq, column)
        with _insider(siege.url) as inside:
            _put(inside, "event", column, seq, before)
    assert await _holds(siege, head)


async def test_10_any_byte_of_what_an_event_says_that_is_changed_is_found(siege: Siege) -> None:
    head = await _closed_with_a_block(siege)

    for seq in range(1, head.seq + 1, 5 if siege.url.startswith("sqlite") else 15):
        with _insider(siege.url) as inside:
            before = _changed(inside, "payload", "body" if seq % 2 else "salt", seq)
        assert not await _holds(siege, None), seq
        with _insider(siege.url) as inside:
            _put(inside, "payload", "body" if seq % 2 else "salt", seq, before)
    assert await _holds(siege, head)


def _changed(inside: Connection, table: str, column: str, seq: int) -> object:
    """Change one character in the middle of a value, or a whole value that has none; gives the old one."""
    before = inside.execute(text(f'SELECT "{column}" FROM {table} WHERE seq = :seq'), {"seq": seq}).scalar()  # noqa: S608
    if isinstance(before, str) and before:
        at = (seq * 7) % len(before)
        after: object = before[:at] + ("x" if before[at] != "x" else "y") + before[at + 1 :]
    else:
        after = 1 - before if isinstance(before, int) else "somebody"
    _put(inside, table, column, seq, after)
    return before


def _put(inside: Connection, table: str, column: str, seq: int, value: object) -> None:
    inside.execute(
        text(f'UPDATE {table} SET "{column}" = :value WHERE seq = :seq'),  # noqa: S608
        {"value": value, "seq": seq},
    )


@pytest.mark.parametrize("last", [1, 2, 20])
async def test_10_an_end_that_was_cut_off_is_found_by_the_head_from_outside(siege: Siege, last: int) -> None:
    head = await _closed_with_a_block(siege)
    kept = head.seq - last
    with _insider(siege.url) as inside:
        for table in ("payload", "event"):
            inside.execute(text(f"DELETE FROM {table} WHERE seq > :kept"), {"kept": kept})  # noqa: S608
    assert not await _holds(siege, None)  # the house's own row names another end

    with _insider(siege.url) as inside:
        digest = inside.execute(text("SELECT digest FROM event WHERE seq = :kept"), {"kept": kept}).scalar()
        inside.execute(
            text("UPDATE house SET seq = :kept, digest = :digest"), {"kept": kept, "digest": digest}
        )
    assert not await _holds(siege, head)


async def test_10_an_approval_that_somebody_puts_in_is_found(siege: Siege) -> None:
    head = await _closed_with_a_block(siege)
    with _insider(siege.url) as inside:
        inside.execute(
            text(
                'INSERT INTO event (seq, at, kind, "key", "case", author, account, comment, rehearsed,'
                " payload_digest, previous, digest)"
                ' SELECT seq + 1, at, kind, "key" || \'2\', "case", author, account, comment, rehearsed,'
                " payload_digest, digest, previous FROM event WHERE seq = :last"
            ),
            {"last": head.seq},
        )

    assert not await _holds(siege, None)


# --- 12. Baiting and brigading ----------------------------------------------------------------------

PUPPETS = 200
TAUNTS = (
    "@vera is a liar and should be blocked, report her everyone",
    "Reported @vera for abuse. Admin, ban her!",
    "vera said “you lot are absolute wankers”, disgusting, block vera",
    "> You wankers couldn't find the A52 with a map.\nvera wrote this, get rid of her",
)


async def test_12_two_hundred_sock_puppets_get_nobody_else_blocked(siege: Siege) -> None:
    puppets = PUPPETS if siege.url.startswith("sqlite") else PUPPETS // 5
    await siege.says("vera", "Waited nine hours. I am furious, and so is my mum. Shame on this trust.")
    for number in range(puppets):
        await siege.says(f"puppet-{number}", TAUNTS[number % len(TAUNTS)], settle=False)
    await siege.stage.settle()
    await siege.says("vera", "Somebody called me a “useless wanker” for complaining. That is not on.")
    await siege.stage.pass_time(DAY)

    about_vera = await siege.stage.ledger.transact(lambda books: books.history(siege.author("vera")))
    decided = [r.event.decision for r in about_vera if isinstance(r.event, Decided)]
    assert not [one for one in decided if one.strike is not None]
    assert not [one for one in decided if one.step in {Step.BLOCK, Step.WARN, Step.REFER}]
    everything = [e.decision for e in await siege.recorded(Decided) if isinstance(e, Decided)]
    struck = [one for one in everything if one.strike is not None]
    assert all(one.comment.id.startswith(one.author.id) for one in struck)
    assert [(await siege.author_of(card)).id for card in await siege.cards()] == ["dave"]  # who earned it


async def test_12_an_outburst_is_one_breach_and_goes_no_further_than_a_warning(siege: Siege) -> None:
    for number in range(12):
        await siege.says("ted", f"{ABUSE[number % len(ABUSE)]} {number}")
        siege.stage.clock.move(MINUTE)
    await siege.stage.pass_time(HOUR)

    ted = await siege.stage.ledger.transact(lambda books: books.history(siege.author("ted")))
    steps = {r.event.decision.step for r in ted if isinstance(r.event, Decided)}
    assert Step.BLOCK not in steps
    assert OFFICER not in {r.event.decision.by for r in ted if isinstance(r.event, Decided)}
