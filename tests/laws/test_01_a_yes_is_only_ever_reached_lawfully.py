"""Law 1 over time: cards, presses, clocks and changing evidence, and no way to a block but the lawful one.

The machine keeps its own book of who pressed what, and holds every yes and every block against that.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from moderation.approval import (
    NO_WARNING_REASONS,
    Advanced,
    Consented,
    Desk,
    Dissented,
    Refusal,
    admit,
    hold,
    weigh,
)
from moderation.card import Button, Card, CardState, Place, Press, Stage, Verb
from moderation.decision import Approval, Decision, StaffId, Step
from moderation.evidence import digest_of
from moderation.record import Approved, CommentSeen, Declined
from moderation.taxonomy import Category
from tests.laws.world import POLICY
from tests.strategies import approvals as desks
from tests.strategies.comments import DAY, DIRECTOR, HOUR, MINUTE, NOW, OFFICER, SECOND, comment
from tests.strategies.histories import History, decision
from tests.strategies.settings import approvals

REACHED: Counter[str] = Counter()
ALMOST = 30 * DAY
PAUSES = (SECOND, 15 * SECOND, MINUTE, HOUR, 23 * HOUR, DAY, 2 * DAY, -HOUR)

TERMS: dict[StaffId, tuple[dt.datetime, dt.datetime]] = {
    DIRECTOR: (NOW - ALMOST, NOW + 1000 * DAY),
    desks.BOTH: (NOW - ALMOST, NOW + 1000 * DAY),
    desks.DEPUTY: (NOW + 2 * DAY, NOW + 10 * DAY),
    desks.LEAVER: (NOW - ALMOST, NOW + 3 * DAY),
}
"""From when to when each of them is assistant director: the machine's own table."""

OFFERS: dict[Stage | None, tuple[tuple[Verb, str], ...]] = {
    None: ((Verb.APPROVE, ""), (Verb.DECLINE, "")),
    Stage.GROUND: (
        (Verb.GROUND, "abusive"), (Verb.GROUND, "threatening"),
        (Verb.GROUND, "confidentiality"), (Verb.GROUND, "rude"), (Verb.BACK, ""),
    ),
    Stage.NO_WARNING: (
        *((Verb.NO_WARNING, key) for key in NO_WARNING_REASONS),
        (Verb.NO_WARNING, "just so"), (Verb.BACK, ""),
    ),
    Stage.TERM: ((Verb.TERM, "30"), (Verb.TERM, "365"), (Verb.TERM, "9999"), (Verb.BACK, "")),
    Stage.CONFIRM: ((Verb.CONFIRM, ""), (Verb.CONFIRM, ""), (Verb.BACK, "")),
    Stage.DECLINING: ((Verb.REASON, "0"), (Verb.REASON, "2"), (Verb.REASON, "no"), (Verb.BACK, "")),
}  # fmt: skip


@dataclass(slots=True)
class Question:
    """A card as the ledger holds it, where it stands, and the trail of steps that led to its draft."""

    card: Card
    decision: Decision
    place: Place
    shown_at: dt.datetime
    trail: list[tuple[StaffId, Verb, str]] = field(default_factory=list)


class House(RuleBasedStateMachine):
    """The staff chat, the ledger behind it, and the clock."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.epoch = 1
        self.history = History()
        self.questions: list[Question] = []
        self.buttons: dict[str, Button] = {}
        self.given: dict[str, Approval] = {}
        self.done: set[str] = set()
        self.closed: set[str] = set()
        self.warned = False
        self.proposed(OFFICER)

    def _evidence(self, of: Decision) -> str:
        return digest_of(of, self.history.standing(), self.history.recorded)

    # --- Cards ------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.questions) < 3)
    @rule(by=st.sampled_from([None, OFFICER, DIRECTOR, desks.BOTH]))
    def proposed(self, by: StaffId | None) -> None:
        """A block is put up, by the ladder or by a person."""
        number = len(self.questions)
        about = comment(f"c{number}")
        self.history.see(about, self.now)
        block = self.history.decide(decision(Step.BLOCK, about, by=by, mark=str(number)), self.now)
        first = replace(
            desks.card(proposed_by=by),
            id=type(desks.card().id)(f"card-{number}"),
            decision=block.id,
            evidence=self._evidence(block),
            asked_at=self.now,
            expires_at=self.now + POLICY.approvals.card_lifetime,
            epoch=self.epoch,
        )
        place = Place("-100200", str(number))
        self.questions.append(Question(first, block, place, self.now))
        self._offer(self.questions[-1])

    def _offer(self, question: Question) -> None:
        """Every button of that version, and some that were not offered at all."""
        card = question.card
        stage = card.draft.stage if card.draft else None
        for number, (verb, argument) in enumerate((*OFFERS[stage], (Verb.CONFIRM, ""), (Verb.UPHOLD, ""))):
            token = f"{card.id}/{card.version}/{number}"
            self.buttons[token] = Button(token, card.id, card.version, verb, argument)

    def _anew(self, question: Question, card: Card) -> None:
        question.card = replace(card, version=question.card.version + 1)
        self._offer(question)

    @rule(which=st.integers(0, 2))
    def put_up_anew(self, which: int) -> None:
        """The evidence or the epoch has changed: a new card with today's digest."""
        question = self.questions[which % len(self.questions)]
        if question.card.state is CardState.OPEN:
            fresh = self._evidence(question.decision)
            expires = self.now + POLICY.approvals.card_lifetime
            card = replace(question.card, evidence=fresh, epoch=self.epoch, draft=None, expires_at=expires)
            question.trail.clear()
            self._anew(question, card)
            question.shown_at = self.now

    @rule(which=st.integers(0, 2), state=st.sampled_from([CardState.SUPERSEDED, CardState.EXPIRED]))
    def closed_by_the_house(self, which: int, state: CardState) -> None:
        if len(self.questions) < 3 or which:  # seldom, so that some cards live
            return
        question = self.questions[0]
        if question.card.state is CardState.OPEN:
            question.card = replace(question.card, state=state)

    # --- The world moves on -----------------------------------------------------------------------

    @rule(pause=st.sampled_from(PAUSES))
    def the_clock_jumps(self, pause: dt.timedelta) -> None:
        self.now += pause

    @rule(which=st.integers(0, 2), change=st.sampled_from(["edit", "strike", "warn", "nothing", "nothing"]))
    def the_evidence_changes(self, which: int, change: str) -> None:
        told = comment(f"c{which % len(self.questions)}")
        before = [self._evidence(q.decision) for q in self.questions]
        number = len(self.history.recorded)
        match change:
            case "edit":
                self.history.see(replace(told, revision=number, text=str(number)), self.now)
            case "strike":
                self.history.strike(comment(f"s{number}"), self.now)
            case "warn":
                self.history.settle(self.history.warn(comment(f"w{number}"), self.now), self.now)
                self.warned = True
            case _:
                self.history.write(CommentSeen(comment(f"x{number}"), "{}"), self.now)
        if change == "nothing":
            assert [self._evidence(q.decision) for q in self.questions] == before
        else:
            assert [self._evidence(q.decision) for q in self.questions] != before
            REACHED["evidence changed"] += 1

    @precondition(lambda self: len(self.questions) > 1)
    @rule(copied=st.integers(0, 7))
    def the_ledger_is_restored(self, copied: int) -> None:
        self.epoch += copied == 0

    # --- Presses ----------------------------------------------------------------------------------

    @rule(
        which=st.integers(0, 2),
        by=st.sampled_from([DIRECTOR, DIRECTOR, desks.BOTH]),
        choice=st.integers(0, 6),
    )
    def presses_what_is_offered(self, which: int, by: StaffId, choice: int) -> None:
        """Somebody who may presses a button of the newest version, in its place."""
        question = self.questions[which % len(self.questions)]
        newest = [
            b
            for b in self.buttons.values()
            if (b.card, b.version) == (question.card.id, question.card.version)
        ]
        if newest:
            self._press(newest[choice % len(newest)].token, by, question.place)

    @rule(
        which=st.integers(0, 2),
        by=st.sampled_from([DIRECTOR, desks.BOTH, desks.LEAVER]),
        ends=st.tuples(st.integers(0, 1), st.integers(0, 6)),
        steps=st.integers(0, 4),
        pause=st.sampled_from([SECOND, MINUTE]),
        fresh=st.booleans(),
    )
    def goes_through_it(
        self, *, which: int, by: StaffId, ends: tuple[int, int], steps: int, pause: dt.timedelta, fresh: bool
    ) -> None:
        """One person presses on: approve or decline, and so forth, and in the end whatever it may be."""
        question = self.questions[which % len(self.questions)]
        if fresh:
            self.put_up_anew(which)
        for choice in (ends[0], *(0,) * steps, ends[1]):
            self.now += pause
            version = (question.card.id, question.card.version)
            offered = [b for b in self.buttons.values() if (b.card, b.version) == version]
            if offered:
                self._press(offered[choice % len(offered)].token, by, question.place)
        self.the_block_is_about_to_be_carried_out(which)

    @rule(seldom=st.integers(0, 3), choice=st.integers(0, 6), by=st.sampled_from([DIRECTOR, desks.BOTH]))
    def comes_too_late(self, seldom: int, choice: int, by: StaffId) -> None:
        """The last of some cards has run out when somebody answers it."""
        question = self.questions[-1]
        version = (question.card.id, question.card.version)
        offered = [b for b in self.buttons.values() if (b.card, b.version) == version]
        if seldom or len(self.questions) < 2 or not offered:
            return
        self.now = max(self.now, question.card.expires_at)
        self._press(offered[choice % len(offered)].token, by, question.place)

    @rule(
        choice=st.integers(0, 999), by=st.sampled_from(desks.PEOPLE), where=st.integers(0, 9),
        anonymous=st.sampled_from([False, False, False, True]), twice=st.booleans(),
    )  # fmt: skip
    def presses_anything(self, choice: int, by: StaffId, where: int, *, anonymous: bool, twice: bool) -> None:
        """Any button that ever was, old ones too, by anybody, in any message."""
        token = list(self.buttons)[-1 - choice % len(self.buttons)]
        place = next(q.place for q in self.questions if q.card.id == self.buttons[token].card)
        for _ in range(1 + twice):
            self._press(
                token,
                by,
                place if where > 2 else Place(str(-100200 - where // 2), str(where)),
                anonymous=anonymous,
            )

    @rule(token=st.text(max_size=12), by=st.sampled_from(desks.PEOPLE))
    def presses_a_forgery(self, token: str, by: StaffId) -> None:
        if token not in self.buttons:
            question = self.questions[0]
            told = Press(token, by, question.place, self.now)
            assert admit(told, self._desk(self.buttons.get(token)), POLICY) is Refusal.FORGED

    def _desk(self, button: Button | None) -> Desk:
        question = next((q for q in self.questions if button is not None and q.card.id == button.card), None)
        return Desk(
            roster=desks.ROSTER,
            now=self.now,
            epoch=self.epoch,
            card=question.card if question else None,
            button=button,
            place=question.place if question else None,
            shown_at=question.shown_at if question else None,
            evidence=self._evidence(question.decision) if question else "",
        )

    def _press(self, token: str, by: StaffId, place: Place, *, anonymous: bool = False) -> None:
        button = self.buttons[token]
        question = next(q for q in self.questions if q.card.id == button.card)
        told = Press(token, by, place, self.now, anonymous=anonymous)
        admitted = admit(told, self._desk(button), POLICY)
        if isinstance(admitted, Refusal):
            REACHED[admitted.name] += 1
            return
        self._was_rightly_admitted(question, button, told)
        said = weigh(admitted, button, by, now=self.now, policy=POLICY, warned=self.warned)
        event(f"{button.verb}: {said.name if isinstance(said, Refusal) else type(said).__name__}")
        match said:
            case Advanced(card=card):
                question.trail = (
                    [] if button.verb is Verb.BACK else [*question.trail, (by, button.verb, button.argument)]
                )
                assert card.state is CardState.OPEN
                self._anew(question, card)
            case Consented(card=card, approval=approval):
                self._was_a_lawful_yes(question, approval, by)
                question.card = card
                self.closed.add(question.decision.id)
                self.given[question.decision.id] = approval
                self.history.write(Approved(approval), self.now)
                REACHED["consented"] += 1
            case Dissented(card=card):
                assert [verb for _, verb, _ in question.trail] == [Verb.DECLINE]
                question.card = card
                self.closed.add(question.decision.id)
                self.history.write(Declined(question.decision.id, by, "no"), self.now)
                REACHED["dissented"] += 1
            case Refusal():
                REACHED[said.name] += 1

    # --- What must hold ---------------------------------------------------------------------------

    def _directs(self, by: StaffId) -> bool:
        begins, ends = TERMS.get(by, (self.now, self.now))
        return begins <= self.now < ends

    def _was_rightly_admitted(self, question: Question, button: Button, told: Press) -> None:
        assert self._directs(told.by)
        assert told.by != question.decision.by
        assert told.place == question.place
        assert not told.anonymous
        assert button.version == question.card.version
        assert question.decision.id not in self.closed
        assert question.card.epoch == self.epoch
        assert self.now < question.card.expires_at
        assert question.card.evidence == self._evidence(question.decision)

    def _was_a_lawful_yes(self, question: Question, approval: Approval, by: StaffId) -> None:
        verbs = [verb for _, verb, _ in question.trail]
        chosen = {verb: argument for _, verb, argument in question.trail}
        unwarned = [Verb.APPROVE, Verb.GROUND, Verb.NO_WARNING, Verb.TERM]
        assert verbs in (unwarned, [Verb.APPROVE, Verb.GROUND, Verb.TERM])
        assert self.warned or verbs == unwarned
        assert {who for who, _, _ in question.trail} == {by} == {approval.by}
        assert self.now - question.shown_at >= POLICY.approvals.minimum_dwell
        assert approval.ground == chosen[Verb.GROUND] != Category.CONFIDENTIALITY
        assert str(approval.term.days) == chosen[Verb.TERM]
        assert approval.no_warning_because == NO_WARNING_REASONS.get(chosen.get(Verb.NO_WARNING, ""))
        assert approval.evidence == self._evidence(question.decision)
        assert (approval.decision, approval.epoch, approval.at) == (
            question.decision.id,
            self.epoch,
            self.now,
        )

    @precondition(lambda self: self.given)
    @rule(which=st.integers(0, 2))
    def the_block_is_about_to_be_carried_out(self, which: int) -> None:
        question = self.questions[which % len(self.questions)]
        block, given = question.decision, self.given.get(question.decision.id)
        refusal = hold(
            block, given, self.history.standing(), roster=desks.ROSTER,
            evidence=self._evidence(block), now=self.now, epoch=self.epoch, warned=self.warned,
        )  # fmt: skip
        lawful = (
            given is not None
            and self._directs(given.by)
            and given.at <= self.now < given.at + POLICY.approvals.approval_lifetime
            and given.epoch == self.epoch
            and given.evidence == self._evidence(block)
            and (self.warned or given.no_warning_because is not None)
            and block.id not in self.done
        )
        assert (refusal is None) == lawful
        REACHED["held back" if refusal else "carried out"] += 1
        if refusal is None:
            self.done.add(block.id)
            self.history.settle(block, self.now)


@pytest.mark.timeout(300)
def test_a_yes_is_only_ever_reached_lawfully() -> None:
    REACHED.clear()

    run_state_machine_as_test(House, settings=approvals)

    hard = {"consented", "dissented", "carried out", "held back", "evidence changed"}
    refusals = (
        "MOVED ELSEWHERE ANONYMOUS STRANGER NOT_YOURS OUT_OF_TERM CLOSED SUPERSEDED EXPIRED"
        " CHANGED OLD_EPOCH OWN_PROPOSAL ANOTHERS_DRAFT TOO_SOON OUT_OF_TURN NO_SUCH_CHOICE"
    )
    missing = {name for name in hard | set(refusals.split()) if not REACHED[name]}
    assert not missing, f"the machine never reaches {sorted(missing)}: {dict(REACHED)}"
