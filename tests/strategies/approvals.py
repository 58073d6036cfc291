"""People, a block card, and a press of it that is let through, for tests to spoil."""

from __future__ import annotations

import datetime as dt

from moderation.approval import Desk
from moderation.card import Audience, Button, Card, CardKind, Draft, Place, Press, Stage, Verb, card_id
from moderation.decision import CaseRef, StaffId, Step
from moderation.roster import Member, Role, Roster
from moderation.taxonomy import Category
from tests.strategies.comments import DAY, DIRECTOR, HOUR, MINUTE, NOW, OFFICER, SECOND_OFFICER, comment
from tests.strategies.histories import decision

DEPUTY = StaffId("telegram:22")
BOTH = StaffId("telegram:23")
"""An officer who is assistant director as well."""
LEAVER = StaffId("telegram:24")
OPERATOR = StaffId("telegram:41")
STRANGER = StaffId("telegram:99")
ANONYMOUS = StaffId("telegram:1087968824")

_OFFICER = frozenset({Role.OFFICER})
_DIRECTOR = frozenset({Role.ASSISTANT_DIRECTOR})
LONG_AGO = NOW - 1000 * DAY

ROSTER = Roster(
    (
        Member(OFFICER, "Officer", _OFFICER, LONG_AGO),
        Member(SECOND_OFFICER, "Officer", _OFFICER, LONG_AGO),
        Member(DIRECTOR, "Director", _DIRECTOR, LONG_AGO),
        Member(DEPUTY, "Director", _DIRECTOR, NOW + 2 * DAY, NOW + 10 * DAY, appointed=True),
        Member(BOTH, "Both", _OFFICER | _DIRECTOR, LONG_AGO),
        Member(LEAVER, "Leaver", _DIRECTOR, LONG_AGO, NOW + 3 * DAY),
        Member(OPERATOR, "Operator", frozenset({Role.OPERATOR}), LONG_AGO),
        Member(ANONYMOUS, "Group", _DIRECTOR | _OFFICER, LONG_AGO),
    )
)
PEOPLE = (OFFICER, SECOND_OFFICER, DIRECTOR, DEPUTY, BOTH, LEAVER, OPERATOR, STRANGER, ANONYMOUS)

HERE = Place("-100200", "7")
TOKEN = "token-of-ours"
BLOCK = decision(Step.BLOCK, comment())


def card(
    kind: CardKind = CardKind.BLOCK,
    *,
    stage: Stage | None = None,
    by: StaffId = DIRECTOR,
    proposed_by: StaffId | None = OFFICER,
    ground: Category | None = Category.ABUSIVE,
    term: dt.timedelta | None = 90 * DAY,
    no_warning_because: str | None = None,
) -> Card:
    """An open card that was asked an hour ago. With a stage, somebody has begun on it."""
    draft = Draft(by, stage, ground, term, no_warning_because) if stage else None
    return Card(
        id=card_id(BLOCK.id, kind),
        kind=kind,
        audience=Audience.ASSISTANT_DIRECTOR if kind is CardKind.BLOCK else Audience.OFFICERS,
        case=CaseRef("C-1"),
        decision=BLOCK.id,
        comment=BLOCK.comment,
        revision=0,
        evidence="digest",
        asked_at=NOW - HOUR,
        expires_at=NOW + 71 * HOUR,
        epoch=1,
        version=5,
        draft=draft,
        proposed_by=proposed_by,
    )


def button(of: Card, verb: Verb = Verb.APPROVE, argument: str = "") -> Button:
    """A button of that card's newest version."""
    return Button(TOKEN, of.id, of.version, verb, argument)


def desk(of: Card, pressed: Button, *, now: dt.datetime = NOW, roster: Roster = ROSTER) -> Desk:
    """What the ledger says of that card now."""
    return Desk(
        roster=roster,
        now=now,
        epoch=1,
        card=of,
        button=pressed,
        place=HERE,
        shown_at=NOW - 30 * MINUTE,
        evidence="digest",
    )


def press(
    by: StaffId = DIRECTOR, *, token: str = TOKEN, place: Place = HERE, anonymous: bool = False
) -> Press:
    """A press as the chat tells it."""
    return Press(token, by, place, NOW, "query", anonymous)
