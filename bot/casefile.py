"""A case told in order: what came, what was done, by whom and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from moderation.comment import Comment
from moderation.decision import (
    Action,
    ActionKey,
    ActionKind,
    AlreadyDone,
    Decision,
    DecisionId,
    Done,
    Outcome,
    Refused,
    Route,
    StaffId,
    Step,
    TryLater,
    Unknown,
    Unsupported,
)
from moderation.policy import Policy
from moderation.record import (
    Answered,
    Approved,
    CommentGone,
    CommentSeen,
    Decided,
    Declined,
    Event,
    EvidenceKept,
    Intended,
    Judged,
    Noted,
    Recorded,
    ReferralAnswered,
    Reversed,
    Ruled,
    Settled,
    Withheld,
)
from moderation.roster import Roster
from moderation.taxonomy import Care, Category
from moderation.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened. `evidence` marks other people's words."""

    at: dt.datetime
    what: str
    why: str = ""
    evidence: str = ""
    rehearsed: bool = False


def tell(history: Iterable[Recorded], policy: Policy, roster: Roster) -> tuple[Line, ...]:
    """Tell a case from its events, oldest first."""
    teller = _Teller(policy, roster, {}, {})
    lines: list[Line] = []
    for recorded in history:
        told = teller.line(recorded.event)
        if told is not None:
            what, why, evidence = told
            lines.append(Line(recorded.at, what, why, evidence, recorded.rehearsed))
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class _Teller:
    policy: Policy
    roster: Roster
    decisions: dict[DecisionId, Decision]
    actions: dict[ActionKey, Action]

    def line(self, event: Event) -> tuple[str, str, str] | None:  # noqa: C901, PLR0912 - one arm for each
        match event:
            case CommentSeen(comment=comment):
                edited = "edited a comment" if comment.revision else "commented"
                return f"{edited} on {comment.account}", "", comment.text
            case CommentGone():
                return "the comment is gone from the network", "", ""
            case EvidenceKept(missing_because=missing):
                return (
                    ("an attachment could not be kept", missing, "")
                    if missing
                    else ("an attachment is kept", "", "")
                )
            case Judged(verdict=verdict):
                return "checked", findings_of(verdict), ""
            case Decided(decision=decision):
                self.decisions[decision.id] = decision
                return self._decided(decision), decision.because, ""
            case Intended(action=action):
                self.actions[action.key] = action
                return None
            case Settled(action=key, outcome=outcome, by=by):
                return self._settled(key, outcome, by)
            case Withheld(action=key, reason=reason):
                return f"{self._step(key)} was not carried out", reason, ""
            case Answered(press=press, taken=False, reason=reason):
                return (
                    f"a press by {self.name(press.by)} was turned away",
                    reason.lower().replace("_", " "),
                    "",
                )
            case Approved(approval=approval):
                ground = self.policy.categories[approval.ground].title.lower()
                days = approval.term.days
                return f"{self.name(approval.by)} approved a block for {days} days", f"ground: {ground}", ""
            case Declined(by=by, reason=reason):
                return f"{self.name(by)} declined the block", reason, ""
            case Ruled(by=by, breach=breach, why=why):
                return f"{self.name(by)} ruled: {'a breach' if breach else 'no breach'}", why, ""
            case Reversed(by=by, why=why):
                return f"{self.name(by)} overturned it; its strike is void", why, ""
            case ReferralAnswered(by=by, advice=advice):
                return f"{by} answered the referral", advice, ""
            case Noted(by=by, text=text):
                return f"note by {self.name(StaffId(by))}", text, ""
            case _:
                return None

    def name(self, staff: StaffId) -> str:
        """The person's name, or the id where the roster knows none."""
        member = self.roster.find(staff)
        return member.name if member else staff

    def _decided(self, decision: Decision) -> str:
        ground = ground_of(decision, self.policy)
        what = with_route(STEPS[decision.step], decision.route)
        if decision.step is Step.ASK and decision.asks is not None:
            what = f"{what}: {STEPS[decision.asks]}?"
        parts = [f"decided: {what}", f"({ground})" if ground else ""]
        if decision.instead_of is not None and decision.step is not Step.ASK:
            parts.append(f"in place of {STEPS[decision.instead_of]}, which this network does not allow")
        if decision.strike is not None:
            parts.append(f"with a strike of {decision.strike.points}")
        return " ".join(part for part in parts if part)

    def _step(self, key: ActionKey) -> str:
        action = self.actions.get(key)
        if action is None:
            return key
        if action.kind is ActionKind.MAIL and action.step is Step.ALERT:
            return f"mail: {action.mail.subject.partition(':')[0]}" if action.mail else "mail"
        decision = self.decisions.get(action.decision)
        return DEEDS.get(action.step) or with_route(STEPS[action.step], decision.route if decision else None)

    def _settled(self, key: ActionKey, outcome: Outcome, by: StaffId | None) -> tuple[str, str, str]:
        step = self._step(key)
        match outcome:
            case Done(rehearsed=True):
                return f"{step}: rehearsed, nothing left the house", "", ""
            case Done() if by is not None:
                return f"{step}: done by hand by {self.name(by)}", "", ""
            case Done():
                return f"{step}: done", "", ""
            case AlreadyDone():
                return f"{step}: was so already", "", ""
            case Refused(reason=reason):
                return f"{step}: refused", reason, ""
            case TryLater(reason=reason):
                return f"{step}: put off", reason, ""
            case Unsupported(reason=reason):
                return f"{step}: not possible on this network", reason, ""
            case Unknown(reason=reason):
                return f"{step}: nobody knows whether it happened", reason, ""


def with_route(what: str, route: Route | None) -> str:
    """Say of a step to whom it goes."""
    names = {
        Route.FREQUENT_CALLER: "the frequent-caller team",
        Route.SAFEGUARDING: "the safeguarding team",
        Route.ON_CALL: "the on-call officer",
        Route.PRESS: "the press office",
        Route.INFORMATION_GOVERNANCE: "information governance",
        Route.LEGAL: "",
    }
    name = names.get(route, "") if route else ""
    return f"{what}: {name}" if name else what


DEEDS = {Step.BLOCK: "block", Step.CIRCULATE: "tell an account holder"}
"""Steps that are called otherwise when they are done than when they are decided."""

STEPS = {
    Step.HIDE: "hide",
    Step.WARN: "warn in private",
    Step.REFER: "refer for support",
    Step.BLOCK: "propose a block",
    Step.REPORT: "report to the network",
    Step.RECORD: "record the breach",
    Step.EXPLAIN: "send a kind note",
    Step.ASK: "ask an officer",
    Step.SIGNPOST: "show the way to the complaints team",
    Step.ALERT: "alert",
    Step.POLICE_PACK: "prepare the evidence pack",
    Step.LEGAL: "tell the legal team",
    Step.REASONS: "tell the person the reasons",
    Step.CIRCULATE: "tell the account holders",
    Step.UNHIDE: "unhide",
    Step.UNBLOCK: "lift the block",
}


def ground_of(decision: Decision, policy: Policy) -> str:
    """The ground in the policy's words."""
    match decision.ground:
        case Category():
            return policy.categories[decision.ground].title
        case Care():
            return policy.cares[decision.ground].title
        case None:
            return ""


def findings_of(verdict: Verdict) -> str:
    """What the checks saw and where they did not look, without a word of the comment."""
    seen = [f"{f.subject} {f.score:.2f} by {f.source}" for f in verdict.findings]
    missed = [f"not looked: {gap.check} ({gap.reason})" for gap in verdict.gaps]
    return "; ".join([*seen, *missed]) or "nothing found"


def redacted(comment: Comment, verdict: Verdict | None, most: int = 400) -> str:
    """The author's words with personal data masked, short enough for a card."""
    text = comment.text
    spans = sorted(
        (
            f.span
            for f in (verdict.findings if verdict else ())
            if f.span and f.subject is Category.CONFIDENTIALITY
        ),
        key=lambda span: -span.start,
    )
    for span in spans:
        text = f"{text[: span.start]}[personal data]{text[span.end :]}"
    for media in comment.media:
        text = f"{text}\n[{media.kind}{': ' + media.description if media.description else ''}]"
    text = text.strip()
    return text if len(text) <= most else f"{text[:most].rstrip()} [...]"
