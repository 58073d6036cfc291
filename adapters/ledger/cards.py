"""Cards in their newest versions, and what the buttons under them stand for."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from adapters.ledger import cases, events
from adapters.ledger.errors import UnknownCaseError
from adapters.ledger.tables import BUTTONS, CARDS, CASES, EVENT, PAYLOAD
from adapters.ledger.transaction import Transaction
from moderation.card import Button, Card, CardId, CardState, Verb
from moderation.decision import CaseRef
from moderation.record import Asked, CardChanged


def overtaken(transaction: Transaction, card: Card) -> bool:
    """Whether this version, or a later one, stands in the ledger already."""
    version = transaction.execute(select(CARDS.c.version).where(CARDS.c.card == card.id)).scalar()
    return version is not None and card.version <= version


def put(transaction: Transaction, seq: int, card: Card) -> int:
    """Take in a card's newest version. Gives the number of its case."""
    number = _case(transaction, card)
    values = {"audience": card.audience, "state": card.state, "version": card.version, "seq": seq}
    changed = transaction.execute(
        update(CARDS).where(CARDS.c.card == card.id, CARDS.c.version < card.version).values(values)
    )
    if changed.rowcount == 0:
        values |= {"card": card.id, "case": number, "asked": seq}
        transaction.execute(insert(CARDS).values(values))
    return number


def card(transaction: Transaction, name: CardId) -> Card | None:
    """A card in its newest version."""
    seq = transaction.execute(select(CARDS.c.seq).where(CARDS.c.card == name)).scalar()
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
        if transaction.execute(select(BUTTONS.c.token).where(BUTTONS.c.token == button.token)).first():
            continue
        transaction.execute(
            insert(BUTTONS).values(
                token=button.token,
                card=button.card,
                version=button.version,
                verb=button.verb,
                argument=button.argument,
            )
        )


def button(transaction: Transaction, token: str) -> Button | None:
    """What a token stands for."""
    row = transaction.execute(select(BUTTONS).where(BUTTONS.c.token == token)).first()
    return Button(row.token, CardId(row.card), row.version, Verb(row.verb), row.argument) if row else None


def _case(transaction: Transaction, card: Card) -> int:
    number = cases.number_of(card.case)
    found = select(CASES.c.number).where(CASES.c.number == number)
    if number is None or transaction.execute(found).first() is None:
        raise UnknownCaseError(f"card {card.id} names case {card.case}, which nobody opened with case_of")
    return number
