"""What is allowed, and what follows: the house rules as one frozen value that breaks no law."""

from __future__ import annotations

import datetime as dt
import enum
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from moderation.decision import Clearance, Route
from moderation.taxonomy import Care, Category, Severity
from moderation.wording import PLACEHOLDERS, WordingKey

_LONGEST_BLOCK = dt.timedelta(days=366)
_LOWEST_FLOOR = 0.5
_LONGEST_WINDOW = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a policy, and under which key. `also` names the other keys that it lies between."""

    key: str
    message: str
    also: tuple[str, ...] = ()


class UnlawfulPolicyError(ValueError):
    """A policy that would break a law of the house, with every place where it does."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{p.key}: {p.message}" for p in problems))


@dataclass(frozen=True, slots=True)
class Licence:
    """Leave for a category to act alone: what was measured, on what, on how many examples."""

    precision: float
    examples: int
    measured_on: str
    suspended: bool = False
    threshold: float = 0.0
    """The score from which that precision was measured. The ladder acts from here, or `act_at` if higher."""


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """One ground for action: its public words, and what follows from it.

    A finding at or above `act_at` may act alone while the licence holds; from `look_at` on an officer
    looks. `weights` are strike points by severity; `lifetime` is how long a strike counts.
    """

    category: Category
    title: str
    public: str
    clause: str
    look_at: float
    act_at: float
    lifetime: dt.timedelta
    weights: Mapping[Severity, int]
    warns: bool = True
    protective: bool = False
    """The comment is hidden for somebody's sake: no strike, no warning, a kind message at most."""
    officer_only: bool = False
    licence: Licence | None = None

    @property
    def acts_from(self) -> float:
        """The score from which a finding may act alone, while the licence holds."""
        return max(self.act_at, self.licence.threshold) if self.licence else self.act_at


@dataclass(frozen=True, slots=True)
class CareRule:
    """What happens when a comment calls for care, and to whom it goes."""

    care: Care
    title: str
    clause: str
    notice_at: float
    route: Route
    signpost: bool = False
    """Whether the author is shown the way, once in a thread."""
    signpost_by: Clearance = Clearance.OFFICER


@dataclass(frozen=True, slots=True)
class LicenceFloor:
    """What a category must show before it may act alone, and in officers' rulings while it does."""

    precision: float
    examples: int
    rulings: int
    """Fewer rulings than these suspend no licence."""
    newest: int
    """At most so many rulings count, the newest, so that what was right long ago hides no change."""
    window: dt.timedelta
    """How old a ruling may be that counts."""


@dataclass(frozen=True, slots=True)
class Rungs:
    """The ladder's numbers."""

    warn_at: int
    """Strike points from which a warning is necessary."""
    strike_spacing: dt.timedelta
    """Breaches closer together than this are one outburst and count once, by the heaviest."""
    warning_lifetime: dt.timedelta
    warning_cool_down: dt.timedelta
    referral_lifetime: dt.timedelta
    referral_wait: dt.timedelta
    """How long the teams have before contact that goes on may be put to the assistant director."""
    persistent_count: int
    persistent_window: dt.timedelta
    block_terms: tuple[dt.timedelta, ...]
    block_term: dt.timedelta
    credible_threat_skips: bool
    """Whether a threat of severity 4 is put to the assistant director without a warning before it."""
    gap_budget_per_day: int
    """How many unread comments a day are shown to officers one by one; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Approvals:
    """How long questions and answers live."""

    card_lifetime: dt.timedelta
    approval_lifetime: dt.timedelta
    remind_every: dt.timedelta
    escalate_after: dt.timedelta
    minimum_dwell: dt.timedelta
    """The shortest time between a card's being shown and a yes to it."""
    decline_reasons: tuple[str, ...]


class AccountTier(enum.StrEnum):
    """What kind of account it is, in the words of the register."""

    OFFICIAL = "official"
    ASSOCIATED = "associated"
    DEPARTMENTAL = "departmental"
    ADVOCATE = "advocate"


@dataclass(frozen=True, slots=True)
class RegisteredAccount:
    """An account of the organisation, as its policy names it."""

    handle: str
    network: str
    tier: AccountTier
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """How a team is reached: `public` is what the public is told, `email` is where mail goes."""

    name: str
    public: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Organisation:
    """Whose house it is."""

    name: str
    short_name: str
    rules_url: str
    contest: str
    """How a person contests a decision, as the notices say it."""
    contacts: Mapping[Route, Contact]
    protected_characteristics: tuple[str, ...]
    accounts: tuple[RegisteredAccount, ...] = ()
    own_names: tuple[str, ...] = ()
    own_identifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """The house rules. One that breaks a law of the house cannot be built."""

    version: str
    title: str
    preamble: str
    source: str
    organisation: Organisation
    categories: Mapping[Category, CategoryRule]
    cares: Mapping[Care, CareRule]
    rungs: Rungs
    approvals: Approvals
    floor: LicenceFloor
    protect_at: float
    """The score from which protected speech counts as that."""
    ask_at: float
    """The score from which a close call goes to an officer."""
    wordings: Mapping[WordingKey, str]

    def __post_init__(self) -> None:
        problems = tuple(_problems(self))
        if problems:
            raise UnlawfulPolicyError(problems)

    def may_act_alone(self, category: Category) -> bool:
        """Whether the category holds its licence."""
        rule = self.categories[category]
        held = rule.licence
        return (
            not rule.officer_only
            and held is not None
            and not held.suspended
            and held.precision >= self.floor.precision
            and held.examples >= self.floor.examples
        )

    def word(self, key: WordingKey, **values: str) -> str:
        """Fill a wording in. Values are put in as they are; no value is read as a placeholder."""
        return string.Template(self.wordings[key]).safe_substitute(values)


def _problems(policy: Policy) -> Iterator[Problem]:
    yield from _missing(policy)
    yield from _organisation_problems(policy.organisation)
    for category, rule in policy.categories.items():
        yield from _category_problems(category, rule)
    for care, care_rule in policy.cares.items():
        yield from _care_problems(f"cares.{care}", care_rule, policy)
    yield from _rung_problems(policy.rungs)
    yield from _approval_problems(policy.approvals)
    yield from _wording_problems(policy)
    if not 0 < policy.protect_at <= 1:
        yield Problem("protect_at", f"{policy.protect_at} is not a probability above 0 and up to 1")
    if not 0 < policy.ask_at <= 1:
        yield Problem("ask_at", f"{policy.ask_at} is not a probability above 0 and up to 1")
    if not _LOWEST_FLOOR <= policy.floor.precision <= 1:
        yield Problem("floor.precision", f"{policy.floor.precision} is not between 0.5 and 1")
    if policy.floor.examples < 1:
        yield Problem("floor.examples", "a licence rests on at least 1 example")
    yield from _live_problems(policy.floor)


def _live_problems(floor: LicenceFloor) -> Iterator[Problem]:
    if floor.rulings < 1:
        yield Problem("floor.rulings", "a suspension rests on at least 1 ruling")
    if floor.newest < floor.rulings:
        message = f"{floor.newest} rulings never come to {floor.rulings}: no licence could be suspended"
        yield Problem("floor.newest", message, ("floor.rulings",))
    if not dt.timedelta(0) < floor.window <= _LONGEST_WINDOW:
        yield Problem("floor.window", "is longer than nothing, and 366 days at most")


def _missing(policy: Policy) -> Iterator[Problem]:
    if not policy.version.strip():
        yield Problem("version", "is empty; every decision names the version of its policy")
    for category in Category:
        if category not in policy.categories:
            yield Problem(f"categories.{category}", "is missing; every ground needs its rule")
    for care in Care:
        if care not in policy.cares:
            yield Problem(f"cares.{care}", "is missing; every kind of care needs its rule")
    for key in WordingKey:
        if not policy.wordings.get(key, "").strip():
            yield Problem(f"wordings.{key}", "is missing or empty")
    for route in (Route.COMPLAINTS, Route.SAFEGUARDING, Route.FREQUENT_CALLER, Route.ON_CALL):
        if route not in policy.organisation.contacts:
            yield Problem(f"organisation.contacts.{route}", "is missing; the ladder cannot do without it")


def _organisation_problems(organisation: Organisation) -> Iterator[Problem]:
    for name in ("name", "rules_url", "contest"):
        if not getattr(organisation, name).strip():
            yield Problem(f"organisation.{name}", "is empty; every notice says it")
    complaints = organisation.contacts.get(Route.COMPLAINTS)
    if complaints is not None and not complaints.public.strip():
        yield Problem(
            "organisation.contacts.complaints.public", "is empty; people are told where to complain"
        )


def _category_problems(category: Category, rule: CategoryRule) -> Iterator[Problem]:
    key = f"categories.{category}"
    if not 0 < rule.look_at <= rule.act_at <= 1:
        got = f"needs 0 < look_at <= act_at <= 1, got {rule.look_at} and {rule.act_at}"
        yield Problem(f"{key}.look_at", got, (f"{key}.act_at",))
    if rule.category != category:
        yield Problem(key, f"holds the rule for {rule.category}")
    if rule.licence is not None and not 0 <= rule.licence.threshold <= 1:
        yield Problem(f"{key}.licence.threshold", f"{rule.licence.threshold} is not a score from 0 to 1")
    if rule.licence is not None and not (0 <= rule.licence.precision <= 1 and rule.licence.examples >= 0):
        yield Problem(f"{key}.licence", "a precision is a share from 0 to 1 of at least 0 examples")
    if not rule.public.strip():
        yield Problem(f"{key}.public", "is empty; the bot applies no rule that is not published")
    if not rule.clause.strip():
        yield Problem(f"{key}.clause", "is empty; every decision names its clause")
    if rule.category is Category.DEFAMATORY and not rule.officer_only:
        yield Problem(f"{key}.officer_only", "defamation alone is never decided without an officer: say true")
    if rule.category is Category.CONFIDENTIALITY and not rule.protective:
        yield Problem(f"{key}.protective", "a person who over-shares has done nothing wrong: say true")
    if rule.protective and rule.warns:
        yield Problem(
            f"{key}.warns", "a protective hide carries no warning: say false", (f"{key}.protective",)
        )
    if rule.protective and any(rule.weights.values()):
        message = "a protective hide carries no strike: leave the weights out"
        yield Problem(f"{key}.weights", message, (f"{key}.protective",))
    if not rule.protective:
        yield from _weight_problems(key, rule)


def _weight_problems(key: str, rule: CategoryRule) -> Iterator[Problem]:
    if rule.lifetime <= dt.timedelta(0):
        yield Problem(f"{key}.lifetime", "a strike counts for longer than nothing", (f"{key}.protective",))
    weights = [rule.weights.get(severity, 0) for severity in Severity if severity is not Severity.NOTHING]
    if any(points < 1 for points in weights):
        message = "every severity from minor to minutes_matter needs at least 1 point"
        yield Problem(f"{key}.weights", message, (f"{key}.protective",))
    if weights != sorted(weights):
        yield Problem(f"{key}.weights", "a graver breach never counts less than a lighter one")


def _care_problems(key: str, rule: CareRule, policy: Policy) -> Iterator[Problem]:
    if not 0 < rule.notice_at <= 1:
        yield Problem(f"{key}.notice_at", f"{rule.notice_at} is not a probability above 0 and up to 1")
    if rule.route not in policy.organisation.contacts and rule.route is not Route.OFFICERS:
        yield Problem(f"{key}.route", f"organisation.contacts has no {rule.route}")
    if rule.signpost_by is Clearance.ASSISTANT_DIRECTOR:
        yield Problem(f"{key}.signpost_by", "is automatic or officer; the assistant director decides blocks")


def _rung_problems(rungs: Rungs) -> Iterator[Problem]:
    for field in fields(rungs):
        value = getattr(rungs, field.name)
        if isinstance(value, dt.timedelta) and value < dt.timedelta(0):
            yield Problem(f"rungs.{field.name}", "runs backwards")
    if rungs.warn_at < 1:
        yield Problem("rungs.warn_at", "a warning needs at least 1 strike point before it")
    if rungs.persistent_count < 2:  # noqa: PLR2004 - one comment persists in nothing
        yield Problem("rungs.persistent_count", "persistence is at least 2 comments")
    if rungs.gap_budget_per_day < 1:
        yield Problem("rungs.gap_budget_per_day", "a comment that could not be read is looked at by a person")
    yield from _term_problems(rungs)
    if rungs.warning_lifetime <= dt.timedelta(0):
        yield Problem("rungs.warning_lifetime", "a warning lasts longer than nothing")
    if rungs.referral_lifetime <= dt.timedelta(0):
        yield Problem("rungs.referral_lifetime", "a referral lasts longer than nothing")
    if rungs.persistent_window <= dt.timedelta(0):
        yield Problem("rungs.persistent_window", "persistence takes longer than nothing")


def _term_problems(rungs: Rungs) -> Iterator[Problem]:
    if not rungs.block_terms or any(term <= dt.timedelta(0) for term in rungs.block_terms):
        yield Problem(
            "rungs.block_terms", "needs at least one term, each longer than nothing; no block is for ever"
        )
    elif max(rungs.block_terms) > _LONGEST_BLOCK:
        yield Problem(
            "rungs.block_terms", "no term is above 366 days; some networks take a longer one as for ever"
        )
    elif any(term % dt.timedelta(days=1) for term in rungs.block_terms):
        yield Problem("rungs.block_terms", "every term is whole days, as buttons and notices name it")
    elif rungs.block_term not in rungs.block_terms:
        yield Problem("rungs.block_term", "is not one of block_terms", ("rungs.block_terms",))


def _approval_problems(approvals: Approvals) -> Iterator[Problem]:
    for name in ("card_lifetime", "approval_lifetime", "remind_every", "escalate_after"):
        if getattr(approvals, name) <= dt.timedelta(0):
            yield Problem(f"approvals.{name}", "is longer than nothing")
    if approvals.minimum_dwell < dt.timedelta(0):
        yield Problem("approvals.minimum_dwell", "runs backwards")
    for name in ("remind_every", "escalate_after", "minimum_dwell"):
        if getattr(approvals, name) >= approvals.card_lifetime > dt.timedelta(0):
            message = f"{name} must be shorter than card_lifetime"
            yield Problem(f"approvals.{name}", message, ("approvals.card_lifetime",))
    if not approvals.decline_reasons:
        yield Problem("approvals.decline_reasons", "needs at least one reason to decline")


def _wording_problems(policy: Policy) -> Iterator[Problem]:
    for key, text in policy.wordings.items():
        template = string.Template(text)
        if not template.is_valid():
            yield Problem(f"wordings.{key}", "has a stray $; write $$ for a dollar sign")
            continue
        must, may = PLACEHOLDERS[key]
        asked = frozenset(template.get_identifiers())
        for name in sorted(must - asked):
            yield Problem(f"wordings.{key}", f"does not hold ${name}, which the person must be told")
        for name in sorted(asked - must - may):
            yield Problem(f"wordings.{key}", f"asks for ${name}, which this wording is not given")
