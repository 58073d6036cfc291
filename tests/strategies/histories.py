"""Histories of an author, written event by event as the ledger would hold them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from moderation.comment import AuthorRef, Comment
from moderation.decision import (
    Action,
    ActionKind,
    Approval,
    CaseRef,
    Clearance,
    Decision,
    Done,
    Outcome,
    Route,
    StaffId,
    Step,
    StrikeWeight,
    action_key,
    decision_id,
)
from moderation.record import (
    Approved,
    CommentSeen,
    Decided,
    Declined,
    Event,
    Intended,
    Recorded,
    ReferralAnswered,
    Reversed,
    Settled,
)
from moderation.standing import Standing, fold
from moderation.taxonomy import Care, Category, Severity
from tests.strategies.comments import AUTHOR, DAY, DIRECTOR, NOW, OFFICER, comment

KINDS = {
    Step.HIDE: ActionKind.HIDE,
    Step.WARN: ActionKind.MESSAGE,
    Step.BLOCK: ActionKind.BLOCK,
    Step.UNBLOCK: ActionKind.UNBLOCK,
    Step.REFER: ActionKind.MAIL,
    Step.SIGNPOST: ActionKind.REPLY,
    Step.REPORT: ActionKind.REPORT,
}


def decision(
    step: Step,
    about: Comment | None = None,
    *,
    ground: Category | Care | None = Category.ABUSIVE,
    severity: Severity = Severity.CLEAR_BREACH,
    clearance: Clearance | None = None,
    points: int = 0,
    lasts: dt.timedelta = 180 * DAY,
    at: dt.datetime = NOW,
    route: Route | None = None,
    asks: Step | None = None,
    no_warning_because: str | None = None,
    by: StaffId | None = None,
    policy_version: str = "test-1",
    mark: str = "",
) -> Decision:
    """A decision about one revision of a comment."""
    told = about or comment()
    least = Clearance.ASSISTANT_DIRECTOR if step is Step.BLOCK else Clearance.AUTOMATIC
    return Decision(
        id=decision_id(told.ref, told.revision, step, ground or "", route or "", mark),
        step=step,
        author=told.author,
        account=told.account,
        comment=told.ref,
        revision=told.revision,
        ground=ground,
        severity=severity,
        clearance=clearance or least,
        because="the tests say so",
        clause="a clause",
        policy_version=policy_version,
        strike=StrikeWeight(points, at + lasts) if points else None,
        route=route,
        asks=asks,
        no_warning_because=no_warning_because,
        by=by,
    )


def action(of: Decision, kind: ActionKind | None = None) -> Action:
    """The action that a decision calls for."""
    chosen = kind or KINDS[of.step]
    return Action(action_key(of.id, chosen), chosen, of.step, of.id, of.author, of.account, of.comment)


def approval(
    of: Decision,
    *,
    evidence: str = "digest",
    by: StaffId = DIRECTOR,
    at: dt.datetime = NOW,
    lasts: dt.timedelta = DAY,
    ground: Category = Category.ABUSIVE,
    term: dt.timedelta = 90 * DAY,
    epoch: int = 1,
    no_warning_because: str | None = None,
) -> Approval:
    """The assistant director's yes."""
    return Approval(
        decision=of.id,
        evidence=evidence,
        by=by,
        at=at,
        expires_at=at + lasts,
        ground=ground,
        term=term,
        review_on=(at + term).date(),
        epoch=epoch,
        no_warning_because=no_warning_because,
    )


@dataclass(slots=True)
class History:
    """The ledger's events about one author, in order."""

    author: AuthorRef = AUTHOR
    recorded: list[Recorded] = field(default_factory=list)

    def write(self, event: Event, at: dt.datetime, *, rehearsed: bool = False) -> None:
        """Append an event."""
        seq = len(self.recorded) + 1
        self.recorded.append(Recorded(seq, at, event, CaseRef("C-1"), self.author, rehearsed))

    def see(self, what: Comment, at: dt.datetime | None = None) -> Comment:
        """A revision of a comment arrives."""
        self.write(CommentSeen(what, "{}"), at or what.posted_at)
        return what

    def decide(self, what: Decision, at: dt.datetime) -> Decision:
        """A decision, and the action that it calls for, are written."""
        self.write(Decided(what), at)
        if what.step in KINDS:
            self.write(Intended(action(what)), at)
        return what

    def settle(self, what: Decision, at: dt.datetime, outcome: Outcome | None = None) -> None:
        """The decision's action comes to an outcome."""
        self.write(Settled(action(what).key, 1, outcome or Done()), at)

    def strike(
        self, about: Comment, at: dt.datetime, points: int = 2, *, category: Category = Category.ABUSIVE
    ) -> Decision:
        """A comment is hidden with a strike."""
        return self.decide(decision(Step.HIDE, about, points=points, at=at, ground=category), at)

    def warn(self, about: Comment, at: dt.datetime) -> Decision:
        """A warning is decided; whether it arrives is another event."""
        return self.decide(decision(Step.WARN, about), at)

    def refer(self, about: Comment, at: dt.datetime, ground: Category | Care = Category.ABUSIVE) -> Decision:
        """A referral is raised."""
        return self.decide(decision(Step.REFER, about, ground=ground, route=Route.SAFEGUARDING), at)

    def advise(
        self,
        about: Decision,
        at: dt.datetime,
        *,
        advice: str = "go on",
        hold_until: dt.datetime | None = None,
        tailored_response: str = "",
    ) -> None:
        """A team answers a referral."""
        self.write(ReferralAnswered(about.id, "team", advice, tailored_response, hold_until), at)

    def propose(self, about: Comment, at: dt.datetime) -> Decision:
        """A block is put to the assistant director."""
        return self.decide(decision(Step.BLOCK, about), at)

    def approve(self, what: Decision, at: dt.datetime, term: dt.timedelta = 90 * DAY) -> Approval:
        """The assistant director says yes."""
        given = approval(what, at=at, term=term)
        self.write(Approved(given), at)
        return given

    def decline(self, what: Decision, at: dt.datetime) -> None:
        """The assistant director says no."""
        self.write(Declined(what.id, DIRECTOR, "a lesser step is enough"), at)

    def overturn(self, about: Comment, at: dt.datetime) -> None:
        """An officer clears a revision."""
        self.write(Reversed(about.ref, about.revision, OFFICER, "no breach"), at)

    def standing(self, *, rehearsal: bool = False) -> Standing:
        """What all of it comes to."""
        return fold(self.author, self.recorded, rehearsal=rehearsal)
