"""Errors whose message is for the operator as it stands."""

from __future__ import annotations

from adapters.ledger.errors import LedgerError
from adapters.media.lists import ListError
from adapters.media.opening import NotOpenedError
from adapters.media.safety import SafetyModelError
from adapters.toxicity.detoxify_model import CheckpointError, DetoxifyMissingError
from adapters.toxicity.embedded import WeightsError
from adapters.toxicity.fetch import FetchError
from adapters.toxicity.manifest import ManifestError
from bot.labelled import LabelledError
from moderation.ports import SourceFailedError

SAID_PLAINLY = (
    LedgerError,
    CheckpointError,
    DetoxifyMissingError,
    FetchError,
    LabelledError,
    ListError,
    ManifestError,
    NotOpenedError,
    SafetyModelError,
    SourceFailedError,
    WeightsError,
)
