"""Law 8: the same revision, decided again, has decisions and actions of the same names."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import event, given
from hypothesis import strategies as st

from moderation.comment import CommentRef
from moderation.decision import ActionKind, Step, action_key, decision_id
from moderation.ladder import climb
from moderation.record import Settled
from moderation.taxonomy import Category
from moderation.verdict import Verdict
from tests.laws import invariants
from tests.laws.world import ALL, POLICY, TELLING, WORDS, Word, near, situation
from tests.strategies.any_verdict import verdicts
from tests.strategies.comments import HOUR, NOW, OTHER_PAGE, PAGE, comment, ref
from tests.strategies.histories import History
from tests.strategies.settings import quick
from tests.strategies.standings import Past
from tests.strategies.verdicts import Shape


def test_no_two_decisions_share_a_name() -> None:
    assert not invariants.broken(near(), invariants.no_two_decisions_share_a_name)


@quick
@given(st.sampled_from(TELLING), verdicts(), st.sampled_from(WORDS))
def test_no_verdict_at_all_makes_two_decisions_of_one_name(past: Past, found: Verdict, word: Word) -> None:
    told = replace(situation(past, Shape(), word, ALL), verdict=found)

    names = [d.id for d in climb(told, POLICY)]

    event(f"{min(len(names), 6)} decisions")
    assert len(set(names)) == len(names)


def test_the_same_revision_is_decided_under_the_same_names_later_on_too() -> None:
    for case in near()[::37]:
        told = situation(case.past, case.shape, case.word, case.can, case.kind)
        names = {d.id for d in climb(told, POLICY)}
        later = {d.id for d in climb(replace(told, now=NOW + HOUR), POLICY) if d.step is Step.HIDE}
        assert later <= names


def test_another_revision_comment_account_or_ruling_has_other_names() -> None:
    one = decision_id(ref(), 0, Step.HIDE, "abusive")

    others = {
        decision_id(ref(), 1, Step.HIDE, "abusive"),
        decision_id(ref("other"), 0, Step.HIDE, "abusive"),
        decision_id(CommentRef(OTHER_PAGE, ref().id), 0, Step.HIDE, "abusive"),
        decision_id(ref(), 0, Step.REPORT, "abusive"),
        decision_id(ref(), 0, Step.HIDE, "hateful"),
        decision_id(ref(), 0, Step.HIDE, "abusive", "card-2"),
    }

    assert len(others) == 6
    assert one not in others
    assert one == decision_id(CommentRef(PAGE, ref().id), 0, Step.HIDE, "abusive")


def test_what_one_card_led_to_is_not_what_another_or_none_did() -> None:
    told = situation(TELLING[3], Shape(Category.ABUSIVE), Category.ABUSIVE)
    assert told.ruling is not None
    rulings = (None, told.ruling, replace(told.ruling, mark="another card"))

    names = [{d.id for d in climb(replace(told, ruling=ruling), POLICY)} for ruling in rulings]

    assert len(set.union(*names)) == sum(len(some) for some in names)
    assert all(names)


def test_an_actions_key_is_one_for_one_decision_kind_and_mark() -> None:
    one, other = (decision_id(ref(), revision, Step.HIDE) for revision in (0, 1))

    keys = {
        action_key(d, kind, *marks)
        for d in (one, other)
        for kind in ActionKind
        for marks in ((), ("1",), ("2",))
    }

    assert len(keys) == 2 * len(ActionKind) * 3
    assert action_key(one, ActionKind.HIDE) == action_key(one, ActionKind.HIDE)


def test_an_outcome_that_is_told_twice_changes_nothing() -> None:
    history = History()
    told = history.see(comment())
    history.settle(history.warn(told, NOW), NOW)
    block = history.propose(told, NOW)
    history.approve(block, NOW)
    history.settle(block, NOW)
    once = history.standing()

    for recorded in [r for r in history.recorded if isinstance(r.event, Settled)]:
        history.write(recorded.event, NOW)

    assert history.standing() == once
