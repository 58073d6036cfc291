"""The one place with SQL: what happened, and what follows from it."""

from __future__ import annotations

from adapters.ledger.audit import AuditReport as AuditReport
from adapters.ledger.audit import head as head
from adapters.ledger.audit import verify as verify
from adapters.ledger.chain import Head as Head
from adapters.ledger.chain import head_of as head_of
from adapters.ledger.erasure import erase as erase
from adapters.ledger.errors import LedgerBrokenError as LedgerBrokenError
from adapters.ledger.errors import LedgerError as LedgerError
from adapters.ledger.errors import LedgerFullError as LedgerFullError
from adapters.ledger.errors import LedgerLockedError as LedgerLockedError
from adapters.ledger.errors import LedgerReadOnlyError as LedgerReadOnlyError
from adapters.ledger.errors import LedgerTooNewError as LedgerTooNewError
from adapters.ledger.errors import LedgerUnavailableError as LedgerUnavailableError
from adapters.ledger.errors import LedgerUncertainError as LedgerUncertainError
from adapters.ledger.errors import StillNeededError as StillNeededError
from adapters.ledger.errors import UnknownCaseError as UnknownCaseError
from adapters.ledger.ledger import SqlLedger as SqlLedger
from adapters.ledger.ledger import open_ledger as open_ledger
from adapters.ledger.restore import raise_epoch as raise_epoch
