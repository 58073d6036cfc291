"""What is erased is gone for good, and the chain still proves that it was there."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from adapters.ledger import SqlLedger, StillNeededError, erase, erasure, open_ledger, verify
from moderation import record
from moderation.ports import Books
from moderation.record import EvidenceKept, Noted
from tests.contracts.ledger import values
from tests.contracts.ledger.insider import LAST, unguarded
from tests.contracts.ledger.values import AUTHOR, AWKWARD
from tests.fakes.clock import NOON, FakeClock


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


async def test_when_it_was_erased_cannot_be_changed(kept: SqlLedger, intruder: Engine) -> None:
    await _erase(kept, 3)
    with unguarded(intruder) as connection:
        connection.execute(text("UPDATE payload SET erased_at = '2020' WHERE seq = 3"))

    report = await verify(kept)

    assert (report.intact, report.broken_at) == (False, 3)


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
