"""A policy that breaks a law of the house cannot be built, and says under which key it would."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from moderation.decision import Clearance, Route
from moderation.policy import Licence, Policy, UnlawfulPolicyError
from moderation.taxonomy import Care, Category, Severity
from moderation.wording import PLACEHOLDERS, WordingKey, placeholders
from tests.strategies.comments import DAY
from tests.strategies.policies import (
    APPROVALS,
    FLOOR,
    HELD,
    RUNGS,
    WEIGHTS,
    lawful_care,
    lawful_organisation,
    lawful_policy,
    lawful_rule,
    lawful_wordings,
)

ZERO = dt.timedelta(0)
LAWFUL = lawful_policy()
Changed = Callable[[], Policy]


def keys(build: Changed) -> set[str]:
    """The keys that a policy is refused under."""
    with pytest.raises(UnlawfulPolicyError) as refused:
        build()
    for problem in refused.value.problems:
        assert problem.message
        assert f"{problem.key}: {problem.message}" in str(refused.value)
    return {problem.key for problem in refused.value.problems}


def rule(of: Category = Category.ABUSIVE, **changes: object) -> Changed:
    """One ground's rule, changed."""
    changed = replace(lawful_rule(of), **changes)  # type: ignore[arg-type]
    return lambda: lawful_policy(categories={of: changed})


def care(**changes: object) -> Changed:
    """One care's rule, changed."""
    return lambda: lawful_policy(cares={Care.COMPLIMENT: replace(lawful_care(Care.COMPLIMENT), **changes)})  # type: ignore[arg-type]


def rungs(**changes: object) -> Changed:
    """The ladder's numbers, changed."""
    return lambda: lawful_policy(rungs=replace(RUNGS, **changes))  # type: ignore[arg-type]


def approvals(**changes: object) -> Changed:
    """The approvals' times, changed."""
    return lambda: lawful_policy(approvals=replace(APPROVALS, **changes))  # type: ignore[arg-type]


def organisation(**changes: object) -> Changed:
    """The organisation, changed."""
    return lambda: lawful_policy(organisation=replace(lawful_organisation(), **changes))  # type: ignore[arg-type]


NAN = float("nan")

RULES: dict[str, tuple[Changed, str]] = {
    "look_at nothing": (rule(look_at=0.0), "categories.abusive.look_at"),
    "look_at above act_at": (rule(look_at=0.95), "categories.abusive.look_at"),
    "act_at above 1": (rule(act_at=1.1), "categories.abusive.look_at"),
    "act_at no number": (rule(act_at=NAN), "categories.abusive.look_at"),
    "another's rule": (rule(category=Category.SPAM), "categories.abusive"),
    "precision above 1": (rule(licence=Licence(1.1, 1, "")), "categories.abusive.licence"),
    "precision no number": (rule(licence=Licence(NAN, 1, "")), "categories.abusive.licence"),
    "fewer than no examples": (rule(licence=Licence(0.9, -1, "")), "categories.abusive.licence"),
    "not published": (rule(public=" "), "categories.abusive.public"),
    "no clause": (rule(clause=""), "categories.abusive.clause"),
    "defamation alone": (rule(Category.DEFAMATORY, officer_only=False), "categories.defamatory.officer_only"),
    "a warning for over-sharing": (
        rule(Category.CONFIDENTIALITY, warns=True),
        "categories.confidentiality.warns",
    ),
    "a strike for over-sharing": (
        rule(Category.CONFIDENTIALITY, weights=WEIGHTS),
        "categories.confidentiality.weights",
    ),
    "over-sharing as an offence": (
        rule(Category.CONFIDENTIALITY, protective=False, weights=WEIGHTS),
        "categories.confidentiality.protective",
    ),
    "strikes that end at once": (rule(lifetime=ZERO), "categories.abusive.lifetime"),
    "a severity without weight": (rule(weights={Severity.MINOR: 1}), "categories.abusive.weights"),
    "a graver breach that counts less": (
        rule(weights=dict(WEIGHTS) | {Severity.SERIOUS: 1}),
        "categories.abusive.weights",
    ),
}
REST: dict[str, tuple[Changed, str]] = {
    "notice_at nothing": (care(notice_at=0.0), "cares.compliment.notice_at"),
    "notice_at above 1": (care(notice_at=1.01), "cares.compliment.notice_at"),
    "signpost by the director": (
        care(signpost_by=Clearance.ASSISTANT_DIRECTOR),
        "cares.compliment.signpost_by",
    ),
    "warn_at nothing": (rungs(warn_at=0), "rungs.warn_at"),
    "persistence of one": (rungs(persistent_count=1), "rungs.persistent_count"),
    "no gap budget": (rungs(gap_budget_per_day=0), "rungs.gap_budget_per_day"),
    "no terms": (rungs(block_terms=()), "rungs.block_terms"),
    "a term of nothing": (rungs(block_terms=(ZERO, 90 * DAY)), "rungs.block_terms"),
    "a term for ever": (rungs(block_terms=(367 * DAY, 90 * DAY)), "rungs.block_terms"),
    "a term of half a day": (rungs(block_terms=(DAY / 2, 90 * DAY)), "rungs.block_terms"),
    "a term that is not offered": (rungs(block_term=31 * DAY), "rungs.block_term"),
    "no warning_lifetime": (rungs(warning_lifetime=ZERO), "rungs.warning_lifetime"),
    "no referral_lifetime": (rungs(referral_lifetime=ZERO), "rungs.referral_lifetime"),
    "no persistent_window": (rungs(persistent_window=ZERO), "rungs.persistent_window"),
    "no reasons to decline": (approvals(decline_reasons=()), "approvals.decline_reasons"),
    "negative dwell": (approvals(minimum_dwell=-DAY), "approvals.minimum_dwell"),
    "a public way to nobody": (
        organisation(
            contacts=dict(lawful_organisation().contacts)
            | {Route.COMPLAINTS: replace(lawful_organisation().contacts[Route.COMPLAINTS], public=" ")}
        ),
        "organisation.contacts.complaints.public",
    ),
    "no version": (lambda: lawful_policy(version=" "), "version"),
    "protect_at nothing": (lambda: lawful_policy(protect_at=0), "protect_at"),
    "protect_at above 1": (lambda: lawful_policy(protect_at=1.01), "protect_at"),
    "ask_at nothing": (lambda: lawful_policy(ask_at=0), "ask_at"),
    "ask_at above 1": (lambda: lawful_policy(ask_at=1.01), "ask_at"),
    "a floor of chance": (lambda: lawful_policy(floor=replace(FLOOR, precision=0.49)), "floor.precision"),
    "a floor above 1": (lambda: lawful_policy(floor=replace(FLOOR, precision=1.01)), "floor.precision"),
    "a floor on nothing": (lambda: lawful_policy(floor=replace(FLOOR, examples=0)), "floor.examples"),
    "a suspension on nothing": (lambda: lawful_policy(floor=replace(FLOOR, rulings=0)), "floor.rulings"),
    "fewer than are needed": (lambda: lawful_policy(floor=replace(FLOOR, newest=9)), "floor.newest"),
    "rulings that never count": (lambda: lawful_policy(floor=replace(FLOOR, window=ZERO)), "floor.window"),
    "rulings for ever": (lambda: lawful_policy(floor=replace(FLOOR, window=367 * DAY)), "floor.window"),
}


@pytest.mark.parametrize(("build", "key"), (RULES | REST).values(), ids=RULES | REST)
def test_an_unlawful_policy_names_its_key_and_no_other(build: Changed, key: str) -> None:
    assert keys(build) == {key}


@pytest.mark.parametrize(
    "name",
    [
        "strike_spacing",
        "warning_lifetime",
        "warning_cool_down",
        "referral_lifetime",
        "referral_wait",
        "persistent_window",
        "block_term",
    ],
)
def test_no_time_runs_backwards(name: str) -> None:
    assert f"rungs.{name}" in keys(rungs(**{name: -DAY}))


@pytest.mark.parametrize("name", ["card_lifetime", "approval_lifetime", "remind_every", "escalate_after"])
def test_no_time_of_an_approval_is_nothing(name: str) -> None:
    assert f"approvals.{name}" in keys(approvals(**{name: ZERO}))


@pytest.mark.parametrize("name", ["remind_every", "escalate_after", "minimum_dwell"])
def test_what_happens_to_a_card_happens_within_its_life(name: str) -> None:
    assert keys(approvals(**{name: APPROVALS.card_lifetime})) == {f"approvals.{name}"}


@pytest.mark.parametrize("name", ["name", "rules_url", "contest"])
def test_every_notice_can_say_who_writes_and_where_the_rules_are(name: str) -> None:
    assert keys(organisation(**{name: " "})) == {f"organisation.{name}"}


@pytest.mark.parametrize(
    "route", [Route.COMPLAINTS, Route.SAFEGUARDING, Route.FREQUENT_CALLER, Route.ON_CALL]
)
def test_the_ladder_needs_its_contacts(route: Route) -> None:
    contacts = {r: c for r, c in lawful_organisation().contacts.items() if r is not route}

    assert f"organisation.contacts.{route}" in keys(organisation(contacts=contacts))


def test_care_goes_to_a_contact_that_there_is_or_to_the_officers() -> None:
    contacts = {
        r: c for r, c in lawful_organisation().contacts.items() if r not in {Route.PRESS, Route.OFFICERS}
    }

    assert keys(organisation(contacts=contacts)) == {"cares.media_enquiry.route"}


def test_no_ground_no_care_and_no_wording_is_missing() -> None:
    assert keys(lambda: replace(LAWFUL, categories={})) == {f"categories.{c}" for c in Category}
    assert keys(lambda: replace(LAWFUL, cares={})) == {f"cares.{c}" for c in Care}
    assert keys(lambda: replace(LAWFUL, wordings={})) == {f"wordings.{k}" for k in WordingKey}


@pytest.mark.parametrize("key", WordingKey)
def test_a_wording_asks_for_what_it_must_and_for_nothing_it_is_not_given(key: WordingKey) -> None:
    must, may = PLACEHOLDERS[key]
    whole = lawful_wordings()

    def changed(text: str) -> Changed:
        return lambda: lawful_policy(wordings=whole | {key: text})

    assert keys(changed(whole[key] + " $")) == {f"wordings.{key}"}
    assert keys(changed(whole[key] + " $nonsense")) == {f"wordings.{key}"}
    for name in must:
        assert keys(changed(" ".join(f"${n}" for n in must - {name}) or "-")) == {f"wordings.{key}"}
    allowed = changed(" ".join(f"${n}" for n in must | may))()
    assert placeholders(allowed.wordings[key]) == must | may


def test_a_value_is_put_in_as_it_is() -> None:
    policy = lawful_policy(
        wordings=lawful_wordings() | {WordingKey.SIGNPOST: "See $complaints, $organisation"}
    )

    said = policy.word(WordingKey.SIGNPOST, complaints="$organisation $$", organisation="Us")

    assert said == "See $organisation $$, Us"


@pytest.mark.parametrize(
    ("licence", "held"),
    [
        (None, False),
        (HELD, True),
        (replace(HELD, suspended=True), False),
        (Licence(0.95, 20, ""), True),
        (Licence(0.9499, 20, ""), False),
        (Licence(0.95, 19, ""), False),
    ],
)
def test_a_licence_is_held_from_the_floor_on(licence: Licence | None, *, held: bool) -> None:
    assert rule(licence=licence)().may_act_alone(Category.ABUSIVE) == held
    assert not rule(licence=licence, officer_only=True)().may_act_alone(Category.ABUSIVE)
