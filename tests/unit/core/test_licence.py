"""Live precision: which rulings count, how many they must be, and when a licence has fallen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

import pytest

from moderation.decision import Clearance, Step
from moderation.licence import Live, live, on_trial, suspended
from moderation.record import Event, Noted, Recorded
from moderation.situation import Matter
from moderation.suspension import LicenceRestored, LicenceSuspended, LicenceTested
from moderation.taxonomy import Category, Severity
from tests.laws.world import POLICY, situation
from tests.strategies.comments import DAY, DIRECTOR, NOW, OFFICER, SECOND_OFFICER, ref
from tests.strategies.histories import decision
from tests.strategies.policies import FLOOR, lawful_policy, lawful_rule
from tests.strategies.standings import Past
from tests.strategies.verdicts import Band, Shape, Words


@dataclass
class Told:
    """A ledger's events about licences, written as they come."""

    at: dt.datetime = NOW - 10 * DAY
    recorded: list[Recorded] = field(default_factory=list)

    def write(self, event: Event, *, rehearsed: bool = False) -> None:
        self.at += dt.timedelta(minutes=1)
        self.recorded.append(Recorded(len(self.recorded) + 1, self.at, event, None, None, rehearsed))

    def rule(
        self, name: str, *, right: bool, on: Category = Category.ABUSIVE, rehearsed: bool = False
    ) -> None:
        self.write(LicenceTested(on, ref(name), 0, OFFICER, right), rehearsed=rehearsed)

    def rules(self, right: int, wrong: int) -> None:
        so_far = len(self.recorded)
        for number in range(right + wrong):
            self.rule(f"{so_far}-{number}", right=number < right)

    def suspend(self, number: int = 1) -> None:
        self.write(LicenceSuspended(Category.ABUSIVE, number, 1, 10, NOW, 0.95, "1"))

    def restore(self, number: int = 1) -> None:
        self.write(LicenceRestored(Category.ABUSIVE, number, DIRECTOR, "mended"))

    def live(self, *, rehearsal: bool = False) -> Live:
        return live(Category.ABUSIVE, self.recorded, FLOOR, NOW, rehearsal=rehearsal)


def counted(seen: Live) -> tuple[int, int]:
    return seen.shown.hits, seen.shown.tries


def test_each_ruling_counts_right_or_wrong_on_its_own_ground_alone() -> None:
    told = Told()
    told.rules(right=2, wrong=1)
    told.rule("other", right=False, on=Category.SPAM)
    told.write(Noted("officer", "something else", "m"))

    assert counted(told.live()) == (2, 3)
    assert told.live().since == told.recorded[0].at


def test_the_newest_ruling_on_a_revision_counts_once() -> None:
    told = Told()
    told.rule("same", right=True)
    told.rule("other", right=True)
    told.write(LicenceTested(Category.ABUSIVE, ref("same"), 0, SECOND_OFFICER, right=False))
    told.write(LicenceTested(Category.ABUSIVE, ref("same"), 1, OFFICER, right=True))

    assert counted(told.live()) == (2, 3)


@pytest.mark.parametrize(("age", "counts"), [(FLOOR.window - dt.timedelta(seconds=1), 1), (FLOOR.window, 0)])
def test_a_ruling_counts_until_the_window_has_passed(age: dt.timedelta, counts: int) -> None:
    told = Told(at=NOW - age - dt.timedelta(minutes=1))
    told.rule("old", right=True)

    assert told.live().shown.tries == counts


def test_what_was_right_long_ago_hides_no_change() -> None:
    told = Told()
    told.rules(right=200, wrong=0)
    told.rules(right=0, wrong=10)

    assert counted(told.live()) == (FLOOR.newest - 10, FLOOR.newest)
    assert told.live().fallen(FLOOR)


def test_a_ruling_of_a_rehearsal_counts_in_a_rehearsal_alone() -> None:
    told = Told()
    told.rule("rehearsed", right=False, rehearsed=True)
    told.rule("real", right=True)

    assert counted(told.live()) == (1, 1)
    assert counted(told.live(rehearsal=True)) == (1, 2)


@pytest.mark.parametrize(
    ("right", "wrong", "fallen", "weakened"),
    [
        (9, 0, False, False),
        (0, 9, False, False),  # too few to say anything
        (8, 2, True, False),
        (9, 1, False, True),
        (10, 0, False, False),
        (18, 2, False, True),
        (17, 3, True, False),
        (19, 1, False, False),  # on the floor itself
        (26, 4, True, False),
        (27, 3, False, True),
    ],
)
def test_it_falls_where_chance_no_longer_explains_it(
    right: int, wrong: int, *, fallen: bool, weakened: bool
) -> None:
    told = Told()
    told.rules(right, wrong)

    assert told.live().fallen(FLOOR) == fallen
    assert told.live().weakened(FLOOR) == weakened


def test_a_suspension_holds_until_it_is_ended_and_the_count_begins_anew() -> None:
    told = Told()
    told.rules(right=0, wrong=10)
    told.suspend()
    told.rules(right=1, wrong=0)

    assert told.live().suspended == told.recorded[10].event
    assert told.live().suspended_at == told.recorded[10].at
    assert counted(told.live()) == (1, 11)
    assert suspended(told.recorded) == {Category.ABUSIVE}

    told.restore()

    assert (told.live().suspended, told.live().suspended_at, told.live().suspensions) == (None, None, 1)
    assert counted(told.live()) == (0, 0)
    assert told.live().since is None
    assert suspended(told.recorded) == frozenset()

    told.suspend(2)

    assert told.live().suspensions == 2
    assert suspended(told.recorded) == {Category.ABUSIVE}


def test_a_suspension_on_another_ground_is_none_here() -> None:
    told = Told()
    told.suspend()

    other = live(Category.SPAM, told.recorded, FLOOR, NOW)

    assert (other.suspended, other.suspensions) == (None, 0)


def test_a_suspension_that_fell_in_a_rehearsal_holds_afterwards() -> None:
    told = Told()
    told.write(LicenceSuspended(Category.ABUSIVE, 1, 1, 10, NOW, 0.95, "1"), rehearsed=True)

    assert told.live().suspended is not None
    assert suspended(told.recorded) == {Category.ABUSIVE}


# --- What a ruling tests ---------------------------------------------------------------------------

ABUSE = Shape(Category.ABUSIVE, Band.ACT, Severity.CLEAR_BREACH, Words.OWN)
HIDDEN = decision(Step.HIDE)


def tried(shape: Shape, *decisions: object, policy: object = POLICY) -> tuple[Category, ...]:
    return on_trial(Matter(situation(Past(), shape), policy), decisions)  # type: ignore[arg-type]


@pytest.mark.parametrize("step", [Step.HIDE, Step.REPORT, Step.RECORD])
def test_what_was_done_alone_is_on_trial(step: Step) -> None:
    assert tried(Shape(), replace(HIDDEN, step=step)) == (Category.ABUSIVE,)


def test_what_a_person_let_go_or_was_asked_is_not() -> None:
    asked = replace(HIDDEN, step=Step.ASK, asks=Step.HIDE)
    ruled = replace(HIDDEN, clearance=Clearance.OFFICER)

    assert tried(Shape(), asked, ruled) == ()


def test_what_a_licence_alone_held_back_is_on_trial() -> None:
    unlicensed = lawful_policy(
        categories={Category.ABUSIVE: replace(lawful_rule(Category.ABUSIVE), licence=None)}
    )

    assert tried(ABUSE, policy=unlicensed) == (Category.ABUSIVE,)


@pytest.mark.parametrize(
    "shape",
    [
        replace(ABUSE, band=Band.LOOK),
        replace(ABUSE, words=Words.QUOTED),
        replace(ABUSE, words=Words.IN_PROTECTED),
        replace(ABUSE, category=Category.DEFAMATORY),
    ],
    ids=["a doubt", "quoted", "protected", "an officer's alone"],
)
def test_what_more_than_a_licence_held_back_is_not(shape: Shape) -> None:
    assert tried(shape) == ()


def test_several_grounds_are_on_trial_in_their_own_order_and_once() -> None:
    spam = replace(HIDDEN, ground=Category.SPAM)

    assert tried(ABUSE, spam, HIDDEN, spam) == (Category.ABUSIVE, Category.SPAM)
