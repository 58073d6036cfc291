"""What people are told about licences: the message about a suspension, and the list of all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from moderation.card import Card, CardState
from moderation.casework import House
from moderation.licence import Live
from moderation.licensing import card_of, live_of
from moderation.policy import CategoryRule, Licence, Policy
from moderation.ports import Board, Books, View
from moderation.suspension import LicenceRestored, LicenceSuspended
from moderation.taxonomy import Category


def suspension_view(books: Books, house: House, board: Board, cards: Iterable[Card]) -> View | None:
    """Compose the message about the newest suspension that a ruling on a case has led to."""
    changes = [recorded.event for recorded in books.licence_changes()]
    fell = {card_of(event): event for event in changes if isinstance(event, LicenceSuspended)}
    told = [(card, fell[card.id]) for card in cards if card.id in fell]
    if not told:
        return None
    card, suspension = told[-1]
    ends = (event for event in changes if isinstance(event, LicenceRestored))
    ended = next((end for end in ends if _of(end) == _of(suspension)), None)
    rule = house.policy.categories[suspension.category]
    return View(
        case=board.case,
        audience=board.audience,
        headline=f"{rule.title}: licence {'restored' if ended else 'suspended'}",
        facts=tuple(_facts(house, rule, card, suspension, ended)),
        footnote=f"Answered: {card.note}" if card.note else "",
        urgent=card.state is CardState.OPEN,
    )


def _of(event: LicenceSuspended | LicenceRestored) -> tuple[Category, int]:
    return event.category, event.number


def _facts(
    house: House, rule: CategoryRule, card: Card, fell: LicenceSuspended, ended: LicenceRestored | None
) -> Iterator[tuple[str, str]]:
    yield "Rulings", f"{_rulings(fell.right, fell.rulings, fell.since)}: {fell.right / fell.rulings:.0%}"
    yield "Floor", f"{fell.floor:.0%}; so many wrong are no bad luck at that"
    if rule.licence is not None:
        yield "Measured", _measured(rule.licence)
    yield "Since", f"{card.asked_at:%a %-d %b %Y %H:%M} UTC, with the ruling on {card.case}"
    if ended is not None:
        yield "Now", f"restored by {house.person(ended.by)}: {ended.why}"
        return
    yield "Now", "every finding on this ground goes to an officer; what was hidden stays so until overturned"
    yield "To restore", f"/licence {rule.category} restore WHY, by the assistant director or the operator"


def listing(books: Books, house: House) -> str:
    """All licences: who decides on each ground, what was measured, and what officers have ruled since."""
    return "\n".join(
        line
        for category in house.policy.categories
        for line in _lines(house.policy, live_of(books, house, category))
    )


def _lines(policy: Policy, seen: Live) -> Iterator[str]:
    rule = policy.categories[seen.category]
    yield f"{rule.title} ({seen.category}): {_state(policy, rule, seen)}"
    measured = f"measured {_measured(rule.licence)}" if rule.licence else "not measured"
    ruled = _rulings(seen.shown.hits, seen.shown.tries, seen.since) if seen.since else "no rulings yet"
    yield f"  {measured}; {ruled}"


def _state(policy: Policy, rule: CategoryRule, seen: Live) -> str:
    if rule.officer_only:
        return "an officer decides, always"
    if seen.suspended_at is not None:
        return f"SUSPENDED by rulings since {seen.suspended_at:%-d %b %Y}; an officer decides"
    if not policy.may_act_alone(rule.category):
        why = "suspended in the licences file" if rule.licence and rule.licence.suspended else "no licence"
        return f"{why}; an officer decides"
    return "acts alone, but is below the floor so far" if seen.weakened(policy.floor) else "acts alone"


def _measured(licence: Licence) -> str:
    return f"{licence.precision:.0%} right of {licence.examples}"


def _rulings(right: int, rulings: int, since: dt.datetime) -> str:
    return f"{right} of {rulings} ruling{'' if rulings == 1 else 's'} upheld it since {since:%-d %b %Y}"
