"""Errors whose message is for the operator as it stands."""

from __future__ import annotations

from adapters.ledger.errors import LedgerError
from adapters.toxicity.errors import ModelError
from moderation.ports import SourceFailedError

SAID_PLAINLY = (LedgerError, ModelError, SourceFailedError)
