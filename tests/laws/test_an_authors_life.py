"""An author's life with us: whatever happens, in whatever order, the laws hold at every step.

The machine climbs, writes what was decided, and folds anew, as the house does. What it checks, it reads
from the raw events and not from the standing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from moderation.comment import Comment
from moderation.decision import Decision, Done, Outcome, Refused, Ruling, Step, TryLater, Unknown, Unsupported
from moderation.ladder import climb
from moderation.situation import Situation
from moderation.standing import BlockState
from moderation.taxonomy import Care, Category, Severity
from tests.laws.truth import Truth
from tests.laws.world import ALL, NONE, POLICY
from tests.strategies.comments import AUTHOR, DAY, HOUR, MINUTE, NOW, OFFICER, SECOND, comment
from tests.strategies.histories import History, decision
from tests.strategies.policies import RUNGS
from tests.strategies.settings import life
from tests.strategies.verdicts import Band, Shape

REACHED: Counter[str] = Counter()

PAUSES = (SECOND, MINUTE, 30 * MINUTE, HOUR, 2 * DAY, 8 * DAY, 60 * DAY, 200 * DAY)
OUTCOMES: tuple[Outcome, ...] = (
    Done(),
    Done(),
    Refused("closed"),
    Unsupported(),
    Unknown("no answer"),
    TryLater(MINUTE),
)
OFFENCES = (
    Shape(Category.ABUSIVE, Band.ACT, Severity.CLEAR_BREACH),
    Shape(Category.HATEFUL, Band.ACT, Severity.SERIOUS),
    Shape(Category.THREATENING, Band.ACT, Severity.MINUTES_MATTER),
    Shape(Category.ABUSIVE, Band.ACT, Severity.MINOR),
)
OTHERS = (
    Shape(),
    Shape(gap=True),
    Shape(Category.CONFIDENTIALITY, Band.ACT, Severity.SERIOUS),
    Shape(Category.ABUSIVE, Band.LOOK),
    Shape(Category.DEFAMATORY, Band.ACT),
    Shape(Category.ABUSIVE, Band.ACT, care=Care.SAFEGUARDING),
    Shape(Category.THREATENING, Band.ACT, Severity.MINUTES_MATTER, care=Care.EMERGENCY),
    Shape(Category.HATEFUL, Band.ACT, Severity.SERIOUS, care=Care.COMPLAINT),
)


class Life(RuleBasedStateMachine):
    """One author, one page, and everybody who has a say."""

    def __init__(self) -> None:
        super().__init__()
        self.history = History()
        self.truth = Truth(self.history)
        self.now = NOW
        self.newest: dict[str, Comment] = {}
        self.shapes: dict[str, Shape] = {}

    # --- What the author does -----------------------------------------------------------------

    @rule(shape=st.sampled_from(OFFENCES), reachable=st.sampled_from([True, True, True, False]))
    def offends(self, shape: Shape, *, reachable: bool) -> None:
        self._writes(shape, reachable=reachable)

    @rule(shape=st.sampled_from(OTHERS))
    def writes_something_else(self, shape: Shape) -> None:
        self._writes(shape, reachable=True)

    def _writes(self, shape: Shape, *, reachable: bool) -> None:
        name = f"c{len(self.newest)}"
        self._judged(comment(name, posted_at=self.now), shape, reachable=reachable)

    @precondition(lambda self: self.newest)
    @rule(which=st.integers(0, 9), shape=st.sampled_from(OFFENCES + OTHERS))
    def edits(self, which: int, shape: Shape) -> None:
        old = list(self.newest.values())[which % len(self.newest)]
        self._judged(replace(old, revision=old.revision + 1), shape, reachable=True)
        REACHED["edited"] += 1

    def _judged(self, told: Comment, shape: Shape, *, reachable: bool, ruling: Ruling | None = None) -> None:
        if ruling is None:
            self.history.see(told, self.now)
            self.newest[told.ref.id] = told
            self.shapes[told.ref.id] = shape
        verdict = shape.verdict(told.ref, told.revision)
        can = ALL if reachable else NONE
        situation = Situation(told, verdict, self.history.standing(), can, self.now, ruling)
        decided = climb(situation, POLICY)
        self._check(told, shape, decided, ruling)
        for each in decided:
            if each.id not in self.truth.decisions():
                self.history.decide(each, self.now)

    # --- What time does -------------------------------------------------------------------------

    @rule(pause=st.sampled_from(PAUSES))
    def time_passes(self, pause: dt.timedelta) -> None:
        self.now += pause

    # --- What the network does --------------------------------------------------------------------

    @precondition(lambda self: self.truth.unsettled(Step.WARN))
    @rule(outcome=st.sampled_from(OUTCOMES))
    def a_warning_comes_to_an_outcome(self, outcome: Outcome) -> None:
        self.history.settle(self.truth.unsettled(Step.WARN)[-1], self.now, outcome)
        REACHED["delivered" if isinstance(outcome, Done) else "not delivered"] += 1

    @precondition(lambda self: self._blocks(BlockState.APPROVED))
    @rule(outcome=st.sampled_from(OUTCOMES))
    def a_block_comes_to_an_outcome(self, outcome: Outcome) -> None:
        self.history.settle(self._blocks(BlockState.APPROVED)[0], self.now, outcome)
        if isinstance(outcome, Done):
            REACHED["blocked"] += 1

    # --- What people do -----------------------------------------------------------------------------

    @precondition(lambda self: self.truth.referrals())
    @rule(hold=st.sampled_from([None, None, 3 * DAY]), words=st.sampled_from(["", "be kind"]))
    def a_team_answers(self, hold: dt.timedelta | None, words: str) -> None:
        asked = self.truth.referrals()[-1][0]
        until = self.now + hold if hold else None
        self.history.advise(asked, self.now, hold_until=until, tailored_response=words)
        assert self.history.standing().held_until(self.now) == self.truth.held_until(self.now)
        REACHED["answered"] += 1

    @precondition(lambda self: self.newest)
    @rule(which=st.integers(0, 9), category=st.sampled_from(Category), severity=st.sampled_from(Severity))
    def an_officer_rules(self, which: int, category: Category, severity: Severity) -> None:
        told = list(self.newest.values())[which % len(self.newest)]
        mark = f"card-{len(self.history.recorded)}"
        ruling = Ruling(OFFICER, self.now, category, severity, mark=mark)
        self._judged(told, self.shapes[told.ref.id], reachable=True, ruling=ruling)
        REACHED["ruled"] += 1

    @precondition(lambda self: self.newest)
    @rule(which=st.integers(0, 9), later=st.integers(0, 1))
    def an_officer_overturns(self, which: int, later: int) -> None:
        told = list(self.newest.values())[which % len(self.newest)]
        cleared = replace(told, revision=max(0, told.revision - later))
        before = self.history.standing()
        self.history.overturn(cleared, self.now)
        after = self.history.standing()

        for ahead in (dt.timedelta(0), 30 * DAY):
            then = self.now + ahead
            assert after.points(then, RUNGS.strike_spacing) <= before.points(then, RUNGS.strike_spacing)
        assert set(after.strikes) <= set(before.strikes)
        assert set(after.warnings) <= set(before.warnings)
        assert set(after.referrals) <= set(before.referrals)
        assert {b.decision.id for b in after.blocks} <= {b.decision.id for b in before.blocks}
        REACHED["overturned"] += 1
        if after.points(self.now, RUNGS.strike_spacing) < before.points(self.now, RUNGS.strike_spacing):
            REACHED["lighter"] += 1

    @precondition(lambda self: self._blocks(BlockState.PROPOSED))
    @rule(yes=st.sampled_from([True, True, False]))
    def the_assistant_director_answers(self, *, yes: bool) -> None:
        proposed = self._blocks(BlockState.PROPOSED)[-1]
        if yes:
            self.history.approve(proposed, self.now)
        else:
            self.history.decline(proposed, self.now)
        REACHED["approved" if yes else "declined"] += 1

    @precondition(lambda self: self._blocks(BlockState.ACTIVE))
    @rule()
    def a_block_is_lifted(self) -> None:
        on = self.newest[self._blocks(BlockState.ACTIVE)[0].comment.id]
        mark = f"lift-{len(self.history.recorded)}"
        lifted = self.history.decide(decision(Step.UNBLOCK, on, ground=None, mark=mark), self.now)
        self.history.settle(lifted, self.now)
        assert self.history.standing().blocked(on.account, self.now) is None
        REACHED["lifted"] += 1

    def _blocks(self, state: BlockState) -> list[Decision]:
        return [b.decision for b in self.history.standing().blocks if b.state is state]

    # --- What must hold ------------------------------------------------------------------------------

    def _check(
        self, told: Comment, shape: Shape, decided: tuple[Decision, ...], ruling: Ruling | None
    ) -> None:
        for each in decided:
            event(f"{each.step}{' at an officers word' if ruling else ''}")
            REACHED[each.step.value] += 1
            match each.step:
                case Step.BLOCK if each.no_warning_because is None:
                    assert self.truth.warned_before(told, self.now)
                    assert shape.severity is Severity.MINUTES_MATTER or self.truth.heard(told, self.now)
                    REACHED["block after a warning"] += 1
                case Step.BLOCK:
                    assert each.ground is Category.THREATENING
                    assert each.severity is Severity.MINUTES_MATTER
                case Step.WARN:
                    assert not self.truth.holding(self.now)
                    assert self.truth.cooled_down(self.now)
                case _:
                    pass
        if any(d.step is Step.BLOCK for d in decided):
            assert not self.truth.blocked(self.now)
        if shape.care in {Care.SAFEGUARDING, Care.EMERGENCY}:
            assert not any(d.strike or d.step in {Step.WARN, Step.BLOCK} for d in decided)

    @invariant()
    def no_strike_rests_on_what_was_cleared(self) -> None:
        standing = self.history.standing()
        assert sorted(s.decision for s in standing.strikes) == self.truth.strikes()
        assert {w.decision for w in standing.warnings if w.delivered_at} == self.truth.delivered_names()

    @invariant()
    def whether_somebody_is_blocked_is_what_the_network_said(self) -> None:
        assert self.history.standing().author == AUTHOR
        for account in {c.account for c in self.newest.values()}:
            assert bool(self.history.standing().blocked(account, self.now)) == self.truth.blocked(self.now)


@pytest.mark.timeout(300)
def test_the_laws_hold_through_an_authors_whole_life() -> None:
    REACHED.clear()

    run_state_machine_as_test(Life, settings=life)

    rare = {"block after a warning", "blocked", "lifted", "declined", "lighter", "edited", "not delivered"}
    steps = {"hide", "warn", "refer", "block", "ask", "alert", "explain", "record", "police_pack"}
    missing = {name for name in rare | steps | {"answered", "ruled", "overturned"} if REACHED[name] < 3}
    assert not missing, f"the machine hardly reaches {sorted(missing)}: {dict(REACHED)}"
