"""How well a house decides is counted as people would count it."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation import quality
from moderation.quality import Course, Decided, Harm, Share
from moderation.taxonomy import Care, Category, Doubt, Protection, Severity
from moderation.verdict import Gap
from tests.strategies.labels import decided, labelled
from tests.strategies.policies import ACT_AT, LOOK_AT, lawful_policy
from tests.strategies.verdicts import finding

KEEP, REVIEW, HIDE = Course.KEEP, Course.HUMAN_REVIEW, Course.HIDE
ABUSE = finding(Category.ABUSIVE, ACT_AT, Severity.CLEAR_BREACH)
DOUBTFUL = finding(Category.ABUSIVE, LOOK_AT, Severity.CLEAR_BREACH)
LIBEL = finding(Category.DEFAMATORY, 1.0, Severity.CLEAR_BREACH)


# --- What is decided -------------------------------------------------------------------------------


def test_what_was_not_found_is_kept() -> None:
    one = decided(labelled())

    assert (one.course, one.ground, one.could_act) == (KEEP, None, {})


def test_what_may_act_alone_is_hidden_on_its_ground() -> None:
    one = decided(labelled(expected=HIDE), ABUSE)

    assert (one.course, one.ground, one.right) == (HIDE, Category.ABUSIVE, True)
    assert one.could_act == {Category.ABUSIVE: ACT_AT}


def test_what_is_doubtful_goes_to_an_officer_on_its_ground() -> None:
    one = decided(labelled(expected=HIDE), DOUBTFUL)

    assert (one.course, one.ground, one.right) == (REVIEW, Category.ABUSIVE, False)


def test_a_gap_and_a_close_call_go_to_an_officer_on_no_ground() -> None:
    gap = decided(labelled(), gaps=(Gap("words", "late"),))
    close = decided(labelled(), finding(Doubt.CLOSE_CALL, 1.0))

    assert [(one.course, one.ground) for one in (gap, close)] == [(REVIEW, None)] * 2


def test_what_only_a_licence_holds_back_could_act_and_what_protection_holds_back_could_not() -> None:
    unlicensed = decided(labelled(), finding(Category.SPAM, 0.95, Severity.MINOR))
    protected = decided(labelled(), ABUSE, finding(Protection.CRITICISM))

    assert unlicensed.could_act == {Category.SPAM: 0.95}
    assert protected.could_act == {}


def test_care_is_noticed_from_where_it_counts() -> None:
    one = decided(labelled(), finding(Care.SAFEGUARDING, 0.6), finding(Care.COMPLIMENT, 0.1))

    assert one.cares == {Care.SAFEGUARDING}


# --- What is counted -------------------------------------------------------------------------------


def test_a_share_knows_its_interval() -> None:
    assert Share(0, 0).value is None
    assert Share(0, 0).interval == (0.0, 1.0)
    assert Share(79, 79).interval == pytest.approx((0.9536, 1.0), abs=1e-4)
    assert Share(8, 10).interval == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert str(Share(8, 10)) == "0.800 (0.490 to 0.943; 8 of 10)"
    assert str(Share(0, 0)) == "-"


@given(st.integers(1, 500).flatmap(lambda tries: st.tuples(st.integers(0, tries), st.just(tries))))
def test_a_share_lies_within_its_interval(counted: tuple[int, int]) -> None:
    shown = Share(*counted)
    low, high = shown.interval

    assert shown.value is not None
    assert 0.0 <= low <= shown.value + 1e-12
    assert shown.value - 1e-12 <= high <= 1.0


def test_precision_is_of_hides_and_recall_of_what_people_hid() -> None:
    of = [
        decided(labelled("right", HIDE, categories=[Category.ABUSIVE]), ABUSE),
        decided(labelled("wrong", KEEP), ABUSE),
        decided(labelled("asked", HIDE, categories=[Category.ABUSIVE]), DOUBTFUL),
        decided(labelled("missed", HIDE, categories=[Category.ABUSIVE])),
        decided(
            labelled("other", HIDE, categories=[Category.HATEFUL]),
            finding(Category.HATEFUL, 1.0, Severity.SERIOUS),
        ),
    ]

    assert quality.accuracy(of) == Share(2, 5)
    assert quality.hide_precision(of) == Share(2, 3)
    assert quality.hide_precision(of, Category.ABUSIVE) == Share(1, 2)
    assert quality.stopped(of, Category.ABUSIVE) == Share(2, 3)


def test_urgent_care_is_noticed_under_either_name() -> None:
    of = [
        decided(labelled(care=["safeguarding"]), finding(Care.EMERGENCY)),
        decided(labelled(care=["emergency"])),
        decided(labelled(care=["complaint"])),
    ]

    assert quality.urgent_recall(of) == Share(1, 2)
    assert quality.urgent_recall(of, Care.SAFEGUARDING) == Share(1, 1)


# --- The worst errors ------------------------------------------------------------------------------

GRAVE_THREAT = finding(Category.THREATENING, 1.0, Severity.SERIOUS)
HARMFUL: dict[Harm, Decided] = {
    Harm.HIDDEN_COMPLAINT: decided(labelled(care=["complaint"]), ABUSE),
    Harm.MISSED_URGENT_CARE: decided(labelled(care=["emergency"], expected=KEEP)),
    Harm.VISIBLE_PATIENT_DATA: decided(labelled(expected=HIDE, categories=[Category.CONFIDENTIALITY])),
    Harm.VISIBLE_THREAT: decided(labelled(expected=HIDE, categories=[Category.THREATENING])),
    Harm.DEFAMATION_ALONE: decided(labelled(expected=REVIEW, categories=[Category.DEFAMATORY]), ABUSE),
}
HARMLESS = (
    decided(labelled(care=["complaint"]), DOUBTFUL),
    decided(labelled(expected=HIDE, note="hides in grief"), ABUSE),
    decided(labelled(care=["emergency"]), finding(Care.EMERGENCY)),
    decided(labelled(expected=HIDE, categories=[Category.CONFIDENTIALITY]), DOUBTFUL),
    decided(labelled(expected=REVIEW, categories=[Category.THREATENING])),
    decided(labelled(expected=REVIEW, categories=[Category.DEFAMATORY]), LIBEL),
    decided(labelled(expected=HIDE, categories=[Category.DEFAMATORY, Category.ABUSIVE]), ABUSE),
)


@pytest.mark.parametrize("harm", Harm)
def test_each_of_the_worst_errors_is_told(harm: Harm) -> None:
    assert list(quality.harms([HARMFUL[harm]])) == [(harm, HARMFUL[harm])]


def test_the_worst_errors_come_gravest_first_and_nothing_else_is_one() -> None:
    of = [*HARMLESS, *reversed(HARMFUL.values())]

    assert [harm for harm, _ in quality.harms(of)] == list(Harm)


@pytest.mark.parametrize("note", ["a grieving son", "Bereaved", "in mourning"])
def test_a_grieving_person_whom_people_would_keep_must_not_be_hidden(note: str) -> None:
    assert labelled(note=note).must_not_be_hidden
    assert not labelled(expected=HIDE, note=note).must_not_be_hidden


# --- Licences --------------------------------------------------------------------------------------

POLICY = lawful_policy()
FLOOR = dataclasses.replace(POLICY.floor, precision=0.9, examples=10)
LENIENT = dataclasses.replace(POLICY, floor=FLOOR)


def _scored(category: Category, *scores: tuple[float, bool]) -> list[Decided]:
    return [
        decided(labelled(f"{number}", HIDE if right else KEEP), finding(category, score, Severity.MINOR))
        for number, (score, right) in enumerate(scores)
    ]


def test_a_licence_begins_at_the_lowest_score_from_which_hides_are_right_often_enough() -> None:
    of = _scored(Category.ABUSIVE, *[(0.97, True)] * 12, (0.9515, True), (0.93, False), (0.92, False))

    earned = quality.licence(of, Category.ABUSIVE, LENIENT)

    assert (earned.threshold, earned.shown) == (0.93, Share(13, 14))


def test_a_threshold_is_rounded_down_to_what_a_licences_file_can_hold() -> None:
    earned = quality.licence(_scored(Category.ABUSIVE, *[(0.95678, True)] * 10), Category.ABUSIVE, LENIENT)

    assert earned.threshold == 0.956


def test_what_scores_the_same_is_hidden_together() -> None:
    of = _scored(Category.ABUSIVE, *[(0.95, True)] * 10, *[(0.95, False)] * 10)

    earned = quality.licence(of, Category.ABUSIVE, LENIENT)

    assert (earned.threshold, earned.shown) == (None, Share(10, 20))


@pytest.mark.parametrize(
    ("category", "scores"),
    [
        (Category.ABUSIVE, [(0.95, True)] * 9),
        (Category.ABUSIVE, [(LOOK_AT, True)] * 50),
        (Category.DEFAMATORY, [(0.99, True)] * 50),
        (Category.ABUSIVE, []),
    ],
    ids=["too few", "below act_at", "never without an officer", "none"],
)
def test_no_licence_is_earned(category: Category, scores: list[tuple[float, bool]]) -> None:
    assert quality.licence(_scored(category, *scores), category, LENIENT).threshold is None


# --- Fairness --------------------------------------------------------------------------------------


def test_a_group_fares_by_the_comments_that_mention_it_and_that_people_keep() -> None:
    of = [
        decided(labelled(text="a nurse from Ghana"), ABUSE),
        decided(labelled(text="Ghana, thank you"), DOUBTFUL),
        decided(labelled(text="Ghana again")),
        decided(labelled(text="vile about Ghana", expected=HIDE), ABUSE),
        decided(labelled(text="nobody"), ABUSE),
    ]

    (row,) = quality.fairness(of, [("race", lambda text: "Ghana" in text)])

    assert (row.group, row.mentions) == ("race", 4)
    assert (row.hidden, row.questioned) == (Share(1, 3), Share(1, 3))
