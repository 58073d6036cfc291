"""What the ledger holds: events that only ever grow in number."""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
from dataclasses import dataclass

from moderation.card import Audience, Button, Card, Place, Press
from moderation.comment import AuthorRef, Comment, CommentRef
from moderation.decision import Action, ActionKey, Approval, CaseRef, Decision, DecisionId, Outcome, StaffId
from moderation.suspension import LicenceEvent
from moderation.verdict import Verdict


class Mode(enum.StrEnum):
    """Whether effects leave the house. Anything unknown counts as rehearsal."""

    ACTIVE = "active"
    REHEARSAL = "rehearsal"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class CommentSeen:
    """A revision of a comment arrived. `raw` is what the network sent, word for word."""

    comment: Comment
    raw: str

    @property
    def key(self) -> str:
        """Makes a second arrival of the same revision nothing new."""
        return f"seen:{self.comment.ref}:{self.comment.revision}"


@dataclass(frozen=True, slots=True)
class CommentGone:
    """The network says that the comment is there no longer."""

    comment: CommentRef

    @property
    def key(self) -> str:
        """A comment goes once."""
        return f"gone:{self.comment}"


@dataclass(frozen=True, slots=True)
class EvidenceKept:
    """An attachment's bytes are in the ledger, or why they are not."""

    comment: CommentRef
    media: str
    sha256: str = ""
    size: int = 0
    missing_because: str = ""

    @property
    def key(self) -> str:
        """Each attachment is kept once."""
        return f"kept:{self.comment}:{self.media}"


@dataclass(frozen=True, slots=True)
class Judged:
    """The checks looked at a revision."""

    verdict: Verdict

    @property
    def key(self) -> str:
        """Each revision is judged once."""
        return f"judged:{self.verdict.comment}:{self.verdict.revision}"


@dataclass(frozen=True, slots=True)
class Decided:
    """The ladder, or a person on it, decided."""

    decision: Decision

    @property
    def key(self) -> str:
        """The same decision is taken once."""
        return f"decided:{self.decision.id}"


@dataclass(frozen=True, slots=True)
class Intended:
    """An action is to be performed."""

    action: Action

    @property
    def key(self) -> str:
        """The same action is intended once."""
        return f"intended:{self.action.key}"


@dataclass(frozen=True, slots=True)
class Attempted:
    """The call goes out now, for the nth time."""

    action: ActionKey
    attempt: int

    @property
    def key(self) -> str:
        """Each attempt is written before it is made."""
        return f"attempted:{self.action}:{self.attempt}"


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of an attempt. `by` is set where a person did it by hand."""

    action: ActionKey
    attempt: int
    outcome: Outcome
    by: StaffId | None = None

    @property
    def key(self) -> str:
        """One outcome for one attempt."""
        return f"settled:{self.action}:{self.attempt}"


@dataclass(frozen=True, slots=True)
class Withheld:
    """An action was not performed, and never will be under this key: why not."""

    action: ActionKey
    reason: str

    @property
    def key(self) -> str:
        """An action is withheld once."""
        return f"withheld:{self.action}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A card was put to a person."""

    card: Card

    @property
    def key(self) -> str:
        """A card is put once; its changes are `CardChanged`."""
        return f"asked:{self.card.id}"


@dataclass(frozen=True, slots=True)
class CardChanged:
    """The card in its newest version."""

    card: Card

    @property
    def key(self) -> str:
        """Each version is written once, so two presses cannot both make it."""
        return f"card:{self.card.id}:{self.card.version}"


@dataclass(frozen=True, slots=True)
class Offered:
    """These buttons are about to be shown. Written first, so that no press can be quicker than the ledger."""

    case: CaseRef
    audience: Audience
    version: int
    buttons: tuple[Button, ...]

    @property
    def key(self) -> str:
        """The tokens are random, so each offer has a name of its own."""
        first = self.buttons[0].token if self.buttons else ""
        return f"offered:{self.case}:{self.audience}:{self.version}:{first}"


@dataclass(frozen=True, slots=True)
class Shown:
    """A case's message stands in the staff chat. `version` is the board's version that it shows."""

    case: CaseRef
    audience: Audience
    place: Place
    version: int
    at: dt.datetime

    @property
    def key(self) -> str:
        """A version may be shown anew, in another message."""
        where = f"{self.place.chat}:{self.place.message}"
        return f"shown:{self.case}:{self.audience}:{self.version}:{where}:{self.at.isoformat()}"


@dataclass(frozen=True, slots=True)
class Answered:
    """Somebody pressed a button: taken, or turned away and why."""

    press: Press
    card: str
    verb: str
    argument: str
    taken: bool
    reason: str = ""

    @property
    def key(self) -> str:
        """The same press, delivered again, is nothing new."""
        return f"answered:{self.press.query or self.press.token}:{self.press.by}:{self.press.at.isoformat()}"


@dataclass(frozen=True, slots=True)
class Approved:
    """The assistant director said yes."""

    approval: Approval

    @property
    def key(self) -> str:
        """A decision is approved once."""
        return f"approved:{self.approval.decision}"


@dataclass(frozen=True, slots=True)
class Declined:
    """The assistant director said no."""

    decision: DecisionId
    by: StaffId
    reason: str

    @property
    def key(self) -> str:
        """A decision is declined once."""
        return f"declined:{self.decision}"


@dataclass(frozen=True, slots=True)
class Ruled:
    """An officer ruled on a comment: a breach or not."""

    comment: CommentRef
    revision: int
    by: StaffId
    breach: bool
    why: str = ""
    card: str = ""

    @property
    def key(self) -> str:
        """One ruling for one answer."""
        return f"ruled:{self.comment}:{self.revision}:{self.card}:{self.by}"


@dataclass(frozen=True, slots=True)
class Reversed:
    """All that was decided about a revision of a comment is void: who said so, and why."""

    comment: CommentRef
    revision: int
    by: StaffId
    why: str

    @property
    def key(self) -> str:
        """A revision is cleared once."""
        return f"reversed:{self.comment}:{self.revision}"


@dataclass(frozen=True, slots=True)
class ReferralAnswered:
    """A team answered a referral."""

    decision: DecisionId
    by: str
    advice: str
    tailored_response: str = ""
    hold_until: dt.datetime | None = None

    @property
    def key(self) -> str:
        """Each answer counts; the newest holds."""
        said = hashlib.sha256(f"{self.advice}\x1f{self.tailored_response}".encode(errors="surrogatepass"))
        return f"advice:{self.decision}:{self.by}:{said.hexdigest()[:16]}:{self.hold_until}"


@dataclass(frozen=True, slots=True)
class Noted:
    """A person, or a loop, wrote something on the case."""

    by: str
    text: str
    mark: str

    @property
    def key(self) -> str:
        """`mark` makes it once."""
        return f"noted:{self.mark}"


@dataclass(frozen=True, slots=True)
class ModeChanged:
    """The house, or one account, went active, to rehearsal or to a pause."""

    mode: Mode
    by: str
    why: str
    mark: str

    @property
    def key(self) -> str:
        """`mark` makes it once."""
        return f"mode:{self.mark}"


@dataclass(frozen=True, slots=True)
class EpochRaised:
    """The ledger was restored from a copy: what was open before is void."""

    epoch: int
    why: str

    @property
    def key(self) -> str:
        """Each epoch begins once."""
        return f"epoch:{self.epoch}"


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Something arrived that we could not read. It is kept as it came."""

    source: str
    item: str
    reason: str
    raw: str

    @property
    def key(self) -> str:
        """The same item is set aside once."""
        return f"quarantined:{self.source}:{self.item}"


@dataclass(frozen=True, slots=True)
class PolicySet:
    """From here on, this policy holds."""

    version: str
    by: str

    @property
    def key(self) -> str:
        """Written at each start that brings another version than the last."""
        return f"policy:{self.version}:{self.by}"


Event = (
    CommentSeen
    | CommentGone
    | EvidenceKept
    | Judged
    | Decided
    | Intended
    | Attempted
    | Settled
    | Withheld
    | Asked
    | CardChanged
    | Offered
    | Shown
    | Answered
    | Approved
    | Declined
    | Ruled
    | Reversed
    | ReferralAnswered
    | Noted
    | ModeChanged
    | EpochRaised
    | Quarantined
    | PolicySet
    | LicenceEvent
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as it stands in the ledger."""

    seq: int
    at: dt.datetime
    event: Event
    case: CaseRef | None
    author: AuthorRef | None
    rehearsed: bool
