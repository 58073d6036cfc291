# ruff: noqa: E501 - a complaint is one line, and stands here as the operator reads it
"""Policy files become a lawful policy or located complaints."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from config.complaint import PolicyError
from config.loader import POLICIES, load_policy
from moderation.decision import Route
from moderation.taxonomy import Category
from tests.unit.config.conftest import Write

DEFAULT = tomllib.loads((POLICIES / "default.toml").read_text(encoding="utf-8"))


def complaints(path: Path, **files: Any) -> list[str]:  # noqa: ANN401 - handed on as it is
    with pytest.raises(PolicyError) as caught:
        load_policy(path, **files)
    return str(caught.value).split("\n")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "[categories.abusive]\nact_at = 1.7",
            "mine.toml:2: categories.abusive.act_at: is 1.7, needs a probability above 0 and up to 1",
        ),
        (
            "[categories.abusive]\nact_at = nan",
            "mine.toml:2: categories.abusive.act_at: is nan, needs a probability above 0 and up to 1",
        ),
        (
            "[categories.abusive]\nact_att = 0.9",
            "mine.toml:2: categories.abusive.act_att: unknown key; did you mean act_at?",
        ),
        (
            "[categories.abusve]\nact_at = 0.9",
            "mine.toml:1: categories.abusve: unknown key; did you mean abusive?",
        ),
        (
            "[floor]\nzzz = 1",
            "mine.toml:2: floor.zzz: unknown key; known here: precision, examples, rulings, newest, window",
        ),
        ('protect_at = "high"', 'mine.toml:1: protect_at: is "high", needs a number'),
        ("protect_at = true", "mine.toml:1: protect_at: is true, needs a number"),
        ("title = 3", "mine.toml:1: title: is 3, needs text in quotes"),
        ('title = " "', 'mine.toml:1: title: is " ", needs some text'),
        ("rungs = 3", "mine.toml:1: rungs: is 3, needs a table"),
        ("[rungs]\nwarn_at = 2.5", "mine.toml:2: rungs.warn_at: is 2.5, needs a whole number"),
        (
            '[rungs]\ncredible_threat_skips = "no"',
            'mine.toml:2: rungs.credible_threat_skips: is "no", needs true or false',
        ),
        ('[rungs]\nblock_terms = "90 days"', 'mine.toml:2: rungs.block_terms: is "90 days", needs a list'),
        (
            '[rungs]\nblock_term = "90days"',
            'mine.toml:2: rungs.block_term: is "90days", needs a duration such as "20 seconds", "48 hours" or "90 days"',
        ),
        (
            '[rungs]\nblock_terms = [\n  "90 days",\n  "3 months",\n]',
            'mine.toml:4: rungs.block_terms[1]: is "3 months", needs a duration such as "20 seconds", "48 hours" or "90 days"',
        ),
        (
            '[rungs]\nreferral_wait = "99999999 days"',
            'mine.toml:2: rungs.referral_wait: is "99999999 days", needs a duration of at most 36500 days',
        ),
        (
            "[categories.abusive.weights]\nminor = -1",
            "mine.toml:2: categories.abusive.weights.minor: is -1, needs a number of at least 0",
        ),
        (
            '[cares.complaint]\nsignpost_by = "officers"',
            (
                'mine.toml:2: cares.complaint.signpost_by: is "officers", needs one of automatic, officer, '
                "assistant_director; did you mean officer?"
            ),
        ),
        (
            '[[organisation.accounts]]\nhandle = "@x"\nnetwork = "x"\n[[organisation.accounts]]\nhandle = "@y"\ntier = "official"',
            "mine.toml:4: organisation.accounts[1].network: is missing",
        ),
        (
            "[categories.abusive]\nlicence = {precision = 1.0, examples = 99}",
            (
                "mine.toml:2: categories.abusive.licence: does not belong here; licences are measured, "
                "and stand in the licences file"
            ),
        ),
        (
            "[rungs]\nwarn_at = 1\nwarn_at = 2",
            "mine.toml:3: rungs.warn_at: is set twice; line 2 sets it first",
        ),
        ("[rungs]\nwarn_at = 1\n\n[rungs]\n", "mine.toml:4: rungs: is set twice; line 1 sets it first"),
        (
            "[rungs\nwarn_at = 1",
            "mine.toml:1: column 7: not TOML: expected ']' at the end of a table declaration",
        ),
        (
            "[rungs]\nwarn_at 1",
            "mine.toml:2: column 9: not TOML: expected '=' after a key in a key/value pair",
        ),
        ('a = """', "mine.toml:1: the file breaks off: unterminated string"),
    ],
)
def test_a_mistake_is_located_and_explained(write: Write, text: str, complaint: str) -> None:
    assert complaint in complaints(write(text))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "[categories.spam]\nact_at = 0.2",
            "mine.toml:2: categories.spam.act_at: needs 0 < look_at <= act_at <= 1, got 0.45 and 0.2",
        ),
        (
            "[categories.defamatory]\nofficer_only = false",
            "mine.toml:2: categories.defamatory.officer_only: defamation alone is never decided without an officer: say true",
        ),
        (
            "[categories.confidentiality]\nprotective = false",
            "mine.toml:2: categories.confidentiality.protective: a person who over-shares has done nothing wrong: say true",
        ),
        (
            "[categories.confidentiality]\nwarns = true",
            "mine.toml:2: categories.confidentiality.warns: a protective hide carries no warning: say false",
        ),
        (
            "[categories.confidentiality]\nweights = {minor = 1, clear_breach = 1, serious = 1, minutes_matter = 1}",
            "mine.toml:2: categories.confidentiality.weights: a protective hide carries no strike: leave the weights out",
        ),
        (
            "[categories.abusive.weights]\nminor = 5",
            "mine.toml:1: categories.abusive.weights: a graver breach never counts less than a lighter one",
        ),
        (
            "[categories.abusive.weights]\nminor = 0",
            "mine.toml:1: categories.abusive.weights: every severity from minor to minutes_matter needs at least 1 point",
        ),
        (
            '[categories.abusive]\nlifetime = "0 days"',
            "mine.toml:2: categories.abusive.lifetime: a strike counts for longer than nothing",
        ),
        (
            '[categories.abusive]\npublic = ""',
            "mine.toml:2: categories.abusive.public: is empty; the bot applies no rule that is not published",
        ),
        (
            '[categories.abusive]\nclause = ""',
            "mine.toml:2: categories.abusive.clause: is empty; every decision names its clause",
        ),
        (
            '[cares.complaint]\nsignpost_by = "assistant_director"',
            "mine.toml:2: cares.complaint.signpost_by: is automatic or officer; the assistant director decides blocks",
        ),
        (
            '[cares.complaint]\nroute = "holders"',
            "mine.toml:2: cares.complaint.route: organisation.contacts has no holders",
        ),
        (
            '[organisation.contacts.complaints]\npublic = ""',
            "mine.toml:2: organisation.contacts.complaints.public: is empty; people are told where to complain",
        ),
        ('[organisation]\ncontest = ""', 'mine.toml:2: organisation.contest: is "", needs some text'),
        (
            "[rungs]\nwarn_at = 0",
            "mine.toml:2: rungs.warn_at: a warning needs at least 1 strike point before it",
        ),
        (
            "[rungs]\npersistent_count = 1",
            "mine.toml:2: rungs.persistent_count: persistence is at least 2 comments",
        ),
        (
            "[rungs]\ngap_budget_per_day = 0",
            "mine.toml:2: rungs.gap_budget_per_day: a comment that could not be read is looked at by a person",
        ),
        (
            "[rungs]\nblock_terms = []",
            "mine.toml:2: rungs.block_terms: needs at least one term, each longer than nothing; no block is for ever",
        ),
        ('[rungs]\nblock_terms = ["30 days"]', "mine.toml:2: rungs.block_terms: is not one of block_terms"),
        ('[rungs]\nblock_term = "91 days"', "mine.toml:2: rungs.block_term: is not one of block_terms"),
        (
            '[rungs]\nblock_terms = ["90 days", "900 days"]',
            "mine.toml:2: rungs.block_terms: no term is above 366 days; some networks take a longer one as for ever",
        ),
        (
            '[rungs]\nwarning_lifetime = "0 days"',
            "mine.toml:2: rungs.warning_lifetime: a warning lasts longer than nothing",
        ),
        (
            '[approvals]\ncard_lifetime = "6 hours"',
            "mine.toml:2: approvals.card_lifetime: remind_every must be shorter than card_lifetime",
        ),
        (
            "[approvals]\ndecline_reasons = []",
            "mine.toml:2: approvals.decline_reasons: needs at least one reason to decline",
        ),
        (
            '[wordings]\nwarning = "Stop it. $rule $comment $rules_url"',
            "mine.toml:2: wordings.warning: does not hold $contest, which the person must be told",
        ),
        (
            '[wordings]\nsignpost = "$complaints $who"',
            "mine.toml:2: wordings.signpost: asks for $who, which this wording is not given",
        ),
        (
            '[wordings]\nsignpost = "$complaints 5$"',
            "mine.toml:2: wordings.signpost: has a stray $; write $$ for a dollar sign",
        ),
        ('[wordings]\nsignpost = ""', "mine.toml:2: wordings.signpost: is missing or empty"),
        ("[floor]\nprecision = 0.4", "mine.toml:2: floor.precision: 0.4 is not between 0.5 and 1"),
        ("[floor]\nexamples = 0", "mine.toml:2: floor.examples: a licence rests on at least 1 example"),
    ],
)
def test_an_unlawful_policy_is_refused_at_the_line_that_made_it_so(
    write: Write, text: str, complaint: str
) -> None:
    assert complaint in complaints(write(text))


def test_all_mistakes_are_told_at_once_from_the_top(write: Write) -> None:
    text = '[rungs]\nwarn_at = 0\nblock_term = "soon"\nwarnat = 3\n[categories.spam]\nact_at = 0.1\n[floor]\nprecision = 2\n'

    lines = [line.split(": ")[0] for line in complaints(write(text))]

    assert lines == ["mine.toml:2", "mine.toml:3", "mine.toml:4", "mine.toml:6", "mine.toml:8"]


def test_a_mistake_is_told_once_and_brings_no_others(write: Write) -> None:
    assert len(complaints(write("[categories.abusve]\nx = 1\n"))) == 1
    assert len(complaints(write("categories = 1\n"))) == 1
    assert len(complaints(write('[rungs]\nblock_terms = ["1 day", "x"]\n'))) == 1


def test_files_that_cannot_be_read_are_told_together(write: Write) -> None:
    broken = write("= 1")

    told = complaints(Path("absent.toml"), overlay=broken)

    assert told == [
        "mine.toml:1: column 1: not TOML: invalid statement",
        "absent.toml: there is no such file",
    ]


def test_a_file_in_another_encoding_is_told_so(write: Write) -> None:
    path = write("")
    path.write_bytes('title = "Caf\xe9"'.encode("latin-1"))

    assert complaints(path) == ["mine.toml: is not UTF-8 text; save it as UTF-8"]


def test_a_byte_order_mark_and_windows_line_ends_are_no_mistake(write: Write) -> None:
    path = write("")
    path.write_bytes(b"\xef\xbb\xbf[rungs]\r\nwarn_at = 4\r\n")

    assert load_policy(path).rungs.warn_at == 4


def test_an_unknown_overlay_is_told_with_the_known_ones() -> None:
    with pytest.raises(PolicyError, match="overlay: there is no overlay emsa; did you mean emas"):
        load_policy(overlay="emsa")


def test_the_operators_file_wins_over_the_overlay_and_the_overlay_over_the_default(write: Write) -> None:
    own = write('[organisation]\nshort_name = "Ours"\n')

    policy = load_policy(own, overlay="yas")

    assert policy.organisation.short_name == "Ours"
    assert policy.organisation.name == "Yorkshire Ambulance Service NHS Trust"
    assert policy.organisation.contacts[Route.LEGAL].name == "Legal services"


def test_a_table_is_merged_key_by_key_and_a_list_is_replaced(write: Write) -> None:
    own = write('[categories.spam]\nlook_at = 0.4\n[rungs]\nblock_terms = ["90 days"]\n')

    policy = load_policy(own)

    assert (policy.categories[Category.SPAM].look_at, policy.categories[Category.SPAM].act_at) == (0.4, 0.75)
    assert len(policy.rungs.block_terms) == 1


def test_a_rule_between_two_keys_points_at_the_file_that_changed_one_of_them(write: Write) -> None:
    overlay = write("[categories.spam]\nlook_at = 0.6\n", "overlay.toml")
    own = write("[categories.spam]\n\nact_at = 0.55\n")

    assert [line.split(": ")[0] for line in complaints(own, overlay=overlay)] == ["mine.toml:3"]


def test_the_same_words_have_the_same_version_and_any_change_another(write: Write) -> None:
    same = write("# only a comment\n[rungs]\nwarn_at = 3\n", "same.toml")
    other = write("[rungs]\nwarn_at = 4\n")

    assert load_policy(same).version == load_policy().version == load_policy().version
    assert load_policy(other).version != load_policy().version
    assert load_policy().version.startswith("1.0+")


def test_a_licence_lets_a_category_act_alone(write: Write) -> None:
    licences = write('[abusive]\nprecision = 0.97\nexamples = 40\nmeasured_on = "a set"\n', "licences.toml")

    policy = load_policy(licences=licences)

    assert [category for category in Category if policy.may_act_alone(category)] == [Category.ABUSIVE]
    assert policy.version != load_policy().version


def test_a_suspended_licence_lets_nothing_act(write: Write) -> None:
    text = '[abusive]\nprecision = 0.97\nexamples = 40\nmeasured_on = "a set"\nsuspended = true\n'

    assert not load_policy(licences=write(text)).may_act_alone(Category.ABUSIVE)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            '[abusive]\nprecision = 97\nexamples = 1\nmeasured_on = "x"',
            "mine.toml:2: abusive.precision: is 97, needs a share from 0 to 1",
        ),
        ('[abusive]\nprecision = 0.9\nmeasured_on = "x"', "mine.toml:1: abusive.examples: is missing"),
        (
            '[abusve]\nprecision = 0.9\nexamples = 1\nmeasured_on = "x"',
            "mine.toml:1: abusve: unknown key; did you mean abusive?",
        ),
        ("abusive = 1", "mine.toml:1: abusive: is 1, needs a table"),
    ],
)
def test_mistakes_in_the_licences_keep_that_files_own_keys(write: Write, text: str, complaint: str) -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy(licences=write(text))

    assert str(caught.value) == complaint


def keys(tree: dict[str, Any], path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    inner = [
        one for key, value in tree.items() if isinstance(value, dict) for one in keys(value, (*path, key))
    ]
    return [*((*path, key) for key in tree), *inner]


KEYS = keys(DEFAULT)


@given(st.sampled_from(KEYS), st.data())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_misspelt_key_is_always_found_on_its_line(
    write: Write, key: tuple[str, ...], data: st.DataObject
) -> None:
    *tables, last = key
    at = data.draw(st.integers(0, len(last) - 1))
    slip = data.draw(st.sampled_from([last[:at] + last[at + 1 :], last[:at] + "q" + last[at:], last + "_s"]))
    assume(slip and (*tables, slip) not in KEYS and slip not in {"licence", "suspended"})
    blank = data.draw(st.integers(0, 3))
    header = f"[{'.'.join(tables)}]" if tables else ""

    told = complaints(write("\n" * blank + f"{header}\n{slip} = 1\n"))

    assert [
        line.startswith(f"mine.toml:{blank + 2}: {'.'.join([*tables, slip])}: unknown key") for line in told
    ] == [True]


@given(
    st.sampled_from([key for key in KEYS if len(key) > 1]),
    st.sampled_from(['"?!"', "[]", "-3", "nan", "{}", "[[1]]"]),
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_wrong_value_ends_in_a_policy_or_in_a_located_complaint(
    write: Write, key: tuple[str, ...], value: str
) -> None:
    *tables, last = key
    path = write(f"[{'.'.join(tables)}]\n{last} = {value}\n")

    assert all(line is not None for line in lines_of_complaint(path))


def lines_of_complaint(path: Path) -> list[int | None]:
    try:
        load_policy(path)
    except PolicyError as error:
        return [problem.place.line for problem in error.problems]
    return []
