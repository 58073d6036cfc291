"""An officer's ruling, what it says of the licences and what follows, all in the ruling's transaction."""

from __future__ import annotations

import datetime as dt

from moderation.card import Audience, Card, CardId, CardKind, CardState, Heard, Verb
from moderation.casework import House, close
from moderation.comment import AuthorRef, Comment
from moderation.decision import Decision, StaffId
from moderation.licence import Live, live, on_trial
from moderation.ports import Books
from moderation.record import Asked, Decided, Judged, Ruled
from moderation.situation import Matter, Situation
from moderation.standing import Standing
from moderation.suspension import LicenceRestored, LicenceSuspended, LicenceTested
from moderation.taxonomy import Category
from moderation.verdict import Verdict

CARD_STANDS = dt.timedelta(days=30)
"""How long the card asks to be seen to. The suspension holds until a person ends it."""


def rule(books: Books, house: House, comment: Comment, ruled: Ruled) -> None:
    """Write a ruling down, and let it test the licences of the grounds that acted, or would have."""
    decisions = _decided(books, comment, ruled.revision)
    if books.append(ruled, comment.author) is None or not decisions:
        return
    for category in on_trial(_matter(books, house, comment, ruled.revision), decisions):
        test = LicenceTested(category, ruled.comment, ruled.revision, ruled.by, ruled.breach, ruled.card)
        if books.append(test, comment.author) is not None:
            _weigh(books, house, category, comment.author, decisions[-1])


def live_of(books: Books, house: House, category: Category) -> Live:
    """A ground's live precision as it is in this transaction."""
    floor, now = house.policy.floor, books.now
    events = (*books.licence_changes(), *books.licence_tests(category, now - floor.window))
    in_order = sorted(events, key=lambda recorded: recorded.seq)
    return live(category, in_order, floor, now, rehearsal=books.rehearsing)


def restore(books: Books, house: House, category: Category, by: StaffId, why: str) -> Heard:
    """Give a suspended licence back at a person's word."""
    title = house.policy.categories[category].title
    ended = live_of(books, house, category).suspended
    if ended is None:
        return Heard(taken=False, say=f"{title}: no ruling has suspended its licence.")
    books.append(LicenceRestored(category, ended.number, by, why))
    card = books.card(card_of(ended))
    if card is not None and card.state is CardState.OPEN:
        close(books, card, f"restored by {house.person(by)}")
    elif card is not None:  # somebody has seen to it, and its message still says that it is suspended
        books.touch(card.case, card.audience)
    if not house.policy.may_act_alone(category):
        lacking = f"{title}: no longer suspended, but what was measured does not allow it to act alone."
        return Heard(taken=True, say=lacking)
    return Heard(taken=True, say=f"{title}: licence restored. The count of rulings begins anew.")


def card_of(fell: LicenceSuspended) -> CardId:
    """Name the card that tells of a suspension."""
    return CardId(f"{CardKind.LICENCE}-{fell.category}-{fell.number}")


def _weigh(books: Books, house: House, category: Category, author: AuthorRef, decision: Decision) -> None:
    """Suspend a licence that rulings have brought below the floor. One that is not held cannot fall."""
    seen, policy = live_of(books, house, category), house.policy
    if seen.suspended is not None or not policy.may_act_alone(category) or not seen.fallen(policy.floor):
        return
    fell = LicenceSuspended(
        category=category,
        number=seen.suspensions + 1,
        right=seen.shown.hits,
        rulings=seen.shown.tries,
        since=seen.since or books.now,
        floor=policy.floor.precision,
        policy_version=policy.version,
    )
    if books.append(fell) is not None:
        books.append(Asked(_card(books, fell, author, decision)), author)


def _card(books: Books, fell: LicenceSuspended, author: AuthorRef, decision: Decision) -> Card:
    return Card(
        id=card_of(fell),
        kind=CardKind.LICENCE,
        audience=Audience.LICENCES,
        case=books.case_of(author),
        decision=decision.id,
        comment=decision.comment,
        revision=decision.revision,
        evidence="",
        asked_at=books.now,
        expires_at=books.now + CARD_STANDS,
        epoch=books.epoch,
        verbs=(Verb.ACKNOWLEDGE,),
    )


def _decided(books: Books, comment: Comment, revision: int) -> tuple[Decision, ...]:
    decided = (r.event.decision for r in books.history(comment.author) if isinstance(r.event, Decided))
    return tuple(d for d in decided if d.comment == comment.ref and d.revision == revision)


def _matter(books: Books, house: House, comment: Comment, revision: int) -> Matter:
    """The revision that was ruled on, as the checks saw it."""
    judged = (r.event.verdict for r in books.history(comment.author) if isinstance(r.event, Judged))
    seen = [verdict for verdict in judged if verdict.comment == comment.ref and verdict.revision == revision]
    verdict = seen[-1] if seen else Verdict(comment.ref, revision)
    can = house.can(comment.account)
    return Matter(Situation(comment, verdict, Standing(comment.author), can, books.now), house.policy)
