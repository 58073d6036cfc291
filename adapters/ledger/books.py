"""The whole ledger, inside one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from adapters.ledger import actions, boards, cards, cases, comments, events, evidence, hosts, inbox, licences
from adapters.ledger.subject import subject_of
from adapters.ledger.transaction import Transaction, after
from moderation import record
from moderation.arrival import Item
from moderation.card import Audience, Button, Card, CardId
from moderation.comment import AccountRef, AuthorRef, Comment, CommentRef
from moderation.decision import ActionKey, CaseRef, Decision, DecisionId
from moderation.ports import Board, OpenAction, Waiting
from moderation.suspension import LicenceEvent
from moderation.taxonomy import Category


class SqlBooks:
    """Every face of the ledger. Each method is a statement or two; none is of use after the transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    # --- Casework -------------------------------------------------------------------------------------

    @property
    def now(self) -> dt.datetime:
        """The transaction's time."""
        return self._transaction.now

    def append(self, event: record.Event, author: AuthorRef | None = None) -> record.Recorded | None:
        """Write an event, and what follows from it. None: it, or a newer version, stands there already."""
        transaction, key = self._transaction, events.key_of(event)
        if events.stands(transaction, key):
            return None
        if isinstance(event, record.CardChanged) and cards.overtaken(transaction, event.card):
            return None
        with transaction.indivisible():
            subject = subject_of(transaction, event, author)
            recorded = events.write(transaction, event, key, subject)
            _project(transaction, recorded)
        return recorded

    def history(self, author: AuthorRef) -> tuple[record.Recorded, ...]:
        """Everything about an author that has not been erased, oldest first."""
        return events.history(self._transaction, author)

    def case_of(self, author: AuthorRef) -> CaseRef:
        """The author's case; the next free number where there is none yet."""
        return cases.case_of(self._transaction, author)

    def author_of(self, case: CaseRef) -> AuthorRef | None:
        """Whose case it is."""
        return cases.author_of(self._transaction, case)

    def comment(self, ref: CommentRef) -> Comment | None:
        """The newest revision of a comment."""
        return comments.newest(self._transaction, ref)

    def nearby(self, comment: Comment, since: dt.datetime, limit: int) -> tuple[Comment, ...]:
        """Newest revisions of comments by the author anywhere, and by anyone on the account, oldest first."""
        return comments.nearby(self._transaction, comment, since, limit)

    def on_accounts(
        self, accounts: Collection[AccountRef], since: dt.datetime, limit: int
    ) -> tuple[Comment, ...]:
        """Newest revisions of comments by anyone on these accounts, oldest first."""
        return comments.on_accounts(self._transaction, accounts, since, limit)

    def first_seen(self, authors: Collection[AuthorRef]) -> Mapping[AuthorRef, dt.datetime]:
        """When each of these authors first wrote to us, where they did."""
        return comments.first_seen(self._transaction, authors)

    def licence_changes(self) -> tuple[record.Recorded, ...]:
        """Every suspension and every restoration of a licence, oldest first."""
        return licences.changes(self._transaction)

    def licence_tests(self, category: Category, since: dt.datetime) -> tuple[record.Recorded, ...]:
        """What officers' rulings said of a ground from a moment on, oldest first."""
        return licences.tests(self._transaction, category, since)

    # --- Approvals and the desk -------------------------------------------------------------------------

    def button(self, token: str) -> Button | None:
        """What a token stands for."""
        return cards.button(self._transaction, token)

    def card(self, card: CardId) -> Card | None:
        """A card in its newest version."""
        return cards.card(self._transaction, card)

    def cards(self, case: CaseRef | None = None, *, open_only: bool = False) -> tuple[Card, ...]:
        """Cards of a case, or of all cases, oldest first, in their newest versions."""
        return cards.cards(self._transaction, case, open_only=open_only)

    def board(self, case: CaseRef, audience: Audience) -> Board | None:
        """A case's message."""
        return boards.board(self._transaction, case, audience)

    def boards(self, *, stale_only: bool, limit: int) -> tuple[Board, ...]:
        """Messages that do not show what they ought to; or, with `stale_only` false, all with open cards."""
        return boards.boards(self._transaction, stale_only=stale_only, limit=limit)

    def touch(self, case: CaseRef, audience: Audience) -> None:
        """Make the message be shown anew, for instance after an outage."""
        boards.tell(self._transaction, cases.number_of(case) or 0, audience)

    # --- Dispatch ---------------------------------------------------------------------------------------

    def ready(self, limit: int, lane: str | None = None) -> tuple[OpenAction, ...]:
        """Open actions whose time has come and whose predecessor has ended, most pressing first."""
        while not self._transaction.read_only and (orphans := actions.orphaned(self._transaction)):
            for orphan in orphans:  # one that is withheld may orphan another
                withheld = record.Withheld(orphan, "what it was to follow did not happen")
                if self.append(withheld) is None:  # written before the action was intended
                    actions.withhold(self._transaction, withheld)
        return actions.ready(self._transaction, limit, lane)

    def lanes(self, limit: int) -> tuple[str, ...]:
        """The cases of actions that are ready."""
        return actions.lanes(self._transaction, limit)

    def claim(self, action: ActionKey, lease: dt.timedelta, host: str | None = None) -> bool:
        """Take an action in hand; False where somebody else has, or it is not ready."""
        return actions.claim(self._transaction, action, lease, host)

    def beat(self, host: str, lease: dt.timedelta) -> None:
        """Renew a host's lease."""
        hosts.beat(self._transaction, host, lease)

    def living(self) -> frozenset[str]:
        """The hosts whose lease has not run out."""
        return hosts.living(self._transaction)

    def postpone(self, action: ActionKey, until: dt.datetime) -> None:
        """Put a claimed action back, not to be taken before `until`."""
        actions.postpone(self._transaction, action, until)

    def action(self, key: ActionKey) -> OpenAction | None:
        """An action with its progress."""
        return actions.action(self._transaction, key)

    def decision(self, decision: DecisionId) -> Decision | None:
        """The decision with that id."""
        return events.decision(self._transaction, decision)

    def keep(self, content: bytes) -> str:
        """Store an attachment's bytes; gives their SHA-256."""
        return evidence.keep(self._transaction, content)

    def kept(self, sha256: str) -> bytes:
        """The bytes of a kept attachment; empty where they have been erased since."""
        return evidence.kept(self._transaction, sha256)

    # --- Intake -----------------------------------------------------------------------------------------

    def cursor(self, source: str) -> str | None:
        """How far a source has been read."""
        return inbox.cursor(self._transaction, source)

    def move_cursor(self, source: str, cursor: str) -> None:
        """Remember how far a source has been read."""
        inbox.move_cursor(self._transaction, source, cursor)

    def put(self, source: str, item: Item) -> bool:
        """Take an item in, once; False where it is there already."""
        return inbox.put(self._transaction, source, item)

    def waiting(self, limit: int) -> tuple[Waiting, ...]:
        """Items to be worked through: presses and commands first, then the rest in order of arrival."""
        readable, unreadable = inbox.waiting(self._transaction, limit)
        if not self._transaction.read_only:
            for item in unreadable:
                self.set_aside(item, "another version of the program wrote it")
        return readable

    def finish(self, item: int) -> None:
        """The item has been worked through."""
        inbox.finish(self._transaction, item)

    def set_aside(self, item: int, reason: str) -> None:
        """The item broke us several times: keep it apart and go on."""
        quarantined = inbox.as_quarantined(self._transaction, item, reason)
        if quarantined is not None:
            self.append(quarantined)
            inbox.finish(self._transaction, item)

    # --- The whole house --------------------------------------------------------------------------------

    def mode(self) -> record.Mode:
        """Active, rehearsal or paused; rehearsal where nobody has said."""
        return self._transaction.house.current

    @property
    def rehearsing(self) -> bool:
        """Whether what happens now is a rehearsal. A pause of an active house is none."""
        return self._transaction.house.rehearsing

    @property
    def epoch(self) -> int:
        """Raised by every restore."""
        return self._transaction.house.epoch

    def head(self) -> tuple[int, str]:
        """The newest event's number and digest."""
        head = self._transaction.head
        return head.seq, head.digest

    def events(self, since: dt.datetime, until: dt.datetime) -> tuple[record.Recorded, ...]:
        """Everything in a period, oldest first."""
        return events.between(self._transaction, since, until)

    def verdicts_missing(self) -> int:
        """How many comments wait to be judged."""
        return comments.unjudged(self._transaction)


def _project(transaction: Transaction, recorded: record.Recorded) -> None:
    """Bring up to date what is computed from events, in the transaction that writes the event."""
    event, seq = recorded.event, recorded.seq
    number = cases.number_of(recorded.case) if recorded.case else None
    if number is not None and isinstance(event, boards.TELLING):
        boards.tell(transaction, number)
    match event:
        case record.CommentSeen(comment=comment):
            comments.see(transaction, seq, comment)
        case record.CommentGone(comment=ref):
            comments.lose(transaction, ref)
        case record.Judged(verdict=verdict):
            comments.judge(transaction, verdict)
        case record.EvidenceKept(sha256=digest):
            evidence.name(transaction, seq, digest)
        case record.Asked(card=card) | record.CardChanged(card=card):
            boards.open_for(transaction, cards.put(transaction, seq, card), card.audience)
        case record.Offered(buttons=buttons):
            cards.offer(transaction, buttons)
        case record.Shown():
            boards.show(transaction, event)
        case _ if isinstance(event, LicenceEvent):
            licences.put(transaction, seq, event)
        case _:
            _project_action(transaction, seq, event)


def _project_action(transaction: Transaction, seq: int, event: record.Event) -> None:
    match event:
        case record.Intended(action=action):
            actions.intend(transaction, seq, action)
            transaction.lanes.add(cases.case_of(transaction, action.author))
        case record.Attempted():
            actions.attempt(transaction, event)
        case record.Settled():
            actions.settle(transaction, seq, event)
        case record.Withheld():
            actions.withhold(transaction, event)
        case record.ModeChanged(mode=mode):
            transaction.house.mode = after(transaction.house.mode, mode)
        case record.EpochRaised(epoch=epoch):
            transaction.house.epoch = max(epoch, transaction.house.epoch)
            actions.doubt(transaction)
        case _:
            pass
