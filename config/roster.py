"""From the settings' [[roster]] and [[holders]] to the core's Roster."""

from __future__ import annotations

import datetime as dt
import zoneinfo

from config.settings_shape import MemberPart, SettingsPart
from moderation.decision import StaffId
from moderation.roster import Holder, Member, Roster

_HOME = zoneinfo.ZoneInfo("Europe/London")
DAY = dt.timedelta(days=1)


def roster(part: SettingsPart) -> Roster:
    """Build the roster. Days begin and end at midnight in England, and the last day is a day of service."""
    return Roster(
        members=tuple(member(one) for one in part.roster),
        holders=tuple(Holder(one.name, one.email) for one in part.holders),
    )


def member(part: MemberPart) -> Member:
    """Build one member."""
    return Member(
        id=StaffId(f"telegram:{part.telegram_id}"),
        name=part.name,
        roles=part.roles,
        valid_from=midnight(part.valid_from),
        valid_to=None if part.valid_to is None else midnight(part.valid_to + DAY),
        appointed=part.appointed,
        email=part.email or "",
    )


def midnight(day: dt.date) -> dt.datetime:
    """When a day begins in England."""
    return dt.datetime.combine(day, dt.time(), _HOME).astimezone(dt.UTC)
