"""A question to a person in the staff chat, the buttons under it, and a press of one."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from typing import NewType

from moderation.comment import CommentRef
from moderation.decision import ActionKey, CaseRef, DecisionId, StaffId
from moderation.roster import Role
from moderation.taxonomy import Category

CardId = NewType("CardId", str)


class CardKind(enum.StrEnum):
    """What the person is asked, or told."""

    RULE = "rule"
    """An officer decides about a comment that nothing was done about yet."""
    REVIEW = "review"
    """Something was done; an officer may overturn it."""
    CARE = "care"
    """A comment calls for care."""
    BY_HAND = "by_hand"
    """The network has no call for it: a person does it there and ticks it off."""
    BLOCK = "block"
    """The assistant director decides."""
    LICENCE = "licence"
    """Officers' rulings have suspended a ground's licence: somebody sees to it."""


class Audience(enum.StrEnum):
    """Whose card it is."""

    OFFICERS = "officers"
    ASSISTANT_DIRECTOR = "assistant_director"
    LICENCES = "licences"
    """Officers, but in a message of its own: it is about the checks, and only comes of this case."""


class CardState(enum.StrEnum):
    """Where the question stands. Only an open card can be answered."""

    OPEN = "open"
    ANSWERED = "answered"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"


class Verb(enum.StrEnum):
    """What a button does."""

    UPHOLD = "uphold"
    OVERTURN = "overturn"
    HAND_OVER = "hand_over"
    PROPOSE_BLOCK = "propose_block"
    SIGNPOST = "signpost"
    ACKNOWLEDGE = "acknowledge"
    TICK_OFF = "tick_off"
    CANNOT = "cannot"

    APPROVE = "approve"
    GROUND = "ground"
    NO_WARNING = "no_warning"
    TERM = "term"
    CONFIRM = "confirm"
    DECLINE = "decline"
    REASON = "reason"
    BACK = "back"


class Stage(enum.StrEnum):
    """How far the assistant director has come with a block card."""

    OFFERED = "offered"
    GROUND = "ground"
    NO_WARNING = "no_warning"
    TERM = "term"
    CONFIRM = "confirm"
    DECLINING = "declining"


@dataclass(frozen=True, slots=True)
class Draft:
    """What has been chosen so far on a block card, and by whom."""

    by: StaffId
    stage: Stage
    ground: Category | None = None
    term: dt.timedelta | None = None
    no_warning_because: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One question, bound to one decision and to the digest of the evidence that it shows.

    Every change makes a new version, and buttons of an older version are dead.
    """

    id: CardId
    kind: CardKind
    audience: Audience
    case: CaseRef
    decision: DecisionId
    comment: CommentRef
    revision: int
    evidence: str
    asked_at: dt.datetime
    expires_at: dt.datetime
    epoch: int
    version: int = 1
    state: CardState = CardState.OPEN
    draft: Draft | None = None
    proposed_by: StaffId | None = None
    action: ActionKey | None = None
    """For BY_HAND: the action that a person does instead."""
    verbs: tuple[Verb, ...] = ()
    """What the officer is offered, first the likeliest."""
    note: str = ""

    @property
    def role(self) -> Role:
        """Who may answer."""
        return Role.ASSISTANT_DIRECTOR if self.kind is CardKind.BLOCK else Role.OFFICER


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message of ours stands in a chat."""

    chat: str
    message: str


@dataclass(frozen=True, slots=True)
class Button:
    """What a token stands for. The token is random and means nothing outside the ledger."""

    token: str
    card: CardId
    version: int
    verb: Verb
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """A button that somebody pressed: everything in it comes from outside and proves nothing yet.

    `query` is what the chat wants answered at once. `anonymous` is true where the presser spoke as a
    group or a channel.
    """

    token: str
    by: StaffId
    place: Place
    at: dt.datetime
    query: str = ""
    anonymous: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """A command that somebody typed in the staff chat."""

    name: str
    argument: str
    by: StaffId
    chat: str
    at: dt.datetime
    message: str = ""
    anonymous: bool = False


def card_id(decision: DecisionId, kind: CardKind) -> CardId:
    """Name a card by its decision and its kind."""
    return CardId(f"{kind}-{decision.removeprefix('d-')}")


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a press: what to say to whoever pressed, and whether the operator should know."""

    taken: bool
    say: str
    suspicious: bool = False
