"""What people answer: officers' rulings, and the assistant director's yes or no."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from moderation.approval import (
    SUSPICIOUS,
    Advanced,
    Consented,
    Desk,
    Dissented,
    Refusal,
    admit,
    weigh,
)
from moderation.card import Button, Card, CardKind, CardState, Heard, Press, Verb
from moderation.casework import (
    House,
    author_of,
    close,
    newest,
    plan_for,
    refresh,
    standing_of,
    write,
)
from moderation.comment import AuthorRef, Comment, CommentRef
from moderation.decision import (
    CaseRef,
    Clearance,
    Decision,
    Done,
    Ruling,
    StaffId,
    Step,
    decision_id,
)
from moderation.evidence import digest_of
from moderation.ladder import climb, propose
from moderation.licensing import rule
from moderation.planning import carry_out
from moderation.ports import Books
from moderation.record import (
    Answered,
    Approved,
    Asked,
    CardChanged,
    Declined,
    Judged,
    Noted,
    ReferralAnswered,
    Ruled,
    Settled,
    Shown,
    Withheld,
)
from moderation.situation import Situation
from moderation.taxonomy import Category
from moderation.undoing import overturn
from moderation.verdict import Verdict


def answer(books: Books, house: House, press: Press) -> Heard:
    """Weigh a press against the ledger and, where it holds, do what it says. One transaction."""
    button = books.button(press.token)
    card = books.card(button.card) if button else None
    desk = _desk(books, house, card, button)
    admitted = admit(press, desk, house.policy)
    if isinstance(admitted, Refusal):
        if card is not None and admitted in {Refusal.CHANGED, Refusal.OLD_EPOCH}:
            refresh(books, house, author_of(books, card))
        return _turned_away(books, press, card, button, admitted)
    if button is None:  # `admit` refuses these; the type checker does not know
        return _turned_away(books, press, card, button, Refusal.FORGED)
    taken = Answered(press, admitted.id, button.verb, button.argument, taken=True)
    if books.append(taken, author_of(books, admitted)) is None:
        return Heard(taken=False, say="That was taken already.")
    if admitted.kind is CardKind.BLOCK:
        return _director(books, house, admitted, button, press)
    return _officer(books, house, admitted, button, press)


def _desk(books: Books, house: House, card: Card | None, button: Button | None) -> Desk:
    board = books.board(card.case, card.audience) if card else None
    # A button that is dead anyway is refused without reading the author's whole history.
    alive = (
        card if card and button and card.state is CardState.OPEN and button.version == card.version else None
    )
    return Desk(
        roster=house.roster,
        now=books.now,
        epoch=books.epoch,
        card=card,
        button=button,
        place=board.place if board else None,
        shown_at=_first_shown(books, alive),
        evidence=_evidence_now(books, alive),
    )


def _first_shown(books: Books, card: Card | None) -> dt.datetime | None:
    """When what the card shows now was first to be read: a step redraws it, which is not a new reading."""
    if card is None:
        return None
    told = books.history(author_of(books, card))
    since = min(
        (
            r.seq
            for r in told
            if isinstance(r.event, Asked | CardChanged)
            and r.event.card.id == card.id
            and (r.event.card.evidence, r.event.card.epoch) == (card.evidence, card.epoch)
        ),
        default=0,
    )
    shown = (
        r.event.at
        for r in told
        if isinstance(r.event, Shown) and r.event.audience is card.audience and r.seq > since
    )
    return min(shown, default=None)


def _evidence_now(books: Books, card: Card | None) -> str:
    decision = books.decision(card.decision) if card else None
    if decision is None:
        return ""
    return digest_of(decision, standing_of(books, decision.author), books.history(decision.author))


def _turned_away(books: Books, press: Press, card: Card | None, button: Button | None, why: Refusal) -> Heard:
    author = author_of(books, card) if card else None
    verb, argument = (button.verb, button.argument) if button else ("", "")
    books.append(
        Answered(press, card.id if card else "", verb, argument, taken=False, reason=why.name), author
    )
    return Heard(taken=False, say=f"Not done: {why.value}.", suspicious=why in SUSPICIOUS)


# --- The assistant director -----------------------------------------------------------------------


def _director(books: Books, house: House, card: Card, button: Button, press: Press) -> Heard:
    decision = books.decision(card.decision)
    if decision is None:
        return Heard(taken=False, say=f"Not done: {Refusal.WRONG_DECISION}.")
    author = decision.author
    warned = warning_held(books, house, decision)
    outcome = weigh(card, button, press.by, now=books.now, policy=house.policy, warned=warned)
    match outcome:
        case Advanced(card=card_now):
            books.append(CardChanged(card_now), author)
            return Heard(taken=True, say=_PROMPTS.get(button.verb, "Go on."))
        case Dissented(card=card_now, reason=reason):
            books.append(CardChanged(card_now), author)
            books.append(Declined(decision.id, press.by, reason), author)
            return Heard(taken=True, say=f"Declined: {reason}. Nobody is blocked.")
        case Consented(card=card_now, approval=approval):
            books.append(CardChanged(card_now), author)
            if books.append(Approved(approval), author) is None:
                return Heard(taken=False, say=f"Not done: {Refusal.CLOSED}.")
            comment = newest(books, decision.comment)
            for event in carry_out(decision, approval, plan_for(books, house, comment, decision)):
                books.append(event, author)
            return Heard(taken=True, say="Approved. The person is told why first, then blocked.")
        case Refusal():
            return Heard(taken=False, say=f"Not done: {outcome.value}.")


_PROMPTS = {
    Verb.APPROVE: "Choose the ground.",
    Verb.GROUND: "Go on.",
    Verb.NO_WARNING: "Choose the term.",
    Verb.TERM: "Read it once more, then confirm.",
    Verb.DECLINE: "Choose a reason.",
    Verb.BACK: "Nothing has been decided.",
}


def warning_held(books: Books, house: House, decision: Decision) -> bool:
    """Whether a delivered warning came before the comment that a block is about (law 2)."""
    standing = standing_of(books, decision.author)
    warning = standing.warned(books.now, house.policy.rungs.warning_lifetime)
    comment = books.comment(decision.comment)
    if warning is None or warning.delivered_at is None or comment is None:
        return False
    return comment.posted_at > warning.delivered_at


# --- Officers -------------------------------------------------------------------------------------


def _officer(books: Books, house: House, card: Card, button: Button, press: Press) -> Heard:
    author = author_of(books, card)
    match button.verb:
        case Verb.UPHOLD | Verb.GROUND:
            return _uphold(books, house, card, button, press.by)
        case Verb.OVERTURN:
            close(books, card, f"overturned by {house.person(press.by)}")
            overturn(books, house, card.comment, card.revision, press.by, "ruled no breach", card=card.id)
            return Heard(
                taken=True, say="Overturned. Its strike is void, and what followed is looked at again."
            )
        case Verb.PROPOSE_BLOCK:
            return propose_block(books, house, card.comment, press.by, card=card)
        case Verb.SIGNPOST:
            close(books, card, f"signposted by {house.person(press.by)}")
            signpost(books, house, card, press.by)
            return Heard(taken=True, say="The person is shown the way to the complaints team.")
        case Verb.HAND_OVER:
            handed = replace(card, version=card.version + 1, note=f"handed over by {house.person(press.by)}")
            books.append(CardChanged(handed), author)
            return Heard(taken=True, say="Handed over to the next officer.")
        case Verb.ACKNOWLEDGE:
            close(books, card, f"seen to by {house.person(press.by)}")
            return Heard(taken=True, say="Noted that you have seen to it.")
        case Verb.TICK_OFF | Verb.CANNOT:
            return _by_hand(books, house, card, press.by, done=button.verb is Verb.TICK_OFF)
        case _:
            return Heard(taken=False, say=f"Not done: {Refusal.OUT_OF_TURN}.")


def _uphold(books: Books, house: House, card: Card, button: Button, by: StaffId) -> Heard:
    decision = books.decision(card.decision)
    chosen = button.argument if button.verb is Verb.GROUND else (decision.ground if decision else None)
    if decision is None or chosen not in set(Category):
        return Heard(taken=False, say=f"Not done: {Refusal.NO_SUCH_CHOICE}.")
    category = Category(str(chosen))
    close(books, card, f"upheld by {house.person(by)}")
    comment = newest(books, card.comment)
    rule(books, house, comment, Ruled(card.comment, card.revision, by, breach=True, card=card.id))
    if card.kind is CardKind.REVIEW:
        return Heard(taken=True, say="Upheld.")
    rule_on(books, house, card, Ruling(by, books.now, category, decision.severity, mark=card.id))
    return Heard(taken=True, say="Upheld. What the ladder says next is under way.")


def rule_on(books: Books, house: House, card: Card, ruling: Ruling) -> tuple[Decision, ...]:
    """Climb again with an officer's word in place of the checks' scores."""
    decisions = weighed(books, house, card.comment, ruling)
    write(books, house, newest(books, card.comment), decisions)
    return decisions


def weighed(books: Books, house: House, ref: CommentRef, ruling: Ruling) -> tuple[Decision, ...]:
    """What the ladder says to a ruling. Nothing is written."""
    comment = newest(books, ref)
    situation = Situation(
        comment=comment,
        verdict=verdict_on(books, comment),
        standing=standing_of(books, comment.author),
        can=house.can(comment.account),
        now=books.now,
        ruling=ruling,
    )
    return climb(situation, house.policy)


def verdict_on(books: Books, comment: Comment) -> Verdict:
    """The verdict about a comment's newest judged revision."""
    judged = [
        r.event.verdict
        for r in books.history(comment.author)
        if isinstance(r.event, Judged) and r.event.verdict.comment == comment.ref
    ]
    return judged[-1] if judged else Verdict(comment.ref, comment.revision)


def propose_block(
    books: Books, house: House, ref: CommentRef, by: StaffId, *, card: Card | None = None, why: str = ""
) -> Heard:
    """Put a block to the assistant director at an officer's word."""
    if not house.blocking:
        return Heard(taken=False, say="Not done: the settings say that nobody is ever blocked here.")
    comment = newest(books, ref)
    asked = books.decision(card.decision) if card else None
    category = asked.ground if asked and isinstance(asked.ground, Category) else Category.HARASSING
    standing = standing_of(books, comment.author)
    if any(b.decision.account == comment.account and b.in_force(books.now) for b in standing.blocks):
        return Heard(taken=False, say="Not done: the person is blocked there already.")
    situation = Situation(
        comment=comment,
        verdict=verdict_on(books, comment),
        standing=standing,
        can=house.can(comment.account),
        now=books.now,
    )
    reason = why or f"proposed by {house.person(by)}"
    proposal = propose(situation, house.policy, by, category, reason)
    write(books, house, comment, (proposal,))
    return Heard(taken=True, say="Proposed. Only the assistant director decides.")


def signpost(books: Books, house: House, card: Card, by: StaffId) -> None:
    """Show the author the way to the complaints team, at an officer's word."""
    asked = books.decision(card.decision)
    comment = newest(books, card.comment)
    if asked is None:
        return
    shown = replace(
        asked,
        id=decision_id(comment.ref, comment.revision, Step.SIGNPOST, card.id),
        step=Step.SIGNPOST,
        clearance=Clearance.OFFICER,
        asks=None,
        by=by,
    )
    write(books, house, comment, (shown,))


def _by_hand(books: Books, house: House, card: Card, by: StaffId, *, done: bool) -> Heard:
    author = author_of(books, card)
    action = books.action(card.action) if card.action else None
    if action is None:
        return Heard(taken=False, say=f"Not done: {Refusal.WRONG_DECISION}.")
    key, attempt = action.action.key, action.attempts + 1
    if done:
        books.append(Settled(key, attempt, Done("by hand"), by=by), author)
        close(books, card, f"done by hand by {house.person(by)}")
        return Heard(taken=True, say="Ticked off.")
    books.append(Withheld(key, "it could not be done by hand either"), author)
    close(books, card, f"could not be done, says {house.person(by)}")
    return Heard(taken=True, say="Noted that it cannot be done.")


def answer_referral(books: Books, house: House, reply: ReferralAnswered, author: AuthorRef) -> bool:
    """Record a team's answer; a block card that rested on the question is put up anew."""
    written = books.append(reply, author) is not None
    refresh(books, house, author)
    return written


def note(books: Books, case: CaseRef, by: str, text: str, mark: str) -> bool:
    """Write something on a case."""
    return books.append(Noted(by, text, mark), books.author_of(case)) is not None
