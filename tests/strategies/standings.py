"""Every standing of the small world, each folded from a history that leads to it."""

from __future__ import annotations

import datetime as dt
import enum
import functools
import itertools
from dataclasses import dataclass

from moderation.decision import Refused, Step
from moderation.standing import Standing
from moderation.taxonomy import Care, Category
from tests.strategies.comments import DAY, HOUR, MINUTE, NOW, OTHER_PAGE, PAGE, SECOND, comment
from tests.strategies.histories import History, decision


class Strikes(enum.StrEnum):
    """What counts against the author."""

    NONE = "none"
    SOME = "some"
    """2 points, from 10 days ago."""
    EXPIRED = "expired"
    VOIDED = "voided"


class Warnings(enum.StrEnum):
    """Whether the author was warned."""

    NONE = "none"
    PENDING = "pending"
    FAILED = "failed"
    FAILED_LATELY = "failed_lately"
    BEFORE = "before"
    """Delivered, and then came the comment."""
    CROSSED = "crossed"
    """Issued long ago, delivered in the very second of the comment."""
    AFTER = "after"
    """Delivered when the comment stood there already."""
    EXPIRED = "expired"
    VOIDED = "voided"


class Referrals(enum.StrEnum):
    """Whether the teams were asked, and answered."""

    NONE = "none"
    FOR_CARE = "for_care"
    EXPIRED = "expired"
    AFTER = "after"
    """Raised when the comment stood there already."""
    RECENT = "recent"
    RECENT_AFTER_AN_OLD_ANSWER = "recent_after_an_old_answer"
    RECENT_BESIDE_CARE = "recent_beside_care"
    """Another referral, for care, was answered since."""
    WAITED = "waited"
    ANSWERED = "answered"
    HELD = "held"
    HOLD_OVER = "hold_over"


class Blocks(enum.StrEnum):
    """How far a block came."""

    NONE = "none"
    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"
    FAILED = "failed"
    ACTIVE = "active"
    ELSEWHERE = "elsewhere"
    """Active, on another account."""
    LIFTED = "lifted"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Past:
    """A standing in the words of the laws."""

    strikes: Strikes = Strikes.NONE
    warning: Warnings = Warnings.NONE
    referral: Referrals = Referrals.NONE
    block: Blocks = Blocks.NONE

    @property
    def points(self) -> int:
        """How many strike points count."""
        return 2 if self.strikes is Strikes.SOME else 0

    @property
    def went_on(self) -> bool:
        """Whether the comment came after a warning that holds."""
        return self.warning is Warnings.BEFORE

    @property
    def may_be_warned(self) -> bool:
        """Whether no warning holds or is too near."""
        return self.warning in {
            Warnings.NONE, Warnings.PENDING, Warnings.FAILED, Warnings.EXPIRED, Warnings.VOIDED,
        }  # fmt: skip

    @property
    def referred(self) -> bool:
        """Whether a referral about conduct holds."""
        return self.referral not in {Referrals.NONE, Referrals.FOR_CARE, Referrals.EXPIRED}

    @property
    def heard(self) -> bool:
        """Whether the teams had their time or their say before the comment, and ask for no delay."""
        return self.referral in {Referrals.WAITED, Referrals.ANSWERED, Referrals.HOLD_OVER}

    @property
    def settled(self) -> bool:
        """Whether the author is blocked here or about to be."""
        return self.block in {Blocks.APPROVED, Blocks.ACTIVE}


def pasts() -> tuple[Past, ...]:
    """Every standing of the small world, as words."""
    return tuple(itertools.starmap(Past, itertools.product(Strikes, Warnings, Referrals, Blocks)))


def ago(delta: dt.timedelta) -> dt.datetime:
    """That long before the comment is judged."""
    return NOW - delta


@functools.cache
def standing_of(past: Past) -> Standing:
    """Fold a history that leads to that standing."""
    return history_of(past).standing()


def history_of(past: Past) -> History:
    """Write a history that leads to that standing."""
    history = History()
    _block(history, past.block)
    _referral(history, past.referral)
    _warning(history, past.warning)
    _strikes(history, past.strikes)
    return history


def _strikes(history: History, strikes: Strikes) -> None:
    match strikes:
        case Strikes.NONE:
            return
        case Strikes.SOME | Strikes.VOIDED:
            told = history.see(comment("struck", posted_at=ago(10 * DAY)))
            history.strike(told, ago(10 * DAY))
            if strikes is Strikes.VOIDED:
                history.overturn(told, ago(9 * DAY))
        case Strikes.EXPIRED:
            told = history.see(comment("struck", posted_at=ago(180 * DAY)))
            history.strike(told, ago(180 * DAY))


def _warning(history: History, warning: Warnings) -> None:
    if warning is Warnings.NONE:
        return
    issued = ago({Warnings.EXPIRED: 181 * DAY, Warnings.FAILED_LATELY: 6 * DAY}.get(warning, 20 * DAY))
    told = history.see(comment("warned", posted_at=issued))
    warned = history.warn(told, issued)
    match warning:
        case Warnings.FAILED | Warnings.FAILED_LATELY:
            history.settle(warned, issued, Refused("messages are closed"))
        case Warnings.BEFORE | Warnings.VOIDED:
            history.settle(warned, issued + DAY)
        case Warnings.CROSSED:
            history.settle(warned, ago(MINUTE))
        case Warnings.AFTER:
            history.settle(warned, ago(SECOND))
        case Warnings.EXPIRED:
            history.settle(warned, ago(180 * DAY))
        case _:
            pass
    if warning is Warnings.VOIDED:
        history.overturn(told, issued + 2 * DAY)


_RAISED = {
    Referrals.FOR_CARE: 3 * DAY,
    Referrals.EXPIRED: 180 * DAY,
    Referrals.AFTER: MINUTE,
    Referrals.RECENT: 48 * HOUR - SECOND,
    Referrals.RECENT_AFTER_AN_OLD_ANSWER: HOUR,
    Referrals.RECENT_BESIDE_CARE: HOUR,
    Referrals.WAITED: 48 * HOUR,
    Referrals.ANSWERED: HOUR,
    Referrals.HELD: 3 * DAY,
    Referrals.HOLD_OVER: 3 * DAY,
}


def _referral(history: History, referral: Referrals) -> None:
    if referral is Referrals.NONE:
        return
    if referral is Referrals.RECENT_AFTER_AN_OLD_ANSWER:
        old = history.refer(history.see(comment("old", posted_at=ago(400 * DAY))), ago(400 * DAY))
        history.advise(old, ago(399 * DAY))
    at = ago(_RAISED[referral])
    told = history.see(comment("referred", posted_at=at))
    ground = Care.SAFEGUARDING if referral is Referrals.FOR_CARE else Category.ABUSIVE
    raised = history.refer(told, at, ground)
    match referral:
        case Referrals.FOR_CARE | Referrals.ANSWERED | Referrals.AFTER | Referrals.EXPIRED:
            history.advise(raised, at + 30 * SECOND)
        case Referrals.RECENT_BESIDE_CARE:
            history.advise(history.refer(told, at, Care.SAFEGUARDING), at + 30 * SECOND)
        case Referrals.HELD:
            history.advise(raised, ago(DAY), advice="wait", hold_until=NOW + SECOND)
        case Referrals.HOLD_OVER:
            history.advise(raised, ago(DAY), advice="wait", hold_until=NOW)
        case _:
            pass


def _block(history: History, block: Blocks) -> None:
    if block is Blocks.NONE:
        return
    at = ago(30 * DAY)
    account = OTHER_PAGE if block is Blocks.ELSEWHERE else PAGE
    told = history.see(comment("blocked", posted_at=at, account=account))
    proposed = history.propose(told, at)
    if block is Blocks.PROPOSED:
        return
    if block is Blocks.DECLINED:
        history.decline(proposed, at)
        return
    history.approve(proposed, at, term=(30 if block is Blocks.EXPIRED else 90) * DAY)
    match block:
        case Blocks.FAILED:
            history.settle(proposed, at, Refused("no right to"))
        case Blocks.ACTIVE | Blocks.ELSEWHERE | Blocks.EXPIRED:
            history.settle(proposed, at)
        case Blocks.LIFTED:
            history.settle(proposed, at)
            lifted = history.decide(decision(Step.UNBLOCK, told, ground=None), ago(2 * DAY))
            history.settle(lifted, ago(DAY))
        case _:
            pass
