"""From a decision to what has to be written: actions to perform, cards to put up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from moderation.card import Audience, Card, CardId, CardKind, Verb, card_id
from moderation.comment import NETWORK_NAMES, AccountRef, Comment, CommentKind
from moderation.decision import (
    Action,
    ActionKey,
    ActionKind,
    Approval,
    CaseRef,
    Clearance,
    Decision,
    Mail,
    Outcome,
    Refused,
    Route,
    Step,
    Unknown,
    Unsupported,
    action_key,
    decision_id,
)
from moderation.policy import Policy
from moderation.record import Asked, Decided, Event, Intended
from moderation.roster import Roster
from moderation.taxonomy import Care, Category
from moderation.wording import WordingKey


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that planning may look at."""

    policy: Policy
    roster: Roster
    case: CaseRef
    comment: Comment
    now: dt.datetime
    epoch: int
    evidence: str = ""
    account_names: tuple[tuple[AccountRef, str], ...] = ()
    tailored_response: str = ""
    conduct: str = ""
    """What the author has done so far, in numbers and dates, without a word of it."""

    def account_name(self, account: AccountRef) -> str:
        """What people call the account."""
        return dict(self.account_names).get(account, account.id)


def plan(decision: Decision, case: Plan) -> tuple[Event, ...]:
    """Say what a decision calls for. Nothing is done yet."""
    return tuple(_planned(decision, case))


def _planned(decision: Decision, case: Plan) -> Iterator[Event]:  # noqa: C901 - one arm for each step
    match decision.step:
        case Step.HIDE | Step.REPORT | Step.RECORD:
            yield from _first_instance(decision, case)
        case Step.WARN:
            yield Intended(_message(decision, case, _warning_text(decision, case)))
        case Step.EXPLAIN:
            text = _say(case, WordingKey.EXPLAIN, comment=name_of(case.comment))
            yield Intended(_message(decision, case, text))
        case Step.REFER:
            yield from _refer(decision, case)
        case Step.ALERT | Step.LEGAL:
            yield from _alert(decision, case)
        case Step.SIGNPOST:
            yield Intended(_signpost(decision, case))
        case Step.POLICE_PACK:
            yield Intended(_action(decision, ActionKind.PACK, case))
        case Step.ASK:
            yield from _ask(decision, case)
        case Step.BLOCK:
            yield Asked(_card(decision, CardKind.BLOCK, case, (Verb.APPROVE, Verb.DECLINE)))
        case Step.UNHIDE:
            yield Intended(_action(decision, ActionKind.UNHIDE, case))
        case Step.UNBLOCK:
            yield from _unblock(decision, case)
        case Step.REASONS | Step.CIRCULATE:
            pass  # written by `carry_out`, with the approval that they rest on


def name_of(comment: Comment) -> str:
    """Name a comment to its author without quoting it."""
    when = f"{comment.posted_at:%-d %B %Y at %H:%M} UTC"
    return f"your message of {when}" if comment.kind is CommentKind.DIRECT else f"your comment of {when}"


# --- The steps ------------------------------------------------------------------------------------


def _first_instance(decision: Decision, case: Plan) -> Iterator[Event]:
    kinds = {Step.HIDE: ActionKind.HIDE, Step.REPORT: ActionKind.REPORT}
    if decision.step in kinds:
        yield Intended(_action(decision, kinds[decision.step], case))
    beside_a_hide = decision.step is Step.REPORT and decision.instead_of is None
    if not beside_a_hide and decision.clearance is Clearance.AUTOMATIC:
        verbs = (Verb.UPHOLD, Verb.OVERTURN, Verb.PROPOSE_BLOCK)
        yield Asked(_card(decision, CardKind.REVIEW, case, verbs))


def _warning_text(decision: Decision, case: Plan) -> str:
    if case.tailored_response:
        return case.tailored_response
    return _say(case, WordingKey.WARNING, rule=_rule(decision, case.policy), comment=name_of(case.comment))


def _refer(decision: Decision, case: Plan) -> Iterator[Event]:
    care = isinstance(decision.ground, Care)
    key = WordingKey.CARE_REFERRAL if care else WordingKey.REFERRAL
    team = case.policy.organisation.contacts[decision.route or Route.SAFEGUARDING]
    text = _say(
        case,
        key,
        reference=reference_of(decision, case.case),
        summary=case.conduct or decision.because,
        care=_care_title(decision, case.policy),
        permalink=case.comment.permalink or "in the ledger, under the case",
        team=team.name,
    )
    yield from _mail_or_hand(decision, case, f"Referral {reference_of(decision, case.case)}", text)


def reference_of(decision: Decision, case: CaseRef) -> str:
    """What a team quotes when it answers: the case, and four letters of the decision."""
    return f"{case}-{decision.id.removeprefix('d-')[:4].upper()}"


def _alert(decision: Decision, case: Plan) -> Iterator[Event]:
    what = _care_title(decision, case.policy) or _rule_title(decision, case.policy)
    text = _say(
        case,
        WordingKey.ALERT,
        what=f"{what}: {decision.because}",
        permalink=case.comment.permalink or "in the ledger, under the case",
        severity=str(int(decision.severity)),
    )
    route = decision.route or Route.OFFICERS
    contact = case.policy.organisation.contacts.get(route)
    if contact is not None and contact.email:
        mail = Mail(contact.email, f"Alert on case {case.case}", text)
        yield Intended(_action(decision, ActionKind.MAIL, case, mail=mail, mark=route))
    if isinstance(decision.ground, Care):
        yield Asked(_card(decision, CardKind.CARE, case, (Verb.ACKNOWLEDGE,), note=what))


def _signpost(decision: Decision, case: Plan) -> Action:
    text = _say(case, WordingKey.SIGNPOST)
    if case.comment.kind is CommentKind.DIRECT:
        return _message(decision, case, text)
    return _action(decision, ActionKind.REPLY, case, text=text)


def _ask(decision: Decision, case: Plan) -> Iterator[Event]:
    match decision.asks:
        case Step.SIGNPOST:
            offered = (Verb.SIGNPOST, Verb.ACKNOWLEDGE)
            yield Asked(
                _card(decision, CardKind.CARE, case, offered, note=_care_title(decision, case.policy))
            )
        case Step.WARN:
            yield Intended(_message(decision, case, _warning_text(decision, case)))
        case Step.HIDE if decision.instead_of is Step.HIDE:
            yield Intended(_action(decision, ActionKind.HIDE, case))
        case Step.UNBLOCK | Step.UNHIDE:
            yield Asked(_card(decision, CardKind.CARE, case, (Verb.ACKNOWLEDGE,), note=_AGAIN[decision.asks]))
        case _:
            verbs = (Verb.UPHOLD, Verb.OVERTURN, Verb.HAND_OVER)
            yield Asked(_card(decision, CardKind.RULE, case, verbs))


_AGAIN = {
    Step.UNBLOCK: "What the block rested on was overturned. /unblock lifts it.",
    Step.UNHIDE: "For another officer than the one who ruled: /case tells what was done, /undo overturns it.",
}
"""What an officer is told who looks at a decision again."""


def _unblock(decision: Decision, case: Plan) -> Iterator[Event]:
    lift = _action(decision, ActionKind.UNBLOCK, case)
    yield Intended(lift)
    text = _say(case, WordingKey.UNBLOCKED)
    yield Intended(_message(decision, case, text, after=lift.key, only_if_done=True))


# --- After the assistant director's yes -----------------------------------------------------------


def carry_out(block: Decision, approval: Approval, case: Plan) -> tuple[Event, ...]:
    """The person is told why; then comes the block; then every holder of an account is told."""
    return tuple(_carried_out(block, approval, case))


def _carried_out(block: Decision, approval: Approval, case: Plan) -> Iterator[Event]:
    policy = case.policy
    rule = policy.categories[approval.ground]
    ends = f"{approval.at + approval.term:%-d %B %Y}"
    told = _beside(block, Step.REASONS, approval)
    text = _say(
        case,
        WordingKey.REASONS,
        rule=f"{rule.title}: {rule.public}",
        term=f"{approval.term.days} days",
        ends=ends,
    )
    reasons = _message(told, case, text)
    yield Decided(told)
    yield Intended(reasons)
    act = _action(block, ActionKind.BLOCK, case, until=approval.at + approval.term, after=reasons.key)
    yield Intended(act)
    circular = _beside(block, Step.CIRCULATE, approval)
    yield Decided(circular)
    for number, holder in enumerate(case.roster.holders, start=1):
        letter = _say(
            case,
            WordingKey.CIRCULAR,
            rule=rule.title,
            ends=ends,
            author=case.comment.author_label or case.comment.author.id,
            holder=holder.name,
        )
        mail = Mail(holder.email, f"A person was blocked: case {case.case}", letter)
        yield Intended(
            _action(
                circular, ActionKind.MAIL, case, mail=mail, mark=str(number), after=act.key, only_if_done=True
            )
        )


def _beside(block: Decision, step: Step, approval: Approval) -> Decision:
    return Decision(
        id=decision_id(block.comment, block.revision, step, block.id),
        step=step,
        author=block.author,
        account=block.account,
        comment=block.comment,
        revision=block.revision,
        ground=approval.ground,
        severity=block.severity,
        clearance=Clearance.ASSISTANT_DIRECTOR,
        because=block.because,
        clause="Appendix 3, if this decision is taken",
        policy_version=block.policy_version,
        route=Route.HOLDERS if step is Step.CIRCULATE else None,
        by=approval.by,
    )


# --- After an outcome -------------------------------------------------------------------------------


def follow_up(action: Action, decision: Decision, outcome: Outcome, case: Plan) -> tuple[Event, ...]:
    """What an outcome calls for: what the network refused or cannot tell, a person sees to."""
    match outcome:
        case Refused(reason=reason):
            why = f"the network refused: {reason}"
        case Unsupported(reason=reason):
            why = reason or "the network has no such call"
        case Unknown(reason=reason):
            why = f"nobody knows whether it happened: {reason}"
        case _:
            return ()
    if action.step is Step.EXPLAIN and not isinstance(outcome, Unknown):
        return ()  # a kind word at most: nobody is chased to deliver it
    return (by_hand(action, decision, why, case),)


def by_hand(action: Action, decision: Decision, why: str, case: Plan) -> Asked:
    """Ask an officer to do it on the network, or to find out, and to tick it off."""
    card = _card(
        decision,
        CardKind.BY_HAND,
        case,
        (Verb.TICK_OFF, Verb.CANNOT),
        note=why,
        action=action.key,
        mark=action.key,
    )
    return Asked(card)


# --- Building ---------------------------------------------------------------------------------------


def _say(case: Plan, key: WordingKey, **values: str) -> str:
    organisation = case.policy.organisation
    common = {
        "organisation": organisation.name,
        "complaints": organisation.contacts[Route.COMPLAINTS].public,
        "contest": organisation.contest,
        "rules_url": organisation.rules_url,
        "account": case.account_name(case.comment.account),
        "network": NETWORK_NAMES[case.comment.account.platform],
        "case": case.case,
    }
    return case.policy.word(key, **(common | values))


def _rule(decision: Decision, policy: Policy) -> str:
    if isinstance(decision.ground, Category):
        rule = policy.categories[decision.ground]
        return f"{rule.title}: {rule.public}"
    return ""


def _rule_title(decision: Decision, policy: Policy) -> str:
    return policy.categories[decision.ground].title if isinstance(decision.ground, Category) else ""


def _care_title(decision: Decision, policy: Policy) -> str:
    return policy.cares[decision.ground].title if isinstance(decision.ground, Care) else ""


def _message(
    decision: Decision, case: Plan, text: str, *, after: ActionKey | None = None, only_if_done: bool = False
) -> Action:
    return _action(decision, ActionKind.MESSAGE, case, text=text, after=after, only_if_done=only_if_done)


def _action(
    decision: Decision,
    kind: ActionKind,
    case: Plan,
    *,
    text: str = "",
    mail: Mail | None = None,
    until: dt.datetime | None = None,
    after: ActionKey | None = None,
    only_if_done: bool = False,
    mark: str = "",
) -> Action:
    rule = decision.ground.value if isinstance(decision.ground, Category) else ""
    return Action(
        key=action_key(decision.id, kind, *([mark] if mark else [])),
        kind=kind,
        step=decision.step,
        decision=decision.id,
        author=decision.author,
        account=decision.account,
        comment=decision.comment,
        also=case.comment.siblings if kind in {ActionKind.HIDE, ActionKind.UNHIDE} else (),
        media=case.comment.media if kind in {ActionKind.HIDE, ActionKind.REPORT, ActionKind.PACK} else (),
        text=text,
        rule=rule,
        until=until,
        mail=mail,
        after=after,
        only_if_done=only_if_done,
    )


def _mail_or_hand(decision: Decision, case: Plan, subject: str, text: str) -> Iterator[Event]:
    contact = case.policy.organisation.contacts[decision.route or Route.SAFEGUARDING]
    mail = Mail(contact.email, subject, text)
    action = _action(decision, ActionKind.MAIL, case, mail=mail, mark=decision.route or "")
    yield Intended(action)


def _card(
    decision: Decision,
    kind: CardKind,
    case: Plan,
    verbs: tuple[Verb, ...],
    *,
    note: str = "",
    action: ActionKey | None = None,
    mark: str = "",
) -> Card:
    lasting = {CardKind.BLOCK: case.policy.approvals.card_lifetime}
    identity = card_id(decision.id, kind)
    return Card(
        id=CardId(f"{identity}-{mark}") if mark else identity,
        kind=kind,
        audience=Audience.ASSISTANT_DIRECTOR if kind is CardKind.BLOCK else Audience.OFFICERS,
        case=case.case,
        decision=decision.id,
        comment=decision.comment,
        revision=decision.revision,
        evidence=case.evidence,
        asked_at=case.now,
        expires_at=case.now + lasting.get(kind, dt.timedelta(days=30)),
        epoch=case.epoch,
        proposed_by=decision.by if kind is CardKind.BLOCK else None,
        action=action,
        verbs=verbs,
        note=note,
    )
