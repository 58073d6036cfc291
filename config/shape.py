"""What a policy file may hold: its tables, its keys and their types."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from config.durations import Duration
from config.tuples import listed
from config.validation import Part
from moderation.comment import Platform
from moderation.decision import Clearance, Route
from moderation.policy import AccountTier
from moderation.taxonomy import Care, Category
from moderation.wording import WordingKey


def _probability(value: float) -> float:
    if not 0 < value <= 1:
        raise PydanticCustomError("needs", "a probability above 0 and up to 1")
    return value


def _share(value: float) -> float:
    if not 0 <= value <= 1:
        raise PydanticCustomError("needs", "a share from 0 to 1")
    return value


def _filled(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("needs", "some text")
    return value


def _network(value: str) -> str:
    known = [*Platform, ""]
    if value not in known:
        raise PydanticCustomError("enum", "", {"expected": ", ".join(f"'{name}'" for name in Platform)})
    return value


Probability = Annotated[float, AfterValidator(_probability)]
Share = Annotated[float, AfterValidator(_share)]
Filled = Annotated[str, AfterValidator(_filled)]
Count = Annotated[int, Field(ge=0)]
Texts = Annotated[tuple[Filled, ...], BeforeValidator(listed)]
Durations = Annotated[tuple[Duration, ...], BeforeValidator(listed)]
Network = Annotated[str, AfterValidator(_network)]
"""A network's name, or "" where the organisation's policy does not say which."""


class LicencePart(Part):
    """A table of licences.toml."""

    precision: Share
    examples: Count
    measured_on: Filled
    suspended: bool = False
    threshold: Share = 0.0


class WeightsPart(Part):
    """Strike points by severity."""

    minor: Count
    clear_breach: Count
    serious: Count
    minutes_matter: Count


class CategoryPart(Part):
    """A table [categories.*]."""

    title: Filled
    public: str
    clause: str
    look_at: Probability
    act_at: Probability
    lifetime: Duration | None = None
    weights: WeightsPart | None = None
    warns: bool = True
    protective: bool = False
    officer_only: bool = False
    licence: LicencePart | None = None


class CarePart(Part):
    """A table [cares.*]."""

    title: Filled
    clause: Filled
    notice_at: Probability
    route: Annotated[Route, Field(strict=False)]
    signpost: bool = False
    signpost_by: Annotated[Clearance, Field(strict=False)] = Clearance.OFFICER


class FloorPart(Part):
    """The table [floor]."""

    precision: Probability
    examples: Count
    rulings: Count
    newest: Count
    window: Duration


class RungsPart(Part):
    """The table [rungs]."""

    warn_at: int
    strike_spacing: Duration
    warning_lifetime: Duration
    warning_cool_down: Duration
    referral_lifetime: Duration
    referral_wait: Duration
    persistent_count: int
    persistent_window: Duration
    block_terms: Durations
    block_term: Duration
    credible_threat_skips: bool
    gap_budget_per_day: int


class ApprovalsPart(Part):
    """The table [approvals]."""

    card_lifetime: Duration
    approval_lifetime: Duration
    remind_every: Duration
    escalate_after: Duration
    minimum_dwell: Duration
    decline_reasons: Texts


class ContactPart(Part):
    """A table [organisation.contacts.*]."""

    name: Filled
    public: str = ""
    email: str = ""


class AccountPart(Part):
    """A table [[organisation.accounts]]."""

    handle: Filled
    network: Network
    tier: Annotated[AccountTier, Field(strict=False)]
    purpose: str = ""


class OrganisationPart(Part):
    """The table [organisation]."""

    name: Filled
    short_name: Filled
    rules_url: Filled
    contest: Filled
    contacts: dict[Annotated[Route, Field(strict=False)], ContactPart]
    protected_characteristics: Texts
    accounts: Annotated[tuple[AccountPart, ...], BeforeValidator(listed)] = ()
    own_names: Texts = ()
    own_identifiers: Texts = ()


class PolicyPart(Part):
    """A whole policy file."""

    version: Filled
    title: Filled
    preamble: Filled
    source: Filled
    protect_at: Probability
    ask_at: Probability
    floor: FloorPart
    organisation: OrganisationPart
    categories: dict[Annotated[Category, Field(strict=False)], CategoryPart]
    cares: dict[Annotated[Care, Field(strict=False)], CarePart]
    rungs: RungsPart
    approvals: ApprovalsPart
    wordings: dict[Annotated[WordingKey, Field(strict=False)], str]
