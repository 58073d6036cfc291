"""What can go wrong with the ledger, each in one sentence for the operator."""

from __future__ import annotations

from moderation.ports import LedgerDownError


class LedgerError(Exception):
    """The ledger could not do what was asked; nothing of the transaction stays."""


class LedgerFullError(LedgerError, LedgerDownError):
    """There is no room left on the disk."""


class LedgerUnavailableError(LedgerError, LedgerDownError):
    """The database cannot be reached now, or takes too long."""


class LedgerUncertainError(LedgerUnavailableError):
    """The connection was lost while committing: nobody knows whether the transaction stays.

    Everything in the ledger has a key of its own, so doing it again is harmless.
    """


class LedgerTooNewError(LedgerError):
    """A newer version of the program wrote this ledger."""


class LedgerLockedError(LedgerError):
    """Another process has the ledger open for writing."""


class LedgerBrokenError(LedgerError):
    """What stands in the database is not what the ledger wrote."""


class LedgerReadOnlyError(LedgerError):
    """The ledger was opened for reading, and something tried to write."""


class UnknownCaseError(LedgerError):
    """A card names a case that nobody opened."""


class StillNeededError(LedgerError):
    """What was to be erased is still needed."""
