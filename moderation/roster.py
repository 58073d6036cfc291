"""Who is on duty here, in which role, from when to when."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from moderation.decision import StaffId


class Role(enum.StrEnum):
    """What a member of staff may do in the staff chat."""

    OFFICER = "officer"
    ASSISTANT_DIRECTOR = "assistant_director"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Member:
    """A person on the roster. Identity is the chat's numeric id; the name is a label.

    `appointed` marks a deputy who acts as assistant director by formal appointment, which always has
    a first and a last day.
    """

    id: StaffId
    name: str
    roles: frozenset[Role]
    valid_from: dt.datetime
    valid_to: dt.datetime | None = None
    appointed: bool = False
    email: str = ""

    def __post_init__(self) -> None:
        if self.valid_from.tzinfo is None or (self.valid_to is not None and self.valid_to.tzinfo is None):
            message = f"roster member {self.name}: dates need a time zone"
            raise ValueError(message)
        if self.appointed and self.valid_to is None:
            message = f"roster member {self.name}: a deputy is appointed with a first and a last day"
            raise ValueError(message)

    def serves(self, role: Role, at: dt.datetime) -> bool:
        """Whether this person holds the role at that moment."""
        begun = self.valid_from <= at
        ended = self.valid_to is not None and at >= self.valid_to
        return role in self.roles and begun and not ended


@dataclass(frozen=True, slots=True)
class Holder:
    """Someone who holds a corporate or advocate account, and gets the circulars."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Roster:
    """Everyone who may act, and everyone who is told."""

    members: tuple[Member, ...]
    holders: tuple[Holder, ...] = ()

    def __post_init__(self) -> None:
        ids = [member.id for member in self.members]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            message = f"roster: {', '.join(twice)} stands there more than once"
            raise ValueError(message)

    def find(self, staff: StaffId) -> Member | None:
        """The member with that id, in service or not."""
        return next((member for member in self.members if member.id == staff), None)

    def serves(self, staff: StaffId, role: Role, at: dt.datetime) -> bool:
        """Whether that person holds the role at that moment."""
        member = self.find(staff)
        return member is not None and member.serves(role, at)

    def serving(self, role: Role, at: dt.datetime) -> tuple[Member, ...]:
        """Everyone who holds the role at that moment."""
        return tuple(member for member in self.members if member.serves(role, at))
