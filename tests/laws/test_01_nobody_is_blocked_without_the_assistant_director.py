"""Law 1: a block needs the assistant director's yes, and holds only while all that it rests on does."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace

import pytest

from moderation.approval import Refusal, hold
from moderation.decision import Clearance, Decision, StaffId, Step, UnlawfulDecisionError
from moderation.roster import Member, Role, Roster
from moderation.standing import BlockState, Standing
from tests.laws import invariants
from tests.laws.world import near
from tests.strategies.comments import AUTHOR, DAY, DIRECTOR, HOUR, NOW, OFFICER, SECOND, comment
from tests.strategies.histories import History, approval, decision

BLOCK = decision(Step.BLOCK)
YES = approval(BLOCK, at=NOW - HOUR)


HEAD = Member(DIRECTOR, "Director", frozenset({Role.ASSISTANT_DIRECTOR}), NOW - 100 * DAY)
SERVING = Roster((HEAD,))
ROSTERS = {
    "serving": SERVING,
    "left": Roster((replace(HEAD, valid_to=NOW - HOUR),)),
    "not begun": Roster((replace(HEAD, valid_from=NOW + SECOND),)),
    "an officer now": Roster((replace(HEAD, roles=frozenset({Role.OFFICER, Role.OPERATOR})),)),
    "gone": Roster(()),
}


def approved() -> Standing:
    """The block is approved, and nothing has come of it yet."""
    history = History()
    history.decide(BLOCK, NOW - 2 * HOUR)
    history.approve(BLOCK, NOW - HOUR)
    return history.standing()


def standings() -> dict[str, Standing]:
    """The block in each of its states, and unknown."""
    known = approved()
    told = {
        state.value: replace(known, blocks=(replace(known.blocks[0], state=state),)) for state in BlockState
    }
    return told | {"unknown": Standing(AUTHOR)}


def test_the_ladder_proposes_blocks_and_decides_none() -> None:
    assert not invariants.broken(
        near(),
        invariants.the_ladder_only_ever_proposes_a_block,
        invariants.a_ruling_has_its_officers_name_on_all_that_follows,
    )


@pytest.mark.parametrize("clearance", [Clearance.AUTOMATIC, Clearance.OFFICER])
def test_a_block_that_less_than_the_assistant_director_clears_cannot_be_built(clearance: Clearance) -> None:
    with pytest.raises(UnlawfulDecisionError, match="assistant director alone"):
        decision(Step.BLOCK, clearance=clearance)


def test_a_block_is_carried_out_in_exactly_one_constellation() -> None:
    """Every way in which an approval can fail to hold, each with each other."""
    allowed = 0
    size = 0
    yeses = {
        "none": None,
        "ours": YES,
        "another's": approval(decision(Step.BLOCK, mark="other"), at=NOW - HOUR),
    }
    times = {"early": NOW - HOUR - SECOND, "start": NOW - HOUR, "now": NOW, "late": NOW - HOUR + DAY}
    proposers = {"the ladder": None, "an officer": OFFICER, "the approver": DIRECTOR}
    for (yes, given), (when, now), (who, people), (by, proposer), (state, standing) in itertools.product(
        yeses.items(), times.items(), ROSTERS.items(), proposers.items(), standings().items()
    ):
        for epoch, evidence, warned, reason in itertools.product(
            (1, 2), ("digest", "x"), (True, False), ("", "why")
        ):
            size += 1
            bound = replace(given, no_warning_because=reason or None) if given else None
            kept = tuple(replace(b, approval=bound or b.approval) for b in standing.blocks)
            refusal = hold(
                replace(BLOCK, by=proposer), bound, replace(standing, blocks=kept),
                roster=people, evidence=evidence, now=now, epoch=epoch, warned=warned,
            )  # fmt: skip
            lawful = (
                (yes, who, state, epoch, evidence) == ("ours", "serving", "approved", 1, "digest")
                and when in {"start", "now"}
                and by != "the approver"
                and (warned or bool(reason))
            )
            assert (refusal is None) == lawful, (yes, when, who, by, state, epoch, evidence, warned, reason)
            allowed += lawful

    assert size == 3 * 4 * 5 * 3 * 7 * 16
    assert allowed == 2 * 2 * 3


@pytest.mark.parametrize("step", [s for s in Step if s is not Step.BLOCK])
def test_an_approval_lets_nothing_but_a_block_go(step: Step) -> None:
    other: Decision = replace(BLOCK, step=step)

    assert (
        hold(other, YES, approved(), roster=SERVING, evidence="digest", now=NOW, epoch=1, warned=True)
        is Refusal.WRONG_DECISION
    )


def test_an_approval_that_the_ledger_does_not_hold_is_none() -> None:
    forged = replace(YES, term=365 * DAY)

    held = hold(BLOCK, forged, approved(), roster=SERVING, evidence="digest", now=NOW, epoch=1, warned=True)

    assert held is Refusal.NOT_APPROVED


def test_a_deputy_decides_within_the_appointment_and_not_outside() -> None:
    deputy = Member(
        StaffId("telegram:31"), "Deputy", frozenset({Role.ASSISTANT_DIRECTOR}), NOW, NOW + DAY, appointed=True
    )
    people = Roster((deputy,))

    def held(at: dt.datetime) -> Refusal | None:
        history = History()
        history.decide(BLOCK, at - HOUR)
        given = replace(approval(BLOCK, at=at - SECOND), by=deputy.id)
        standing = history.standing()
        kept = replace(standing.blocks[0], state=BlockState.APPROVED, approval=given)
        ready = replace(standing, blocks=(kept,))
        return hold(BLOCK, given, ready, roster=people, evidence="digest", now=at, epoch=1, warned=True)

    assert held(NOW) is None
    assert held(NOW - SECOND) is Refusal.APPROVER_LEFT
    assert held(NOW + DAY) is Refusal.APPROVER_LEFT


def test_a_deputy_without_a_last_day_cannot_be_put_on_the_roster() -> None:
    with pytest.raises(ValueError, match="first and a last day"):
        Member(DIRECTOR, "Deputy", frozenset({Role.ASSISTANT_DIRECTOR}), NOW, appointed=True)


def test_clearing_the_comment_takes_an_approved_block_back() -> None:
    history = History()
    told = history.see(comment("insult"))
    proposed = history.propose(told, NOW - HOUR)
    given = history.approve(proposed, NOW - HOUR)
    history.overturn(told, NOW - SECOND)

    held = hold(
        proposed, given, history.standing(), roster=SERVING, evidence="digest", now=NOW, epoch=1, warned=True
    )

    assert held is Refusal.DECIDED_OTHERWISE
