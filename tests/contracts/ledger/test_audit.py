"""Whatever an insider does to the ledger past the program, the audit finds, and says where."""

# ruff: noqa: S608 - an insider writes SQL as it comes
from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text

from adapters.ledger import Head, SqlLedger, chain, head, head_of, open_ledger, raise_epoch, verify
from moderation.record import Noted
from tests.contracts.ledger.insider import LAST, unguarded
from tests.fakes.clock import FakeClock


async def test_a_ledger_that_nobody_touched_is_intact(kept: SqlLedger) -> None:
    report = await verify(kept)

    assert report.intact
    assert (report.holds_to, report.erased, report.wrong) == (LAST, 0, "")
    assert report.head == await head(kept)
    assert await kept.transact(lambda books: books.head()) == (report.head.seq, report.head.digest)


async def test_an_empty_ledger_is_intact(ledger: SqlLedger) -> None:
    report = await verify(ledger)

    assert report.intact
    assert report.head == Head(0, chain.BEGINNING)


async def test_it_is_followed_stretch_by_stretch(kept: SqlLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.ledger.audit._AT_ONCE", 2)

    assert (await verify(kept)).intact


COLUMNS = {
    "at": "'2026-06-01T12:00:00.000001+00:00'",
    "kind": "'Judged'",
    "key": "'other'",
    "case": "'C-2'",
    "author": "'sandbox:8'",
    "account": "'sandbox:careers'",
    "comment": "NULL",
    "rehearsed": "2",
    "payload_digest": f"'{'a' * 64}'",
    "previous": f"'{'b' * 64}'",
    "digest": f"'{'c' * 64}'",
}


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("seq", [1, 4, LAST])
async def test_a_change_of_any_column_is_found(
    kept: SqlLedger, intruder: Engine, column: str, seq: int
) -> None:
    value = "'x'" if column == "comment" and seq == LAST else COLUMNS[column]
    with unguarded(intruder) as connection:
        connection.execute(text(f'UPDATE event SET "{column}" = {value} WHERE seq = {seq}'))

    report = await verify(kept)

    assert not report.intact
    assert report.broken_at in {seq, seq + 1}
    assert report.holds_to == report.broken_at - 1 if report.broken_at else False


ENVELOPE = "INSERT INTO event (seq, at, kind, key, rehearsed, payload_digest, previous, digest)"
ATTACKS: dict[str, tuple[int, tuple[str, ...]]] = {
    "a payload is changed": (
        6,
        ("UPDATE payload SET body = replace(body, 'note 1', 'note !') WHERE seq = 6",),
    ),
    "a payload grows by a blank": (6, ("UPDATE payload SET body = body || ' ' WHERE seq = 6",)),
    "a salt is changed": (3, ("UPDATE payload SET salt = 'a' WHERE seq = 3",)),
    "a payload is gone": (3, ("DELETE FROM payload WHERE seq = 3",)),
    "a payload is emptied": (3, ("UPDATE payload SET body = NULL WHERE seq = 3",)),
    "a payload claims to be erased": (3, ("UPDATE payload SET erased_at = '2026' WHERE seq = 3",)),
    "a salt is left behind": (3, ("UPDATE payload SET body = NULL, erased_at = '2026' WHERE seq = 3",)),
    "a payload is erased without a note": (
        3,
        ("UPDATE payload SET body = NULL, salt = '', erased_at = '2026' WHERE seq = 3",),
    ),
    "a payload has no event": (77, ("INSERT INTO payload (seq, salt, body) VALUES (77, '', '{}')",)),
    "an event is gone": (4, ("DELETE FROM event WHERE seq = 4",)),
    "the first event is gone": (1, ("DELETE FROM event WHERE seq = 1",)),
    "the last event is gone": (LAST, (f"DELETE FROM event WHERE seq = {LAST}",)),
    "everything is gone": (1, ("DELETE FROM event",)),
    "two events change places": (
        6,
        (
            "UPDATE event SET seq = -7 WHERE seq = 6",
            "UPDATE event SET seq = 6 WHERE seq = 7",
            "UPDATE event SET seq = 7 WHERE seq = -7",
        ),
    ),
    "an event is put in before the first": (0, (f"{ENVELOPE} VALUES (0, '', '', 'x', 1, '', '', '')",)),
    "an event is put in after the last": (
        LAST + 1,
        (f"{ENVELOPE} SELECT seq + 1, at, kind, 'x', 1, '', digest, 'd' FROM event WHERE seq = {LAST}",),
    ),
    "an event is put in far away": (LAST + 1, (f"{ENVELOPE} VALUES (500, '', '', 'x', 1, '', '', '')",)),
    "the house forgets an event": (LAST, (f"UPDATE house SET seq = {LAST - 1}",)),
    "the house names another digest": (LAST + 1, ("UPDATE house SET digest = 'd'",)),
    "the house changes its mode in silence": (LAST, ("UPDATE house SET mode = 'paused'",)),
    "the house claims another epoch": (LAST, ("UPDATE house SET epoch = 3",)),
}


@pytest.mark.parametrize("attack", ATTACKS)
async def test_an_attack_is_found_where_it_was_made(kept: SqlLedger, intruder: Engine, attack: str) -> None:
    where, statements = ATTACKS[attack]
    with unguarded(intruder) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)

    report = await verify(kept)

    assert not report.intact
    assert report.broken_at == where
    assert report.wrong


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET account = CAST('x' AS BLOB) WHERE seq = 1",
        "UPDATE event SET at = CAST(x'ff' AS TEXT) WHERE seq = 1",
        "UPDATE payload SET body = CAST(body AS BLOB) WHERE seq = 1",
    ],
)
async def test_bytes_in_the_place_of_text_are_found(
    sqlite_url: str, sqlite_file: Path, clock: FakeClock, statement: str
) -> None:
    ledger = await open_ledger(sqlite_url, clock)
    await ledger.transact(lambda books: [books.append(Noted("a", "b", f"{n}")) for n in range(3)])
    with contextlib.closing(sqlite3.connect(sqlite_file, isolation_level=None)) as bare:
        for (name,) in bare.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            bare.execute(f"DROP TRIGGER {name}")
        bare.execute(statement)

    report = await verify(ledger)

    assert (report.intact, report.broken_at) == (False, 1)
    await ledger.aclose()


@pytest.mark.parametrize("seq", [1, 4])
async def test_a_forger_who_knows_how_digests_are_made_breaks_the_next_link(
    kept: SqlLedger, intruder: Engine, seq: int
) -> None:
    with unguarded(intruder) as connection:
        row = connection.execute(text(f"SELECT * FROM event WHERE seq = {seq}")).mappings().one()
        forged = {**row, "author": "sandbox:666"}
        forged["digest"] = chain.link(forged)
        connection.execute(
            text(f"UPDATE event SET author = :author, digest = :digest WHERE seq = {seq}").bindparams(
                author=forged["author"], digest=forged["digest"]
            )
        )

    report = await verify(kept)

    assert (report.intact, report.broken_at, report.holds_to) == (False, seq + 1, seq)


# --- What only a head from outside can show ---------------------------------------------------------------


def _cut(connection: Connection, to: int) -> None:
    """Cut off the tail, and make the house agree."""
    connection.execute(text(f"DELETE FROM payload WHERE seq > {to}"))
    connection.execute(text(f"DELETE FROM event WHERE seq > {to}"))
    connection.execute(
        text(f"UPDATE house SET seq = {to}, digest = (SELECT digest FROM event WHERE seq = {to})")
    )


async def test_a_tail_that_was_cut_off_is_found_with_a_head_from_outside(
    kept: SqlLedger, intruder: Engine
) -> None:
    known = await head(kept)
    with unguarded(intruder) as connection:
        _cut(connection, LAST - 2)

    alone, with_head = await verify(kept), await verify(kept, known)

    assert alone.intact  # nobody can tell from within
    assert (with_head.intact, with_head.broken_at) == (False, LAST - 1)
    assert "cut off" in with_head.wrong


async def test_a_tail_that_was_written_anew_is_found_with_a_head_from_outside(
    kept: SqlLedger, intruder: Engine
) -> None:
    known = await head(kept)
    with unguarded(intruder) as connection:
        _cut(connection, LAST - 1)
    await kept.transact(lambda books: books.append(Noted("somebody", "something nicer", "new")))
    await kept.transact(lambda books: books.append(Noted("somebody", "and more", "newer")))

    alone, with_head = await verify(kept), await verify(kept, known)

    assert alone.intact
    assert (with_head.intact, with_head.broken_at) == (False, LAST)


async def test_a_ledger_that_has_only_grown_holds_to_an_old_head(kept: SqlLedger) -> None:
    known = await head(kept)
    await kept.transact(lambda books: books.append(Noted("somebody", "more", "new")))

    assert (await verify(kept, known)).intact


def test_a_head_is_read_as_it_is_written() -> None:
    known = Head(12, "ab" * 32)

    assert head_of(f" {known}\n") == known


@pytest.mark.parametrize("nonsense", ["", "12", "12:", ":" + "a" * 64, "12:abc", "x:" + "a" * 64])
def test_what_is_no_head_is_refused(nonsense: str) -> None:
    with pytest.raises(ValueError, match="a head is"):
        head_of(nonsense)


async def test_a_restore_keeps_the_ledger_intact(kept: SqlLedger) -> None:
    await raise_epoch(kept, "restored")

    assert (await verify(kept)).intact


async def test_the_bot_may_go_on_writing_meanwhile(kept: SqlLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.ledger.audit._AT_ONCE", 1)

    async def write() -> None:
        for number in range(20):
            await kept.transact(lambda books, n=number: books.append(Noted("bot", "meanwhile", f"+{n}")))  # type: ignore[misc]

    report, _ = await asyncio.gather(verify(kept), write())

    assert report.intact
    assert report.holds_to == (await head(kept)).seq == LAST + 20
