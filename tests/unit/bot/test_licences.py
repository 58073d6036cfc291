"""What people are told of a suspended licence: in its message, in the list, in the digest and in a replay."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.ledger import SqlLedger, open_ledger
from adapters.mail.digest import letter
from bot.cards import Composed, compose
from bot.licences import listing
from bot.orders import in_words
from bot.replay import replay
from moderation.card import Audience, CardState, Place
from moderation.casework import House, close, decide
from moderation.comment import AuthorRef, Comment, Platform
from moderation.decision import ActionKind, Decision, Step
from moderation.digest import Numbers, add_up
from moderation.licensing import live_of, restore
from moderation.ports import Abilities, Books
from moderation.record import CommentSeen, Mode, ModeChanged, Recorded, Shown
from moderation.suspension import LicenceRestored, LicenceSuspended, LicenceTested
from moderation.taxonomy import Category, Severity
from moderation.undoing import overturn
from moderation.verdict import Verdict
from tests.fakes.clock import NOON, FakeClock
from tests.strategies.approvals import ROSTER
from tests.strategies.comments import DAY, DIRECTOR, MINUTE, OFFICER, PAGE, comment
from tests.strategies.policies import ACT_AT, FLOOR, HELD, lawful_policy, lawful_rule
from tests.strategies.verdicts import finding

FEW = replace(FLOOR, rulings=3)
POLICY = lawful_policy(floor=FEW)
HOUSE = House(POLICY, ROSTER, Abilities({PAGE: frozenset(ActionKind)}))
EVER = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
async def ledger(clock: FakeClock) -> AsyncIterator[SqlLedger]:
    opened = await open_ledger("sqlite://", clock)
    await opened.transact(lambda books: books.append(ModeChanged(Mode.ACTIVE, "operator", "", "m")))
    yield opened
    await opened.aclose()


def insult(books: Books, name: str, house: House = HOUSE) -> tuple[Comment, tuple[Decision, ...]]:
    """Somebody insults the crew, and the ladder looks at it."""
    about = comment(name, author=AuthorRef(Platform.SANDBOX, name), posted_at=books.now)
    books.append(CommentSeen(about, "{}"))
    found = finding(Category.ABUSIVE, ACT_AT, Severity.CLEAR_BREACH)
    return about, decide(books, house, about, Verdict(about.ref, 0, (found,), (), ("words@1",)))


def steps(decisions: tuple[Decision, ...]) -> list[Step]:
    return [decision.step for decision in decisions]


async def overturn_some(ledger: SqlLedger, clock: FakeClock, *names: str, house: House = HOUSE) -> None:
    """Insults that the ladder decides about, each of them cleared by an officer."""

    def clear(books: Books, name: str) -> None:
        about, _ = insult(books, name, house)
        overturn(books, house, about.ref, 0, OFFICER, "banter")

    for name in names:
        await ledger.transact(lambda books, name=name: clear(books, name))  # type: ignore[misc]
        clock.advance(MINUTE)


async def events(ledger: SqlLedger) -> tuple[Recorded, ...]:
    return await ledger.transact(lambda books: books.events(EVER, books.now + DAY))


def kinds(told: tuple[Recorded, ...], kind: type) -> list[object]:
    return [one.event for one in told if isinstance(one.event, kind)]


async def test_the_ruling_that_tips_it_suspends_it_once_and_from_then_on_an_officer_decides(
    ledger: SqlLedger, clock: FakeClock
) -> None:
    await overturn_some(ledger, clock, "one", "two")
    before = kinds(await events(ledger), LicenceSuspended)
    await overturn_some(ledger, clock, "three", "four")
    _, decisions = await ledger.transact(lambda books: insult(books, "five"))

    assert before == []
    expected = LicenceSuspended(Category.ABUSIVE, 1, 0, 3, NOON, FEW.precision, POLICY.version)
    told = await events(ledger)
    assert kinds(told, LicenceSuspended) == [expected]
    fell = next(one for one in told if one.event == expected)
    ruled = [one for one in told if isinstance(one.event, LicenceTested)][2]
    assert (fell.seq, fell.at) == (ruled.seq + 1, ruled.at)
    assert steps(decisions) == [Step.ASK]


async def test_a_ruling_that_is_given_again_tests_nothing_again(ledger: SqlLedger) -> None:
    def twice(books: Books) -> None:
        about, _ = insult(books, "one")
        for _ in range(5):
            overturn(books, HOUSE, about.ref, 0, OFFICER, "banter")

    await ledger.transact(twice)

    assert len(kinds(await events(ledger), LicenceTested)) == 1
    assert kinds(await events(ledger), LicenceSuspended) == []


async def test_a_licence_that_is_not_held_cannot_be_suspended(ledger: SqlLedger, clock: FakeClock) -> None:
    rule = replace(lawful_rule(Category.ABUSIVE), licence=replace(HELD, suspended=True))
    house = replace(HOUSE, policy=lawful_policy(floor=FEW, categories={Category.ABUSIVE: rule}))

    await overturn_some(ledger, clock, "one", "two", "three", house=house)

    seen = await ledger.transact(lambda books: live_of(books, house, Category.ABUSIVE))
    assert (seen.shown.hits, seen.shown.tries) == (0, 3)
    assert kinds(await events(ledger), LicenceSuspended) == []


async def test_it_can_fall_again_after_it_was_restored_and_its_cards_are_two(
    ledger: SqlLedger, clock: FakeClock
) -> None:
    await overturn_some(ledger, clock, "one", "two", "three")
    await give_back(ledger)
    clock.advance(MINUTE)
    await overturn_some(ledger, clock, "four", "five", "six")

    told = await events(ledger)
    assert [fell.number for fell in kinds(told, LicenceSuspended)] == [1, 2]  # type: ignore[attr-defined]
    cards = await ledger.transact(lambda books: books.cards())
    about = [(card.id, card.state) for card in cards if card.audience is Audience.LICENCES]
    assert about == [("licence-abusive-1", CardState.ANSWERED), ("licence-abusive-2", CardState.OPEN)]


async def give_back(ledger: SqlLedger) -> str:
    heard = await ledger.transact(lambda books: restore(books, HOUSE, Category.ABUSIVE, DIRECTOR, "mended"))
    return heard.say


async def test_what_no_longer_was_measured_well_enough_is_restored_without_a_promise(
    ledger: SqlLedger, clock: FakeClock
) -> None:
    await overturn_some(ledger, clock, "one", "two", "three")
    worse = replace(lawful_rule(Category.ABUSIVE), licence=None)
    house = replace(HOUSE, policy=lawful_policy(floor=FEW, categories={Category.ABUSIVE: worse}))

    heard = await ledger.transact(lambda books: restore(books, house, Category.ABUSIVE, DIRECTOR, "mended"))

    assert heard.taken
    assert "does not allow it to act alone" in heard.say


# --- Its message ----------------------------------------------------------------------------------


async def message(ledger: SqlLedger, house: House = HOUSE) -> Composed | None:
    """The message about licences that there is."""

    def look(books: Books) -> Composed | None:
        boards = books.boards(stale_only=True, limit=100)
        board = next((one for one in boards if one.audience is Audience.LICENCES), None)
        return compose(books, house, board) if board else None

    return await ledger.transact(look)


async def test_its_message_says_which_how_often_since_when_and_what_now(
    ledger: SqlLedger, clock: FakeClock
) -> None:
    await overturn_some(ledger, clock, "one", "two", "three")

    shown = await message(ledger)

    assert shown is not None
    facts = dict(shown.view.facts)
    assert shown.view.headline == "Abusive: licence suspended"
    assert facts["Rulings"] == "0 of 3 rulings upheld it since 1 Jun 2026: 0%"
    assert facts["Floor"].startswith("95%")
    assert facts["Measured"] == "99% right of 500"
    assert facts["Since"] == "Mon 1 Jun 2026 12:02 UTC, with the ruling on C-3"
    assert facts["Now"].startswith("every finding on this ground goes to an officer")
    assert facts["To restore"].startswith("/licence abusive restore WHY")
    assert shown.view.urgent
    assert [[offer.caption for offer in row] for row in shown.rows] == [["Seen to"]]
    assert (shown.view.excerpt, shown.view.trail) == ("", ())


def see_to(books: Books) -> None:
    """Somebody has seen to the suspension, and its message shows that."""
    card = next(one for one in books.cards(open_only=True) if one.audience is Audience.LICENCES)
    close(books, card, "seen to by Officer")
    board = books.board(card.case, card.audience)
    assert board is not None
    books.append(Shown(card.case, card.audience, Place("chat", "1"), board.version, books.now))


@pytest.mark.parametrize("note", ["seen to by Officer", "restored by Director"])
async def test_its_message_says_so_when_the_licence_is_restored_whoever_has_seen_to_it(
    ledger: SqlLedger, clock: FakeClock, note: str
) -> None:
    await overturn_some(ledger, clock, "one", "two", "three")
    if note.startswith("seen"):
        await ledger.transact(see_to)
        assert await message(ledger) is None
    await give_back(ledger)

    shown = await message(ledger)

    assert shown is not None
    facts = dict(shown.view.facts)
    assert shown.view.headline == "Abusive: licence restored"
    assert facts["Now"] == "restored by Director: mended"
    assert "To restore" not in facts
    assert shown.view.footnote == f"Answered: {note}"
    assert (shown.view.urgent, shown.rows) == (False, ())


# --- The list -------------------------------------------------------------------------------------


async def told_of(ledger: SqlLedger, name: str, house: House = HOUSE) -> str:
    lines = (await ledger.transact(lambda books: listing(books, house))).split("\n")
    at = next(number for number, line in enumerate(lines) if f"({name}): " in line)
    return " ".join(line.strip() for line in lines[at : at + 2]).partition("): ")[2]


async def test_the_list_says_of_each_ground_who_decides_and_on_what_it_rests(ledger: SqlLedger) -> None:
    assert await told_of(ledger, "abusive") == "acts alone measured 99% right of 500; no rulings yet"
    assert (await told_of(ledger, "spam")).startswith("no licence; an officer decides not measured")
    assert (await told_of(ledger, "inappropriate_media")).startswith("suspended in the licences file;")
    assert (await told_of(ledger, "defamatory")).startswith("an officer decides, always")


async def test_the_list_tells_the_weakened_from_the_fallen(ledger: SqlLedger, clock: FakeClock) -> None:
    def rule(books: Books, number: int) -> None:
        right = number > 0
        books.append(LicenceTested(Category.ABUSIVE, comment(str(number)).ref, 0, OFFICER, right))

    for number in range(10):
        await ledger.transact(lambda books, number=number: rule(books, number))  # type: ignore[misc]
    weakened = await told_of(ledger, "abusive")
    await overturn_some(ledger, clock, "one", "two")

    assert weakened.startswith("acts alone, but is below the floor so far")
    assert weakened.endswith("9 of 10 rulings upheld it since 1 Jun 2026")
    assert (await told_of(ledger, "abusive")).startswith("SUSPENDED by rulings since 1 Jun 2026; an officer")


# --- The digest -----------------------------------------------------------------------------------


def numbers_of(told: tuple[Recorded, ...], until: dt.datetime = NOON + DAY) -> Numbers:
    return add_up(until - 7 * DAY, until, told)


async def test_a_digest_tells_of_what_is_suspended_at_its_end(ledger: SqlLedger, clock: FakeClock) -> None:
    await overturn_some(ledger, clock, "one", "two", "three")
    fallen = await events(ledger)
    changes = await ledger.transact(lambda books: books.licence_changes())
    await give_back(ledger)

    mail = letter(numbers_of(fallen), POLICY, "1:abc")
    line = "The licence for abusive is suspended (officers upheld 0 of 3): an officer decides every time."
    assert line in mail.text
    assert line in mail.html
    assert "Licence suspended: abusive (0 of 3 rulings upheld it)" in in_words(numbers_of(fallen), HOUSE)
    assert numbers_of(changes, NOON + 30 * DAY).suspended == numbers_of((*changes, *fallen)).suspended
    assert numbers_of(fallen, NOON).suspended == ()
    assert numbers_of(await events(ledger)).suspended == ()


# --- A replay -------------------------------------------------------------------------------------


async def test_a_replay_climbs_with_what_was_suspended_at_the_time(
    ledger: SqlLedger, clock: FakeClock
) -> None:
    await overturn_some(ledger, clock, "one", "two", "three", "four")
    await give_back(ledger)
    clock.advance(MINUTE)
    await overturn_some(ledger, clock, "five")
    told = await events(ledger)

    again = replay(told, POLICY, HOUSE.abilities)

    assert (again.judged, again.differences) == (5, ())
    without = tuple(one for one in told if not isinstance(one.event, LicenceSuspended | LicenceRestored))
    (changed,) = replay(without, POLICY, HOUSE.abilities).differences
    assert (changed.then, changed.now) == (("ask: hide (abusive)",), ("hide (abusive)",))
