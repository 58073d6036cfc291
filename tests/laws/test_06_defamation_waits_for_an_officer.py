"""Law 6: defamation and contempt alone are never decided without an officer."""

from __future__ import annotations

import itertools

import pytest

from moderation.decision import Clearance, Step
from moderation.taxonomy import Category
from tests.laws import invariants
from tests.laws.world import ALL, NO_HIDE, NONE, TELLING, judge, near
from tests.strategies.policies import OFFICER_ONLY
from tests.strategies.standings import Past
from tests.strategies.verdicts import GRAVE, Band, Shape, Words


def test_nothing_but_a_question_comes_of_them_before_a_ruling() -> None:
    assert not invariants.broken(near(), invariants.defamation_and_contempt_wait_for_an_officer)


def test_defamation_is_told_to_the_lawyers_once_an_officer_has_ruled() -> None:
    assert not invariants.broken(near(), invariants.defamation_is_told_to_legal)


@pytest.mark.parametrize("category", sorted(OFFICER_ONLY))
def test_alone_they_lead_to_one_question_whatever_else_is_so(category: Category) -> None:
    for past, band, severity, words, can in itertools.product(
        TELLING, (Band.LOOK, Band.ACT), GRAVE, Words, (ALL, NO_HIDE, NONE)
    ):
        told = judge(past, Shape(category, band, severity, words), can=can)
        assert [(d.step, d.asks, d.ground) for d in told.decisions] == [(Step.ASK, Step.HIDE, category)]


@pytest.mark.parametrize("category", sorted(OFFICER_ONLY))
def test_an_officers_ruling_is_enough(category: Category) -> None:
    told = judge(Past(), Shape(), category)

    (hidden,) = told.of(Step.HIDE)
    assert hidden.clearance is Clearance.OFFICER
    assert hidden.ground is category
