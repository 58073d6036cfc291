"""Attacks on the block, through the real wiring and on both databases: forgers, replays and the hasty."""

from __future__ import annotations

import datetime as dt
import functools
import random  # noqa: TID251 - seeded, and passed on as a value
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import cast

import pytest

from adapters.ledger.restore import raise_epoch
from moderation.approval import FAKE_IDS, Refusal
from moderation.card import Button, CardState, Place, Press, Verb
from moderation.decision import StaffId
from moderation.ports import Books
from moderation.record import Answered, Approved, Declined, Offered, Withheld
from moderation.roster import Member, Role
from moderation.rulings import answer
from tests.journey.attack_books import Remembering
from tests.journey.attack_scene import (
    BOTH,
    CONFIRM,
    DAY,
    DEPUTY,
    DIRECTOR,
    HOUR,
    MEMBERS,
    MINUTE,
    OFFICER,
    OPERATOR,
    SECOND,
    STRANGER,
    Siege,
    member,
)

Chance = random.Random
PRESSES = 100_000
SECONDS = dt.timedelta(seconds=1)


async def test_an_honest_yes_blocks(siege: Siege) -> None:
    await siege.choose()
    await siege.press(DIRECTOR, CONFIRM)

    assert len(await siege.recorded(Approved)) == 1
    assert siege.did("block") == ["dave"]


# --- 1. Forged presses ------------------------------------------------------------------------------


def _mutated(text: str, chance: Chance) -> str:
    if not text:
        return chance.randbytes(16).hex()
    at = chance.randrange(len(text))
    odd = chance.choice("abcXYZ019-_ %'\u202e\u200b\x00")
    variants = (
        text[:at] + odd + text[at + 1 :],
        text[:at] + text[at + 1 :],
        text[:at] + text[at] + text[at:],
        text.swapcase(),
        text + " ",
        text[::-1],
        "",
        chance.randbytes(16).hex(),
        text * 40,
    )
    other = chance.choice(variants)
    return other if other != text else text + odd


def _forged(honest: Press, chance: Chance) -> Press:
    return replace(honest, token=_mutated(honest.token, chance))


def _elsewhere(honest: Press, chance: Chance) -> Press:
    chat = _mutated(honest.place.chat, chance)
    return replace(honest, place=Place(chat, honest.place.message))


def _other_message(honest: Press, chance: Chance) -> Press:
    return replace(honest, place=Place(honest.place.chat, _mutated(honest.place.message, chance)))


def _other_person(honest: Press, chance: Chance) -> Press:
    fake = [StaffId(f"sandbox:{number}") for number in FAKE_IDS]
    alike = [StaffId(one) for one in (" sandbox:201", "sandbox:0201", "Sandbox:201", "201", "sandbox:２０１")]
    others = [OFFICER, SECOND, DEPUTY, OPERATOR, STRANGER, *fake, *alike]
    return replace(honest, by=chance.choice(others))


def _nobody(honest: Press, chance: Chance) -> Press:
    return replace(honest, anonymous=True, by=chance.choice((DIRECTOR, BOTH)))


SPOILERS: tuple[tuple[Callable[[Press, Chance], Press], int], ...] = (
    (_forged, 94),
    (_elsewhere, 1),
    (_other_message, 1),
    (_other_person, 3),
    (_nobody, 1),
)


async def test_1_of_a_hundred_thousand_forged_presses_not_one_is_a_yes(siege: Siege) -> None:
    """A hundred thousand on SQLite, where most run, and a fifth of them on PostgreSQL."""
    await siege.choose()
    honest, chance = siege.last_press(), Chance(20260601)
    presses = PRESSES if siege.url.startswith("sqlite") else PRESSES // 5
    spoilers = [spoil for spoil, weight in SPOILERS for _ in range(weight)]
    came: Counter[str] = Counter()
    before = await siege.stage.ledger.transact(lambda books: (books.head()[0], books.cards()))

    def batch(books: Books, first: int) -> None:
        remembering = Remembering(books)
        for number in range(first, first + presses // 10):
            spoilt = spoilers[number % len(spoilers)](honest, chance)
            if number % 7 == 0:
                spoilt = _forged(spoilt, chance)
            spoilt = _forged(honest, chance) if spoilt == honest else spoilt  # spoilt twice, and whole again
            heard = answer(
                cast("Books", remembering), siege.stage.house, replace(spoilt, query=f"forged-{number}")
            )
            assert not heard.taken, spoilt
        came.update(remembering.refused)

    for first in range(0, presses, presses // 10):
        await siege.stage.ledger.transact(functools.partial(batch, first=first))

    assert came.total() == presses
    assert {
        name
        for name in ("FORGED", "ELSEWHERE", "MOVED", "STRANGER", "NOT_YOURS", "ANONYMOUS", "OUT_OF_TERM")
        if came[name] < 20
    } == set()
    after = await siege.stage.ledger.transact(lambda books: (books.head()[0], books.cards()))
    assert after[1] == before[1]
    new = [r.event for r in (await siege.history())[before[0] :]]
    assert new
    assert all(isinstance(event, Answered) and not event.taken for event in new)
    await siege.nobody_is_blocked()


# --- 2. Replays and stale buttons -------------------------------------------------------------------


async def test_2_a_press_that_is_delivered_again_is_nothing_new(siege: Siege) -> None:
    await siege.choose()
    confirm = siege.last_press()

    first = await siege.answer(confirm)
    again = await siege.answer(confirm)
    copied = await siege.answer(replace(confirm, query="q-copied"))
    await siege.stage.settle()

    assert (first.taken, again.taken, copied.taken) == (True, False, False)
    assert copied.say == f"Not done: {Refusal.CLOSED.value}."
    assert len(await siege.recorded(Approved)) == 1
    assert siege.did("block") == ["dave"]


async def test_2_buttons_of_a_card_that_was_issued_anew_are_dead(siege: Siege) -> None:
    message, token = await siege.choose()
    await siege.edits(next(iter(siege.comments.values())), "You lot are saints.")
    assert CONFIRM not in siege.buttons()

    siege.stage.desk.press(message, token, DIRECTOR)
    await siege.nobody_is_blocked()

    assert siege.heard() == f"Not done: {Refusal.SUPERSEDED.value}."


async def test_2_buttons_from_before_a_restart_are_dead_and_the_new_ones_work(siege: Siege) -> None:
    message, token = await siege.choose()
    await siege.restart()
    assert siege.buttons()[CONFIRM][0] != message

    siege.stage.desk.press(message, token, DIRECTOR)
    await siege.nobody_is_blocked()
    assert siege.heard() == f"Not done: {Refusal.MOVED.value}."

    await siege.press(DIRECTOR, CONFIRM)
    assert siege.did("block") == ["dave"]


async def test_2_after_a_restored_backup_old_buttons_are_dead_and_a_new_card_follows(siege: Siege) -> None:
    message, token = await siege.choose()
    await raise_epoch(siege.stage.ledger, "restored from last night")

    siege.stage.desk.press(message, token, DIRECTOR)
    await siege.nobody_is_blocked()

    assert siege.heard() == f"Not done: {Refusal.OLD_EPOCH.value}."
    await siege.stage.pass_time(MINUTE)
    await siege.choose()
    await siege.press(DIRECTOR, CONFIRM)
    assert siege.did("block") == ["dave"]


async def test_2_a_restored_backup_voids_a_yes_that_was_not_carried_out(siege: Siege) -> None:
    await siege.choose()
    assert (await siege.answer(siege.last_press())).taken
    await raise_epoch(siege.stage.ledger, "restored from last night")
    await siege.restart()

    await siege.stage.pass_time(HOUR)

    assert siege.did("block") == []


# --- 5. Nobody in particular ------------------------------------------------------------------------


async def test_5_stand_ins_decide_nothing_even_from_the_roster(siege: Siege) -> None:
    await siege.choose()
    fakes = [StaffId(f"sandbox:{number}") for number in sorted(FAKE_IDS)]
    named = [
        member(fake, f"Group {fake}", Role.ASSISTANT_DIRECTOR, Role.OPERATOR, since=-DAY) for fake in fakes
    ]
    siege.new_roster(*MEMBERS, *named)

    for fake in fakes:
        await siege.press(fake, CONFIRM)
        assert siege.heard() == f"Not done: {Refusal.ANONYMOUS.value}."
        assert "somebody who may not" in siege.stage.desk.said[-1]
        siege.stage.desk.type("propose", "C-1 block him", fake)
        await siege.nobody_is_blocked()
        assert "Turn off anonymous posting first" in siege.stage.desk.said[-1]


async def test_5_the_director_behind_an_anonymous_press_decides_nothing(siege: Siege) -> None:
    await siege.choose()

    heard = await siege.answer(replace(siege.last_press(), anonymous=True))

    assert (heard.taken, heard.suspicious) == (False, True)
    await siege.nobody_is_blocked()


# --- 6. People who come and go ----------------------------------------------------------------------

OTHER = StaffId("sandbox:203")
WITHOUT_DANA = tuple(one for one in MEMBERS if one.id not in {DIRECTOR, DEPUTY})
DEMOTED = member(DIRECTOR, "Dana", Role.OFFICER, since=-DAY)
GONE = member(DIRECTOR, "Dana", Role.ASSISTANT_DIRECTOR, since=-DAY, until=4 * DAY)


@pytest.mark.parametrize(
    ("dana", "why"),
    [((), Refusal.STRANGER), ((DEMOTED,), Refusal.NOT_YOURS), ((GONE,), Refusal.OUT_OF_TERM)],
    ids=["removed", "demoted", "ended"],
)
async def test_6_whoever_lost_the_role_after_the_card_decides_nothing(
    siege: Siege, dana: tuple[Member, ...], why: Refusal
) -> None:
    await siege.choose()
    siege.new_roster(*WITHOUT_DANA, *dana)

    await siege.press(DIRECTOR, CONFIRM)
    await siege.nobody_is_blocked()

    assert siege.heard() == f"Not done: {why.value}."


@pytest.mark.parametrize("dana", [(), (DEMOTED,), (GONE,)], ids=["removed", "demoted", "ended"])
async def test_6_whoever_lost_the_role_after_the_yes_has_blocked_nobody(
    siege: Siege, dana: tuple[Member, ...]
) -> None:
    await siege.choose()
    assert (await siege.answer(siege.last_press())).taken
    siege.new_roster(*WITHOUT_DANA, *dana)
    await siege.stage.settle()

    assert siege.did("block") == []
    withheld = [event for event in await siege.recorded(Withheld) if isinstance(event, Withheld)]
    assert {event.reason for event in withheld} >= {Refusal.APPROVER_LEFT.value}
    assert siege.circulars() == []


@pytest.mark.parametrize(
    ("since", "until", "may"),
    [(6 * DAY, 9 * DAY, False), (5 * DAY, 9 * DAY, True), (2 * DAY, 5 * DAY, False)],
    ids=["before", "within", "after"],
)
async def test_6_a_deputy_decides_within_the_appointment_alone(
    siege: Siege, since: dt.timedelta, until: dt.timedelta, may: bool
) -> None:
    siege.new_roster(
        *WITHOUT_DANA, member(DEPUTY, "Deputy", Role.ASSISTANT_DIRECTOR, since=since, until=until)
    )

    await siege.press(DEPUTY, "Approve...")
    if may:
        await siege.press(DEPUTY, "Abuse", "30 days", CONFIRM)
    else:
        assert siege.heard() == f"Not done: {Refusal.OUT_OF_TERM.value}."

    assert siege.did("block") == (["dave"] if may else [])


# --- 9. Rubber stamps -------------------------------------------------------------------------------


async def _offer(siege: Siege, verb: Verb, argument: str = "") -> Press:
    """Put a button into the ledger that the card does not have: an attacker who knows the tables."""
    (card,) = await siege.cards()
    button = Button(f"planted-{verb}-{argument}-{card.version}", card.id, card.version, verb, argument)
    await siege.stage.ledger.transact(
        lambda books: books.append(
            Offered(card.case, card.audience, card.version + 1000, (button,)), siege.author()
        )
    )
    message = next(iter(siege.buttons().values()))[0]
    return Press(
        button.token, DIRECTOR, Place("sandbox-staff", message), siege.stage.clock.now(), query=button.token
    )


ARGUMENTS = {Verb.TERM: "30", Verb.GROUND: "abusive", Verb.NO_WARNING: "threat", Verb.REASON: "0"}
OUT_OF_TURN = (
    (None, (Verb.CONFIRM, Verb.TERM, Verb.GROUND, Verb.NO_WARNING, Verb.REASON)),
    ("Approve...", (Verb.CONFIRM, Verb.TERM, Verb.NO_WARNING, Verb.REASON)),
    ("Abuse", (Verb.CONFIRM, Verb.GROUND, Verb.NO_WARNING, Verb.REASON)),
    ("30 days", (Verb.GROUND, Verb.NO_WARNING, Verb.TERM, Verb.REASON)),
)


async def test_9_no_step_before_the_yes_can_be_left_out(siege: Siege) -> None:
    for pressed, verbs in OUT_OF_TURN:
        if pressed is not None:
            await siege.press(DIRECTOR, pressed)
        for verb in verbs:
            heard = await siege.answer(await _offer(siege, verb, ARGUMENTS.get(verb, "")))
            assert not heard.taken, (pressed, verb)

    await siege.nobody_is_blocked()
    assert not await siege.recorded(Declined)


async def test_9_a_ground_and_a_term_are_among_the_choices(siege: Siege) -> None:
    await siege.press(DIRECTOR, "Approve...")
    for ground in ("", "spite", "ABUSIVE", "complaint"):
        assert not (await siege.answer(await _offer(siege, Verb.GROUND, ground))).taken
    await siege.press(DIRECTOR, "Abuse")
    for term in ("", "31", "-30", "30 days", "99999"):
        assert not (await siege.answer(await _offer(siege, Verb.TERM, term))).taken

    await siege.nobody_is_blocked()


async def test_9_what_is_hidden_for_somebodys_sake_is_no_ground(siege: Siege) -> None:
    await siege.press(DIRECTOR, "Approve...")
    assert "Private information" not in siege.buttons()
    heard = await siege.answer(await _offer(siege, Verb.GROUND, "confidentiality"))
    assert (heard.taken, heard.say) == (False, f"Not done: {Refusal.NO_SUCH_CHOICE.value}.")


async def test_9_a_yes_before_the_card_can_have_been_read_is_refused(siege: Siege) -> None:
    siege.stage.desk.type("answer", "C-1 he is known to us, and has been unwell", OFFICER)
    await siege.stage.settle()  # the same card, with something new to read
    await siege.choose()
    siege.stage.clock.move(19 * SECONDS)

    await siege.press(DIRECTOR, CONFIRM)
    await siege.nobody_is_blocked()
    assert siege.heard() == f"Not done: {Refusal.TOO_SOON.value}."

    siege.stage.clock.move(SECONDS)
    await siege.press(DIRECTOR, CONFIRM)
    assert siege.did("block") == ["dave"]


async def test_9_who_proposes_does_not_approve_and_nobody_takes_over_a_draft(siege: Siege) -> None:
    siege.stage.desk.type("propose", "C-1 he is a menace", BOTH)
    await siege.stage.pass_time(HOUR)
    await siege.press(BOTH, "Approve...")
    assert siege.heard() == f"Not done: {Refusal.OWN_PROPOSAL.value}."

    await siege.choose()
    siege.stage.clock.move(MINUTE)
    siege.new_roster(*MEMBERS, member(OTHER, "Other", Role.ASSISTANT_DIRECTOR, since=-DAY))
    await siege.press(OTHER, CONFIRM)
    assert siege.heard() == f"Not done: {Refusal.ANOTHERS_DRAFT.value}."
    await siege.nobody_is_blocked()


async def test_9_silence_is_never_a_yes(siege: Siege) -> None:
    await siege.choose()

    for _ in range(5):
        await siege.stage.pass_time(DAY)

    await siege.nobody_is_blocked()
    assert [card.state for card in await siege.cards(open_only=False)] == [CardState.EXPIRED]
    assert any("ran out unanswered" in said for said in siege.stage.desk.said)
