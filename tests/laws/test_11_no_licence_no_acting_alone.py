"""Law 11: a category acts alone only while it holds its licence; without, its findings go to an officer."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from moderation.decision import Step
from moderation.ladder import climb
from moderation.policy import Licence
from moderation.taxonomy import Category, Severity
from tests.laws.world import TELLING, judge, situation
from tests.strategies.policies import FLOOR, HELD, lawful_policy, lawful_rule
from tests.strategies.standings import Past
from tests.strategies.verdicts import GRAVE, Band, Shape, Words

ORDINARY = [c for c in Category if c is not Category.DEFAMATORY]
EACH = lawful_policy(categories={c: replace(lawful_rule(c), licence=HELD) for c in ORDINARY})
BARELY = Licence(FLOOR.precision, FLOOR.examples, "a labelled set")
TOLD = {Step.ALERT, Step.POLICE_PACK}
"""What a feared threat brings at once, asked about or not; it falls on nobody."""
LACKING = {
    "none": None,
    "suspended": replace(HELD, suspended=True),
    "imprecise": replace(BARELY, precision=FLOOR.precision - 1e-9),
    "too few": replace(BARELY, examples=FLOOR.examples - 1),
}


@pytest.mark.parametrize("category", ORDINARY)
def test_a_licence_on_the_floor_is_enough(category: Category) -> None:
    policy = lawful_policy(categories={category: replace(lawful_rule(category), licence=BARELY)})

    assert policy.may_act_alone(category)
    assert judge(Past(), Shape(category), policy=policy).of(Step.HIDE)


@pytest.mark.parametrize("category", ORDINARY)
@pytest.mark.parametrize("licence", LACKING.values(), ids=LACKING)
def test_without_it_the_findings_go_to_an_officer(category: Category, licence: Licence | None) -> None:
    policy = lawful_policy(categories={category: replace(lawful_rule(category), licence=licence)})

    assert not policy.may_act_alone(category)
    for past, severity, words in itertools.product(TELLING, GRAVE, Words):
        told = judge(past, Shape(category, Band.ACT, severity, words), policy=policy)
        assert [(d.step, d.asks, d.ground, d.strike) for d in told.decisions if d.step not in TOLD] == [
            (Step.ASK, Step.HIDE, category, None)
        ]


@pytest.mark.parametrize("category", ORDINARY)
def test_a_licence_that_rulings_suspended_is_none_and_takes_no_other_with_it(category: Category) -> None:
    other = Category.HATEFUL if category is not Category.HATEFUL else Category.ABUSIVE
    for past, severity in itertools.product(TELLING, GRAVE):
        shape = Shape(category, Band.ACT, severity, Words.OWN)
        told = replace(situation(past, shape), suspended=frozenset({category}))
        asked = [(d.step, d.asks, d.ground, d.strike) for d in climb(told, EACH) if d.step not in TOLD]
        assert asked == [(Step.ASK, Step.HIDE, category, None)]
        elsewhere = replace(situation(past, shape), suspended=frozenset({other}))
        assert climb(elsewhere, EACH) == climb(situation(past, shape), EACH)
        assert any(d.step is Step.HIDE for d in climb(elsewhere, EACH))


def test_a_suspended_licence_takes_nothing_from_an_officers_ruling() -> None:
    for category in Category:
        told = situation(Past(), Shape(severity=Severity.CLEAR_BREACH), category)
        assert climb(replace(told, suspended=frozenset(Category)), EACH) == climb(told, EACH)


@pytest.mark.parametrize("category", ORDINARY)
def test_what_only_an_officer_decides_needs_one_in_spite_of_any_licence(category: Category) -> None:
    rule = replace(lawful_rule(category), licence=HELD, officer_only=True)

    assert not lawful_policy(categories={category: rule}).may_act_alone(category)


def test_an_officers_ruling_needs_no_licence() -> None:
    for category in Category:
        told = judge(Past(), Shape(severity=Severity.CLEAR_BREACH), category)
        assert [d.ground for d in told.of(Step.HIDE)] == [category]


def test_a_score_on_the_threshold_acts_and_a_hair_below_asks() -> None:
    raised = replace(lawful_rule(Category.ABUSIVE), look_at=0.3, act_at=0.9000001)
    policy = lawful_policy(categories={Category.ABUSIVE: raised})

    assert judge(Past(), Shape(Category.ABUSIVE)).of(Step.HIDE)
    assert not judge(Past(), Shape(Category.ABUSIVE), policy=policy).of(Step.HIDE)
    assert judge(Past(), Shape(Category.ABUSIVE), policy=policy).of(Step.ASK)
