"""Cases: one for each author, numbered as people say them aloud."""

from __future__ import annotations

import re

from sqlalchemy import bindparam, func, insert, select

from adapters.ledger.escape import unescaped
from adapters.ledger.tables import CASES
from adapters.ledger.transaction import Transaction
from moderation.comment import AuthorRef, Platform
from moderation.decision import CaseRef

_SPOKEN = re.compile(r"C-([1-9][0-9]{0,17})")

_NUMBER = select(CASES.c.number).where(CASES.c.author == bindparam("wanted"))
_AUTHOR = select(CASES.c.author).where(CASES.c.number == bindparam("wanted"))
_LAST = select(func.max(CASES.c.number))
_CASE = insert(CASES)


def case_of(transaction: Transaction, author: AuthorRef) -> CaseRef:
    """The author's case; the next free number where there is none yet."""
    number = transaction.execute(_NUMBER, {"wanted": str(author)}).scalar()
    if number is None:
        number = (transaction.execute(_LAST).scalar() or 0) + 1
        transaction.execute(_CASE, {"number": number, "author": str(author)})
    return spoken(number)


def known(transaction: Transaction, author: str) -> str | None:
    """The case of an author, given as it is stored, where there is one."""
    number = transaction.execute(_NUMBER, {"wanted": unescaped(author)}).scalar()
    return None if number is None else spoken(number)


def author_of(transaction: Transaction, case: CaseRef) -> AuthorRef | None:
    """Whose case it is."""
    number = number_of(case)
    if number is None:
        return None
    author = transaction.execute(_AUTHOR, {"wanted": number}).scalar()
    return None if author is None else author_named(author)


def spoken(number: int) -> CaseRef:
    """Say a case's number as people do."""
    return CaseRef(f"C-{number}")


def number_of(case: str) -> int | None:
    """Read a case's number; None where that is no case at all."""
    found = _SPOKEN.fullmatch(case)
    return int(found[1]) if found else None


def author_named(text: str) -> AuthorRef:
    """Read an author as `str` writes one."""
    platform, _, name = text.partition(":")
    return AuthorRef(Platform(platform), name)
