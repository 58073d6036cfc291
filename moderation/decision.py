"""What is to happen, why and by whose leave; what was done about it, and what came of it."""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
from dataclasses import dataclass, field
from typing import NewType

from moderation.comment import AccountRef, AuthorRef, CommentRef, Media
from moderation.taxonomy import Care, Category, Severity

CaseRef = NewType("CaseRef", str)
"""What people call a case aloud: C-42. One case for one author."""

DecisionId = NewType("DecisionId", str)
ActionKey = NewType("ActionKey", str)
StaffId = NewType("StaffId", str)
"""Who a member of staff is to the staff chat: the chat's name and the numeric id, `telegram:1234`."""


class UnlawfulDecisionError(ValueError):
    """A decision that a law of the house forbids."""


class Step(enum.StrEnum):
    """A rung of the ladder, or a step beside it."""

    HIDE = "hide"
    WARN = "warn"
    REFER = "refer"
    BLOCK = "block"

    REPORT = "report"
    RECORD = "record"
    """A breach where there is nothing public to hide, such as in a direct message."""
    EXPLAIN = "explain"
    ASK = "ask"
    SIGNPOST = "signpost"
    ALERT = "alert"
    POLICE_PACK = "police_pack"
    LEGAL = "legal"
    REASONS = "reasons"
    CIRCULATE = "circulate"

    UNHIDE = "unhide"
    UNBLOCK = "unblock"


PENALTIES = frozenset({Step.WARN, Step.BLOCK})
"""Steps that fall on the person and not only on the comment."""


class Clearance(enum.StrEnum):
    """Who may let a decision go."""

    AUTOMATIC = "automatic"
    OFFICER = "officer"
    ASSISTANT_DIRECTOR = "assistant_director"


class Route(enum.StrEnum):
    """To whom an alert, a referral or a signpost goes. The policy holds the addresses."""

    ON_CALL = "on_call"
    OFFICERS = "officers"
    SAFEGUARDING = "safeguarding"
    FREQUENT_CALLER = "frequent_caller"
    COMPLAINTS = "complaints"
    PRESS = "press"
    INFORMATION_GOVERNANCE = "information_governance"
    SPEAK_UP = "speak_up"
    LEGAL = "legal"
    OPERATOR = "operator"
    HOLDERS = "holders"


@dataclass(frozen=True, slots=True)
class StrikeWeight:
    """How much a breach counts, and until when."""

    points: int
    expires_at: dt.datetime

    def __post_init__(self) -> None:
        if self.points < 1:
            message = f"a strike counts at least 1 point, not {self.points}"
            raise UnlawfulDecisionError(message)


@dataclass(frozen=True, slots=True)
class Decision:
    """One rung or side step, with the reason, the clause and the policy that it rests on.

    Building one that a law forbids fails: a block needs the assistant director, and care brings
    neither a strike nor a warning nor a block.
    """

    id: DecisionId
    step: Step
    author: AuthorRef
    account: AccountRef
    comment: CommentRef
    revision: int
    ground: Category | Care | None
    severity: Severity
    clearance: Clearance
    because: str
    clause: str
    policy_version: str
    strike: StrikeWeight | None = None
    route: Route | None = None
    instead_of: Step | None = None
    """The step that this one stands in for, where the network allows no better."""
    asks: Step | None = None
    """For ASK: the step that the person is asked about."""
    no_warning_because: str | None = None
    """For a block without a delivered warning: why, in words that the assistant director adopts or not."""
    by: StaffId | None = None
    """The person who let it go, or who proposed it, where it was not the ladder alone."""

    def __post_init__(self) -> None:
        if self.step is Step.BLOCK and self.clearance is not Clearance.ASSISTANT_DIRECTOR:
            message = f"decision {self.id}: a block is cleared by the assistant director alone"
            raise UnlawfulDecisionError(message)
        if isinstance(self.ground, Care) and (self.strike is not None or self.step in PENALTIES):
            message = f"decision {self.id}: {self.ground} is care, which never brings a penalty"
            raise UnlawfulDecisionError(message)
        if self.step is Step.ASK and self.strike is not None:
            message = f"decision {self.id}: a question to an officer carries no strike"
            raise UnlawfulDecisionError(message)


def decision_id(comment: CommentRef, revision: int, step: Step, *marks: str) -> DecisionId:
    """Name a decision by what it is about, so that deciding twice gives the same name."""
    written = "\x1f".join([str(comment), str(revision), step, *marks])
    return DecisionId("d-" + hashlib.sha256(written.encode(errors="surrogatepass")).hexdigest()[:20])


class ActionKind(enum.StrEnum):
    """One call to the outside."""

    HIDE = "hide"
    UNHIDE = "unhide"
    REPORT = "report"
    MESSAGE = "message"
    """A private message to the author. Warnings and reasons go no other way."""
    REPLY = "reply"
    """A public reply: an approved signpost, never a warning."""
    MUTE = "mute"
    UNMUTE = "unmute"
    BLOCK = "block"
    UNBLOCK = "unblock"
    MAIL = "mail"
    PACK = "pack"
    """Writes the evidence folder that an officer may hand to the police. Nothing is sent."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What an action of kind MAIL sends, to one address."""

    to: str
    subject: str
    text: str
    html: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One call to the outside, under a key that makes a repeat harmless.

    `after` names an action that must have come to an end first; `only_if_done` says that it must also
    have succeeded. `until` ends a block; None lasts until it is lifted.
    """

    key: ActionKey
    kind: ActionKind
    step: Step
    decision: DecisionId
    author: AuthorRef
    account: AccountRef
    comment: CommentRef | None = None
    also: tuple[str, ...] = ()
    """Ids of the other messages of the same album."""
    media: tuple[Media, ...] = ()
    text: str = ""
    rule: str = ""
    """The published rule's number or id, for networks whose reports name one."""
    until: dt.datetime | None = None
    mail: Mail | None = None
    after: ActionKey | None = None
    only_if_done: bool = False


def action_key(decision: DecisionId, kind: ActionKind, *marks: str) -> ActionKey:
    """Name an action by its decision, its kind and, where one decision has several, its mark."""
    return ActionKey("-".join(["a", decision.removeprefix("d-"), kind, *marks]))


@dataclass(frozen=True, slots=True)
class Done:
    """It happened. `proof` is the network's own id for what it did, where it gives one."""

    proof: str = ""
    rehearsed: bool = False


@dataclass(frozen=True, slots=True)
class AlreadyDone:
    """It was so before we came."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The network says no, and will say no again."""

    reason: str


@dataclass(frozen=True, slots=True)
class TryLater:
    """Not now. Nothing happened."""

    after: dt.timedelta
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unsupported:
    """This network or this token has no such call. A person does it by hand."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have happened. It is read back before anything else, or shown to a person."""

    reason: str


Outcome = Done | AlreadyDone | Refused | TryLater | Unsupported | Unknown
FINAL = (Done, AlreadyDone, Refused, Unsupported)


@dataclass(frozen=True, slots=True)
class Approval:
    """The assistant director's yes to one block, bound to the evidence that was shown.

    `no_warning_because` is recorded where no warning was delivered before. `term` None is not a thing
    one can approve: every block ends or is renewed.
    """

    decision: DecisionId
    evidence: str
    by: StaffId
    at: dt.datetime
    expires_at: dt.datetime
    ground: Category
    term: dt.timedelta
    review_on: dt.date
    epoch: int
    no_warning_because: str | None = None

    def __post_init__(self) -> None:
        if self.term <= dt.timedelta(0):
            message = f"approval of {self.decision}: the term must be longer than nothing"
            raise UnlawfulDecisionError(message)
        if self.expires_at <= self.at:
            message = f"approval of {self.decision}: it would expire before it begins"
            raise UnlawfulDecisionError(message)


@dataclass(frozen=True, slots=True)
class Ruling:
    """An officer's answer about one revision: a breach of `category`, or none at all."""

    by: StaffId
    at: dt.datetime
    category: Category | None
    severity: Severity = Severity.NOTHING
    why: str = ""
    mark: str = field(default="")
    """Names the card that asked, so that the ruling's decisions have names of their own."""
