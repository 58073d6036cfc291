"""Functional tests, after the kinds of error that HateCheck names and those of a British service's pages.

Texts are our own, in `cases/*.toml`. `python -m tests.detection.measure` prints every share held here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pytest

from moderation.quality import Course, Decided
from tests.detection import judging, written_cases
from tests.detection.judging import House
from tests.detection.written_cases import Case

# Whoever comes first judges every case for all.
pytestmark = [pytest.mark.xdist_group("functions"), pytest.mark.timeout(300)]


class Floor(NamedTuple):
    """The share of a kind's cases that must be met, by the rules alone and by the rules with the model."""

    rules: float
    whole: float


FLOORS: Mapping[str, Floor] = {
    "strong_negative_emotion": Floor(0.26, 0.83),  # 0.269, 0.865
    "description": Floor(0.46, 0.97),  # 0.462, 1.000
    "dehumanisation": Floor(0.42, 0.97),  # 0.423, 1.000
    "implicit_derogation": Floor(0.00, 0.62),  # 0.000, 0.635
    "threat_direct": Floor(0.66, 0.97),  # 0.667, 1.000
    "threat_normative": Floor(0.75, 0.97),  # 0.750, 0.981
    "slur_hateful": Floor(0.96, 0.97),  # 0.963, 1.000
    "profanity_hateful": Floor(0.69, 0.68),  # 0.692, 0.692
    "reference_in_a_later_clause": Floor(0.50, 0.97),  # 0.500, 1.000
    "reference_in_a_later_sentence": Floor(0.50, 0.97),  # 0.500, 1.000
    "negated_positive": Floor(0.00, 0.89),  # 0.000, 0.897
    "phrased_as_a_question": Floor(0.28, 0.61),  # 0.282, 0.615
    "phrased_as_an_opinion": Floor(0.94, 0.91),  # 0.949, 0.949
    "spelling_swapped_letters": Floor(0.50, 0.97),  # 0.500, 1.000
    "spelling_missing_character": Floor(0.50, 0.90),  # 0.500, 0.938
    "spelling_missing_boundary": Floor(0.00, 0.72),  # 0.000, 0.750
    "spelling_added_spaces": Floor(0.83, 0.91),  # 0.833, 0.944
    "spelling_leet": Floor(1.00, 0.97),  # 1.000, 1.000
    "slur_homonym": Floor(0.81, 0.65),  # 0.812, 0.688
    "slur_reclaimed": Floor(1.00, 0.97),  # 1.000, 1.000
    "profanity_harmless": Floor(0.91, 0.88),  # 0.917, 0.917
    "negated_hateful": Floor(0.92, 0.44),  # 0.923, 0.462
    "neutral_identity": Floor(1.00, 0.97),  # 1.000, 1.000
    "positive_identity": Floor(1.00, 0.94),  # 1.000, 0.974
    "counter_speech_quoting": Floor(1.00, 0.97),  # 1.000, 1.000
    "counter_speech_referring": Floor(1.00, 0.97),  # 1.000, 1.000
    "counter_speech_about_a_slur": Floor(1.00, 0.97),  # 1.000, 1.000
    "abuse_at_objects": Floor(1.00, 0.92),  # 1.000, 0.958
    "abuse_at_individuals": Floor(1.00, 0.97),  # 1.000, 1.000
    "abuse_at_other_groups": Floor(1.00, 0.97),  # 1.000, 1.000
    "complaint": Floor(1.00, 0.97),  # 1.000, 1.000
    "complaint_with_abuse": Floor(1.00, 0.97),  # 1.000, 1.000
    "counter_speech_with_abuse": Floor(1.00, 0.97),  # 1.000, 1.000
    "grief": Floor(1.00, 0.97),  # 1.000, 1.000
    "criticism_and_petition": Floor(1.00, 0.97),  # 1.000, 1.000
    "place_names": Floor(0.93, 0.90),  # 0.933, 0.933
    "surnames": Floor(0.96, 0.87),  # 0.969, 0.938
    "food": Floor(1.00, 0.80),  # 1.000, 1.000
    "medical_words": Floor(1.00, 0.92),  # 1.000, 0.955
    "dialect": Floor(1.00, 0.97),  # 1.000, 1.000
    "swearing_at_a_situation": Floor(0.90, 0.77),  # 0.900, 0.800
    "crude_praise": Floor(1.00, 0.97),  # 1.000, 1.000
    "ambulance_trade": Floor(1.00, 0.75),  # 1.000, 0.786
    "plain_thanks": Floor(1.00, 0.97),  # 1.000, 1.000
}
"""By kind; beside it what was measured, by the rules alone and with the model."""


def _share(kind: str, house: House) -> float:
    met = [case.met_by(one) for case, one in zip(_cases(), _decided(house), strict=True) if case.kind == kind]
    return sum(met) / len(met)


def _cases() -> tuple[Case, ...]:
    return written_cases.every()


def _decided(house: House) -> tuple[Decided, ...]:
    return judging.decided(house, tuple(case.text for case in _cases()))


@pytest.mark.parametrize("kind", FLOORS)
def test_the_rules_alone_meet_the_floor_of_a_kind(kind: str) -> None:
    assert _share(kind, House.RULES) >= FLOORS[kind].rules


@pytest.mark.parametrize("kind", FLOORS)
def test_the_house_meets_the_floor_of_a_kind(kind: str) -> None:
    assert _share(kind, House.WHOLE) >= FLOORS[kind].whole


@pytest.mark.parametrize("house", [House.RULES, House.WHOLE])
def test_no_protected_speech_is_hidden_without_a_person(house: House) -> None:
    assert _hidden_though_protected(_decided(house)) == []


def test_the_rules_would_hide_no_protected_speech_if_every_ground_held_a_licence() -> None:
    """The licences say from which score a ground acts with the model: the rules need no such mercy."""
    given = judging.under(judging.fully_licensed(), _decided(House.RULES))

    assert _hidden_though_protected(given) == []


def _hidden_though_protected(given: Sequence[Decided]) -> list[str]:
    pairs = zip(_cases(), given, strict=True)
    return [case.text for case, one in pairs if case.protected and one.course is Course.HIDE]


def test_with_every_licence_held_plain_hatred_is_hidden_at_once() -> None:
    """What is never hidden above is not kept by a policy that hides nothing."""
    given = judging.under(judging.fully_licensed(), _decided(House.RULES))

    hidden = {case.kind for case, one in zip(_cases(), given, strict=True) if one.course is Course.HIDE}

    assert {"slur_hateful", "threat_normative", "abuse_at_individuals"} <= hidden


def test_every_kind_has_its_floor() -> None:
    assert set(FLOORS) == set(written_cases.kinds())


def test_there_are_six_hundred_cases_and_no_two_are_alike() -> None:
    texts = [case.text for case in _cases()]

    assert len(texts) >= 600
    assert len(texts) == len(set(texts))


def test_hatred_of_every_characteristic_that_the_law_protects_is_tried() -> None:
    by_law = {
        "age",
        "disability",
        "gender reassignment",
        "marriage and civil partnership",
        "pregnancy and maternity",
        "race",
        "religion or belief",
        "sex",
        "sexual orientation",
    }
    about_groups = {case.kind for case in _cases() if case.characteristic}

    assert written_cases.characteristics() == by_law
    assert len(about_groups) >= 15
    for kind in about_groups:
        assert {case.characteristic for case in _cases() if case.kind == kind} == by_law
