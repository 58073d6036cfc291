"""Law 1 against forgers: a hundred thousand presses, each spoilt in at least one thing, and not one yes."""

from __future__ import annotations

import random  # noqa: TID251 - seeded, and passed on as a value
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from moderation.approval import Consented, Desk, Refusal, admit, weigh
from moderation.card import Button, Card, CardState, Draft, Place, Press, Stage, Verb
from moderation.decision import StaffId
from moderation.taxonomy import Category
from tests.laws.world import POLICY
from tests.strategies.approvals import (
    ANONYMOUS,
    BOTH,
    DEPUTY,
    HERE,
    LEAVER,
    OPERATOR,
    STRANGER,
    TOKEN,
    button,
    card,
    desk,
    press,
)
from tests.strategies.comments import DAY, DIRECTOR, HOUR, NOW, OFFICER, SECOND

Chance = random.Random

PRESSES = 100_000


@dataclass(frozen=True, slots=True)
class Tried:
    """A press, and what the ledger holds against it."""

    press: Press
    desk: Desk

    @property
    def card(self) -> Card:
        """The card in the ledger."""
        assert self.desk.card is not None
        return self.desk.card

    @property
    def button(self) -> Button:
        """The button in the ledger."""
        assert self.desk.button is not None
        return self.desk.button

    def with_card(self, of: Card) -> Tried:
        """With another state of the card."""
        return replace(self, desk=replace(self.desk, card=of))

    def with_button(self, pressed: Button) -> Tried:
        """With another button."""
        return replace(self, desk=replace(self.desk, button=pressed))


def honest() -> Tried:
    """The last press of five: it is a yes, if nothing is spoilt."""
    last = card(stage=Stage.CONFIRM)
    pressed = button(last, Verb.CONFIRM)
    return Tried(press(), desk(last, pressed))


def answer(tried: Tried) -> object:
    """What comes of it: first whether the press is let through, then what it says."""
    admitted = admit(tried.press, tried.desk, POLICY)
    if isinstance(admitted, Refusal):
        return admitted
    return weigh(admitted, tried.button, tried.press.by, now=tried.desk.now, policy=POLICY, warned=True)


def _mutated(text: str, chance: Chance) -> str:
    """Another text: one character changed, dropped or doubled, the case swapped, or nothing like it."""
    at = chance.randrange(len(text))
    odd = chance.choice("abcXYZ019-_ \u202e\u200b")
    variants = (
        text[:at] + odd + text[at + 1 :],
        text[:at] + text[at + 1 :],
        text[:at] + text[at] + text[at:],
    )
    other = chance.choice((*variants, text.swapcase(), text + " ", "", chance.randbytes(8).hex()))
    return other if other != text else text + odd


def forge_token(tried: Tried, chance: Chance) -> Tried:
    return replace(tried, press=replace(tried.press, token=_mutated(TOKEN, chance)))


def forget_the_button(tried: Tried, chance: Chance) -> Tried:
    without = replace(tried.desk, button=None), replace(tried.desk, card=None)
    return replace(tried, desk=chance.choice((*without, replace(tried.desk, button=None, card=None))))


def press_anothers_button(tried: Tried, chance: Chance) -> Tried:
    return tried.with_button(replace(tried.button, card=type(tried.card.id)(_mutated(tried.card.id, chance))))


def press_in_another_place(tried: Tried, chance: Chance) -> Tried:
    chat, message = HERE.chat, HERE.message
    place = chance.choice(
        [Place(_mutated(chat, chance), message), Place(chat, str(chance.randrange(8, 10**6)))]
    )
    return replace(tried, press=replace(tried.press, place=place))


def show_it_nowhere(tried: Tried, chance: Chance) -> Tried:
    del chance
    return replace(tried, desk=replace(tried.desk, place=None))


def press_as_another(tried: Tried, chance: Chance) -> Tried:
    digits = StaffId(f"telegram:{chance.randrange(100, 10**9)}")
    look_alike = StaffId(
        chance.choice([" telegram:21", "telegram:021", "Telegram:21", "21", "telegram:２１"])
    )
    by = chance.choice([OFFICER, OPERATOR, STRANGER, ANONYMOUS, DEPUTY, digits, look_alike])
    return replace(tried, press=replace(tried.press, by=by))


def press_anonymously(tried: Tried, chance: Chance) -> Tried:
    return replace(tried, press=replace(tried.press, anonymous=True, by=chance.choice([DIRECTOR, BOTH])))


def press_out_of_term(tried: Tried, chance: Chance) -> Tried:
    now = NOW + 3 * DAY + chance.randrange(10**6) * SECOND
    lasting = tried.with_card(replace(tried.card, expires_at=now + DAY, draft=_draft(LEAVER)))
    return replace(
        lasting, press=replace(tried.press, by=LEAVER), desk=replace(lasting.desk, now=now, card=lasting.card)
    )


def _draft(by: StaffId) -> Draft:
    return Draft(by, Stage.CONFIRM, Category.ABUSIVE, 90 * DAY)


def press_ones_own_proposal(tried: Tried, chance: Chance) -> Tried:
    by = chance.choice([DIRECTOR, BOTH])
    own = tried.with_card(replace(tried.card, proposed_by=by, draft=_draft(by)))
    return replace(own, press=replace(tried.press, by=by))


def press_a_closed_card(tried: Tried, chance: Chance) -> Tried:
    closed = chance.choice([state for state in CardState if state is not CardState.OPEN])
    return tried.with_card(replace(tried.card, state=closed))


def press_too_late(tried: Tried, chance: Chance) -> Tried:
    return replace(
        tried, desk=replace(tried.desk, now=tried.card.expires_at + chance.randrange(10**7) * SECOND)
    )


def press_too_soon(tried: Tried, chance: Chance) -> Tried:
    shown = NOW - chance.randrange(20) * SECOND
    return replace(tried, desk=replace(tried.desk, shown_at=shown))


def press_an_old_version(tried: Tried, chance: Chance) -> Tried:
    version = chance.choice([v for v in range(9) if v != tried.card.version])
    return tried.with_button(replace(tried.button, version=version))


def change_the_evidence(tried: Tried, chance: Chance) -> Tried:
    return replace(tried, desk=replace(tried.desk, evidence=_mutated("digest", chance)))


def raise_the_epoch(tried: Tried, chance: Chance) -> Tried:
    return replace(tried, desk=replace(tried.desk, epoch=chance.choice([0, 2, 3, 99])))


def take_over_a_draft(tried: Tried, chance: Chance) -> Tried:
    return tried.with_card(
        replace(tried.card, draft=_draft(chance.choice([BOTH, LEAVER, OFFICER, STRANGER])))
    )


def skip_a_step(tried: Tried, chance: Chance) -> Tried:
    stage = chance.choice([s for s in Stage if s is not Stage.CONFIRM])
    draft = chance.choice([None, replace(_draft(DIRECTOR), stage=stage)])
    return tried.with_card(replace(tried.card, draft=draft))


def leave_something_out(tried: Tried, chance: Chance) -> Tried:
    whole = _draft(DIRECTOR)
    return tried.with_card(
        replace(tried.card, draft=chance.choice([replace(whole, ground=None), replace(whole, term=None)]))
    )


def say_something_else(tried: Tried, chance: Chance) -> Tried:
    verb = chance.choice([v for v in Verb if v is not Verb.CONFIRM])
    argument = chance.choice(["", "90", "abusive", "threat", "confirm", "0"])
    return tried.with_button(replace(tried.button, verb=verb, argument=argument))


SPOILERS: tuple[Callable[[Tried, Chance], Tried], ...] = (
    forge_token,
    forget_the_button,
    press_anothers_button,
    press_in_another_place,
    show_it_nowhere,
    press_as_another,
    press_anonymously,
    press_out_of_term,
    press_ones_own_proposal,
    press_a_closed_card,
    press_too_late,
    press_too_soon,
    press_an_old_version,
    change_the_evidence,
    raise_the_epoch,
    take_over_a_draft,
    skip_a_step,
    leave_something_out,
    say_something_else,
)


def test_an_honest_press_is_a_yes() -> None:
    assert isinstance(answer(honest()), Consented)


def test_not_one_of_a_hundred_thousand_spoilt_presses_is_a_yes() -> None:
    chance = Chance(20260302)
    whole = honest()
    came: Counter[str] = Counter()
    for number in range(PRESSES):
        spoil = SPOILERS[number % len(SPOILERS)]
        spoilt = spoil(whole, chance)
        if number % 3 == 0 and spoilt.desk.card is not None and spoilt.desk.button is not None:
            spoilt = chance.choice(SPOILERS)(spoilt, chance)
        result = answer(spoilt)
        assert not isinstance(result, Consented), (spoil.__name__, spoilt)
        came[result.name if isinstance(result, Refusal) else type(result).__name__] += 1

    assert sum(came.values()) == PRESSES
    expected = (
        "FORGED TOO_SOON ELSEWHERE MOVED STRANGER NOT_YOURS OUT_OF_TERM ANONYMOUS OWN_PROPOSAL EXPIRED"
        " CLOSED SUPERSEDED CHANGED OLD_EPOCH ANOTHERS_DRAFT OUT_OF_TURN Advanced"
    )
    assert {name for name in expected.split() if came[name] < 100} == set()


def test_each_way_to_spoil_a_press_is_refused_by_itself() -> None:
    chance = Chance(7)
    for spoil in SPOILERS:
        for _ in range(300):
            assert not isinstance(answer(spoil(honest(), chance)), Consented), spoil.__name__


def test_a_yes_lasts_as_long_as_the_policy_says_and_is_bound_to_what_was_shown() -> None:
    said = answer(honest())

    assert isinstance(said, Consented)
    given = said.approval
    assert (given.by, given.at, given.expires_at) == (DIRECTOR, NOW, NOW + 24 * HOUR)
    assert (given.evidence, given.epoch, given.ground, given.term) == (
        "digest",
        1,
        Category.ABUSIVE,
        90 * DAY,
    )
    assert given.review_on == (NOW + 90 * DAY).date()
    assert said.card.state is CardState.ANSWERED
    assert said.card.version == 6
