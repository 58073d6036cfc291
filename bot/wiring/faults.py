"""Errors whose message is for the operator as it stands."""

from __future__ import annotations

from adapters.ledger.errors import LedgerError
from moderation.ports import SourceFailedError

SAID_PLAINLY = (LedgerError, SourceFailedError)
