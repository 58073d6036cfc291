"""Law 7, where the core keeps it: what is decided names the revision and the evidence that it rests on."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from moderation.decision import Step
from moderation.evidence import digest_of
from moderation.ladder import climb
from moderation.standing import Standing
from moderation.verdict import Verdict
from tests.laws import invariants
from tests.laws.world import POLICY, TELLING, near, situation
from tests.strategies.any_verdict import verdicts
from tests.strategies.comments import NOW, comment
from tests.strategies.histories import History, decision
from tests.strategies.settings import quick
from tests.strategies.verdicts import Shape


def test_every_decision_says_what_it_rests_on() -> None:
    assert not invariants.broken(near(), invariants.every_decision_says_what_it_rests_on)


@quick
@given(verdicts(), st.integers(0, 2**40))
def test_every_decision_names_the_very_revision_that_was_judged(found: Verdict, revision: int) -> None:
    told = situation(TELLING[5], Shape())
    edited = replace(told, comment=replace(told.comment, revision=revision), verdict=found)

    assert {d.revision for d in climb(edited, POLICY)} <= {revision}


@quick
@given(st.text(max_size=5), st.text(max_size=5), st.integers(0, 3), st.integers(0, 3))
def test_a_digest_is_the_same_exactly_for_the_same_words_and_revision(
    first: str, second: str, revision: int, other: int
) -> None:
    def digest(text: str, number: int) -> str:
        history = History()
        history.see(comment(text=text, revision=number), NOW)
        return digest_of(decision(Step.BLOCK), history.standing(), history.recorded)

    assert (digest(first, revision) == digest(second, other)) == ((first, revision) == (second, other))


def test_the_digest_of_a_person_we_know_nothing_of_is_still_one() -> None:
    block = decision(Step.BLOCK)

    assert len(digest_of(block, Standing(block.author), ())) == 64
