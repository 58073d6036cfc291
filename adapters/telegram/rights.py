"""What a bot or a person is in a chat, and what the bot may do there."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.telegram import reading
from adapters.telegram.reading import Node

ADMINISTRATORS = frozenset({"creator", "administrator"})


@dataclass(frozen=True, slots=True)
class Rights:
    """What the bot may do in a chat."""

    present: bool
    administrator: bool
    delete: bool
    restrict: bool

    @property
    def held(self) -> frozenset[str]:
        """The same in words that an administrator of the chat knows."""
        named = {
            "is in the chat": self.present,
            "is an administrator": self.administrator,
            "may delete messages": self.delete,
            "may ban users": self.restrict,
        }
        return frozenset(words for words, has in named.items() if has)


NONE = Rights(present=False, administrator=False, delete=False, restrict=False)


def rights_of(member: Node) -> Rights:
    """Read a chat member, as getChatMember and the updates about members show it."""
    status = reading.words(member, "status")

    def has(right: str) -> bool:
        return status == "creator" or (status == "administrator" and member.get(right) is True)

    return Rights(
        present=is_present(member),
        administrator=status in ADMINISTRATORS,
        delete=has("can_delete_messages"),
        restrict=has("can_restrict_members"),
    )


def is_present(member: Node) -> bool:
    """Whether somebody is in the chat now."""
    status = reading.words(member, "status")
    if status == "restricted":
        return member.get("is_member") is True
    return status in ADMINISTRATORS | {"member"}
