"""Attachments' bytes, each stored once under its SHA-256."""

from __future__ import annotations

import hashlib

from sqlalchemy import delete, insert, select

from adapters.ledger.tables import ATTACHMENTS, KEPT
from adapters.ledger.transaction import Transaction


def keep(transaction: Transaction, content: bytes) -> str:
    """Store an attachment's bytes; gives their SHA-256."""
    digest = hashlib.sha256(content).hexdigest()
    if transaction.execute(select(KEPT.c.sha256).where(KEPT.c.sha256 == digest)).first() is None:
        values = {"sha256": digest, "content": content, "kept_at": transaction.now}
        transaction.execute(insert(KEPT).values(values))
    return digest


def kept(transaction: Transaction, digest: str) -> bytes:
    """An attachment's bytes; empty where they have been erased since."""
    content = transaction.execute(select(KEPT.c.content).where(KEPT.c.sha256 == digest)).scalar()
    return bytes(content or b"")


def name(transaction: Transaction, seq: int, digest: str) -> None:
    """An event says that it rests on these bytes."""
    if digest:
        transaction.execute(insert(ATTACHMENTS).values(seq=seq, sha256=digest))


def let_go(transaction: Transaction, seq: int) -> None:
    """The event is erased: the bytes go with the last event that rests on them."""
    digest = transaction.execute(select(ATTACHMENTS.c.sha256).where(ATTACHMENTS.c.seq == seq)).scalar()
    if digest is None:
        return
    transaction.execute(delete(ATTACHMENTS).where(ATTACHMENTS.c.seq == seq))
    if transaction.execute(select(ATTACHMENTS.c.seq).where(ATTACHMENTS.c.sha256 == digest)).first() is None:
        transaction.execute(delete(KEPT).where(KEPT.c.sha256 == digest))
