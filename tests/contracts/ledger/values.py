"""Small lawful values for tests about the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from moderation.arrival import Arrived, Ordered, Pressed
from moderation.card import Audience, Button, Card, CardId, CardKind, CardState, Order, Place, Press, Verb
from moderation.comment import AccountRef, AuthorRef, Comment, CommentRef, Platform
from moderation.decision import (
    Action,
    ActionKey,
    ActionKind,
    Approval,
    CaseRef,
    Clearance,
    Decision,
    DecisionId,
    StaffId,
    Step,
)
from moderation.ports import Books
from moderation.taxonomy import Category, Severity
from tests.fakes.clock import NOON

ACCOUNT = AccountRef(Platform.SANDBOX, "trust")
OTHER_ACCOUNT = AccountRef(Platform.SANDBOX, "careers")
AUTHOR = AuthorRef(Platform.SANDBOX, "7")
OTHER = AuthorRef(Platform.SANDBOX, "8")
OFFICER = StaffId("sandbox:1")
MINUTE = dt.timedelta(minutes=1)
LEASE = dt.timedelta(minutes=2)

AWKWARD = "nul \x00, lone \ud800, a pair apart \ud83d\ude00, a pair \U0001f600, \\0; and 'quotes' \u202e"
"""Text that databases and encodings refuse or change."""


def ref(name: str = "1", account: AccountRef = ACCOUNT) -> CommentRef:
    return CommentRef(account, name)


def comment(
    name: str = "1",
    text: str = "slow again",
    *,
    author: AuthorRef = AUTHOR,
    account: AccountRef = ACCOUNT,
    revision: int = 0,
    posted_at: dt.datetime = NOON,
) -> Comment:
    return Comment(ref(name, account), author, text, posted_at, revision)


def decision(name: str = "d-1", *, step: Step = Step.HIDE, author: AuthorRef = AUTHOR) -> Decision:
    return Decision(
        id=DecisionId(name),
        step=step,
        author=author,
        account=ACCOUNT,
        comment=ref(),
        revision=0,
        ground=Category.ABUSIVE,
        severity=Severity.CLEAR_BREACH,
        clearance=Clearance.ASSISTANT_DIRECTOR if step is Step.BLOCK else Clearance.AUTOMATIC,
        because="strong words",
        clause="4.1",
        policy_version="1",
    )


def action(
    name: str = "a-1",
    kind: ActionKind = ActionKind.HIDE,
    *,
    after: str | None = None,
    only_if_done: bool = False,
    author: AuthorRef = AUTHOR,
) -> Action:
    return Action(
        key=ActionKey(name),
        kind=kind,
        step=Step.HIDE,
        decision=DecisionId("d-1"),
        author=author,
        account=ACCOUNT,
        comment=ref(),
        after=None if after is None else ActionKey(after),
        only_if_done=only_if_done,
    )


def card(
    name: str = "card-1",
    *,
    case: CaseRef | str = "C-1",
    audience: Audience = Audience.OFFICERS,
    version: int = 1,
    state: CardState = CardState.OPEN,
) -> Card:
    return Card(
        id=CardId(name),
        kind=CardKind.RULE if audience is Audience.OFFICERS else CardKind.BLOCK,
        audience=audience,
        case=CaseRef(case),
        decision=DecisionId("d-1"),
        comment=ref(),
        revision=0,
        evidence="e" * 64,
        asked_at=NOON,
        expires_at=NOON + dt.timedelta(days=1),
        epoch=0,
        version=version,
        state=state,
    )


def next_version(old: Card, state: CardState = CardState.OPEN) -> Card:
    return replace(old, version=old.version + 1, state=state)


def button(token: str = "t-1", *, name: str = "card-1", version: int = 1, verb: Verb = Verb.UPHOLD) -> Button:
    return Button(token, CardId(name), version, verb)


def press(token: str = "t-1") -> Press:
    return Press(token, OFFICER, Place("chat", "1"), NOON)


def pressed(key: str = "p-1") -> Pressed:
    return Pressed(key, press(), "raw press")


def ordered(key: str = "o-1") -> Ordered:
    return Ordered(key, Order("queue", "", OFFICER, "chat", NOON), "raw order")


def arrived(key: str = "c-1", name: str = "1") -> Arrived:
    return Arrived(key, comment(name), "raw comment")


def approval() -> Approval:
    return Approval(
        decision=DecisionId("d-1"),
        evidence="e" * 64,
        by=StaffId("sandbox:9"),
        at=NOON,
        expires_at=NOON + dt.timedelta(days=1),
        ground=Category.ABUSIVE,
        term=dt.timedelta(days=90),
        review_on=dt.date(2026, 9, 1),
        epoch=0,
    )


def case_for(author: AuthorRef = AUTHOR) -> Callable[[Books], CaseRef]:
    return lambda books: books.case_of(author)
