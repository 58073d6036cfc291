"""One comment from arrival to recorded decisions, each stage in the ledger before the next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from moderation.arrival import Arrived, Batch, Gone, Noticed, Unreadable
from moderation.card import Card, CardKind, CardState
from moderation.comment import AccountRef, AuthorRef, Comment, CommentRef
from moderation.decision import ActionKind, Decision, StaffId, Step
from moderation.evidence import digest_of
from moderation.ladder import climb
from moderation.licence import suspended
from moderation.planning import Plan, plan
from moderation.policy import Policy
from moderation.ports import Abilities, Books
from moderation.record import (
    CardChanged,
    CommentGone,
    CommentSeen,
    Decided,
    Judged,
    Noted,
    Quarantined,
)
from moderation.roster import Roster
from moderation.situation import Situation
from moderation.standing import Standing, fold
from moderation.verdict import Verdict


@dataclass(frozen=True, slots=True)
class House:
    """What holds for every case: the rules, the people and what the networks allow."""

    policy: Policy
    roster: Roster
    abilities: Abilities
    account_names: tuple[tuple[AccountRef, str], ...] = ()
    blocking: bool = True
    """Whether blocks are ever put to the assistant director."""

    def can(self, account: AccountRef) -> frozenset[ActionKind]:
        """What the network allows on that account."""
        return self.abilities.of(account)

    def person(self, staff: StaffId) -> str:
        """What people call a member of staff; the id, for somebody who is not on the roster."""
        member = self.roster.find(staff)
        return member.name if member else staff

    def account_name(self, account: AccountRef) -> str:
        """What people call the account."""
        return dict(self.account_names).get(account, account.id)


def arrive(books: Books, source: str, batch: Batch) -> int:
    """Take a batch in: comments, everything else, and the cursor behind them, in one transaction.

    Returns how many items were new.
    """
    new = 0
    for item in batch.items:
        match item:
            case Arrived():
                told = _distinct(books, item)
                books.append(CommentSeen(told.comment, told.raw), told.comment.author)
                new += books.put(source, told)
            case Gone(comment=ref):
                known = books.comment(ref)
                books.append(CommentGone(ref), known.author if known else None)
            case Noticed(key=key, what=what):
                books.append(Noted(source, what, f"{source}:{key}"))
                new += books.put(source, item)
            case Unreadable(key=key, reason=reason, raw=raw):
                books.append(Quarantined(source, key, reason, raw))
            case _:
                new += books.put(source, item)
    books.move_cursor(source, batch.cursor)
    return new


def _distinct(books: Books, item: Arrived) -> Arrived:
    """Tell two edits of one second apart: networks give an edit's time in whole seconds.

    Otherwise the second would count as the first come again, and nobody would look at it.
    """
    known = books.comment(item.comment.ref)
    if known is None or known.revision != item.comment.revision or known.digest == item.comment.digest:
        return item
    return replace(item, comment=replace(item.comment, revision=known.revision + 1))


def decide(books: Books, house: House, comment: Comment, verdict: Verdict) -> tuple[Decision, ...]:
    """Write the verdict down, climb, and write down what is to happen.

    A revision that was judged before, or that a newer one has replaced, leads to nothing new.
    """
    if books.append(Judged(verdict), comment.author) is None:
        return ()
    newest = books.comment(comment.ref)
    if newest is not None and newest.revision > comment.revision:
        return ()
    situation = Situation(
        comment=comment,
        verdict=verdict,
        standing=standing_of(books, comment.author),
        can=house.can(comment.account),
        now=books.now,
        suspended=suspended(books.licence_changes()),
    )
    decisions = tuple(d for d in climb(situation, house.policy) if not _over_budget(books, house, d))
    write(books, house, comment, decisions)
    return decisions


def _over_budget(books: Books, house: House, decision: Decision) -> bool:
    """Whether officers have been asked about enough comments that could not be checked, for one day.

    What is over the budget has its verdict in the ledger, with the gap, and the digest counts it.
    """
    if not is_about_a_gap(decision):
        return False
    midnight = books.now.replace(hour=0, minute=0, second=0, microsecond=0)
    asked = [card for card in books.cards() if card.kind is CardKind.RULE and card.asked_at >= midnight]
    about = [books.decision(card.decision) for card in asked]
    gaps = sum(1 for other in about if other is not None and is_about_a_gap(other))
    return gaps >= house.policy.rungs.gap_budget_per_day


def is_about_a_gap(decision: Decision) -> bool:
    """Whether an officer is asked because the checks could not look."""
    return decision.step is Step.ASK and decision.asks is Step.HIDE and decision.ground is None


def standing_of(books: Books, author: AuthorRef) -> Standing:
    """The author's standing as it is in this transaction."""
    return fold(author, books.history(author), rehearsal=books.rehearsing)


def write(books: Books, house: House, comment: Comment, decisions: Iterable[Decision]) -> None:
    """Write decisions down, and with them the actions and cards that they call for."""
    wanted = [d for d in decisions if house.blocking or d.step is not Step.BLOCK]
    new = [d for d in wanted if books.append(Decided(d), d.author) is not None]
    for decision in new:
        if decision.step is Step.BLOCK:
            _supersede_block_cards(books, decision)
        for event in plan(decision, plan_for(books, house, comment, decision)):
            books.append(event, decision.author)
    refresh(books, house, comment.author)


def plan_for(books: Books, house: House, comment: Comment, decision: Decision) -> Plan:
    """What planning may look at, as it is in this transaction."""
    history = books.history(comment.author)
    standing = fold(comment.author, history, rehearsal=books.rehearsing)
    return Plan(
        policy=house.policy,
        roster=house.roster,
        case=books.case_of(comment.author),
        comment=comment,
        now=books.now,
        epoch=books.epoch,
        evidence=digest_of(decision, standing, history),
        account_names=house.account_names,
        tailored_response=standing.tailored_response,
        conduct=conduct_of(standing, house.policy),
    )


def conduct_of(standing: Standing, policy: Policy) -> str:
    """What the teams are told of a person's conduct: how often, since when, on which grounds."""
    if not standing.strikes:
        return ""
    first, last = min(s.at for s in standing.strikes), max(s.at for s in standing.strikes)
    grounds = sorted({policy.categories[s.category].title.lower() for s in standing.strikes})
    count, named = len(standing.strikes), ", ".join(grounds)
    told = f"{count} breaches between {first:%-d %B %Y} and {last:%-d %B %Y}: {named}."
    delivered = [w.delivered_at for w in standing.warnings if w.delivered_at is not None]
    if delivered:
        told += f" A private warning reached the person on {min(delivered):%-d %B %Y}."
    return told


def _supersede_block_cards(books: Books, newer: Decision) -> None:
    """A new proposal takes the place of one that is still open on the same account."""
    for card in open_block_cards(books, newer.author):
        asked = books.decision(card.decision)
        if asked is not None and asked.account == newer.account and asked.id != newer.id:
            books.append(CardChanged(_turned(card, CardState.SUPERSEDED)), newer.author)


def open_block_cards(books: Books, author: AuthorRef) -> tuple[Card, ...]:
    """The author's block cards that wait for the assistant director."""
    cards = books.cards(books.case_of(author), open_only=True)
    return tuple(card for card in cards if card.kind is CardKind.BLOCK)


def _turned(card: Card, state: CardState) -> Card:
    return replace(card, version=card.version + 1, state=state, draft=None)


def refresh(books: Books, house: House, author: AuthorRef) -> None:
    """Put a block card up anew when what it rests on has changed, so that nobody answers an old one.

    After a restore every open card is put up anew: its old buttons are dead.
    """
    for card in books.cards(books.case_of(author), open_only=True):
        if card.kind is not CardKind.BLOCK:
            if card.epoch != books.epoch:
                books.append(CardChanged(replace(card, version=card.version + 1, epoch=books.epoch)), author)
            continue
        decision = books.decision(card.decision)
        comment = books.comment(card.comment)
        if decision is None or comment is None:
            continue
        history = books.history(author)
        standing = fold(author, history, rehearsal=books.rehearsing)
        if standing.block_of(decision.id) is None:  # an officer's ruling took its ground away
            books.append(CardChanged(_turned(card, CardState.SUPERSEDED)), author)
            continue
        evidence = digest_of(decision, standing, history)
        if evidence != card.evidence or card.epoch != books.epoch:
            anew = replace(
                card,
                version=card.version + 1,
                evidence=evidence,
                epoch=books.epoch,
                draft=None,
                expires_at=books.now + house.policy.approvals.card_lifetime,
                note="The evidence has changed since this card was first shown.",
            )
            books.append(CardChanged(anew), author)


def expire(books: Books, now: dt.datetime) -> tuple[Card, ...]:
    """Close the cards whose time is up. Silence is never a yes; the operator is told by the caller."""
    gone = tuple(card for card in books.cards(open_only=True) if now >= card.expires_at)
    for card in gone:
        books.append(CardChanged(_turned(card, CardState.EXPIRED)), books.author_of(card.case))
    return gone


def newest(books: Books, ref: CommentRef) -> Comment:
    """The newest revision of a comment that the ledger is known to hold."""
    comment = books.comment(ref)
    if comment is None:
        message = f"the ledger holds no comment {ref}"
        raise LookupError(message)
    return comment


def author_of(books: Books, card: Card) -> AuthorRef:
    """Whose case a card is on."""
    author = books.author_of(card.case)
    if author is None:
        message = f"the ledger holds no case {card.case}"
        raise LookupError(message)
    return author


def close(books: Books, card: Card, note: str) -> None:
    """The card has been answered."""
    closed = replace(card, version=card.version + 1, state=CardState.ANSWERED, note=note)
    books.append(CardChanged(closed), author_of(books, card))
