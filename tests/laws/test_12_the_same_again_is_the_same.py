"""Law 12: the same standing, verdict, policy and time make the same decisions, anywhere and in any order."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from moderation.ladder import climb
from moderation.situation import Situation
from moderation.standing import fold
from moderation.verdict import Verdict
from tests.laws.world import POLICY, TELLING, WORDS, Word, near, situation
from tests.strategies.any_verdict import verdicts
from tests.strategies.comments import AUTHOR
from tests.strategies.policies import lawful_policy
from tests.strategies.settings import quick
from tests.strategies.standings import Past, history_of, pasts
from tests.strategies.verdicts import Shape

PROGRAM = """
import hashlib, itertools
from moderation.evidence import digest_of
from tests.laws.world import TELLING, judge
from tests.strategies.histories import decision
from tests.strategies.standings import history_of, pasts
from tests.strategies.verdicts import shapes
from moderation.decision import Step
seen = hashlib.sha256()
for past, shape in itertools.product(TELLING, shapes()[::17]):
    seen.update(repr(judge(past, shape).decisions).encode())
for past in pasts()[::97]:
    history = history_of(past)
    seen.update(digest_of(decision(Step.BLOCK), history.standing(), history.recorded).encode())
print(seen.hexdigest())
"""


def test_climbing_again_decides_the_same() -> None:
    for case in near()[::11]:
        again = climb(situation(case.past, case.shape, case.word, case.can, case.kind), POLICY)
        assert again == case.decisions


def test_folding_again_stands_the_same() -> None:
    for past in pasts()[::7]:
        history = history_of(past).recorded
        assert fold(AUTHOR, history) == fold(AUTHOR, tuple(history))


def test_another_process_decides_the_same_under_any_seed_of_the_hashes() -> None:
    root = Path(__file__).parents[2]
    seen = set()
    for seed in ("1", "2"):
        around = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(root)}
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=around, cwd=root, capture_output=True, text=True, check=True
        )
        seen.add(run.stdout)

    assert len(seen) == 1


@quick
@given(st.sampled_from(TELLING), verdicts(), st.sampled_from(WORDS), st.data())
def test_the_order_in_which_checks_come_in_changes_no_step(
    past: Past, found: Verdict, word: Word, draws: st.DataObject
) -> None:
    shuffled = draws.draw(st.permutations(found.findings))
    told = replace(situation(past, Shape(), word), verdict=found)
    other = replace(told, verdict=replace(found, findings=tuple(shuffled)))

    def names(of: Situation) -> list[object]:
        return [(d.id, d.strike, d.severity) for d in climb(of, POLICY)]

    assert names(told) == names(other)


def test_history_can_be_replayed_under_another_policy_which_is_named() -> None:
    other = lawful_policy(version="test-2")
    for case in near()[::101]:
        told = situation(case.past, case.shape, case.word, case.can, case.kind)
        anew = climb(told, other)
        assert [replace(d, policy_version=POLICY.version) for d in anew] == list(case.decisions)
        assert {d.policy_version for d in anew} <= {"test-2"}
