"""Cards in their newest versions, and what the buttons under them stand for."""

from __future__ import annotations

import dataclasses

from sqlalchemy import bindparam, insert, select, update

from adapters.ledger import cases, events
from adapters.ledger.errors import UnknownCaseError
from adapters.ledger.tables import BUTTONS, CARDS, CASES, EVENT, PAYLOAD
from adapters.ledger.transaction import Transaction
from moderation.card import Button, Card, CardId, CardState, Verb
from moderation.decision import CaseRef
from moderation.record import Asked, CardChanged

_NAMED = CARDS.c.card == bindparam("wanted")
_VERSION = select(CARDS.c.version).where(_NAMED)
_SEQ = select(CARDS.c.seq).where(_NAMED)
_NEW = insert(CARDS)
_CHANGED = update(CARDS).where(_NAMED, CARDS.c.version < bindparam("than"))
_OPENED = select(CASES.c.number).where(CASES.c.number == bindparam("wanted"))
_BUTTON = select(BUTTONS).where(BUTTONS.c.token == bindparam("wanted"))
_OFFERED = insert(BUTTONS)


def overtaken(transaction: Transaction, card: Card) -> bool:
    """Whether this version, or a later one, stands in the ledger already."""
    version = transaction.execute(_VERSION, {"wanted": card.id}).scalar()
    return version is not None and card.version <= version


def put(transaction: Transaction, seq: int, card: Card) -> int:
    """Take in a card's newest version. Gives the number of its case."""
    number = _case(transaction, card)
    values = {"audience": card.audience, "state": card.state, "version": card.version, "seq": seq}
    changed = transaction.execute(_CHANGED, {**values, "wanted": card.id, "than": card.version})
    if changed.rowcount == 0:
        transaction.execute(_NEW, {**values, "card": card.id, "case": number, "asked": seq})
    return number


def card(transaction: Transaction, name: CardId) -> Card | None:
    """A card in its newest version."""
    seq = transaction.execute(_SEQ, {"wanted": name}).scalar()
    event = None if seq is None else events.at(transaction, seq)
    return event.card if isinstance(event, Asked | CardChanged) else None


def cards(transaction: Transaction, case: CaseRef | None, *, open_only: bool) -> tuple[Card, ...]:
    """Cards in their newest versions, in the order in which they were asked."""
    query = (
        select(EVENT.c.seq, EVENT.c.kind, PAYLOAD.c.body)
        .join(CARDS, CARDS.c.seq == EVENT.c.seq)
        .join(PAYLOAD, PAYLOAD.c.seq == EVENT.c.seq)
        .where(PAYLOAD.c.body.is_not(None))
        .order_by(CARDS.c.asked)
    )
    if case is not None:
        query = query.where(CARDS.c.case == (cases.number_of(case) or 0))
    if open_only:
        query = query.where(CARDS.c.state == CardState.OPEN)
    read = [events.read(row.seq, row.kind, row.body) for row in transaction.execute(query)]
    return tuple(event.card for event in read if isinstance(event, Asked | CardChanged))


def offer(transaction: Transaction, buttons: tuple[Button, ...]) -> None:
    """Remember what tokens stand for. A token keeps the meaning that it had first."""
    for button in buttons:
        if transaction.execute(_BUTTON, {"wanted": button.token}).first() is None:
            transaction.execute(_OFFERED, dataclasses.asdict(button))


def button(transaction: Transaction, token: str) -> Button | None:
    """What a token stands for."""
    row = transaction.execute(_BUTTON, {"wanted": token}).first()
    return Button(row.token, CardId(row.card), row.version, Verb(row.verb), row.argument) if row else None


def _case(transaction: Transaction, card: Card) -> int:
    number = cases.number_of(card.case)
    if number is None or transaction.execute(_OPENED, {"wanted": number}).first() is None:
        raise UnknownCaseError(f"card {card.id} names case {card.case}, which nobody opened with case_of")
    return number
