"""What a case's message in the staff chat says, and which buttons stand under it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.casefile import STEPS, ground_of, redacted, tell, with_route
from bot.licences import suspension_view
from moderation.approval import NO_WARNING_REASONS
from moderation.card import Audience, Button, Card, CardKind, CardState, Stage, Verb
from moderation.casework import House, standing_of
from moderation.comment import Comment
from moderation.decision import Decision, Ruling, StaffId, Step
from moderation.ports import Board, Books, View
from moderation.record import Judged, Recorded
from moderation.rulings import verdict_on, warning_held, weighed
from moderation.standing import Standing
from moderation.taxonomy import Category, Severity

CARDS_SHOWN = 3
TRAIL_SHOWN = 8
RULE_SHOWN = 160
CAPTIONS = {
    Verb.UPHOLD: "Uphold",
    Verb.OVERTURN: "Not a breach",
    Verb.HAND_OVER: "Hand over",
    Verb.PROPOSE_BLOCK: "Propose a block",
    Verb.SIGNPOST: "Signpost",
    Verb.ACKNOWLEDGE: "Seen to",
    Verb.TICK_OFF: "Done by hand",
    Verb.CANNOT: "Cannot be done",
    Verb.APPROVE: "Approve...",
    Verb.DECLINE: "Decline...",
    Verb.CONFIRM: "Confirm the block",
    Verb.BACK: "Back",
}
SEVERITIES = {
    Severity.NOTHING: "nothing to do",
    Severity.MINOR: "minor",
    Severity.CLEAR_BREACH: "clear breach",
    Severity.SERIOUS: "serious, same day",
    Severity.MINUTES_MATTER: "MINUTES MATTER",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A button before it has a token."""

    caption: str
    card: Card
    verb: Verb
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Composed:
    """A message, and the buttons that it will get."""

    view: View
    rows: tuple[tuple[Offer, ...], ...]


def compose(books: Books, house: House, board: Board) -> Composed | None:
    """Compose a case's message for its audience; None where there is nothing to show."""
    cards = [c for c in books.cards(board.case) if c.audience is board.audience]
    if not cards:
        return None
    open_cards = [c for c in reversed(cards) if c.state is CardState.OPEN][:CARDS_SHOWN]
    if board.audience is Audience.LICENCES:
        told = suspension_view(books, house, board, cards)
        return Composed(told, tuple(_seen_to(open_cards))) if told else None
    leading = open_cards[0] if open_cards else cards[-1]
    decision = books.decision(leading.decision)
    comment = books.comment(leading.comment)
    if decision is None or comment is None:
        return None
    history = books.history(board.author)
    standing = standing_of(books, board.author)
    view = View(
        case=board.case,
        audience=board.audience,
        headline=_headline(board, leading, decision, house),
        facts=tuple(_facts(books, house, leading, decision, comment, standing)),
        excerpt=redacted(comment, verdict_on(books, comment)),
        trail=tuple(_trail(history, house)),
        footnote=_footnote(cards, open_cards, house),
        urgent=any(_is_urgent(books, card) for card in open_cards),
    )
    rows = tuple(row for card in open_cards for row in _rows(books, house, card, several=len(open_cards) > 1))
    return Composed(view, rows)


def with_buttons(composed: Composed, tokens: Iterable[str]) -> tuple[View, tuple[Button, ...]]:
    """Give every button its token."""
    supply = iter(tokens)
    buttons: list[Button] = []
    rows: list[tuple[tuple[str, str], ...]] = []
    for row in composed.rows:
        drawn: list[tuple[str, str]] = []
        for offer in row:
            token = next(supply)
            buttons.append(Button(token, offer.card.id, offer.card.version, offer.verb, offer.argument))
            drawn.append((offer.caption, token))
        rows.append(tuple(drawn))
    return replace(composed.view, rows=tuple(rows)), tuple(buttons)


def _is_urgent(books: Books, card: Card) -> bool:
    decision = books.decision(card.decision)
    return decision is not None and decision.severity >= Severity.SERIOUS


# --- Words ----------------------------------------------------------------------------------------


def _headline(board: Board, card: Card, decision: Decision, house: House) -> str:
    ground = ground_of(decision, house.policy) or "Could not be checked"
    asks = {
        CardKind.RULE: f"{ground}: your ruling, please",
        CardKind.REVIEW: f"{ground}: {_done_word(decision)}",
        CardKind.CARE: f"{ground}: care, please",
        CardKind.BY_HAND: f"By hand, please: {STEPS[decision.step]}",
        CardKind.BLOCK: f"Block? {ground}",
    }
    again = {
        Step.UNBLOCK: "look at the block again, please",
        Step.UNHIDE: "they wrote back; it may be a contest",
    }
    if card.kind is CardKind.CARE and decision.ground is None and decision.asks in again:
        return f"{board.case} · {again[decision.asks]}"
    return f"{board.case} · {asks[card.kind]}"


def _done_word(decision: Decision) -> str:
    return {Step.HIDE: "hidden", Step.REPORT: "reported", Step.RECORD: "recorded"}.get(
        decision.step, decision.step
    )


def _facts(
    books: Books, house: House, card: Card, decision: Decision, comment: Comment, standing: Standing
) -> Iterable[tuple[str, str]]:
    yield "Where", f"{house.account_name(comment.account)} ({comment.account.platform})"
    yield "When", f"{comment.posted_at:%a %-d %b %Y %H:%M} UTC{' (edited)' if comment.revision else ''}"
    yield "Severity", SEVERITIES[decision.severity]
    yield "Why", decision.because
    if isinstance(decision.ground, Category):
        yield "Rule", f"{_published(house, decision.ground)} ({decision.clause})"
    yield "Checks", _checks(books, card)
    if card.note:
        yield "Note", card.note
    yield "Standing", _standing(standing, books.now, house)
    if card.kind is CardKind.RULE and card.state is CardState.OPEN and isinstance(decision.ground, Category):
        yield "If upheld", _if_upheld(books, house, card, decision, decision.ground)
    if card.kind is CardKind.BLOCK:
        yield from _block_facts(books, house, card, decision, standing)


def _published(house: House, category: Category) -> str:
    """The first sentence of the published rule."""
    public = house.policy.categories[category].public.strip()
    sentence = public.split(". ")[0].rstrip(".")
    return sentence if len(sentence) <= RULE_SHOWN else f"{sentence[:RULE_SHOWN].rstrip()}..."


def _if_upheld(books: Books, house: House, card: Card, decision: Decision, category: Category) -> str:
    """What the ladder would say to a ruling that this is a breach."""
    ruling = Ruling(StaffId("nobody"), books.now, category, decision.severity, mark=card.id)
    steps = (with_route(STEPS[d.step], d.route) for d in weighed(books, house, card.comment, ruling))
    return "; ".join(dict.fromkeys(steps))


def _checks(books: Books, card: Card) -> str:
    comment = books.comment(card.comment)
    if comment is None:
        return "not on record"
    verdict = verdict_on(books, comment)
    seen = [f"{f.subject} {f.score:.0%} ({f.source})" for f in verdict.findings]
    missed = [f"{gap.check} did not look" for gap in verdict.gaps]
    return ", ".join([*seen[:4], *missed]) or "nothing found"


def _standing(standing: Standing, now: dt.datetime, house: House) -> str:
    rungs = house.policy.rungs
    counting = [s for s in standing.strikes if s.counts(now)]
    parts = [f"{len(counting)} strike{'' if len(counting) == 1 else 's'}"]
    parts[0] += f", {standing.points(now, rungs.strike_spacing)} points" if counting else ""
    last = max(standing.warnings, key=lambda w: w.issued_at, default=None)
    if last is not None and last.delivered_at is not None:
        parts.append(f"warned {last.delivered_at:%-d %b}, delivered")
    elif last is not None:
        parts.append(
            f"warning not delivered ({last.failed_because})" if last.failed_because else "warning on its way"
        )
    referral = standing.referred(now, rungs.referral_lifetime)
    if referral is not None:
        parts.append(
            f"referred {referral.at:%-d %b}" + (", answered" if referral.answered_at else ", no answer yet")
        )
    parts.extend(f"blocked until {b.until:%-d %b %Y}" for b in standing.blocks if b.in_force(now) and b.until)
    return "; ".join(parts)


def _block_facts(
    books: Books, house: House, card: Card, decision: Decision, standing: Standing
) -> Iterable[tuple[str, str]]:
    warning = standing.warned(books.now, house.policy.rungs.warning_lifetime)
    held = warning_held(books, house, decision)
    if held and warning is not None and warning.delivered_at is not None:
        yield "Warning", f"delivered {warning.delivered_at:%-d %b %Y %H:%M} UTC"
        after = [s for s in standing.strikes if s.at > warning.delivered_at]
        yield "Since then", f"{len(after)} further breach{'' if len(after) == 1 else 'es'}"
    else:
        yield (
            "Warning",
            f"NONE DELIVERED before this; because: {decision.no_warning_because or 'no reason given'}",
        )
    for referral in standing.referrals:
        answer = referral.advice or "no answer yet"
        contact = house.policy.organisation.contacts.get(referral.route) if referral.route else None
        yield "Referral", f"{contact.name if contact else 'team'}, {referral.at:%-d %b}: {answer}"
    yield "Instead", "decline and keep hiding; wait for the teams; a shorter term"
    proposer = house.roster.find(card.proposed_by) if card.proposed_by else None
    yield "Put forward by", proposer.name if proposer else "the ladder"
    yield "Evidence", f"{card.evidence[:12]}; this card runs out {card.expires_at:%a %-d %b %H:%M} UTC"
    draft = card.draft
    if draft is not None:
        chosen = [
            house.policy.categories[draft.ground].title if draft.ground else "",
            draft.no_warning_because or "",
        ]
        chosen.append(f"{draft.term.days} days" if draft.term else "")
        yield "Chosen so far", ", ".join(part for part in chosen if part) or "nothing"


def _trail(history: Iterable[Recorded], house: House) -> Iterable[str]:
    told = [
        line
        for line in tell((r for r in history if not isinstance(r.event, Judged)), house.policy, house.roster)
        if not line.what.startswith(("commented", "edited a comment"))
    ]
    for line in told[-TRAIL_SHOWN:]:
        mark = " (rehearsed)" if line.rehearsed else ""
        yield f"{line.at:%-d %b %H:%M} {line.what}{mark}"


def _footnote(cards: list[Card], open_cards: list[Card], house: House) -> str:
    waiting = sum(1 for card in cards if card.state is CardState.OPEN) - len(open_cards)
    if waiting > 0:
        return f"{waiting} earlier question(s) on this case come up when these are answered."
    if not open_cards:
        last = cards[-1]
        return {
            CardState.ANSWERED: f"Answered: {last.note}" if last.note else "Answered.",
            CardState.SUPERSEDED: "A newer card has taken this one's place.",
            CardState.EXPIRED: "This card ran out unanswered. Nobody was blocked.",
            CardState.OPEN: "",
        }[last.state]
    if open_cards[0].kind is CardKind.BLOCK:
        return f"Only the assistant director of communications decides. {house.policy.source}"
    return ""


# --- Buttons --------------------------------------------------------------------------------------


def _rows(books: Books, house: House, card: Card, *, several: bool) -> Iterable[tuple[Offer, ...]]:
    if card.kind is CardKind.BLOCK:
        yield from _block_rows(house, card)
        return
    decision = books.decision(card.decision)
    if card.kind is CardKind.RULE and (decision is None or not isinstance(decision.ground, Category)):
        yield from _ground_rows(house, card)
        yield (Offer(CAPTIONS[Verb.OVERTURN], card, Verb.OVERTURN), Offer("Hand over", card, Verb.HAND_OVER))
        return
    what = (
        f" ({STEPS[decision.step]})"
        if several and decision is not None and card.kind is CardKind.BY_HAND
        else ""
    )
    ground = ground_of(decision, house.policy).lower() if decision is not None else ""
    hint = f" · {ground}" if several and ground and not what else ""
    yield tuple(
        Offer(CAPTIONS[verb] + (what or hint if index == 0 else ""), card, verb)
        for index, verb in enumerate(card.verbs)
    )


def _seen_to(open_cards: Iterable[Card]) -> Iterable[tuple[Offer, ...]]:
    for card in open_cards:
        yield tuple(Offer(CAPTIONS[verb], card, verb) for verb in card.verbs)


def _ground_rows(house: House, card: Card) -> Iterable[tuple[Offer, ...]]:
    offers = [
        Offer(rule.title, card, Verb.GROUND, category)
        for category, rule in house.policy.categories.items()
        if card.kind is not CardKind.BLOCK or not rule.protective
    ]
    for start in range(0, len(offers), 3):
        yield tuple(offers[start : start + 3])


def _block_rows(house: House, card: Card) -> Iterable[tuple[Offer, ...]]:
    draft = card.draft
    back = Offer(CAPTIONS[Verb.BACK], card, Verb.BACK)
    match draft.stage if draft else Stage.OFFERED:
        case Stage.OFFERED:
            yield tuple(Offer(CAPTIONS[verb], card, verb) for verb in card.verbs)
        case Stage.GROUND:
            yield from _ground_rows(house, card)
            yield (back,)
        case Stage.NO_WARNING:
            for key, reason in NO_WARNING_REASONS.items():
                yield (Offer(f"No warning: {reason}", card, Verb.NO_WARNING, key),)
            yield (back,)
        case Stage.TERM:
            usual, rungs = house.policy.rungs.block_term, house.policy.rungs
            terms = (usual, *(term for term in rungs.block_terms if term != usual))
            yield tuple(Offer(f"{term.days} days", card, Verb.TERM, str(term.days)) for term in terms)
            yield (back,)
        case Stage.CONFIRM:
            yield (Offer(CAPTIONS[Verb.CONFIRM], card, Verb.CONFIRM), back)
        case Stage.DECLINING:
            for number, reason in enumerate(house.policy.approvals.decline_reasons):
                yield (Offer(reason, card, Verb.REASON, str(number)),)
            yield (back,)
