"""What arrives is taken in once, worked through in order, and set aside rather than lost."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import Engine, text

from adapters.ledger import SqlLedger, raise_epoch
from moderation.arrival import Gone, Item, Noticed, Unreadable
from moderation.ports import Books
from moderation.record import EpochRaised, Mode, ModeChanged, Quarantined
from tests.contracts.ledger import values
from tests.contracts.ledger.values import AWKWARD
from tests.fakes.clock import NOON

ITEMS: tuple[Item, ...] = (
    values.arrived("arrived"),
    Gone("gone", values.ref(), "raw"),
    Noticed("noticed", AWKWARD, "raw"),
    Unreadable("unreadable", "no idea", AWKWARD),
    values.pressed("pressed"),
    values.ordered("ordered"),
)


def _put(*items: Item, source: str = "source"):  # type: ignore[no-untyped-def]  # noqa: ANN202
    return lambda books: [books.put(source, item) for item in items]


async def _waiting(ledger: SqlLedger, limit: int = 100) -> list[Item]:
    return [one.item for one in await ledger.transact(lambda books: books.waiting(limit))]


async def test_a_cursor_is_none_until_it_moves_and_each_source_has_its_own(ledger: SqlLedger) -> None:
    before = await ledger.transact(lambda books: books.cursor("a"))
    await ledger.transact(lambda books: books.move_cursor("a", "1"))
    await ledger.transact(lambda books: books.move_cursor("b", AWKWARD))
    await ledger.transact(lambda books: books.move_cursor("a", "2"))

    assert before is None
    assert await ledger.transact(lambda books: (books.cursor("a"), books.cursor("b"))) == ("2", AWKWARD)


async def test_an_item_is_taken_in_once_for_each_source(ledger: SqlLedger) -> None:
    first = await ledger.transact(_put(values.arrived(), values.arrived()))
    again = await ledger.transact(_put(values.arrived()))
    elsewhere = await ledger.transact(_put(values.arrived(), source="other"))

    assert (first, again, elsewhere) == ([True, False], [False], [True])


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: type(item).__name__)
async def test_an_item_comes_back_as_it_came(ledger: SqlLedger, item: Item) -> None:
    await ledger.transact(_put(item))

    (waiting,) = await ledger.transact(lambda books: books.waiting(5))
    assert (waiting.source, waiting.item) == ("source", item)


async def test_presses_and_commands_go_first_and_then_everything_in_order(ledger: SqlLedger) -> None:
    await ledger.transact(_put(*ITEMS))

    assert await _waiting(ledger) == [ITEMS[4], ITEMS[5], *ITEMS[:4]]
    assert await _waiting(ledger, 1) == [ITEMS[4]]


async def test_what_is_finished_waits_no_longer_leaves_no_text_and_does_not_come_again(
    ledger: SqlLedger, intruder: Engine
) -> None:
    await ledger.transact(_put(values.arrived()))
    (waiting,) = await ledger.transact(lambda books: books.waiting(5))

    await ledger.transact(lambda books: books.finish(waiting.id))

    assert await _waiting(ledger) == []
    assert await ledger.transact(_put(values.arrived())) == [False]
    with intruder.connect() as connection:
        assert connection.execute(text("SELECT body FROM inbox")).scalar_one() is None


async def test_an_item_says_how_often_it_was_handed_out_before(ledger: SqlLedger) -> None:
    await ledger.transact(_put(values.arrived("a")))
    tries = []
    for _ in range(3):
        (waiting,) = await ledger.transact(lambda books: books.waiting(5))
        tries.append(waiting.tries)

    assert tries == [0, 1, 2]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: type(item).__name__)
async def test_what_is_set_aside_is_kept_as_it_came(ledger: SqlLedger, item: Item) -> None:
    await ledger.transact(_put(item))
    (waiting,) = await ledger.transact(lambda books: books.waiting(5))

    await ledger.transact(lambda books: books.set_aside(waiting.id, "broke 3 times"))
    await ledger.transact(lambda books: books.set_aside(waiting.id, "again"))

    kept = await ledger.transact(lambda books: books.events(NOON, NOON + values.MINUTE))
    assert [one.event for one in kept] == [Quarantined("source", item.key, "broke 3 times", item.raw)]
    assert await _waiting(ledger) == []


async def test_an_item_of_another_version_is_set_aside_and_holds_nothing_up(
    ledger: SqlLedger, intruder: Engine
) -> None:
    await ledger.transact(_put(values.pressed(), values.arrived()))
    with intruder.begin() as connection:
        connection.execute(
            text("UPDATE inbox SET kind = 'Telepathy', body = '{\"a\": 1}' WHERE kind = 'Pressed'")
        )

    assert await _waiting(ledger) == [values.arrived()]

    (kept,) = await ledger.transact(lambda books: books.events(NOON, NOON + values.MINUTE))
    assert isinstance(kept.event, Quarantined)
    assert (kept.event.item, kept.event.raw) == ("p-1", '{"a": 1}')


# --- Bytes ------------------------------------------------------------------------------------------------


async def test_bytes_are_kept_once_under_their_digest(ledger: SqlLedger) -> None:
    content = bytes(range(256)) * 100

    names = await ledger.transact(lambda books: (books.keep(content), books.keep(content), books.keep(b"")))

    assert names[0] == names[1] == hashlib.sha256(content).hexdigest()
    assert await ledger.transact(lambda books: books.kept(names[0])) == content
    assert await ledger.transact(lambda books: (books.kept(names[2]), books.kept("?"))) == (b"", b"")


# --- The house --------------------------------------------------------------------------------------------


async def test_a_house_rehearses_until_somebody_says_otherwise(ledger: SqlLedger) -> None:
    def change(books: Books) -> list[Mode]:
        modes = [books.mode()]
        for mode in (Mode.ACTIVE, Mode.PAUSED, Mode.REHEARSAL):
            books.append(ModeChanged(mode, "operator", "", mode))
            modes.append(books.mode())
        return modes

    modes = await ledger.transact(change)
    await ledger.transact(lambda books: books.append(ModeChanged(Mode.PAUSED, "operator", "", "last")))
    modes.append(await ledger.transact(lambda books: books.mode()))

    assert modes == [Mode.REHEARSAL, Mode.ACTIVE, Mode.PAUSED, Mode.REHEARSAL, Mode.PAUSED]


@pytest.mark.parametrize("nonsense", ["", "ACTIVE", "on", "activ"])
async def test_a_mode_that_nobody_knows_is_rehearsal(
    ledger: SqlLedger, intruder: Engine, nonsense: str
) -> None:
    await ledger.transact(lambda books: books.append(ModeChanged(Mode.ACTIVE, "operator", "", "1")))
    with intruder.begin() as connection:
        connection.execute(text("UPDATE house SET mode = :mode").bindparams(mode=nonsense))

    assert await ledger.transact(lambda books: books.mode()) is Mode.REHEARSAL
    recorded = await ledger.transact(lambda books: books.append(Quarantined("s", "i", "r", "")))
    assert recorded is not None
    assert recorded.rehearsed


async def test_every_restore_raises_the_epoch(ledger: SqlLedger) -> None:
    epochs = [await ledger.transact(lambda books: books.epoch)]
    epochs += [await raise_epoch(ledger, "restored"), await raise_epoch(ledger, "restored")]
    await ledger.transact(lambda books: books.append(EpochRaised(0, "an old one")))

    assert epochs == [0, 1, 2]
    assert await ledger.transact(lambda books: books.epoch) == 2


async def test_the_head_is_that_of_the_newest_event(ledger: SqlLedger) -> None:
    before = await ledger.transact(lambda books: books.head())
    within = await ledger.transact(
        lambda books: (books.append(Quarantined("s", "i", "r", "")), books.head())[1]
    )
    after = await ledger.transact(lambda books: books.head())

    assert before == (0, "0" * 64)
    assert within == after
    assert after[0] == 1
