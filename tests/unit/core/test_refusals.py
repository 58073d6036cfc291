"""Every refusal can be reached, each by the one thing that is wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

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
from moderation.card import Card, CardKind, CardState, Place, Stage, Verb
from moderation.decision import Step
from moderation.taxonomy import Category
from tests.strategies.approvals import (
    ANONYMOUS,
    BOTH,
    DEPUTY,
    HERE,
    LEAVER,
    OPERATOR,
    ROSTER,
    STRANGER,
    button,
    card,
    desk,
    press,
)
from tests.strategies.comments import DAY, DIRECTOR, HOUR, NOW, OFFICER, SECOND
from tests.strategies.histories import History, approval, decision
from tests.strategies.policies import APPROVALS, lawful_policy

POLICY = lawful_policy()
OPEN = card()
PRESSED = button(OPEN)
DESK = desk(OPEN, PRESSED)
CONFIRMING = card(stage=Stage.CONFIRM)
CONFIRM = button(CONFIRMING, Verb.CONFIRM)

ADMIT: list[tuple[Refusal, Callable[[], Card | Refusal]]] = [
    (Refusal.FORGED, lambda: admit(press(), replace(DESK, card=None), POLICY)),
    (Refusal.FORGED, lambda: admit(press(), replace(DESK, button=None), POLICY)),
    (Refusal.FORGED, lambda: admit(press(token="other"), DESK, POLICY)),
    (Refusal.FORGED, lambda: admit(press(), replace(DESK, card=card(CardKind.RULE)), POLICY)),
    (Refusal.TOO_SOON, lambda: admit(press(), replace(DESK, place=None), POLICY)),
    (Refusal.MOVED, lambda: admit(press(place=Place(HERE.chat, "8")), DESK, POLICY)),
    (Refusal.ELSEWHERE, lambda: admit(press(place=Place("-1", HERE.message)), DESK, POLICY)),
    (Refusal.ANONYMOUS, lambda: admit(press(anonymous=True), DESK, POLICY)),
    (Refusal.ANONYMOUS, lambda: admit(press(ANONYMOUS), DESK, POLICY)),
    (Refusal.STRANGER, lambda: admit(press(STRANGER), DESK, POLICY)),
    (Refusal.NOT_YOURS, lambda: admit(press(OFFICER), DESK, POLICY)),
    (Refusal.NOT_YOURS, lambda: admit(press(OPERATOR), DESK, POLICY)),
    (Refusal.OUT_OF_TERM, lambda: admit(press(DEPUTY), DESK, POLICY)),
    (Refusal.OUT_OF_TERM, lambda: admit(press(LEAVER), replace(DESK, now=NOW + 3 * DAY), POLICY)),
    (Refusal.OWN_PROPOSAL, lambda: admit(press(BOTH), desk(card(proposed_by=BOTH), PRESSED), POLICY)),
    (Refusal.OLD_EPOCH, lambda: admit(press(), replace(DESK, epoch=2), POLICY)),
    (Refusal.SUPERSEDED, lambda: admit(press(), in_state(CardState.SUPERSEDED), POLICY)),
    (Refusal.SUPERSEDED, lambda: admit(press(), desk(OPEN, replace(PRESSED, version=4)), POLICY)),
    (Refusal.EXPIRED, lambda: admit(press(), in_state(CardState.EXPIRED), POLICY)),
    (Refusal.EXPIRED, lambda: admit(press(), replace(DESK, now=OPEN.expires_at), POLICY)),
    (Refusal.CLOSED, lambda: admit(press(), in_state(CardState.ANSWERED), POLICY)),
    (Refusal.CHANGED, lambda: admit(press(), replace(DESK, evidence="other"), POLICY)),
    (Refusal.TOO_SOON, lambda: admit(press(), shown(APPROVALS.minimum_dwell - SECOND), POLICY)),
    (Refusal.TOO_SOON, lambda: admit(press(), shown(None), POLICY)),
    (Refusal.TOO_SOON, lambda: admit(press(), asked_anew(APPROVALS.minimum_dwell - SECOND), POLICY)),
]


def in_state(state: CardState) -> Desk:
    """The desk with the card in that state."""
    return replace(DESK, card=replace(OPEN, state=state))


def shown(ago: dt.timedelta | None) -> Desk:
    """The desk with the last question, shown so long ago."""
    since = NOW - ago if ago is not None else None
    return replace(desk(CONFIRMING, CONFIRM), shown_at=since)


def asked_anew(ago: dt.timedelta) -> Desk:
    """The desk with the last question, asked anew so long ago under an old message."""
    asked = replace(CONFIRMING, asked_at=NOW - ago)
    return replace(desk(asked, CONFIRM), shown_at=NOW - HOUR)


@pytest.mark.parametrize(
    ("refusal", "attempt"), ADMIT, ids=[f"{n}-{r.name}" for n, (r, _) in enumerate(ADMIT)]
)
def test_a_press_is_turned_away_for_the_one_thing_that_is_wrong(
    refusal: Refusal, attempt: Callable[[], Card | Refusal]
) -> None:
    assert attempt() is refusal


def test_a_press_with_nothing_wrong_is_let_through() -> None:
    assert admit(press(), DESK, POLICY) == OPEN
    assert admit(press(), shown(APPROVALS.minimum_dwell), POLICY) == CONFIRMING
    assert admit(press(), replace(DESK, now=OPEN.expires_at - SECOND), POLICY) == OPEN
    assert admit(press(DEPUTY), replace(DESK, now=NOW + 2 * DAY), POLICY) == OPEN


def test_an_officers_card_is_for_officers_and_minds_neither_the_digest_nor_who_proposed() -> None:
    asked = card(CardKind.RULE, proposed_by=OFFICER)
    at_it = replace(desk(asked, button(asked, Verb.UPHOLD)), evidence="other")

    assert admit(press(OFFICER), at_it, POLICY) == asked
    assert admit(press(DIRECTOR), at_it, POLICY) is Refusal.NOT_YOURS


def said(of: Card, verb: Verb, argument: str = "", *, by: str = DIRECTOR, warned: bool = True) -> object:
    """What comes of one admitted press."""
    return weigh(of, button(of, verb, argument), type(DIRECTOR)(by), now=NOW, policy=POLICY, warned=warned)


@pytest.mark.parametrize(
    ("stage", "verb", "argument", "expected"),
    [
        (None, Verb.APPROVE, "", Stage.GROUND),
        (None, Verb.DECLINE, "", Stage.DECLINING),
        (Stage.GROUND, Verb.GROUND, "abusive", Stage.TERM),
        (Stage.NO_WARNING, Verb.NO_WARNING, "threat", Stage.TERM),
        (Stage.TERM, Verb.TERM, "90", Stage.CONFIRM),
        (Stage.TERM, Verb.BACK, "", None),
        (None, Verb.BACK, "", None),
    ],
)
def test_each_press_leads_one_step_on(
    stage: Stage | None, verb: Verb, argument: str, expected: Stage | None
) -> None:
    went = said(card(stage=stage), verb, argument)

    assert isinstance(went, Advanced)
    assert went.card.version == 6
    assert went.card.state is CardState.OPEN
    assert (went.card.draft.stage if went.card.draft else None) is expected


def test_without_a_warning_there_is_a_question_more() -> None:
    went = said(card(stage=Stage.GROUND), Verb.GROUND, "abusive", warned=False)
    assert isinstance(went, Advanced)
    assert went.card.draft is not None
    assert went.card.draft.stage is Stage.NO_WARNING

    assert said(card(stage=Stage.CONFIRM), Verb.CONFIRM, warned=False) is Refusal.NO_WARNING
    excused = card(stage=Stage.CONFIRM, no_warning_because=NO_WARNING_REASONS["threat"])
    assert isinstance(said(excused, Verb.CONFIRM, warned=False), Consented)


@pytest.mark.parametrize(
    ("stage", "verb", "argument"),
    [
        (Stage.GROUND, Verb.GROUND, "rude"),
        (Stage.GROUND, Verb.GROUND, Category.CONFIDENTIALITY),
        (Stage.NO_WARNING, Verb.NO_WARNING, "because"),
        (Stage.TERM, Verb.TERM, "31"),
        (Stage.TERM, Verb.TERM, ""),
        (Stage.DECLINING, Verb.REASON, "2"),
        (Stage.DECLINING, Verb.REASON, "-1"),
        (Stage.DECLINING, Verb.REASON, "x"),
    ],
)
def test_there_is_no_such_choice(stage: Stage, verb: Verb, argument: str) -> None:
    assert said(card(stage=stage), verb, argument) is Refusal.NO_SUCH_CHOICE


STAGES: tuple[Stage | None, ...] = (None, *Stage)
TURNS = {
    Verb.APPROVE: None,
    Verb.DECLINE: None,
    Verb.GROUND: Stage.GROUND,
    Verb.NO_WARNING: Stage.NO_WARNING,
    Verb.TERM: Stage.TERM,
    Verb.CONFIRM: Stage.CONFIRM,
    Verb.REASON: Stage.DECLINING,
}


@pytest.mark.parametrize("verb", [v for v in Verb if v is not Verb.BACK])
def test_a_button_does_something_at_its_turn_alone(verb: Verb) -> None:
    for stage in STAGES:
        in_turn = verb in TURNS and TURNS[verb] is stage
        assert (said(card(stage=stage), verb) is Refusal.OUT_OF_TURN) == (not in_turn), (verb, stage)


def test_anothers_draft_can_be_put_back_and_nothing_else() -> None:
    begun = card(stage=Stage.TERM, by=BOTH)

    for verb in Verb:
        went = said(begun, verb, "90")
        assert isinstance(went, Advanced) if verb is Verb.BACK else went is Refusal.ANOTHERS_DRAFT


def test_a_draft_with_something_left_out_is_no_yes() -> None:
    for draft in (card(stage=Stage.CONFIRM, ground=None), card(stage=Stage.CONFIRM, term=None)):
        assert said(draft, Verb.CONFIRM) is Refusal.OUT_OF_TURN


def test_a_no_says_why_and_closes_the_card() -> None:
    went = said(card(stage=Stage.DECLINING), Verb.REASON, "1")

    assert went == Dissented(
        replace(card(stage=Stage.DECLINING), version=6, state=CardState.ANSWERED), "a lesser step is enough"
    )


def test_every_refusal_is_reached_by_a_press_or_at_the_last_moment() -> None:
    block = decision(Step.BLOCK)
    history = History()
    history.decide(block, NOW - HOUR)
    yes = history.approve(block, NOW)
    ready = history.standing()

    def held(given: object = yes, now: dt.datetime = NOW, *, of: object = block, **changes: object) -> object:
        around = {"roster": ROSTER, "evidence": "digest", "epoch": 1, "warned": True} | changes
        return hold(of, given, changes.pop("standing", ready), now=now, **around)  # type: ignore[arg-type]

    reached: set[object] = {refusal for refusal, _ in ADMIT}
    reached |= {
        said(card(stage=Stage.TERM, by=BOTH), Verb.TERM, "90"),
        said(OPEN, Verb.TERM),
        said(card(stage=Stage.TERM), Verb.TERM, "1"),
        held(None),
        held(now=NOW + DAY),
        held(approval(block, by=OFFICER)),
        held(warned=False),
        held(replace(yes, term=DAY)),
        held(approval(decision(Step.BLOCK, mark="other"))),
    }
    history.decline(block, NOW)
    ready = history.standing()
    reached |= {held()}

    assert reached == set(Refusal)
