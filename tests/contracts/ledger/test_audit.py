"""Whatever an insider does to the ledger past the program, the audit finds, and says where."""

# ruff: noqa: S608 - an insider writes SQL as it comes
from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text

from adapters.ledger import (
    Head,
    SqlLedger,
    StillNeededError,
    chain,
    erase,
    erasure,
    head,
    head_of,
    open_ledger,
    raise_epoch,
    verify,
)
from moderation import record
from moderation.ports import Books
from moderation.record import EvidenceKept, Mode, ModeChanged, Noted
from tests.contracts.ledger import values
from tests.contracts.ledger.values import AUTHOR, AWKWARD
from tests.fakes.clock import NOON, FakeClock

LAST = 9


@pytest.fixture
async def kept(ledger: SqlLedger, clock: FakeClock) -> SqlLedger:
    """A ledger of nine events."""

    def write(books: Books) -> None:
        books.case_of(AUTHOR)
        books.append(record.CommentSeen(values.comment(text=AWKWARD), "raw"))
        books.append(ModeChanged(Mode.ACTIVE, "operator", "", "m"))
        books.append(record.Decided(values.decision()))
        books.append(record.Intended(values.action()))
        for number in range(LAST - 4):
            books.append(Noted("somebody", f"note {number}", f"{number}"))

    await ledger.transact(write)
    clock.advance(values.MINUTE)
    return ledger


@contextlib.contextmanager
def _unguarded(intruder: Engine) -> Iterator[Connection]:
    """An insider takes the guards away first."""
    with intruder.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in names.all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("SET session_replication_role = 'replica'")
        yield connection


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
    with _unguarded(intruder) as connection:
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
    with _unguarded(intruder) as connection:
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
    with _unguarded(intruder) as connection:
        _cut(connection, LAST - 2)

    alone, with_head = await verify(kept), await verify(kept, known)

    assert alone.intact  # nobody can tell from within
    assert (with_head.intact, with_head.broken_at) == (False, LAST - 1)
    assert "cut off" in with_head.wrong


async def test_a_tail_that_was_written_anew_is_found_with_a_head_from_outside(
    kept: SqlLedger, intruder: Engine
) -> None:
    known = await head(kept)
    with _unguarded(intruder) as connection:
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


# --- Erasing ------------------------------------------------------------------------------------------------


async def _erase(ledger: SqlLedger, *seqs: int) -> int:
    return await erase(ledger, seqs, by="retention", why="the period is over")


async def test_what_is_erased_is_gone_and_the_chain_holds(kept: SqlLedger, intruder: Engine) -> None:
    assert await _erase(kept, 1, 3) == 2

    with intruder.connect() as connection:
        rows = connection.execute(text("SELECT seq, salt, body, erased_at FROM payload WHERE seq IN (1, 3)"))
        assert [tuple(row) for row in rows] == [
            (seq, "", None, "2026-06-01T12:01:00.000000+00:00") for seq in (1, 3)
        ]
    report = await verify(kept)
    assert (report.intact, report.erased) == (True, 2)


async def test_history_leaves_out_what_is_erased(kept: SqlLedger) -> None:
    await _erase(kept, 1, 3)

    history = await kept.transact(lambda books: books.history(AUTHOR))
    assert [one.seq for one in history] == [4]
    told = await kept.transact(lambda books: books.events(NOON, NOON + values.MINUTE))
    assert [one.seq for one in told] == [2, *range(4, LAST + 1)]
    assert await kept.transact(lambda books: books.comment(values.ref())) is None
    assert await kept.transact(lambda books: books.nearby(values.comment(), NOON, 5)) == ()
    assert await kept.transact(lambda books: books.decision(values.decision().id)) is None


async def test_the_erasure_is_on_record_with_who_and_why(kept: SqlLedger) -> None:
    await _erase(kept, 1, 3, 5, 6, 7)

    (note,) = await kept.transact(lambda books: books.events(NOON + values.MINUTE, NOON + 2 * values.MINUTE))
    assert isinstance(note.event, Noted)
    assert (note.event.by, note.event.text) == ("retention", "erased 1 3 5-7: the period is over")
    assert list(erasure.told(note.event.text)) == [1, 3, 5, 6, 7]


async def test_what_was_erased_before_is_passed_over(kept: SqlLedger) -> None:
    await _erase(kept, 1)

    assert await _erase(kept, 1, 99) == 0
    assert await _erase(kept) == 0
    assert await _erase(kept, 1, 3) == 1
    assert (await verify(kept)).intact


async def test_an_event_that_was_erased_is_not_written_again(kept: SqlLedger) -> None:
    await _erase(kept, 1)

    seen = record.CommentSeen(values.comment(text=AWKWARD), "raw")
    assert await kept.transact(lambda books: books.append(seen)) is None


async def test_an_action_that_is_still_to_be_done_is_not_erased(kept: SqlLedger) -> None:
    with pytest.raises(StillNeededError, match="event 4"):
        await _erase(kept, 3, 4)
    assert (await verify(kept)).erased == 0

    await kept.transact(lambda books: books.append(record.Withheld(values.action().key, "no")))

    assert await _erase(kept, 3, 4) == 2


async def test_a_note_of_an_erasure_is_not_erased(kept: SqlLedger) -> None:
    await _erase(kept, 1)

    with pytest.raises(StillNeededError, match=f"event {LAST + 1}"):
        await _erase(kept, LAST + 1)


async def test_many_are_erased_at_once(ledger: SqlLedger) -> None:
    await ledger.transact(lambda books: [books.append(Noted("a", "b", f"{n}")) for n in range(1200)])

    assert await _erase(ledger, *range(1, 1201)) == 1200
    assert (await verify(ledger)).intact


async def test_bytes_go_with_the_last_event_that_rests_on_them(ledger: SqlLedger) -> None:
    def keep(books: Books) -> str:
        digest = books.keep(b"a picture")
        for name in ("one", "two"):
            books.append(EvidenceKept(values.ref(name), "m", digest, 9))
        return digest

    digest = await ledger.transact(keep)
    await _erase(ledger, 1)
    assert await ledger.transact(lambda books: books.kept(digest)) == b"a picture"
    await _erase(ledger, 2)

    assert await ledger.transact(lambda books: books.kept(digest)) == b""


def _beside(file: Path) -> list[Path]:
    return list(file.parent.iterdir())


async def test_what_is_erased_is_nowhere_in_the_file(
    sqlite_url: str, sqlite_file: Path, clock: FakeClock
) -> None:
    secret = "somebody-s-own-words-" * 40
    ledger = await open_ledger(sqlite_url, clock)
    await ledger.transact(lambda books: books.append(record.CommentSeen(values.comment(text=secret), secret)))
    await _erase(ledger, 1)
    await ledger.aclose()

    written = {file.name: file.read_bytes() for file in _beside(sqlite_file)}
    assert [name for name, content in written.items() if b"somebody-s-own" in content] == []


async def test_a_mode_whose_event_was_erased_is_not_held_against_the_house(kept: SqlLedger) -> None:
    await _erase(kept, 2)

    assert (await verify(kept)).intact


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
