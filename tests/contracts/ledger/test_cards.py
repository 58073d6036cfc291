"""Cards in their newest versions, their buttons, and the messages that show them."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from adapters.ledger import SqlLedger, UnknownCaseError
from moderation import record
from moderation.card import Audience, Button, Card, CardId, CardState, Place, Verb
from moderation.comment import AuthorRef, Platform
from moderation.decision import ActionKey, CaseRef, DecisionId, Done, TryLater
from moderation.ports import Board, Books
from moderation.verdict import Verdict
from tests.contracts.ledger import values
from tests.contracts.ledger.values import AUTHOR, OFFICER, OTHER
from tests.fakes.clock import NOON

CASE = CaseRef("C-1")
OFFICERS, DIRECTOR = Audience.OFFICERS, Audience.ASSISTANT_DIRECTOR
PLACE = Place("chat", "41")


@pytest.fixture
async def house(ledger: SqlLedger) -> SqlLedger:
    """Two authors have a case."""
    await ledger.transact(lambda books: (books.case_of(AUTHOR), books.case_of(OTHER)))
    return ledger


def _append(*events: record.Event):  # type: ignore[no-untyped-def]  # noqa: ANN202
    return lambda books: [books.append(event) is not None for event in events]


def _ask(*cards: Card):  # type: ignore[no-untyped-def]  # noqa: ANN202
    return _append(*(record.Asked(card) for card in cards))


# --- Cards ------------------------------------------------------------------------------------------------


async def test_a_card_stands_in_its_newest_version(house: SqlLedger) -> None:
    first = values.card()
    second = values.next_version(first)
    await house.transact(_append(record.Asked(first), record.CardChanged(second)))

    assert await house.transact(lambda books: books.card(first.id)) == second
    assert await house.transact(lambda books: books.cards(CASE)) == (second,)


async def test_an_unknown_card_is_none(house: SqlLedger) -> None:
    assert await house.transact(lambda books: books.card(CardId("?"))) is None


@pytest.mark.parametrize("version", [1, 2, 3])
async def test_a_version_that_stands_there_or_was_overtaken_is_not_written(
    house: SqlLedger, version: int
) -> None:
    await house.transact(_append(record.Asked(values.card()), record.CardChanged(values.card(version=3))))
    late = values.card(version=version, state=CardState.ANSWERED)

    assert await house.transact(_append(record.CardChanged(late))) == [False]
    newest = await house.transact(lambda books: books.card(late.id))
    assert newest == values.card(version=3)


async def test_a_card_for_a_case_that_nobody_opened_is_refused(house: SqlLedger) -> None:
    with pytest.raises(UnknownCaseError, match="C-3"):
        await house.transact(_ask(values.card(case="C-3")))


async def test_cards_are_listed_in_the_order_of_asking(house: SqlLedger) -> None:
    old, mid, new = values.card("b"), values.card("a", case="C-2"), values.card("c")
    changed = values.next_version(old)
    await house.transact(_ask(old, mid, new))
    await house.transact(_append(record.CardChanged(changed)))

    assert await house.transact(lambda books: books.cards()) == (changed, mid, new)
    assert await house.transact(lambda books: books.cards(CASE)) == (changed, new)
    assert await house.transact(lambda books: books.cards(CaseRef("nonsense"))) == ()


@pytest.mark.parametrize("state", [CardState.ANSWERED, CardState.SUPERSEDED, CardState.EXPIRED])
async def test_only_open_cards_are_open(house: SqlLedger, state: CardState) -> None:
    shut, still = values.card("shut"), values.card("still")
    await house.transact(_ask(shut, still))
    await house.transact(_append(record.CardChanged(values.next_version(shut, state))))

    assert await house.transact(lambda books: books.cards(CASE, open_only=True)) == (still,)
    assert await house.transact(lambda books: books.cards(open_only=True)) == (still,)


async def test_of_a_thousand_presses_at_once_one_makes_the_next_version(house: SqlLedger) -> None:
    card = values.card()
    await house.transact(_ask(card))

    def compare_and_set(books: Books, name: str) -> bool:
        seen = books.card(card.id)
        if seen is None or seen.version != 1:
            return False
        return (
            books.append(record.CardChanged(values.next_version(seen)), AuthorRef(Platform.SANDBOX, name))
            is not None
        )

    won = await asyncio.gather(
        *(house.transact(lambda books, n=n: compare_and_set(books, f"{n}")) for n in range(1000))  # type: ignore[misc]
    )

    assert sum(won) == 1


async def test_of_a_thousand_blind_writers_one_makes_the_next_version(house: SqlLedger) -> None:
    card = values.card()
    await house.transact(_ask(card))
    changed = values.next_version(card)

    won = await asyncio.gather(*(house.transact(_append(record.CardChanged(changed))) for _ in range(1000)))

    assert sum(one for (one,) in won) == 1


# --- Buttons ----------------------------------------------------------------------------------------------


def _offer(*buttons: Button, version: int = 1) -> record.Offered:
    return record.Offered(CASE, OFFICERS, version, buttons)


async def test_a_token_stands_for_what_was_offered(house: SqlLedger) -> None:
    button = Button("token", CardId("card-1"), 2, Verb.GROUND, values.AWKWARD)
    await house.transact(_append(_offer(button, values.button("other"))))

    assert await house.transact(lambda books: books.button("token")) == button
    assert await house.transact(lambda books: books.button("never offered")) is None


async def test_a_token_of_an_older_version_keeps_its_meaning(house: SqlLedger) -> None:
    old, new = values.button("old", version=1), values.button("new", version=2)
    await house.transact(_append(_offer(old), _offer(new, version=2)))

    assert await house.transact(lambda books: books.button("old")) == old


async def test_a_token_cannot_be_given_another_meaning(house: SqlLedger) -> None:
    harmless, harmful = values.button("t", verb=Verb.BACK), values.button("t", verb=Verb.CONFIRM)
    await house.transact(_append(_offer(harmless), _offer(harmful, version=2)))

    assert await house.transact(lambda books: books.button("t")) == harmless


# --- Boards -----------------------------------------------------------------------------------------------


def _shown(
    version: int, place: Place = PLACE, audience: Audience = OFFICERS, at: dt.datetime = NOON
) -> record.Shown:
    return record.Shown(CASE, audience, place, version, at)


async def _board(ledger: SqlLedger, audience: Audience = OFFICERS, case: CaseRef = CASE) -> Board:
    board = await ledger.transact(lambda books: books.board(case, audience))
    assert board is not None
    return board


async def _stale(ledger: SqlLedger, limit: int = 10) -> list[tuple[CaseRef, Audience]]:
    found = await ledger.transact(lambda books: books.boards(stale_only=True, limit=limit))
    return [(board.case, board.audience) for board in found]


async def test_a_first_card_makes_a_message_that_ought_to_be_shown(house: SqlLedger) -> None:
    await house.transact(_ask(values.card()))

    assert await _board(house) == Board(CASE, AUTHOR, OFFICERS, 1, 0, None, None)
    assert await house.transact(lambda books: books.board(CASE, DIRECTOR)) is None
    assert await house.transact(lambda books: books.board(CaseRef("C-2"), OFFICERS)) is None
    assert await _stale(house) == [(CASE, OFFICERS)]


async def test_a_message_that_is_shown_is_not_stale(house: SqlLedger) -> None:
    await house.transact(_ask(values.card()))
    await house.transact(_append(_shown(1)))

    assert await _board(house) == Board(CASE, AUTHOR, OFFICERS, 1, 1, PLACE, NOON)
    assert await _stale(house) == []


async def test_showing_an_older_version_leaves_it_stale(house: SqlLedger) -> None:
    await house.transact(_ask(values.card()))
    before = await _board(house)
    await house.transact(_append(record.CardChanged(values.card(version=2)), _shown(before.version)))

    assert await _stale(house) == [(CASE, OFFICERS)]


async def test_a_version_that_was_never_made_cannot_be_shown(house: SqlLedger) -> None:
    await house.transact(_ask(values.card()))
    await house.transact(_append(_shown(99)))
    await house.transact(_append(record.CardChanged(values.card(version=2))))

    assert await _stale(house) == [(CASE, OFFICERS)]


async def test_the_newest_place_counts(house: SqlLedger) -> None:
    await house.transact(_ask(values.card()))
    later = NOON + values.MINUTE
    await house.transact(_append(_shown(1), _shown(1, Place("chat", "42"), at=later)))

    board = await _board(house)
    assert (board.place, board.shown_at) == (Place("chat", "42"), later)


TELLING: tuple[record.Event, ...] = (
    record.CardChanged(values.card(version=2)),
    record.Asked(values.card("another")),
    record.Decided(values.decision("d-2")),
    record.Settled(ActionKey("a-1"), 1, Done()),
    record.Withheld(ActionKey("a-1"), "no"),
    record.Approved(values.approval()),
    record.Declined(DecisionId("d-1"), OFFICER, "no"),
    record.Ruled(values.ref(), 0, OFFICER, breach=True),
    record.Reversed(values.ref(), 0, OFFICER, "wrong"),
    record.ReferralAnswered(DecisionId("d-1"), "team", "leave be"),
    record.CommentSeen(values.comment("another"), ""),
    record.CommentGone(values.ref()),
)
SILENT: tuple[record.Event, ...] = (
    record.Judged(Verdict(values.ref(), 0)),
    record.Intended(values.action("a-2")),
    record.Attempted(ActionKey("a-1"), 1),
    record.EvidenceKept(values.ref(), "photo"),
    record.Answered(values.press(), "card-1", "uphold", "", taken=True),
    _offer(values.button("another")),
    record.PolicySet("2", "operator"),
    record.CommentSeen(values.comment("theirs", author=OTHER), ""),
)


async def _quiet(house: SqlLedger) -> None:
    def before(books: Books) -> None:
        books.append(record.CommentSeen(values.comment(), ""))
        books.append(record.Decided(values.decision()))
        books.append(record.Intended(values.action()))
        books.append(record.Asked(values.card()))
        books.append(record.Asked(values.card("block", audience=DIRECTOR)))
        for audience in (OFFICERS, DIRECTOR):
            board = books.board(CASE, audience)
            assert board is not None
            books.append(_shown(board.version, audience=audience))

    await house.transact(before)
    assert await _stale(house) == []


@pytest.mark.parametrize("event", TELLING, ids=lambda event: type(event).__name__)
async def test_what_a_reader_would_want_to_see_makes_every_message_of_the_case_stale(
    house: SqlLedger, event: record.Event
) -> None:
    await _quiet(house)

    await house.transact(_append(event))

    assert await _stale(house) == [(CASE, DIRECTOR), (CASE, OFFICERS)]


async def test_a_note_on_the_case_makes_its_messages_stale(house: SqlLedger) -> None:
    await _quiet(house)

    await house.transact(lambda books: books.append(record.Noted("somebody", "look", "m"), AUTHOR))

    assert len(await _stale(house)) == 2


@pytest.mark.parametrize("event", SILENT, ids=lambda event: type(event).__name__)
async def test_everything_else_does_not(house: SqlLedger, event: record.Event) -> None:
    await _quiet(house)

    await house.transact(_append(event))

    assert await _stale(house) == []


async def test_a_touch_makes_one_message_be_shown_anew(house: SqlLedger) -> None:
    await _quiet(house)

    await house.transact(lambda books: books.touch(CASE, OFFICERS))
    await house.transact(lambda books: books.touch(CaseRef("nonsense"), OFFICERS))

    assert await _stale(house) == [(CASE, OFFICERS)]


async def test_the_director_comes_first_and_then_whoever_has_waited_longest(house: SqlLedger) -> None:
    second = CaseRef("C-2")
    await house.transact(_ask(values.card("1", case=second)))
    await house.transact(_ask(values.card("2")))
    await house.transact(_ask(values.card("3", audience=DIRECTOR)))
    await house.transact(
        lambda books: books.touch(second, OFFICERS)
    )  # waits since its first card all the same

    assert await _stale(house) == [(CASE, DIRECTOR), (second, OFFICERS), (CASE, OFFICERS)]
    assert await _stale(house, limit=1) == [(CASE, DIRECTOR)]


async def test_a_message_that_was_fresh_goes_to_the_end_of_the_queue(house: SqlLedger) -> None:
    second = CaseRef("C-2")
    await house.transact(_ask(values.card("1")))
    await house.transact(_append(_shown(1)))
    await house.transact(_ask(values.card("2", case=second)))
    await house.transact(_append(record.CardChanged(values.card("1", version=2))))

    assert await _stale(house) == [(second, OFFICERS), (CASE, OFFICERS)]


async def test_all_messages_with_an_open_card_can_be_listed(house: SqlLedger) -> None:
    await _quiet(house)
    await house.transact(_ask(values.card("theirs", case="C-2")))
    shut = values.card("block", audience=DIRECTOR, version=2, state=CardState.ANSWERED)
    await house.transact(_append(record.CardChanged(shut)))

    found = await house.transact(lambda books: books.boards(stale_only=False, limit=10))

    assert {(board.case, board.audience) for board in found} == {(CASE, OFFICERS), (CaseRef("C-2"), OFFICERS)}
    assert len(await house.transact(lambda books: books.boards(stale_only=False, limit=1))) == 1


async def test_a_retry_that_comes_to_nothing_is_seen_too(house: SqlLedger) -> None:
    await _quiet(house)

    await house.transact(_append(record.Settled(ActionKey("a-1"), 1, TryLater(values.MINUTE))))

    assert len(await _stale(house)) == 2
