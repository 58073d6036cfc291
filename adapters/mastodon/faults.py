"""What can go wrong with a call, and what that means for an action."""

from __future__ import annotations

import datetime as dt
import enum

from moderation.decision import Outcome, Refused, TryLater, Unknown, Unsupported

SOON = dt.timedelta(seconds=30)


class Fault(enum.Enum):
    """How a call failed."""

    NOT_SENT = "the instance could not be reached"
    LOST = "the connection broke before the answer"
    BUSY = "the instance asks us to wait"
    CLOSED = "the instance is closed for the moment"
    BROKEN = "the instance broke"
    GONE = "it is there no longer"
    UNAUTHORISED = "the instance no longer takes the token: register the app again"
    OUTSIDE_SCOPES = "the token was not given the scope for this"
    FORBIDDEN = "the instance forbids it"
    INVALID = "the instance finds the request wrong"
    GARBLED = "the instance's answer makes no sense"


class CallFailedError(Exception):
    """A call to the instance failed. `writing` says that it was to change something."""

    def __init__(
        self, fault: Fault, *, writing: bool, after: dt.timedelta = SOON, status: int | None = None
    ) -> None:
        self.fault = fault
        self.writing = writing
        self.after = after
        self.status = status
        super().__init__(fault.value if status is None else f"{fault.value} (status {status})")


FAULTS_BY_STATUS = {
    401: Fault.UNAUTHORISED,
    403: Fault.FORBIDDEN,
    404: Fault.GONE,
    408: Fault.LOST,
    410: Fault.GONE,
    425: Fault.CLOSED,
    429: Fault.BUSY,
    503: Fault.CLOSED,
}


def by_status(status: int) -> Fault:
    """What an answer's status means."""
    if status in FAULTS_BY_STATUS:
        return FAULTS_BY_STATUS[status]
    if status >= 500:  # noqa: PLR2004 - as HTTP has it
        return Fault.BROKEN
    return Fault.INVALID if status >= 400 else Fault.GARBLED  # noqa: PLR2004 - as HTTP has it


def outcome(error: CallFailedError, *, harmless_to_repeat: bool) -> Outcome:
    """What became of an action whose call failed so.

    A call that only looked has changed nothing, whatever broke. A gateway that gave up may have let
    a post through, so a post is then unknown and is read back before anybody tries again.
    """
    why = str(error)
    match error.fault:
        case Fault.BUSY | Fault.NOT_SENT | Fault.CLOSED:
            return TryLater(error.after, why)
        case Fault.UNAUTHORISED | Fault.FORBIDDEN | Fault.INVALID | Fault.GONE:
            return Refused(why)
        case Fault.OUTSIDE_SCOPES:
            return Unsupported(why)
        case Fault.LOST | Fault.GARBLED:
            return Unknown(why) if error.writing else TryLater(error.after, why)
        case Fault.BROKEN:
            return Unknown(why) if error.writing and not harmless_to_repeat else TryLater(error.after, why)
