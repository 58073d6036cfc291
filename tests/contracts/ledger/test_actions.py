"""Actions are taken in hand by one, in order, and come to one end."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from adapters.ledger import SqlLedger, raise_epoch
from moderation import record
from moderation.decision import (
    Action,
    ActionKey,
    ActionKind,
    AlreadyDone,
    DecisionId,
    Done,
    Outcome,
    Refused,
    TryLater,
    Unknown,
    Unsupported,
)
from moderation.ports import ActionState, Books, OpenAction
from tests.contracts.ledger import values
from tests.contracts.ledger.values import LEASE, MINUTE, OFFICER
from tests.fakes.clock import FakeClock

KEY = ActionKey("a-1")


def _intend(*actions: Action):  # type: ignore[no-untyped-def]  # noqa: ANN202
    return lambda books: [books.append(record.Intended(action)) for action in actions]


async def _ready(ledger: SqlLedger, limit: int = 100) -> list[str]:
    return [one.action.key for one in await ledger.transact(lambda books: books.ready(limit))]


async def _claim(ledger: SqlLedger, key: str = KEY) -> bool:
    return await ledger.transact(lambda books: books.claim(ActionKey(key), LEASE))


async def _attempt(ledger: SqlLedger, number: int = 1, key: str = KEY) -> None:
    assert await _claim(ledger, key)
    await ledger.transact(lambda books: books.append(record.Attempted(ActionKey(key), number)))


async def _settle(ledger: SqlLedger, outcome: Outcome, number: int = 1, key: str = KEY) -> None:
    await ledger.transact(lambda books: books.append(record.Settled(ActionKey(key), number, outcome)))


async def _action(ledger: SqlLedger, key: str = KEY) -> OpenAction:
    found = await ledger.transact(lambda books: books.action(ActionKey(key)))
    assert found is not None
    return found


async def _state(ledger: SqlLedger, key: str = KEY) -> ActionState:
    return (await _action(ledger, key)).state


async def test_what_is_intended_is_ready(ledger: SqlLedger) -> None:
    action = values.action()
    await ledger.transact(_intend(action))

    assert await ledger.transact(lambda books: books.ready(5)) == (
        OpenAction(action, ActionState.OPEN, 0, None),
    )
    assert await _action(ledger) == OpenAction(action, ActionState.OPEN, 0, None)
    assert await ledger.transact(lambda books: books.action(ActionKey("?"))) is None


async def test_the_decision_behind_it_is_found(ledger: SqlLedger) -> None:
    await ledger.transact(lambda books: books.append(record.Decided(values.decision())))

    assert await ledger.transact(lambda books: books.decision(DecisionId("d-1"))) == values.decision()
    assert await ledger.transact(lambda books: books.decision(DecisionId("d-2"))) is None


# --- Order ------------------------------------------------------------------------------------------------


async def test_hides_come_first_then_what_else_protects_then_words_and_then_age(ledger: SqlLedger) -> None:
    ranks = [
        [ActionKind.HIDE],
        [
            ActionKind.REPORT,
            ActionKind.BLOCK,
            ActionKind.UNHIDE,
            ActionKind.UNBLOCK,
            ActionKind.MUTE,
            ActionKind.UNMUTE,
        ],
        [ActionKind.MESSAGE],
        [ActionKind.MAIL, ActionKind.PACK],
        [ActionKind.REPLY],
    ]
    names = [[f"{rank}-{kind}-{age}" for age in (1, 2) for kind in kinds] for rank, kinds in enumerate(ranks)]
    for rank in reversed(names):
        await ledger.transact(
            _intend(*(values.action(name, ActionKind(name.split("-")[1])) for name in rank))
        )

    assert {kind for kinds in ranks for kind in kinds} == set(ActionKind)
    assert await _ready(ledger) == [name for rank in names for name in rank]
    assert await _ready(ledger, 3) == [*names[0], names[1][0]]


# --- In hand ----------------------------------------------------------------------------------------------


async def test_what_is_in_hand_is_not_ready_and_not_taken_again(ledger: SqlLedger) -> None:
    await ledger.transact(_intend(values.action()))

    assert [await _claim(ledger), await _claim(ledger)] == [True, False]
    assert await _ready(ledger) == []
    assert await _state(ledger) is ActionState.IN_HAND


async def test_of_a_thousand_hands_one_takes_it(ledger: SqlLedger) -> None:
    await ledger.transact(_intend(values.action()))

    taken = await asyncio.gather(*(_claim(ledger) for _ in range(1000)))

    assert sum(taken) == 1


async def test_a_lease_that_ran_out_makes_it_ready_with_its_attempts(
    ledger: SqlLedger, clock: FakeClock
) -> None:
    await ledger.transact(_intend(values.action()))
    await _attempt(ledger)

    clock.advance(LEASE - dt.timedelta(microseconds=1))
    assert await _ready(ledger) == []
    assert not await _claim(ledger)
    clock.advance(dt.timedelta(microseconds=1))

    (again,) = await ledger.transact(lambda books: books.ready(5))
    assert (again.state, again.attempts) == (ActionState.OPEN, 1)
    assert await _claim(ledger)
    assert not await _claim(ledger)


async def test_what_is_postponed_is_ready_from_then_on(ledger: SqlLedger, clock: FakeClock) -> None:
    await ledger.transact(_intend(values.action()))
    await _claim(ledger)
    await ledger.transact(lambda books: books.postpone(KEY, books.now + MINUTE))

    assert await _state(ledger) is ActionState.OPEN
    clock.advance(MINUTE - dt.timedelta(microseconds=1))
    assert (await _ready(ledger), await _claim(ledger)) == ([], False)
    clock.advance(dt.timedelta(microseconds=1))
    assert (await _ready(ledger), await _claim(ledger)) == ([KEY], True)


@pytest.mark.parametrize("outcome", [Done(), Unknown("?")])
async def test_what_has_left_our_hands_is_not_postponed_back_into_them(
    ledger: SqlLedger, clock: FakeClock, outcome: Outcome
) -> None:
    await ledger.transact(_intend(values.action()))
    await _attempt(ledger)
    await _settle(ledger, outcome)

    await ledger.transact(lambda books: books.postpone(KEY, books.now))

    clock.advance(10 * LEASE)
    assert await _ready(ledger) == []


async def test_nothing_can_be_claimed_that_was_never_intended(ledger: SqlLedger) -> None:
    assert not await _claim(ledger, "never")


# --- The end ----------------------------------------------------------------------------------------------

ENDS: tuple[tuple[Outcome, ActionState], ...] = (
    (Done("proof"), ActionState.ENDED),
    (AlreadyDone(), ActionState.ENDED),
    (Refused("no"), ActionState.ENDED),
    (Unsupported("no such call"), ActionState.BY_HAND),
    (Unknown("no answer"), ActionState.BY_HAND),
    (TryLater(MINUTE, "slow down"), ActionState.OPEN),
)


@pytest.mark.parametrize(("outcome", "state"), ENDS, ids=lambda one: type(one).__name__)
async def test_an_outcome_leads_to_its_state(ledger: SqlLedger, outcome: Outcome, state: ActionState) -> None:
    await ledger.transact(_intend(values.action()))
    await _attempt(ledger)

    await _settle(ledger, outcome)

    assert await _action(ledger) == OpenAction(values.action(), state, 1, outcome)
    assert await _ready(ledger) == []


@pytest.mark.parametrize("after", [MINUTE, dt.timedelta.max], ids=["a minute", "for ever"])
async def test_what_is_to_be_tried_later_is_not_tried_sooner(
    ledger: SqlLedger, clock: FakeClock, after: dt.timedelta
) -> None:
    await ledger.transact(_intend(values.action()))
    await _attempt(ledger)
    await _settle(ledger, TryLater(after))

    clock.advance(MINUTE - dt.timedelta(microseconds=1))
    assert (await _ready(ledger), await _claim(ledger)) == ([], False)
    clock.advance(dt.timedelta(microseconds=1))
    assert await _ready(ledger) == ([KEY] if after == MINUTE else [])


async def test_what_is_withheld_has_ended(ledger: SqlLedger) -> None:
    await ledger.transact(_intend(values.action()))
    await ledger.transact(lambda books: books.append(record.Withheld(KEY, "overturned")))

    assert await _state(ledger) is ActionState.ENDED
    assert (await _ready(ledger), await _claim(ledger)) == ([], False)


@pytest.mark.parametrize("outcome", [outcome for outcome, _ in ENDS], ids=lambda one: type(one).__name__)
async def test_what_a_person_settled_has_ended(ledger: SqlLedger, outcome: Outcome) -> None:
    await ledger.transact(_intend(values.action()))
    await _attempt(ledger)
    await _settle(ledger, Unknown("?"))

    await ledger.transact(lambda books: books.append(record.Settled(KEY, 2, outcome, by=OFFICER)))

    assert await _state(ledger) is ActionState.ENDED


@pytest.mark.parametrize("outcome", [TryLater(MINUTE), Unknown("?"), Unsupported(), Refused("no")])
async def test_a_late_report_of_an_earlier_attempt_does_not_disturb_the_later_one(
    ledger: SqlLedger, clock: FakeClock, outcome: Outcome
) -> None:
    await ledger.transact(_intend(values.action()))
    await _attempt(ledger, 1)
    clock.advance(LEASE)
    await _attempt(ledger, 2)

    await _settle(ledger, outcome, 1)

    assert await _state(ledger) is ActionState.IN_HAND
    assert (await _action(ledger)).attempts == 2


async def test_a_late_report_that_it_happened_counts(ledger: SqlLedger, clock: FakeClock) -> None:
    await ledger.transact(_intend(values.action()))
    await _attempt(ledger, 1)
    clock.advance(LEASE)
    await _attempt(ledger, 2)

    await _settle(ledger, Done(), 1)
    await _settle(ledger, Refused("it is so already"), 2)

    assert await _action(ledger) == OpenAction(values.action(), ActionState.ENDED, 2, Done())


async def test_what_has_ended_is_not_opened_again(ledger: SqlLedger, clock: FakeClock) -> None:
    await ledger.transact(_intend(values.action()))
    await ledger.transact(lambda books: books.append(record.Withheld(KEY, "no")))

    await _settle(ledger, TryLater(dt.timedelta(0)))

    clock.advance(LEASE)
    assert await _ready(ledger) == []


# --- One after the other ----------------------------------------------------------------------------------

FIRST, THEN = ActionKey("first"), ActionKey("then")


def _pair(*, only_if_done: bool):  # type: ignore[no-untyped-def]  # noqa: ANN202
    then = values.action(THEN, ActionKind.MESSAGE, after=FIRST, only_if_done=only_if_done)
    return _intend(then, values.action(FIRST))


AFTER: tuple[tuple[Outcome | None, bool, list[str], ActionState], ...] = (
    (None, False, [], ActionState.OPEN),
    (None, True, [], ActionState.OPEN),
    (Done(), False, [THEN], ActionState.OPEN),
    (Done(), True, [THEN], ActionState.OPEN),
    (AlreadyDone(), True, [THEN], ActionState.OPEN),
    (Refused("no"), False, [THEN], ActionState.OPEN),
    (Refused("no"), True, [], ActionState.ENDED),
    (Unknown("?"), False, [THEN], ActionState.OPEN),
    (Unknown("?"), True, [], ActionState.OPEN),
    (Unsupported(), False, [THEN], ActionState.OPEN),
    (Unsupported(), True, [], ActionState.OPEN),
    (TryLater(MINUTE), False, [], ActionState.OPEN),
    (TryLater(MINUTE), True, [], ActionState.OPEN),
)


@pytest.mark.parametrize(("outcome", "only_if_done", "ready", "state"), AFTER)
async def test_what_comes_after_waits_for_the_end_of_what_comes_before(
    ledger: SqlLedger,
    outcome: Outcome | None,
    only_if_done: bool,
    ready: list[str],
    state: ActionState,
) -> None:
    await ledger.transact(_pair(only_if_done=only_if_done))
    await _attempt(ledger, key=FIRST)
    assert not await _claim(ledger, THEN)
    if outcome is not None:
        await _settle(ledger, outcome, key=FIRST)

    assert await _ready(ledger) == ready
    assert await _state(ledger, THEN) is state
    assert await _claim(ledger, THEN) is bool(ready)


async def test_what_was_to_follow_a_success_that_never_came_is_withheld_and_says_so(
    ledger: SqlLedger,
) -> None:
    chain = [values.action("a")]
    chain += [values.action(name, after=before, only_if_done=True) for before, name in ("ab", "bc", "cd")]
    await ledger.transact(_intend(*chain))
    await _attempt(ledger, key="a")
    await _settle(ledger, Refused("no"), key="a")

    assert await _ready(ledger) == []

    history = await ledger.transact(lambda books: books.history(values.AUTHOR))
    withheld = [one.event.action for one in history if isinstance(one.event, record.Withheld)]
    assert withheld == ["b", "c", "d"]


async def test_a_person_s_success_lets_go_what_waits_for_it(ledger: SqlLedger) -> None:
    await ledger.transact(_pair(only_if_done=True))
    await _attempt(ledger, key=FIRST)
    await _settle(ledger, Unsupported(), key=FIRST)
    await ledger.transact(lambda books: books.append(record.Settled(FIRST, 2, Done("by hand"), by=OFFICER)))

    assert await _ready(ledger) == [THEN]


async def test_what_comes_after_something_that_was_never_intended_waits(ledger: SqlLedger) -> None:
    await ledger.transact(_intend(values.action(THEN, after="never")))

    assert (await _ready(ledger), await _claim(ledger, THEN)) == ([], False)


async def test_an_action_that_was_withheld_before_it_was_intended_holds_nothing_up(ledger: SqlLedger) -> None:
    await ledger.transact(lambda books: books.append(record.Withheld(THEN, "no")))
    await ledger.transact(_pair(only_if_done=True))
    await _attempt(ledger, key=FIRST)
    await _settle(ledger, Refused("no"), key=FIRST)

    assert await _ready(ledger) == []
    assert await _state(ledger, THEN) is ActionState.ENDED


# --- After a restore --------------------------------------------------------------------------------------


async def test_after_a_restore_what_is_open_counts_as_attempted(ledger: SqlLedger) -> None:
    def before(books: Books) -> None:
        books.append(record.Intended(values.action("open")))
        books.append(record.Intended(values.action("tried")))
        books.append(record.Intended(values.action("ended")))
        for _ in range(3):
            books.append(record.Attempted(ActionKey("tried"), 3))
        books.append(record.Withheld(ActionKey("ended"), "no"))

    await ledger.transact(before)

    assert await raise_epoch(ledger, "restored") == 1

    attempts = [(await _action(ledger, name)).attempts for name in ("open", "tried", "ended")]
    assert attempts == [1, 4, 0]  # one more, whose end nobody will ever know
