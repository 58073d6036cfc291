"""The policy that comes with the program, and the five overlays."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path

import pytest

from config.loader import POLICIES, load_policy, overlays
from config.placeholder import blanks, is_placeholder
from moderation.comment import Platform
from moderation.decision import Route
from moderation.policy import AccountTier, Policy
from moderation.taxonomy import Category, Severity
from moderation.wording import PLACEHOLDERS, WordingKey

EVERY = [None, *overlays()]
FILLED = {
    "account": "our page",
    "author": "@somebody",
    "care": "somebody may be at risk",
    "case": "C-42",
    "comment": "https://social.example/1",
    "complaints": "our complaints team",
    "contest": "reply to our message",
    "ends": "1 July 2026",
    "holder": "Sam",
    "network": "Mastodon",
    "organisation": "The trust",
    "permalink": "https://social.example/1",
    "reference": "R-7",
    "rule": "Abuse",
    "rules_url": "https://trust.example/rules",
    "severity": "serious",
    "summary": "Twenty messages in a week.",
    "team": "Safeguarding team",
    "term": "90 days",
    "what": "A threat against a crew",
}


@pytest.fixture(scope="module", params=EVERY, ids=[name or "default" for name in EVERY])
def policy(request: pytest.FixtureRequest) -> Policy:
    return load_policy(overlay=request.param)


def test_the_five_trusts_have_overlays() -> None:
    assert overlays() == ("emas", "scas", "swast", "wmas", "yas")


def test_every_published_policy_is_lawful(policy: Policy) -> None:
    assert set(policy.categories) == set(Category)


def test_breaches_weigh_as_decided(policy: Policy) -> None:
    weights = {Severity.MINOR: 1, Severity.CLEAR_BREACH: 2, Severity.SERIOUS: 4, Severity.MINUTES_MATTER: 6}

    assert all(rule.weights == weights for rule in policy.categories.values() if not rule.protective)


def test_the_ladder_has_the_numbers_that_were_decided(policy: Policy) -> None:
    rungs = policy.rungs

    assert (rungs.warn_at, rungs.persistent_count, rungs.gap_budget_per_day) == (3, 20, 50)
    assert rungs.block_term == dt.timedelta(days=90)
    assert [term.days for term in rungs.block_terms] == [30, 90, 180, 365]
    assert rungs.referral_wait == dt.timedelta(hours=48)


def test_defamation_waits_for_an_officer(policy: Policy) -> None:
    assert {c for c, rule in policy.categories.items() if rule.officer_only} == {Category.DEFAMATORY}


def test_only_private_information_is_hidden_to_protect(policy: Policy) -> None:
    assert {c for c, rule in policy.categories.items() if rule.protective} == {Category.CONFIDENTIALITY}


def test_each_ground_names_its_letter_in_appendix_3(policy: Policy) -> None:
    letters = [
        re.findall(r"Appendix 3, grounds \(([a-h])\)", rule.clause) for rule in policy.categories.values()
    ]

    assert [letter for found in letters for letter in found] == [*"abcdefgh", "f"]


def test_hatred_covers_every_characteristic_of_the_organisation(policy: Policy) -> None:
    public = policy.categories[Category.HATEFUL].public

    assert all(word in public for word in policy.organisation.protected_characteristics)
    assert "$" not in public


def test_swast_protects_what_its_own_list_adds() -> None:
    added = {
        "offending background",
        "trade union membership",
        "carers' responsibilities",
        "pregnancy or maternity",
    }

    assert added <= set(load_policy(overlay="swast").organisation.protected_characteristics)


def test_yas_tells_official_from_associated_accounts() -> None:
    tiers = {account.handle: account.tier for account in load_policy(overlay="yas").organisation.accounts}

    assert tiers["@yorksambulance"] is AccountTier.OFFICIAL
    assert tiers["@YAS_Wellbeing"] is AccountTier.ASSOCIATED


def test_scas_sends_complaints_to_the_patient_experience_team() -> None:
    contact = load_policy(overlay="scas").organisation.contacts[Route.COMPLAINTS]

    assert contact.name == "Patient Experience Team"


def test_accounts_stand_on_networks_that_we_know_or_on_none_that_was_said(policy: Policy) -> None:
    assert {account.network for account in policy.organisation.accounts} <= {*Platform, ""}


def test_no_private_persons_contact_is_in_any_policy() -> None:
    texts = "".join(file.read_text(encoding="utf-8") for file in POLICIES.rglob("*.toml"))
    role = {"communications", "pressoffice", "communicationteam", "publicrelations"}

    addresses = set(re.findall(r"([\w.+-]+)@([\w-]+(?:\.[\w-]+)+)", texts))

    assert {name for name, domain in addresses if domain != "example.invalid"} == role
    assert not re.search(r"\b07\d{3}", texts)


def test_every_address_is_one_that_a_policy_gives_or_a_blank(policy: Policy) -> None:
    given = {"communications@emas.nhs.uk", "pressoffice@wmas.nhs.uk"}
    given |= {"communicationteam@swast.nhs.uk", "publicrelations@swast.nhs.uk"}

    for contact in policy.organisation.contacts.values():
        assert contact.email in given or is_placeholder(contact.email)


def test_every_blank_is_found(policy: Policy) -> None:
    keys = {blank.key for blank in blanks(policy)}

    assert {"organisation.rules_url", "organisation.contest"} <= keys
    assert "organisation.contacts.safeguarding.email" in keys


def test_every_wording_reads_whole_when_filled_in(policy: Policy) -> None:
    for key in WordingKey:
        must, may = PLACEHOLDERS[key]

        text = policy.word(key, **{name: FILLED[name] for name in must | may})

        assert "$" not in text
        assert text == text.strip()


def test_no_wording_says_removed_or_threatens(policy: Policy) -> None:
    for text in policy.wordings.values():
        assert not re.search(r"\b(removed|deleted|court|prosecut|solicitor|legal action|police|999)", text)


def test_no_wording_guesses_at_health(policy: Policy) -> None:
    for text in policy.wordings.values():
        assert not re.search(r"\b(mental|ill health|unwell|diagnos|suicid|self-harm)", text, re.IGNORECASE)


def test_the_circular_and_the_referral_ask_for_no_text_of_the_comment() -> None:
    data = tomllib.loads((POLICIES / "default.toml").read_text(encoding="utf-8"))

    for key in ("circular", "referral", "care_referral"):
        assert "$comment" not in data["wordings"][key]
    assert "$author" not in data["wordings"]["referral"]


def test_nothing_may_act_alone_before_it_was_measured_well_enough(policy: Policy) -> None:
    for category, rule in policy.categories.items():
        licence = rule.licence
        good = (
            licence is not None
            and licence.precision >= policy.floor.precision >= 0.92
            and licence.examples >= policy.floor.examples >= 10
            and not licence.suspended
        )
        assert policy.may_act_alone(category) == (good and not rule.officer_only)


@pytest.mark.parametrize(
    "address",
    [
        "a@example.invalid",
        "https://example.invalid/x",
        "ask pals@example.com now",
        "b@trust.test",
        "A@EXAMPLE.ORG",
    ],
)
def test_an_example_address_is_a_blank(address: str) -> None:
    assert is_placeholder(address)


@pytest.mark.parametrize(
    "address",
    [
        "communications@emas.nhs.uk",
        "https://www.emas.nhs.uk/news/",
        "",
        "example",
        "for example.",
        "a@invalid.nhs.uk",
        "our press office: 0300 369 0021",
        "https://trust.nhs.uk/example.html",
        "a@example.company",
    ],
)
def test_a_real_address_is_no_blank(address: str) -> None:
    assert not is_placeholder(address)


def test_the_manual_lists_what_every_wording_must_and_may_hold() -> None:
    manual = (Path(__file__).parents[3] / "docs" / "policy.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| ([`\w, ]+) \| ([`\w, ]+) \|$", manual, re.MULTILINE)

    told = {key: (set(re.findall(r"\w+", must)), set(re.findall(r"\w+", may))) for key, must, may in rows}

    assert {key: told[key] for key in WordingKey} == {
        k: (set(must), set(may)) for k, (must, may) in PLACEHOLDERS.items()
    }
