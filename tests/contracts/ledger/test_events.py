"""Events are written once, in order, exactly, and never changed."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import sqlite3
import threading

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from adapters.ledger import LedgerUnavailableError, SqlLedger, UnknownCaseError, open_ledger, verify
from adapters.ledger.tables import EVENT
from moderation import record
from moderation.card import Audience, Place
from moderation.comment import AuthorRef
from moderation.decision import ActionKey, CaseRef, DecisionId, Done
from moderation.ports import Books
from moderation.record import CommentSeen, Mode, ModeChanged, Noted, Recorded
from moderation.verdict import Verdict
from tests.contracts.ledger import values
from tests.contracts.ledger.values import AUTHOR, AWKWARD, MINUTE, OFFICER, OTHER
from tests.fakes.clock import NOON, FakeClock

SEEN = CommentSeen(values.comment(), "raw")


def _note(mark: str = "m") -> Noted:
    return Noted("somebody", "something", mark)


async def test_an_event_is_written_with_its_number_time_author_and_case(ledger: SqlLedger) -> None:
    await ledger.transact(values.case_for(OTHER))
    await ledger.transact(values.case_for(AUTHOR))

    recorded = await ledger.transact(lambda books: books.append(SEEN))

    assert recorded == Recorded(1, NOON, SEEN, CaseRef("C-2"), AUTHOR, rehearsed=True)


async def test_the_same_event_is_written_once(ledger: SqlLedger) -> None:
    await ledger.transact(lambda books: books.append(SEEN))

    again = await ledger.transact(lambda books: books.append(SEEN))
    within = await ledger.transact(lambda books: (books.append(_note()), books.append(_note())))

    assert again is None
    assert [one is None for one in within] == [False, True]
    assert len(await ledger.transact(lambda books: books.history(AUTHOR))) == 1


async def test_numbers_have_no_holes_even_after_a_failure(ledger: SqlLedger) -> None:
    def fail(books: Books) -> None:
        books.append(_note("lost"))
        raise ZeroDivisionError

    first = await ledger.transact(lambda books: books.append(_note("1")))
    with pytest.raises(ZeroDivisionError):
        await ledger.transact(fail)
    second = await ledger.transact(lambda books: books.append(_note("2")))

    assert first is not None
    assert second is not None
    assert (first.seq, second.seq) == (1, 2)


async def test_an_exception_leaves_nothing_of_the_transaction(ledger: SqlLedger) -> None:
    def fail(books: Books) -> None:
        books.append(SEEN)
        books.case_of(AUTHOR)
        books.move_cursor("source", "9")
        books.put("source", values.arrived())
        books.keep(b"bytes")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await ledger.transact(fail)

    def look(books: Books) -> tuple[object, ...]:
        return (
            books.history(AUTHOR),
            books.comment(SEEN.comment.ref),
            books.author_of(CaseRef("C-1")),
            books.cursor("source"),
            books.waiting(10),
            books.head()[0],
        )

    assert await ledger.transact(look) == ((), None, None, None, (), 0)


async def test_a_half_written_event_undoes_everything_even_if_the_error_is_swallowed(
    ledger: SqlLedger,
) -> None:
    def swallow(books: Books) -> None:
        books.append(_note())
        with pytest.raises(UnknownCaseError):
            books.append(record.Asked(values.card(case="C-99")))

    with pytest.raises(UnknownCaseError, match="C-99"):
        await ledger.transact(swallow)

    assert await ledger.transact(lambda books: books.head()[0]) == 0


@pytest.mark.parametrize(
    "written", [AWKWARD, "", "a" * 100_000, "\\", "\\0;"], ids=lambda one: repr(one)[:12]
)
async def test_any_text_comes_back_exactly(ledger: SqlLedger, written: str) -> None:
    author = AuthorRef(AUTHOR.platform, f"id {written}"[:300])
    seen = CommentSeen(values.comment("id", written, author=author), raw=written)

    await ledger.transact(lambda books: (books.case_of(author), books.append(seen)))

    history = await ledger.transact(lambda books: books.history(author))
    assert [one.event for one in history] == [seen]
    assert history[0].author == author
    assert await ledger.transact(lambda books: books.comment(seen.comment.ref)) == seen.comment
    assert await ledger.transact(lambda books: books.author_of(CaseRef("C-1"))) == author


async def test_texts_that_differ_only_in_what_databases_refuse_are_different_keys(ledger: SqlLedger) -> None:
    marks = [
        "\x00",
        "\\0;",
        "\ud800",
        "\\d800;",
        "\ud83d\ude00",
        "\U0001f600",
        "a" * 900 + "1",
        "a" * 900 + "2",
    ]

    new = [await ledger.transact(lambda books, mark=mark: books.append(_note(mark))) for mark in marks]  # type: ignore[misc]
    again = [await ledger.transact(lambda books, mark=mark: books.append(_note(mark))) for mark in marks]  # type: ignore[misc]

    assert None not in new
    assert set(again) == {None}


async def test_history_holds_only_the_author_s_own_oldest_first(ledger: SqlLedger, clock: FakeClock) -> None:
    mine = [CommentSeen(values.comment(str(number)), "") for number in range(3)]
    for seen in mine:
        clock.advance(-MINUTE)  # the order is that of writing, whatever the clock does
        await ledger.transact(lambda books, seen=seen: books.append(seen))  # type: ignore[misc]
        theirs = CommentSeen(values.comment(f"not {seen.comment.ref.id}", author=OTHER), "")
        await ledger.transact(lambda books, theirs=theirs: books.append(theirs))  # type: ignore[misc]

    history = await ledger.transact(lambda books: books.history(AUTHOR))

    assert [one.event for one in history] == mine
    assert [one.seq for one in history] == [1, 3, 5]


ABOUT_AUTHOR: tuple[record.Event, ...] = (
    record.CommentGone(values.ref()),
    record.EvidenceKept(values.ref(), "photo"),
    record.Judged(Verdict(values.ref(), 0)),
    record.Attempted(ActionKey("a-1"), 1),
    record.Settled(ActionKey("a-1"), 1, Done()),
    record.Withheld(ActionKey("a-1"), "no"),
    record.CardChanged(values.card(version=2)),
    record.Offered(CaseRef("C-1"), Audience.OFFICERS, 1, (values.button(),)),
    record.Shown(CaseRef("C-1"), Audience.OFFICERS, Place("chat", "1"), 1, NOON),
    record.Answered(values.press(), "card-1", "uphold", "", taken=True),
    record.Approved(values.approval()),
    record.Declined(DecisionId("d-1"), OFFICER, "no"),
    record.Ruled(values.ref(), 0, OFFICER, breach=True),
    record.Reversed(values.ref(), 0, OFFICER, "wrong"),
    record.ReferralAnswered(DecisionId("d-1"), "team", "leave be"),
)


@pytest.mark.parametrize("event", ABOUT_AUTHOR, ids=lambda event: type(event).__name__)
async def test_an_event_finds_its_author_and_case_by_itself(ledger: SqlLedger, event: record.Event) -> None:
    def before(books: Books) -> None:
        books.case_of(AUTHOR)
        books.append(SEEN)
        books.append(record.Decided(values.decision()))
        books.append(record.Intended(values.action()))
        books.append(record.Asked(values.card()))

    await ledger.transact(before)

    recorded = await ledger.transact(lambda books: books.append(event))

    assert recorded is not None
    assert (recorded.author, recorded.case) == (AUTHOR, "C-1")
    assert (await ledger.transact(lambda books: books.history(AUTHOR)))[-1] == recorded


@pytest.mark.parametrize("event", [_note(), ABOUT_AUTHOR[0]], ids=["note", "unknown comment"])
async def test_an_author_that_is_given_counts_where_the_event_names_none(
    ledger: SqlLedger, event: record.Event
) -> None:
    recorded = await ledger.transact(lambda books: books.append(event, OTHER))

    assert recorded is not None
    assert recorded.author == OTHER
    assert await ledger.transact(lambda books: books.history(OTHER)) == (recorded,)


async def test_an_event_about_nobody_has_neither_author_nor_case(ledger: SqlLedger) -> None:
    recorded = await ledger.transact(lambda books: books.append(record.PolicySet("2", "operator")))

    assert recorded is not None
    assert (recorded.author, recorded.case) == (None, None)


async def test_a_period_holds_its_beginning_and_not_its_end(ledger: SqlLedger, clock: FakeClock) -> None:
    for mark in ("before", "first", "last", "after"):
        await ledger.transact(lambda books, mark=mark: books.append(_note(mark)))  # type: ignore[misc]
        clock.advance(MINUTE)

    found = await ledger.transact(lambda books: books.events(NOON + MINUTE, NOON + 3 * MINUTE))

    assert [one.event for one in found] == [_note("first"), _note("last")]


async def test_a_period_may_be_given_in_any_time_zone_and_reach_back_to_the_beginning(
    ledger: SqlLedger,
) -> None:
    await ledger.transact(lambda books: books.append(_note()))
    east = dt.timezone(dt.timedelta(hours=5))

    found = await ledger.transact(
        lambda books: books.events(dt.datetime.min.replace(tzinfo=dt.UTC), (NOON + MINUTE).astimezone(east))
    )

    assert [one.event for one in found] == [_note()]


MODES: tuple[tuple[Mode | None, bool], ...] = (
    (None, True),
    (Mode.PAUSED, True),
    (Mode.ACTIVE, False),
    (Mode.PAUSED, False),  # a pause of an active house is no rehearsal
    (Mode.PAUSED, False),
    (Mode.REHEARSAL, True),
    (Mode.PAUSED, True),
    (Mode.ACTIVE, False),
)


async def test_an_event_is_rehearsed_unless_the_house_was_active_or_interrupted_in_that(
    ledger: SqlLedger,
) -> None:
    def live(books: Books) -> list[tuple[bool, bool, Mode]]:
        told = []
        for number, (mode, _) in enumerate(MODES):
            if mode is not None:
                books.append(ModeChanged(mode, "operator", "", f"change {number}"))
            recorded = books.append(_note(f"{number}"))
            told.append((recorded is not None and recorded.rehearsed, books.rehearsing, books.mode()))
        return told

    expected = [(rehearsed, rehearsed, mode or Mode.REHEARSAL) for mode, rehearsed in MODES]
    assert await ledger.transact(live) == expected
    kept = await ledger.transact(lambda books: books.events(NOON, NOON + MINUTE))
    notes = [one.rehearsed for one in kept if isinstance(one.event, Noted)]
    assert notes == [rehearsed for _, rehearsed in MODES]
    assert (await verify(ledger)).intact


async def test_the_clock_is_asked_once_for_each_transaction(ledger: SqlLedger, clock: FakeClock) -> None:
    def slow(books: Books) -> tuple[dt.datetime, Recorded | None]:
        began = books.now
        clock.advance(MINUTE)
        return began, books.append(_note())

    began, recorded = await ledger.transact(slow)

    assert recorded is not None
    assert (began, recorded.at) == (NOON, NOON)


async def test_books_are_of_no_use_after_their_transaction(ledger: SqlLedger) -> None:
    taken_away = await ledger.transact(lambda books: books)

    with pytest.raises(LedgerUnavailableError, match="over"):
        taken_away.append(_note())
    with pytest.raises(LedgerUnavailableError, match="over"):
        taken_away.history(AUTHOR)


async def test_work_that_runs_out_of_an_iterator_does_not_hang(ledger: SqlLedger) -> None:
    nothing: list[int] = []

    with pytest.raises(RuntimeError, match="iterator"):
        await ledger.transact(lambda books: books.append(_note()) and next(iter(nothing)))

    assert await ledger.transact(lambda books: books.head()[0]) == 0


async def test_what_has_begun_is_finished_though_nobody_waits_for_it(ledger: SqlLedger) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(books: Books) -> None:
        begun.set()
        go_on.wait(10)
        books.append(_note())

    waiting = asyncio.create_task(ledger.transact(slow))
    await asyncio.to_thread(begun.wait, 10)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    go_on.set()

    assert await ledger.transact(lambda books: books.head()[0]) == 1


async def test_a_key_holds_nothing_of_what_a_team_advised(ledger: SqlLedger) -> None:
    advice = record.ReferralAnswered(DecisionId("d-1"), "team", "the patient has dementia")
    await ledger.transact(lambda books: books.append(advice, AUTHOR))

    (row,) = await ledger.run(lambda transaction: transaction.execute(EVENT.select()).all())

    assert "dementia" not in str(row)
    assert await ledger.transact(lambda books: books.append(advice, AUTHOR)) is None


CHANGES = (
    "UPDATE event SET at = '2020'",
    "UPDATE event SET rehearsed = 0",
    "DELETE FROM event",
    "UPDATE payload SET body = 'other'",
    "UPDATE payload SET erased_at = '2020'",
    "UPDATE payload SET body = NULL, erased_at = '2020'",
    "DELETE FROM payload",
)


@pytest.mark.parametrize("statement", CHANGES)
async def test_what_happened_is_never_changed(ledger: SqlLedger, intruder: Engine, statement: str) -> None:
    await ledger.transact(lambda books: books.append(SEEN))

    with intruder.connect() as connection, pytest.raises(DBAPIError, match="only grows"):
        connection.execute(text(statement))

    assert len(await ledger.transact(lambda books: books.history(AUTHOR))) == 1


@pytest.mark.postgres
@pytest.mark.parametrize("table", ["event", "payload"])
async def test_a_table_of_what_happened_is_never_emptied(
    postgres_url: str, clock: FakeClock, table: str
) -> None:
    ledger = await open_ledger(postgres_url, clock)
    await ledger.transact(lambda books: books.append(SEEN))
    await ledger.aclose()
    dsn = postgres_url.replace("+psycopg", "")

    with psycopg.connect(dsn) as bare, pytest.raises(psycopg.errors.RaiseException, match="only grows"):
        bare.execute(f"TRUNCATE {table} CASCADE".encode())


@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE", "INSERT"])
@pytest.mark.parametrize("seq", ["seq", "seq + 1", "seq + 5"])
async def test_sqlite_replaces_no_event(sqlite_url: str, clock: FakeClock, verb: str, seq: str) -> None:
    ledger = await open_ledger(sqlite_url, clock)
    await ledger.transact(lambda books: books.append(SEEN))
    columns = "at, kind, key, author, rehearsed, payload_digest, previous, digest"
    statement = text(f"{verb} INTO event (seq, {columns}) SELECT {seq}, {columns} FROM event")  # noqa: S608

    with (
        contextlib.closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as bare,
        pytest.raises(sqlite3.IntegrityError, match="only grows"),
    ):
        bare.execute(statement.text)
    await ledger.aclose()
