"""How a history folds into a standing."""

from __future__ import annotations

import pytest

from moderation.comment import Comment
from moderation.decision import AlreadyDone, Done, Outcome, Refused, Step, TryLater, Unknown, Unsupported
from moderation.record import Decided, Intended, Settled, Withheld
from moderation.standing import CONTACTS_KEPT, BlockState, Standing
from moderation.taxonomy import Care
from tests.strategies.comments import AUTHOR, DAY, HOUR, NOW, OTHER_PAGE, PAGE, SECOND, comment
from tests.strategies.histories import History, action, decision


@pytest.mark.parametrize("outcome", [Done(), AlreadyDone()])
def test_a_warning_is_delivered_when_the_network_says_so(outcome: Outcome) -> None:
    history = History()
    history.settle(history.warn(comment(), NOW), NOW + HOUR, outcome)

    (warning,) = history.standing().warnings
    assert warning.delivered_at == NOW + HOUR
    assert not warning.pending


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        (Refused("closed"), "closed"),
        (Refused(""), "the network has no private message"),
        (Unsupported(), "the network has no private message"),
        (Unsupported("no such call"), "no such call"),
    ],
)
def test_a_warning_that_cannot_arrive_has_failed(outcome: Outcome, why: str) -> None:
    history = History()
    history.settle(history.warn(comment(), NOW), NOW, outcome)

    (warning,) = history.standing().warnings
    assert warning.failed_because == why
    assert warning.delivered_at is None
    assert not warning.pending
    assert history.standing().last_warning() is None


@pytest.mark.parametrize("outcome", [TryLater(HOUR), Unknown("no answer")])
def test_a_warning_of_which_nobody_knows_yet_is_pending(outcome: Outcome) -> None:
    history = History()
    warned = history.warn(comment(), NOW)
    history.settle(warned, NOW, outcome)

    assert history.standing().warnings[0].pending
    last = history.standing().last_warning()
    assert last is not None
    assert last.decision == warned.id


def test_a_warning_that_failed_first_and_was_then_taken_by_hand_is_delivered() -> None:
    history = History()
    warned = history.warn(comment(), NOW)
    history.settle(warned, NOW, Unsupported())
    history.settle(warned, NOW + DAY, Done("by hand"))

    (warning,) = history.standing().warnings
    assert (warning.delivered_at, warning.failed_because) == (NOW + DAY, "")


def test_what_is_delivered_stays_so_whatever_is_told_later() -> None:
    history = History()
    warned = history.warn(comment(), NOW)
    for outcome, at in ((Done(), NOW), (Refused("late"), NOW + DAY), (Done(), NOW + 2 * DAY)):
        history.settle(warned, at, outcome)

    (warning,) = history.standing().warnings
    assert (warning.delivered_at, warning.failed_because) == (NOW, "")


def test_a_warning_that_was_withheld_has_failed() -> None:
    history = History()
    warned = history.warn(comment(), NOW)
    history.write(Withheld(action(warned).key, "the house is paused"), NOW)

    assert history.standing().warnings[0].failed_because == "the house is paused"


def test_an_outcome_of_an_action_that_nobody_intended_changes_nothing() -> None:
    history = History()
    stray = decision(Step.WARN)
    history.write(Intended(action(stray)), NOW)
    history.write(Settled(action(stray).key, 1, Done()), NOW)
    history.write(Withheld(action(stray).key, "why"), NOW)

    assert history.standing() == Standing(AUTHOR)


def test_what_was_rehearsed_counts_for_a_rehearsal_only() -> None:
    history = History()
    history.write(Decided(decision(Step.HIDE, points=2)), NOW, rehearsed=True)

    assert history.standing().strikes == ()
    assert len(history.standing(rehearsal=True).strikes) == 1


def test_a_contact_is_a_comment_and_not_its_edits_and_the_newest_are_kept() -> None:
    history = History()
    for number in range(CONTACTS_KEPT + 3):
        history.see(comment(f"c{number}", posted_at=NOW + number * SECOND))
    history.see(comment("c0", revision=1, posted_at=NOW))

    contacts = history.standing().contacts
    assert len(contacts) == CONTACTS_KEPT
    assert contacts[0] == NOW + 3 * SECOND
    assert contacts[-1] == NOW + (CONTACTS_KEPT + 2) * SECOND


def blocked(history: History, about: Comment, outcome: Outcome | None = None) -> None:
    """A block that was approved came to an outcome."""
    proposed = history.propose(about, NOW)
    history.approve(proposed, NOW)
    history.settle(proposed, NOW + HOUR, outcome)


def test_a_block_is_in_force_on_its_account_from_its_outcome_to_its_term() -> None:
    history = History()
    blocked(history, comment())
    standing = history.standing()

    assert standing.blocked(PAGE, NOW + HOUR) is not None
    assert standing.blocked(PAGE, NOW + HOUR + 90 * DAY - SECOND) is not None
    assert standing.blocked(PAGE, NOW + HOUR + 90 * DAY) is None
    assert standing.blocked(OTHER_PAGE, NOW + HOUR) is None


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Refused("no right to"), BlockState.FAILED),
        (Unsupported(), BlockState.FAILED),
        (Unknown("no answer"), BlockState.APPROVED),
        (TryLater(HOUR), BlockState.APPROVED),
        (AlreadyDone(), BlockState.ACTIVE),
    ],
)
def test_a_block_is_what_the_network_made_of_it(outcome: Outcome, state: BlockState) -> None:
    history = History()
    blocked(history, comment(), outcome)

    assert [b.state for b in history.standing().blocks] == [state]


def test_a_block_that_somebody_made_without_a_yes_is_seen_for_what_it_is() -> None:
    history = History()
    history.settle(history.propose(comment(), NOW), NOW)

    (block,) = history.standing().blocks
    assert block.in_force(NOW + 1000 * DAY)
    assert block.until is None
    assert block.approval is None


def test_lifting_lifts_on_that_account_alone() -> None:
    history = History()
    here, there = comment("here"), comment("there", account=OTHER_PAGE)
    for about in (here, there):
        blocked(history, about)
    lifted = history.decide(decision(Step.UNBLOCK, here, ground=None), NOW + DAY)
    history.settle(lifted, NOW + DAY, Unknown("no answer"))
    assert len([b for b in history.standing().blocks if b.in_force(NOW + DAY)]) == 2

    history.settle(lifted, NOW + DAY)

    assert [b.state for b in history.standing().blocks] == [BlockState.LIFTED, BlockState.ACTIVE]


def test_lifting_takes_back_a_yes_that_has_not_been_carried_out() -> None:
    history = History()
    history.approve(history.propose(comment(), NOW), NOW)
    history.settle(history.decide(decision(Step.UNBLOCK, ground=None), NOW), NOW)

    assert [b.state for b in history.standing().blocks] == [BlockState.LIFTED]


def test_an_author_is_signposted_once_it_has_been_done() -> None:
    history = History()
    shown = history.decide(decision(Step.SIGNPOST, ground=Care.COMPLAINT), NOW)
    assert not history.standing().signposted

    history.settle(shown, NOW, Refused("replies are off"))
    assert not history.standing().signposted

    history.settle(shown, NOW)
    assert history.standing().signposted == {str(PAGE)}


def test_the_newest_tailored_response_holds_and_so_does_the_longest_hold() -> None:
    history = History()
    first = history.refer(comment("a"), NOW)
    second = history.refer(comment("b"), NOW)
    assert history.standing().tailored_response == ""
    assert history.standing().held_until(NOW) is None

    history.advise(second, NOW + HOUR, tailored_response="later", hold_until=NOW + DAY)
    history.advise(first, NOW, tailored_response="sooner", hold_until=NOW + 2 * DAY)

    standing = history.standing()
    assert standing.tailored_response == "later"
    assert standing.held_until(NOW) == NOW + 2 * DAY
    assert standing.held_until(NOW + 2 * DAY) is None
    assert [r.advice for r in standing.referrals] == ["go on", "go on"]


def test_the_referral_that_holds_is_the_first_about_conduct() -> None:
    history = History()
    history.refer(comment("care"), NOW - 10 * DAY, Care.SAFEGUARDING)
    later = history.refer(comment("b"), NOW - DAY)
    sooner = history.refer(comment("c"), NOW - 2 * DAY)

    def holds(at: int) -> object:
        found = history.standing().referred(NOW + at * DAY, 180 * DAY)
        return found and found.decision

    assert (holds(0), holds(178), holds(179)) == (sooner.id, later.id, None)
    assert holds(-3) is None


def test_a_block_is_found_by_its_decision() -> None:
    history = History()
    one = history.propose(comment("a"), NOW)
    two = history.propose(comment("b"), NOW)

    found = history.standing().block_of(two.id)
    assert found is not None
    assert found.decision == two
    assert found.decision != one
    assert history.standing().block_of(decision(Step.BLOCK, mark="none").id) is None
