"""What the ledger says of a ground's licence: tested by a ruling, suspended, given back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from moderation.comment import CommentRef
from moderation.decision import StaffId
from moderation.taxonomy import Category


@dataclass(frozen=True, slots=True)
class LicenceTested:
    """An officer ruled on what the checks alone hid on a ground, or would have hidden had it a licence."""

    category: Category
    comment: CommentRef
    revision: int
    by: StaffId
    right: bool
    """Whether the officer ruled that it is a breach, on whichever ground."""
    card: str = ""

    @property
    def key(self) -> str:
        """One test for one ruling."""
        return f"tested:{self.category}:{self.comment}:{self.revision}:{self.card}:{self.by}"


@dataclass(frozen=True, slots=True)
class LicenceSuspended:
    """Rulings brought a ground's live precision below the floor: an officer decides from here on."""

    category: Category
    number: int
    """How many times the ground's licence has been suspended, with this one."""
    right: int
    rulings: int
    since: dt.datetime
    """When the oldest of these rulings was given."""
    floor: float
    policy_version: str

    @property
    def key(self) -> str:
        """Each suspension is written once."""
        return f"suspended:{self.category}:{self.number}"


@dataclass(frozen=True, slots=True)
class LicenceRestored:
    """A person gave a suspended licence back, and said why. The count of rulings begins anew."""

    category: Category
    number: int
    """Which suspension it ends."""
    by: StaffId
    why: str

    @property
    def key(self) -> str:
        """A suspension ends once."""
        return f"restored:{self.category}:{self.number}"


LicenceEvent = LicenceTested | LicenceSuspended | LicenceRestored
