"""What people type in the staff chat: /queue, /case, /pause and the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.casefile import tell
from bot.licences import listing
from moderation.approval import FAKE_IDS
from moderation.card import CardKind, Order
from moderation.casework import House, standing_of
from moderation.comment import AuthorRef
from moderation.decision import CaseRef
from moderation.digest import Numbers, add_up
from moderation.licensing import restore
from moderation.ports import Books
from moderation.record import CommentSeen, Decided, Mode, ModeChanged, ReferralAnswered
from moderation.roster import Role
from moderation.rulings import answer_referral, propose_block
from moderation.taxonomy import Category
from moderation.undoing import unblock, undo_last

LONGEST_HOLD = 366
"""Days that a team's advice may keep a block from being put forward."""

HELP = """What you can ask:
/queue - what waits for a person, gravest first
/case C-42 - what happened, without the person's words
/undo C-42 why - overturn the last thing done on a case
/propose C-42 why - put a block to the assistant director
/unblock C-42 why - lift a block
/answer C-42 advice - write down what a team answered to a referral
/tailor C-42 text - say this to the person in place of our usual warning, as a team advised
/hold C-42 30 why - put no block forward for so many days, as a team advised
/pause why - stop every effect at once; anyone on the roster may
/resume why - go on as before the pause; assistant director or operator
/activate why - leave rehearsal; assistant director or operator
/licence - which grounds act alone, and what officers' rulings say of them
/licence abusive restore why - give a suspended licence back; assistant director or operator
/digest - the last seven days in numbers
/help - this"""


@dataclass(frozen=True, slots=True)
class Orders:
    """Obeys commands, each against the roster and inside the transaction that it is given."""

    house: House
    chat: str

    def obey(self, books: Books, order: Order) -> str:
        """Do what was typed, and say what came of it. An empty answer says nothing."""
        if order.chat != self.chat:
            return ""
        if order.anonymous or order.by.rpartition(":")[2] in FAKE_IDS:
            return "Turn off anonymous posting first: a decision has a person's name on it."
        member = self.house.roster.find(order.by)
        if member is None or not any(member.serves(role, books.now) for role in Role):
            return "You are not on the roster."
        command = _COMMANDS.get(order.name)
        if command is None:
            return f"There is no /{order.name}. /help lists what there is."
        needed, obey = command
        if not any(member.serves(role, books.now) for role in needed):
            return _only(needed)
        return obey(books, self.house, order)


def _help(books: Books, house: House, order: Order) -> str:
    del books, house, order
    return HELP


def _queue(books: Books, house: House, order: Order) -> str:
    del order
    waiting = []
    for card in books.cards(open_only=True):
        decision = books.decision(card.decision)
        if card.kind is not CardKind.REVIEW and decision is not None:
            waiting.append((-decision.severity, card.asked_at, card, decision))
    lines = [
        f"{card.case} · {card.kind.value.replace('_', ' ')} · severity {-severity} · "
        f"since {asked:%-d %b %H:%M} · {house.account_name(decision.account)}"
        for severity, asked, card, decision in sorted(waiting, key=lambda one: one[:2])
    ]
    reviews = sum(1 for card in books.cards(open_only=True) if card.kind is CardKind.REVIEW)
    tail = (
        f"{reviews} automatic decision(s) can be reviewed; "
        f"{books.verdicts_missing()} comment(s) wait for the checks."
    )
    return "\n".join([*(lines[:20] or ["Nothing waits for a person."]), tail, f"Mode: {books.mode()}."])


def _case(books: Books, house: House, order: Order) -> str:
    case, author = _named(books, order)
    if author is None:
        return f"There is no case {case}." if case else "Say which: /case C-42"
    lines = tell(books.history(author), house.policy, house.roster)
    told = [f"{line.at:%-d %b %H:%M} {line.what}{': ' + line.why if line.why else ''}" for line in lines]
    return "\n".join([f"{case}, {author.platform}:", *told[-40:]])


def _undo(books: Books, house: House, order: Order) -> str:
    case, author = _named(books, order)
    if author is None:
        return f"There is no case {case}." if case else "Say which and why: /undo C-42 why"
    return undo_last(books, house, case, order.by, _why(order)).say


def _unblock(books: Books, house: House, order: Order) -> str:
    case, author = _named(books, order)
    if author is None:
        return f"There is no case {case}." if case else "Say which and why: /unblock C-42 why"
    return unblock(books, house, case, order.by, _why(order)).say


def _propose(books: Books, house: House, order: Order) -> str:
    case, author = _named(books, order)
    if author is None:
        return f"There is no case {case}." if case else "Say which and why: /propose C-42 why"
    if not _words(order)[1]:
        return "Say why, so that the assistant director can weigh it: /propose C-42 why"
    seen = [r.event.comment for r in books.history(author) if isinstance(r.event, CommentSeen)]
    struck = [
        r.event.decision.comment
        for r in books.history(author)
        if isinstance(r.event, Decided) and r.event.decision.strike is not None
    ]
    if not struck:
        return f"{case} has no breach on record: an officer rules on a comment first."
    newest = next(comment for comment in reversed(seen) if comment.ref == struck[-1])
    return propose_block(books, house, newest.ref, order.by, why=_why(order)).say


def _answer(books: Books, house: House, order: Order) -> str:
    return _advised(books, house, order, lambda told, words: replace(told, advice=words))


def _tailor(books: Books, house: House, order: Order) -> str:
    return _advised(books, house, order, lambda told, words: replace(told, tailored_response=words))


def _hold(books: Books, house: House, order: Order) -> str:
    days, _, why = _words(order)[1].partition(" ")
    if not days.isdecimal() or not 0 < int(days) <= LONGEST_HOLD:
        return f"Say for how many days, up to {LONGEST_HOLD}, and why: /hold C-42 30 why"
    until = books.now + dt.timedelta(days=int(days))
    return _advised(
        books, house, order, lambda told, _: replace(told, hold_until=until, advice=why or told.advice)
    )


def _advised(
    books: Books, house: House, order: Order, add: Callable[[ReferralAnswered, str], ReferralAnswered]
) -> str:
    """Add to what a team has answered; what it said before stays."""
    case, author = _named(books, order)
    words = _words(order)[1]
    if author is None:
        return f"There is no case {case}." if case else f"Say which: /{order.name} C-42 ..."
    if not words:
        return f"Say what was answered: /{order.name} {case} ..."
    referrals = standing_of(books, author).referrals
    if not referrals:
        return f"Nothing has been referred under {case}."
    for known in referrals:
        told = ReferralAnswered(
            known.decision, order.by, known.advice, known.tailored_response, known.hold_until
        )
        answer_referral(books, house, add(told, words), author)
    return f"Written down under {case}."


def _pause(books: Books, house: House, order: Order) -> str:
    del house
    return _switch(books, order, Mode.PAUSED, "Paused. Nothing leaves the house until /resume.")


def _resume(books: Books, house: House, order: Order) -> str:
    del house
    if books.mode() is not Mode.PAUSED:
        return f"Nothing to resume: the mode is {books.mode()}."
    before = Mode.REHEARSAL if books.rehearsing else Mode.ACTIVE
    return _switch(books, order, before, f"Resumed: {before}.")


def _activate(books: Books, house: House, order: Order) -> str:
    del house
    return _switch(books, order, Mode.ACTIVE, "Active. What the ladder decides now is done.")


def _switch(books: Books, order: Order, mode: Mode, said: str) -> str:
    mark = f"{order.chat}:{order.message}:{order.at.isoformat()}"
    books.append(ModeChanged(mode, order.by, order.argument.strip() or "no reason given", mark))
    return said


def _licence(books: Books, house: House, order: Order) -> str:
    """List the licences, or give one back, which is for those who may set the house going."""
    ground, _, rest = order.argument.strip().partition(" ")
    if not ground:
        return listing(books, house)
    verb, _, why = rest.strip().partition(" ")
    named = ground.lower()
    if named not in set(Category):
        return f"There is no ground {ground}. There are {', '.join(Category)}."
    if verb.lower() != "restore" or not why.strip():
        return f"Say why: /licence {named} restore why"
    member = house.roster.find(order.by)
    if member is None or not any(member.serves(role, books.now) for role in SENIOR):
        return _only(SENIOR)
    return restore(books, house, Category(named), order.by, why.strip()).say


def _only(roles: frozenset[Role]) -> str:
    names = " or ".join(role.value.replace("_", " ") for role in sorted(roles))
    return f"Only the {names} may do that."


def _digest(books: Books, house: House, order: Order) -> str:
    del order
    since = books.now - dt.timedelta(days=7)
    events = (*books.licence_changes(), *books.events(since, books.now))
    return in_words(add_up(since, books.now, events), house)


def in_words(numbers: Numbers, house: House) -> str:
    """A period in plain lines, for the chat."""
    grounds = ", ".join(
        f"{house.policy.categories[category].title.lower()} {count}"
        for category, count in numbers.hidden.items()
    )
    return "\n".join(
        [
            f"{numbers.since:%-d %b} to {numbers.until:%-d %b %Y}",
            f"Came in: {numbers.comments} comments, {numbers.edits} edits; {numbers.gaps} not fully checked",
            f"Hidden or reported: {numbers.hidden_in_all}" + (f" ({grounds})" if grounds else ""),
            f"Officers: {numbers.asked} asked, {numbers.upheld} upheld, {numbers.overturned} overturned",
            f"Warnings: {numbers.warnings}, delivered {numbers.warnings_delivered}",
            f"Referrals: {numbers.referrals}, answered {numbers.referrals_answered}",
            (
                f"Blocks: {numbers.blocks_proposed} proposed, {numbers.blocks_approved} approved, "
                f"{numbers.blocks_declined} declined, {numbers.blocks_lifted} lifted"
            ),
            f"Care: {sum(numbers.care.values())} comments",
            *(
                f"Licence suspended: {house.policy.categories[fell.category].title.lower()} "
                f"({fell.right} of {fell.rulings} rulings upheld it)"
                for fell in numbers.suspended
            ),
        ]
    )


def _words(order: Order) -> tuple[str, str]:
    first, _, rest = order.argument.strip().partition(" ")
    return first.upper(), rest.strip()


def _why(order: Order) -> str:
    return _words(order)[1] or "no reason given"


def _named(books: Books, order: Order) -> tuple[CaseRef, AuthorRef | None]:
    case = CaseRef(_words(order)[0])
    return case, books.author_of(case) if case else None


ANYONE = frozenset(Role)
OFFICERS = frozenset({Role.OFFICER, Role.ASSISTANT_DIRECTOR})
SENIOR = frozenset({Role.ASSISTANT_DIRECTOR, Role.OPERATOR})

_COMMANDS: Mapping[str, tuple[frozenset[Role], Callable[[Books, House, Order], str]]] = {
    "help": (ANYONE, _help),
    "queue": (ANYONE, _queue),
    "case": (OFFICERS, _case),
    "undo": (OFFICERS, _undo),
    "propose": (OFFICERS, _propose),
    "unblock": (OFFICERS, _unblock),
    "answer": (OFFICERS, _answer),
    "tailor": (OFFICERS, _tailor),
    "hold": (OFFICERS, _hold),
    "pause": (ANYONE, _pause),
    "resume": (SENIOR, _resume),
    "activate": (SENIOR, _activate),
    "licence": (ANYONE, _licence),
    "digest": (ANYONE, _digest),
}
COMMANDS = tuple(_COMMANDS)
