"""What tells who or where somebody is, and what only looks like it."""

from __future__ import annotations

import pytest

from moderation.checks.check import Context
from moderation.comment import Media, MediaKind
from moderation.taxonomy import Category
from moderation.verdict import Finding
from tests.strategies.comments import NOW
from tests.unit.checks.looking import ACT, LOOK, findings, score, shown

PATIENT = Category.CONFIDENTIALITY


def _is(text: str) -> float:
    return score(text, PATIENT)


@pytest.mark.parametrize(
    "text",
    [
        "her NHS number is 943 476 5919, where is she",
        "NHS no 9434765919 please help",
        "nhs number 943-476-5919",
        "NHS ９４３ ４７６ ５９１９",
        "n_h_s 9_4_3_4_7_6_5_9_1_9 find him",
        "n.h.s number 943\u200b476\u200b5919",
    ],
)
def test_a_stated_nhs_number_with_a_right_check_digit_is_hidden(text: str) -> None:
    assert _is(text) >= ACT


def test_a_stated_nhs_number_with_a_wrong_check_digit_goes_to_an_officer() -> None:
    assert LOOK <= _is("my nhs number is 943 476 5918") < ACT


@pytest.mark.parametrize(
    "text",
    [
        "NHS numbers have ten digits and the last is a check digit",
        "parcel tracking 4505577104 has not come",
        "order number 4010232137",
        "9999999999 reasons to love you",
        "0000000000",
        "3141592653 is pi",
    ],
)
def test_other_digits_are_not_acted_on(text: str) -> None:
    assert _is(text) < ACT


def test_a_bare_number_outside_the_issued_ranges_is_nothing() -> None:
    assert _is("943 476 5919") == 0


@pytest.mark.parametrize(
    "text",
    [
        "waited for 3 h on the A12 3rd exit",
        "the 2 a road near M25 2nd junction",
        "B7 2nd floor",
        "postcode lottery again",
        "SW1 is miles away",
    ],
)
def test_ordinals_and_roads_are_no_postcodes(text: str) -> None:
    assert _is(text) < LOOK


def test_a_patient_with_address_and_illness_is_hidden() -> None:
    assert _is("the stroke patient lives at 12 Acacia Road, LS1 4AP, poor woman") >= ACT


def test_a_postcode_without_a_person_stays() -> None:
    assert _is("the course is at the village hall, LS1 4AP, all welcome") < LOOK


def test_our_own_postcode_is_no_finding() -> None:
    ours = Context(now=NOW, own_identifiers=frozenset({"LS1 4AP"}))

    assert not [f for f in findings("write to LS1 4AP", ours) if f.subject is PATIENT]


def test_a_plate_with_a_casualty_is_hidden() -> None:
    assert _is("the man cut free from AB12 CDE is my neighbour, he died") >= ACT


def test_the_plate_of_an_ambulance_stays() -> None:
    assert _is("your ambulance AB12 CDE has a flat tyre") < LOOK


@pytest.mark.parametrize("text", ["ring 999", "call 111 or 116 123", "Childline is 0800 1111", "dial 101"])
def test_helplines_stay(text: str) -> None:
    assert _is(text) == 0


def test_a_mobile_number_of_somebody_else_is_hidden() -> None:
    assert _is("ring my neighbour on 07911 123456, she lives next door") >= ACT


def test_a_number_of_our_own_stays() -> None:
    ours = Context(now=NOW, own_identifiers=frozenset({"020 7946 0018"}))

    assert not [f for f in findings("ring 020 7946 0018", ours) if f.subject is PATIENT]


def test_a_date_of_birth_of_a_patient_is_hidden() -> None:
    assert _is("my gran, date of birth 3/5/1931, was taken to hospital") >= ACT


def test_a_birthday_in_general_stays() -> None:
    assert _is("happy birthday to the ambulance service, 1948 was a good year") < LOOK


def test_a_ward_with_a_bed_and_a_person_is_hidden() -> None:
    assert _is("my uncle is on ward 12 bed 4 with a stroke") >= ACT


def test_an_attached_location_goes_to_an_officer() -> None:
    assert LOOK <= score(shown(Media(MediaKind.LOCATION, "l1")), PATIENT) < ACT


def test_a_confidentiality_finding_points_at_its_place() -> None:
    text = "her NHS number is 943 476 5919, where is she"

    found = [f for f in findings(text) if f.subject is PATIENT]

    assert isinstance(found[0], Finding)
    assert found[0].span is not None
    assert text[found[0].span.start : found[0].span.end] == "943 476 5919"
