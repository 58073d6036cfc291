"""How far each action has come, and which may be taken in hand now."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Row, and_, bindparam, exists, func, insert, or_, select, update

from adapters.ledger import cases, events
from adapters.ledger.columns import Moment, later
from adapters.ledger.errors import LedgerBrokenError
from adapters.ledger.tables import ACTIONS, CASES, EVENT, HOSTS, PAYLOAD
from adapters.ledger.transaction import Transaction
from moderation.decision import (
    Action,
    ActionKey,
    ActionKind,
    AlreadyDone,
    Done,
    Refused,
    Step,
    TryLater,
    Unknown,
    Unsupported,
)
from moderation.ports import ActionState, OpenAction
from moderation.record import Attempted, Intended, Settled, Withheld

_RANKS: tuple[frozenset[ActionKind], ...] = (
    frozenset({ActionKind.HIDE}),
    frozenset(
        {
            ActionKind.REPORT,
            ActionKind.BLOCK,
            ActionKind.UNHIDE,
            ActionKind.UNBLOCK,
            ActionKind.MUTE,
            ActionKind.UNMUTE,
        }
    ),
    frozenset({ActionKind.MESSAGE}),
    frozenset({ActionKind.MAIL, ActionKind.PACK}),
    frozenset({ActionKind.REPLY}),
)
_NO_CASE = 0
"""The number of what belongs to no case."""
_FIRST = 0
"""Alerts go with the hides: somebody may need help now."""
_RANK = {kind: rank for rank, kinds in enumerate(_RANKS) for kind in kinds}

_NAMED = ACTIONS.c.action == bindparam("wanted")
_NOW = bindparam("now", type_=Moment())
_SHARED_NOW = bindparam("shared_now", type_=Moment())

_BEFORE = ACTIONS.alias("before")
"""The action that another one comes after."""
_INTENDED = PAYLOAD.alias("intended")
_SETTLED = PAYLOAD.alias("settled")


# --- Statements ---------------------------------------------------------------------------------------

_NEW = insert(ACTIONS)
_PROGRESS = select(ACTIONS.c.state, ACTIONS.c.attempts, ACTIONS.c.succeeded).where(_NAMED)
_CHANGED = update(ACTIONS).where(_NAMED)
_ATTEMPTED = _CHANGED.where(ACTIONS.c.attempts < bindparam("number")).values(attempts=bindparam("number"))
_WITHHELD = _CHANGED.where(ACTIONS.c.state != ActionState.ENDED).values(
    state=ActionState.ENDED, lease_until=None
)
_DOUBTED = (
    update(ACTIONS)
    .where(ACTIONS.c.state.in_([ActionState.OPEN, ActionState.IN_HAND]))
    .values(attempts=ACTIONS.c.attempts + 1)  # of this one nobody will ever say what came
)
_POSTPONED = _CHANGED.where(ACTIONS.c.state == ActionState.IN_HAND).values(
    state=ActionState.OPEN, not_before=bindparam("until"), lease_until=None
)

# Nobody has it in hand, and its time has come. A lease that has run out holds nothing, nor does a dead host.
_FREE = or_(
    and_(
        ACTIONS.c.state == ActionState.OPEN,
        or_(ACTIONS.c.not_before.is_(None), ACTIONS.c.not_before <= _NOW),
    ),
    and_(ACTIONS.c.state == ActionState.IN_HAND, ACTIONS.c.lease_until <= _NOW),
    and_(
        ACTIONS.c.state == ActionState.IN_HAND,
        ACTIONS.c.holder.is_not(None),
        ~exists().where(HOSTS.c.host == ACTIONS.c.holder, HOSTS.c.until > _SHARED_NOW),
    ),
)
# What a person sees to has ended as far as we are concerned, but what waits for its success waits on.
# One that was never intended cannot end, and holds up what comes after it.
_ITS_TURN = or_(
    ACTIONS.c.after.is_(None),
    and_(_BEFORE.c.state == ActionState.ENDED, or_(_BEFORE.c.succeeded, ACTIONS.c.only_if_done.is_(False))),
    and_(_BEFORE.c.state == ActionState.BY_HAND, ACTIONS.c.only_if_done.is_(False)),
)
_ORPHANED = (
    select(ACTIONS.c.action)
    .join(_BEFORE, _BEFORE.c.action == ACTIONS.c.after)
    .where(ACTIONS.c.only_if_done, _FREE)
    .where(_BEFORE.c.state == ActionState.ENDED, _BEFORE.c.succeeded.is_(False))
    .order_by(ACTIONS.c.seq)
)
_CLAIMED = (
    update(ACTIONS)
    .where(
        ACTIONS.c.action.in_(
            select(ACTIONS.c.action)
            .outerjoin(_BEFORE, _BEFORE.c.action == ACTIONS.c.after)
            .where(_NAMED, _FREE, _ITS_TURN)
        )
    )
    .values(state=ActionState.IN_HAND, lease_until=bindparam("until"), holder=bindparam("by"))
)
_READ = (
    select(
        ACTIONS.c.seq,
        ACTIONS.c.state,
        ACTIONS.c.attempts,
        ACTIONS.c.lease_until,
        ACTIONS.c.settled,
        _INTENDED.c.body.label("intended_body"),
        _SETTLED.c.body.label("settled_body"),
    )
    .join(_INTENDED, _INTENDED.c.seq == ACTIONS.c.seq)
    .outerjoin(_SETTLED, _SETTLED.c.seq == ACTIONS.c.settled)
    .where(_INTENDED.c.body.is_not(None))
)
_READ_ONE = _READ.where(_NAMED)
_READY = (
    _READ.outerjoin(_BEFORE, _BEFORE.c.action == ACTIONS.c.after)
    .where(_FREE, _ITS_TURN)
    .order_by(ACTIONS.c.rank, ACTIONS.c.seq)
    .limit(bindparam("most"))
)
_LANE = func.coalesce(CASES.c.number, _NO_CASE)
_READY_IN_LANE = (
    _READY.join(EVENT, EVENT.c.seq == ACTIONS.c.seq)
    .outerjoin(CASES, CASES.c.author == EVENT.c.author)
    .where(bindparam("lane") == _LANE)
)
_LANES = (
    select(_LANE)
    .select_from(ACTIONS)
    .join(EVENT, EVENT.c.seq == ACTIONS.c.seq)
    .outerjoin(CASES, CASES.c.author == EVENT.c.author)
    .outerjoin(_BEFORE, _BEFORE.c.action == ACTIONS.c.after)
    .where(_FREE, _ITS_TURN)
    .group_by(_LANE)
    .order_by(func.min(ACTIONS.c.rank), func.min(ACTIONS.c.seq))
    .limit(bindparam("most"))
)


# --- What events do -----------------------------------------------------------------------------------


def intend(transaction: Transaction, seq: int, action: Action) -> None:
    """An action is to be performed."""
    values = {
        "action": action.key,
        "seq": seq,
        "rank": _FIRST if action.step is Step.ALERT else _RANK[action.kind],
        "state": ActionState.OPEN,
        "attempts": 0,
        "after": action.after,
        "only_if_done": action.only_if_done,
        "succeeded": False,
    }
    transaction.execute(_NEW, values)


def attempt(transaction: Transaction, event: Attempted) -> None:
    """The call goes out now."""
    transaction.execute(_ATTEMPTED, {"wanted": event.action, "number": event.attempt})


def settle(transaction: Transaction, seq: int, event: Settled) -> None:
    """Take in what came of an attempt.

    A hand whose lease had run out may report late. That it happened counts all the same; what else it
    says nothing about the attempt that is under way by now.
    """
    row = transaction.execute(_PROGRESS, {"wanted": event.action}).first()
    if row is None:
        return
    done = isinstance(event.outcome, Done | AlreadyDone)
    outpaced = event.by is None and row.attempts > event.attempt
    late = outpaced or row.state == ActionState.ENDED
    if late and not (done and not row.succeeded):
        return
    change = {"settled": seq, "lease_until": None, **_after(transaction, event)}
    transaction.execute(_CHANGED, {"wanted": event.action, **change})


def _after(transaction: Transaction, event: Settled) -> dict[str, Any]:
    match event.outcome:
        case Done() | AlreadyDone():
            return {"state": ActionState.ENDED, "succeeded": True}
        case Refused():
            return {"state": ActionState.ENDED}
        case Unsupported() | Unknown() | TryLater() if event.by is not None:
            return {"state": ActionState.ENDED}
        case Unsupported() | Unknown():
            return {"state": ActionState.BY_HAND}
        case TryLater(after=after):
            return {"state": ActionState.OPEN, "not_before": later(transaction.now, after)}


def withhold(transaction: Transaction, event: Withheld) -> None:
    """An action will never be performed under this key."""
    transaction.execute(_WITHHELD, {"wanted": event.action})


def doubt(transaction: Transaction) -> None:
    """The ledger came from a copy: what it holds open may have been done since. It is read back first."""
    transaction.execute(_DOUBTED)


# --- What dispatch asks -------------------------------------------------------------------------------


def orphaned(transaction: Transaction) -> tuple[ActionKey, ...]:
    """Open actions that were to follow the success of one that ended without it."""
    found = transaction.execute(_ORPHANED, _times(transaction))
    return tuple(ActionKey(row.action) for row in found)


def ready(transaction: Transaction, limit: int, lane: str | None) -> tuple[OpenAction, ...]:
    """Actions that may be taken in hand now: hides first, then what else protects, then words."""
    wanted = {**_times(transaction), "most": limit}
    if lane is None:
        found = transaction.execute(_READY, wanted)
    else:
        found = transaction.execute(_READY_IN_LANE, {**wanted, "lane": cases.number_of(lane) or _NO_CASE})
    return tuple(_open_action(row, transaction.now) for row in found)


def lanes(transaction: Transaction, limit: int) -> tuple[str, ...]:
    """The cases that have actions which may be taken in hand now, the most pressing first."""
    found = transaction.execute(_LANES, {**_times(transaction), "most": limit})
    return tuple(cases.spoken(number) for number in found.scalars())


def _times(transaction: Transaction) -> dict[str, dt.datetime]:
    return {"now": transaction.now, "shared_now": transaction.shared_now}


def claim(transaction: Transaction, action: ActionKey, lease: dt.timedelta, host: str | None) -> bool:
    """Take an action in hand, for as long as the lease lasts and its host lives."""
    taking = {
        **_times(transaction),
        "wanted": action,
        "until": later(transaction.now, lease),
        "by": host,
    }
    return transaction.execute(_CLAIMED, taking).rowcount == 1


def postpone(transaction: Transaction, action: ActionKey, until: dt.datetime) -> None:
    """Put a claimed action back."""
    transaction.execute(_POSTPONED, {"wanted": action, "until": until})


def action(transaction: Transaction, key: ActionKey) -> OpenAction | None:
    """An action with its progress."""
    row = transaction.execute(_READ_ONE, {"wanted": key}).first()
    return _open_action(row, transaction.now) if row else None


def unfinished(transaction: Transaction, seq: int) -> bool:
    """Whether the action that was intended with that event is still to be performed."""
    which = (ACTIONS.c.seq == seq) & (ACTIONS.c.state != ActionState.ENDED)
    return transaction.execute(select(ACTIONS.c.action).where(which)).first() is not None


def _open_action(row: Row[Any], now: dt.datetime) -> OpenAction:
    intended = events.read(row.seq, "Intended", row.intended_body)
    settled = None if row.settled_body is None else events.read(row.settled, "Settled", row.settled_body)
    if not isinstance(intended, Intended):
        raise LedgerBrokenError(f"event {row.seq} ought to be an intention")
    state = ActionState(row.state)
    if state is ActionState.IN_HAND and row.lease_until <= now:
        state = ActionState.OPEN
    outcome = settled.outcome if isinstance(settled, Settled) else None
    return OpenAction(intended.action, state, row.attempts, outcome)
