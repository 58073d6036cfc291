"""A verdict is explained step by step: what was read, found and weighed, and what follows."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from bot import evaluation, explanation
from moderation.comment import Comment
from moderation.policy import Policy
from moderation.taxonomy import Care, Category, Doubt, Protection, Severity
from moderation.verdict import Finding, Gap, Span, Verdict
from tests.strategies.comments import comment
from tests.strategies.policies import ACT_AT, LOOK_AT, lawful_policy
from tests.strategies.verdicts import finding


def _explained(
    about: Comment, *findings: Finding, gaps: tuple[Gap, ...] = (), policy: Policy | None = None
) -> str:
    verdict = Verdict(about.ref, about.revision, findings, gaps, ("words@1", "threats@2"))
    out = io.StringIO()
    told = explanation.explained(about, evaluation.situation(about, verdict), policy or lawful_policy())
    Console(file=out, width=200).print(told)
    return out.getvalue()


def test_nothing_found_is_told_as_nothing() -> None:
    told = _explained(comment(text="Thank you"))

    assert "Read as\n  Thank you" in told
    assert "Found\n  nothing" in told
    assert "nothing that could be held against anybody" in told
    assert "The comment stays, and nobody is troubled." in told
    assert "Looked: words@1, threats@2" in told


def test_a_text_is_shown_as_it_is_read_and_without_what_it_quotes() -> None:
    told = _explained(comment(text='He said "you f\u200bool". Shame on him'))

    assert 'He said "you fool". Shame on him' in told
    assert "without what it quotes: He said . Shame on him" in told
    assert "(no words)" in _explained(comment(text=" "))


def test_a_finding_names_its_place_its_source_and_from_where_it_counts() -> None:
    about = comment(text="well, you fool")
    abuse = finding(Category.ABUSIVE, ACT_AT, Severity.CLEAR_BREACH, span=Span(6, 14))

    told = _explained(about, abuse)

    assert "0.90  Abusive  officer from 0.50, alone from 0.90" in told
    assert "words: words found abusive; “you fool”" in told
    assert "Hide" in told or "hide" in told


def test_words_in_brackets_are_shown_as_they_are_and_not_taken_for_markup() -> None:
    about = comment(text="[red]you fool[/red]")
    abuse = finding(Category.ABUSIVE, ACT_AT, Severity.CLEAR_BREACH, span=Span(0, 19))

    assert "“[red]you fool[/red]”" in _explained(about, abuse)


@pytest.mark.parametrize(
    ("found", "because"),
    [
        (finding(Category.ABUSIVE, LOOK_AT - 0.1, Severity.MINOR), "too weak to count"),
        (
            finding(Category.ABUSIVE, ACT_AT, Severity.MINOR, quoted=True),
            "in words that the author quotes; an officer looks",
        ),
        (finding(Category.DEFAMATORY, ACT_AT, Severity.MINOR), "never decided without an officer"),
        (
            finding(Category.ABUSIVE, LOOK_AT, Severity.MINOR),
            "not sure enough to act alone; an officer looks",
        ),
        (
            finding(Category.SPAM, ACT_AT, Severity.MINOR),
            "sure enough, but the ground holds no licence; an officer looks",
        ),
        (finding(Category.ABUSIVE, ACT_AT, Severity.MINOR), "sure enough, and licensed to act alone"),
    ],
)
def test_each_ground_is_weighed_in_words(found: Finding, because: str) -> None:
    assert f"(words): {because}." in _explained(comment(), found)


def test_what_protects_and_who_may_need_help_is_told() -> None:
    abuse = finding(Category.ABUSIVE, ACT_AT, Severity.CLEAR_BREACH)

    protected = _explained(comment(), abuse, finding(Protection.COUNTER_SPEECH))
    urgent = _explained(comment(), abuse, finding(Care.EMERGENCY, 1.0, Severity.MINUTES_MATTER))

    assert "protected: counter speech" in protected
    assert "It is protected speech" in protected
    assert "held back by what protects the comment; an officer looks" in protected
    assert "may need help first: nothing falls on the author" in urgent
    assert "Emergency  counts from 0.50" in urgent


@pytest.mark.parametrize("doubt", Doubt)
def test_every_doubt_has_its_words(doubt: Doubt) -> None:
    told = _explained(comment(), finding(doubt, 1.0))

    assert "counts from 0.50" in told
    assert doubt.value not in told.replace(f"words found {doubt}", "")


def test_a_complaint_by_its_wording_alone_is_told() -> None:
    told = _explained(comment(), finding(Care.COMPLAINT, 0.8), finding(Doubt.NO_COMPLAINT, 0.9))

    assert "A wording sounds like a complaint, but the model reads none" in told
    assert "It is protected speech" not in told


def test_a_gap_is_told_and_leads_to_a_question() -> None:
    told = _explained(comment(), gaps=(Gap("language", "no language that the checks read"),))

    assert "not looked: language: no language that the checks read" in told
    assert "could not be checked: language" in told
