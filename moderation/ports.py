"""The doors: what the core and the loops ask of the outside world."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from moderation.arrival import Batch, Item
from moderation.card import Audience, Button, Card, CardId, Order, Place, Press
from moderation.comment import AccountRef, AuthorRef, Comment, CommentRef, Media, Platform
from moderation.decision import Action, ActionKey, ActionKind, CaseRef, Decision, DecisionId, Mail, Outcome
from moderation.record import Event, Mode, Recorded
from moderation.taxonomy import Category
from moderation.verdict import Sight

T = TypeVar("T")


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> dt.datetime:
        """Say the time, aware and in UTC."""

    async def sleep(self, length: dt.timedelta) -> None:
        """Wait that long, or until cancelled."""


# --- Models -------------------------------------------------------------------------------------


class Classifier(Protocol):
    """A model that scores texts. Slow work happens off the loop, behind this door."""

    @property
    def name(self) -> str:
        """A stable key, for verdicts and logs."""

    @property
    def version(self) -> str:
        """The weights' release or digest."""

    async def classify(self, texts: Sequence[str]) -> Sequence[Mapping[str, float]]:
        """Score each text: label -> probability between 0 and 1. Labels are those of `checks.fusion`."""

    async def aclose(self) -> None:
        """Let threads and memory go."""


class MediaLook(Protocol):
    """Looks at a comment's attachments themselves, in bounded time. Slow work happens off the loop."""

    async def look(self, comment: Comment) -> Sight:
        """Say what there is to see. What could not be had or opened is a gap, never clean."""


# --- What comes in ------------------------------------------------------------------------------


class SourceFailedError(Exception):
    """A source that cannot go on until a person has acted: the message says what to do."""


class Source(Protocol):
    """Where items come from, from a cursor onwards."""

    @property
    def name(self) -> str:
        """A stable key: the cursor is kept under it."""

    def batches(self, cursor: str | None) -> AsyncIterator[Batch]:
        """Yield batches for ever. Reconnecting and waiting are the source's own business."""

    async def aclose(self) -> None:
        """Let connections and threads go."""


# --- What goes out ------------------------------------------------------------------------------


class Enforcer(Protocol):
    """Performs actions on one account, one call at a time, and reports what came of it."""

    @property
    def account(self) -> AccountRef:
        """The account that it acts for."""

    @property
    def can(self) -> frozenset[ActionKind]:
        """What the network and the token allow on this account."""

    async def perform(self, action: Action) -> Outcome:
        """Try once. Expected failures are outcomes, never exceptions."""

    async def read_back(self, action: Action) -> Outcome:
        """Look whether an earlier attempt got through: done, or Unknown where the network cannot say.

        `TryLater` with no wait says that it certainly did not happen.
        """


class Archive(Protocol):
    """Fetches the bytes of an attachment, as evidence, before anything is hidden."""

    async def fetch(self, account: AccountRef, media: Media) -> bytes:
        """Give the bytes, or raise `EvidenceUnavailableError`."""


class EvidenceUnavailableError(Exception):
    """The network does not give the attachment's bytes: too large, gone or refused."""


class Mailer(Protocol):
    """Sends one mail to one address."""

    async def send(self, mail: Mail, message_id: str) -> Outcome:
        """Try once. The same `message_id` marks a repeat as one."""


@dataclass(frozen=True, slots=True)
class View:
    """A case's message in the staff chat, ready to be drawn by any chat.

    `facts` are label and value; `excerpt` is other people's words, shown behind a spoiler and never
    read as markup. `rows` are rows of buttons, each a caption and a token.
    """

    case: CaseRef
    audience: Audience
    headline: str
    facts: tuple[tuple[str, str], ...] = ()
    excerpt: str = ""
    trail: tuple[str, ...] = ()
    footnote: str = ""
    rows: tuple[tuple[tuple[str, str], ...], ...] = ()
    urgent: bool = False


class Desk(Protocol):
    """A staff chat. What people press and type comes back through a `Source`."""

    @property
    def chat(self) -> str:
        """The pinned chat's id; presses from any other are refused."""

    async def show(self, view: View, place: Place | None) -> Place:
        """Put the message up, or edit it where it stands. Raises `DeskUnavailableError`."""

    async def reply(self, text: str, to: Order | None) -> None:
        """Say something plain in the chat, in answer to a command where there is one."""

    async def acknowledge(self, press: Press, text: str) -> None:
        """Answer a press at once, if it is not too late. Never raises."""


class DeskUnavailableError(Exception):
    """The staff chat cannot be reached now, or asks us to wait."""

    def __init__(self, reason: str, after: dt.timedelta | None = None) -> None:
        self.after = after
        super().__init__(reason)


# --- The ledger, by faces -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """An item that has arrived and is not yet worked through."""

    id: int
    source: str
    item: Item
    tries: int


class ActionState(enum.StrEnum):
    """Where an action stands."""

    OPEN = "open"
    IN_HAND = "in_hand"
    BY_HAND = "by_hand"
    """A person does it, or finds out what became of it."""
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class OpenAction:
    """An action with its progress."""

    action: Action
    state: ActionState
    attempts: int
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Board:
    """A case's message for one audience: the version it ought to show, and the one that it shows."""

    case: CaseRef
    author: AuthorRef
    audience: Audience
    version: int
    shown_version: int
    place: Place | None
    shown_at: dt.datetime | None


class LedgerDownError(Exception):
    """The ledger cannot be used at the moment. Whatever was at work is not to blame for it."""


class CaseBooks(Protocol):
    """The ledger as casework sees it, inside one transaction. Time and mode are the transaction's."""

    @property
    def now(self) -> dt.datetime:
        """The transaction's time."""

    def append(self, event: Event, author: AuthorRef | None = None) -> Recorded | None:
        """Write an event, and what follows from it in the projections. None: it stands there already."""

    def history(self, author: AuthorRef) -> tuple[Recorded, ...]:
        """Everything about an author, oldest first."""

    def case_of(self, author: AuthorRef) -> CaseRef:
        """The author's case; the next free number where there is none yet."""

    def author_of(self, case: CaseRef) -> AuthorRef | None:
        """Whose case it is."""

    def comment(self, ref: CommentRef) -> Comment | None:
        """The newest revision of a comment."""

    def nearby(self, comment: Comment, since: dt.datetime, limit: int) -> tuple[Comment, ...]:
        """Newest revisions of comments by the author anywhere, and by anyone on the account, oldest first."""

    def on_accounts(
        self, accounts: Collection[AccountRef], since: dt.datetime, limit: int
    ) -> tuple[Comment, ...]:
        """Newest revisions of comments by anyone on these accounts, the newest, oldest first."""

    def first_seen(self, authors: Collection[AuthorRef]) -> Mapping[AuthorRef, dt.datetime]:
        """When each of these authors first wrote to us; those who never did are left out."""

    def licence_changes(self) -> tuple[Recorded, ...]:
        """Every suspension and every restoration of a licence, oldest first."""

    def licence_tests(self, category: Category, since: dt.datetime) -> tuple[Recorded, ...]:
        """What officers' rulings said of a ground from a moment on, oldest first."""


class CardBooks(Protocol):
    """The ledger as approvals and the desk see it."""

    def button(self, token: str) -> Button | None:
        """What a token stands for."""

    def card(self, card: CardId) -> Card | None:
        """A card in its newest version."""

    def cards(self, case: CaseRef | None = None, *, open_only: bool = False) -> tuple[Card, ...]:
        """Cards of a case, or of all cases, oldest first, in their newest versions."""

    def board(self, case: CaseRef, audience: Audience) -> Board | None:
        """A case's message."""

    def boards(self, *, stale_only: bool, limit: int) -> tuple[Board, ...]:
        """Messages that do not show what they ought to; or, with `stale_only` false, all with open cards."""

    def touch(self, case: CaseRef, audience: Audience) -> None:
        """Make the message be shown anew, for instance after an outage."""


class DispatchBooks(Protocol):
    """The ledger as dispatch sees it."""

    def ready(self, limit: int, lane: str | None = None) -> tuple[OpenAction, ...]:
        """Open actions whose time has come and whose predecessor has ended, most pressing first.

        A lane is a case: its actions go one after the other.
        """

    def lanes(self, limit: int) -> tuple[str, ...]:
        """The lanes of actions that are ready, the most pressing first."""

    def claim(self, action: ActionKey, lease: dt.timedelta, host: str | None = None) -> bool:
        """Take an action in hand, as long as the lease lasts and the host lives; False where somebody has."""

    def beat(self, host: str, lease: dt.timedelta) -> None:
        """Renew a host's lease: until then the others take it to be alive."""

    def living(self) -> frozenset[str]:
        """The hosts whose lease has not run out."""

    def postpone(self, action: ActionKey, until: dt.datetime) -> None:
        """Put a claimed action back, not to be taken before `until`."""

    def action(self, key: ActionKey) -> OpenAction | None:
        """An action with its progress."""

    def decision(self, decision: DecisionId) -> Decision | None:
        """The decision with that id."""

    def keep(self, content: bytes) -> str:
        """Store an attachment's bytes; gives their SHA-256."""

    def kept(self, sha256: str) -> bytes:
        """The bytes of a kept attachment; empty where they have been erased since."""


class IntakeBooks(Protocol):
    """The ledger as the worker sees it."""

    def cursor(self, source: str) -> str | None:
        """How far a source has been read."""

    def move_cursor(self, source: str, cursor: str) -> None:
        """Remember how far a source has been read."""

    def put(self, source: str, item: Item) -> bool:
        """Take an item in, once; False where it is there already."""

    def waiting(self, limit: int) -> tuple[Waiting, ...]:
        """Items to be worked through: presses and commands first, then comments in order of arrival."""

    def finish(self, item: int) -> None:
        """The item has been worked through."""

    def set_aside(self, item: int, reason: str) -> None:
        """The item broke us several times: keep it apart and go on."""


class HouseBooks(Protocol):
    """The ledger as the whole house sees it."""

    def mode(self) -> Mode:
        """Active, rehearsal or paused; rehearsal where nobody has said."""

    @property
    def rehearsing(self) -> bool:
        """Whether what happens now is a rehearsal. A pause of an active house is none."""

    @property
    def epoch(self) -> int:
        """Raised by every restore."""

    def head(self) -> tuple[int, str]:
        """The newest event's number and digest: whoever holds these can prove that nothing was cut off."""

    def events(self, since: dt.datetime, until: dt.datetime) -> tuple[Recorded, ...]:
        """Everything in a period, oldest first."""

    def verdicts_missing(self) -> int:
        """How many comments wait to be judged."""


class Books(CaseBooks, CardBooks, DispatchBooks, IntakeBooks, HouseBooks, Protocol):
    """The whole ledger, inside one transaction."""


class Ledger(Protocol):
    """Runs work in one transaction, off the loop, one at a time."""

    async def transact(self, work: Callable[[Books], T]) -> T:
        """Run `work` and commit; on any exception nothing of it stays."""

    async def aclose(self) -> None:
        """Close the database."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a look at an account or a server found, before anything is begun there.

    `ok` is false where something has to be put right first; `lines` say what, in plain words.
    """

    ok: bool
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Abilities:
    """What each account's network allows, as its enforcer declares it."""

    by_account: Mapping[AccountRef, frozenset[ActionKind]]

    def of(self, account: AccountRef) -> frozenset[ActionKind]:
        """Nothing, for an account that we do not act for."""
        return self.by_account.get(account, frozenset())

    def platforms(self) -> frozenset[Platform]:
        """The networks that we act on."""
        return frozenset(account.platform for account in self.by_account)
