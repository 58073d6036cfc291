"""A lawful policy for tests, without a file to load it from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from moderation.decision import Clearance, Route
from moderation.policy import (
    Approvals,
    CareRule,
    CategoryRule,
    Contact,
    Licence,
    LicenceFloor,
    Organisation,
    Policy,
    Rungs,
)
from moderation.taxonomy import Care, Category, Severity
from moderation.wording import PLACEHOLDERS, WordingKey

WEIGHTS: Mapping[Severity, int] = {
    Severity.MINOR: 1,
    Severity.CLEAR_BREACH: 2,
    Severity.SERIOUS: 4,
    Severity.MINUTES_MATTER: 6,
}
LOOK_AT = 0.5
ACT_AT = 0.9
NOTICE_AT = 0.5
PROTECT_AT = 0.5
FLOOR = LicenceFloor(precision=0.95, examples=20, rulings=10, newest=30, window=dt.timedelta(days=90))
HELD = Licence(precision=0.99, examples=500, measured_on="a labelled set")
SUSPENDED = Licence(precision=0.99, examples=500, measured_on="a labelled set", suspended=True)

OFFICER_ONLY = frozenset({Category.DEFAMATORY})
UNLICENSED = frozenset({Category.SPAM, Category.INAPPROPRIATE_MEDIA})
"""Spam has no licence in the tests' policy; that of inappropriate media is suspended."""
PROTECTIVE = frozenset({Category.CONFIDENTIALITY})

_CARE_ROUTES: Mapping[Care, Route] = {
    Care.EMERGENCY: Route.ON_CALL,
    Care.SAFEGUARDING: Route.SAFEGUARDING,
    Care.COMPLAINT: Route.COMPLAINTS,
    Care.COMPLIMENT: Route.COMPLAINTS,
    Care.MEDIA_ENQUIRY: Route.PRESS,
    Care.MISINFORMATION: Route.OFFICERS,
    Care.LOST_PROPERTY: Route.COMPLAINTS,
    Care.FOI_OR_SUBJECT_ACCESS: Route.INFORMATION_GOVERNANCE,
    Care.SPEAK_UP: Route.SPEAK_UP,
}

RUNGS = Rungs(
    warn_at=3,
    strike_spacing=dt.timedelta(hours=1),
    warning_lifetime=dt.timedelta(days=180),
    warning_cool_down=dt.timedelta(days=7),
    referral_lifetime=dt.timedelta(days=180),
    referral_wait=dt.timedelta(hours=48),
    persistent_count=20,
    persistent_window=dt.timedelta(days=7),
    block_terms=(dt.timedelta(days=30), dt.timedelta(days=90), dt.timedelta(days=365)),
    block_term=dt.timedelta(days=90),
    credible_threat_skips=True,
    gap_budget_per_day=50,
)
APPROVALS = Approvals(
    card_lifetime=dt.timedelta(hours=72),
    approval_lifetime=dt.timedelta(hours=24),
    remind_every=dt.timedelta(hours=8),
    escalate_after=dt.timedelta(hours=24),
    minimum_dwell=dt.timedelta(seconds=20),
    decline_reasons=("it is criticism", "a lesser step is enough"),
)


def lawful_organisation() -> Organisation:
    """An organisation that can be reached by every route."""
    return Organisation(
        name="Test Ambulance Service",
        short_name="Test",
        rules_url="https://rules.example.invalid",
        contest="write to contest@example.invalid",
        contacts={route: Contact(route.value, route.value, f"{route}@example.invalid") for route in Route},
        protected_characteristics=("race",),
    )


def lawful_rule(category: Category) -> CategoryRule:
    """The tests' rule for one ground."""
    protective = category in PROTECTIVE
    licence: Licence | None = HELD
    if category is Category.SPAM:
        licence = None
    elif category is Category.INAPPROPRIATE_MEDIA:
        licence = SUSPENDED
    return CategoryRule(
        category=category,
        title=category.value.capitalize(),
        public=f"No {category}.",
        clause=f"clause on {category}",
        look_at=LOOK_AT,
        act_at=ACT_AT,
        lifetime=dt.timedelta(days=180),
        weights={} if protective else WEIGHTS,
        warns=not protective,
        protective=protective,
        officer_only=category in OFFICER_ONLY,
        licence=licence,
    )


def lawful_care(care: Care) -> CareRule:
    """The tests' rule for one kind of care. Only a complaint is signposted, without asking."""
    return CareRule(
        care=care,
        title=care.value.capitalize(),
        clause=f"clause on {care}",
        notice_at=NOTICE_AT,
        route=_CARE_ROUTES[care],
        signpost=care is Care.COMPLAINT,
        signpost_by=Clearance.AUTOMATIC,
    )


def lawful_wordings() -> dict[WordingKey, str]:
    """Each wording, with what it must hold."""
    return {key: " ".join(f"${name}" for name in sorted(must)) for key, (must, _) in PLACEHOLDERS.items()}


def lawful_policy(
    *,
    version: str = "test-1",
    organisation: Organisation | None = None,
    categories: Mapping[Category, CategoryRule] | None = None,
    cares: Mapping[Care, CareRule] | None = None,
    rungs: Rungs = RUNGS,
    approvals: Approvals = APPROVALS,
    floor: LicenceFloor = FLOOR,
    protect_at: float = PROTECT_AT,
    ask_at: float = 0.5,
    wordings: Mapping[WordingKey, str] | None = None,
) -> Policy:
    """A policy that breaks no law. `categories` and `cares` replace single rules; the rest replaces all."""
    return Policy(
        version=version,
        title="House rules",
        preamble="Be kind.",
        source="the tests",
        organisation=organisation or lawful_organisation(),
        categories={c: lawful_rule(c) for c in Category} | dict(categories or {}),
        cares={c: lawful_care(c) for c in Care} | dict(cares or {}),
        rungs=rungs,
        approvals=approvals,
        floor=floor,
        protect_at=protect_at,
        ask_at=ask_at,
        wordings=lawful_wordings() if wordings is None else wordings,
    )
