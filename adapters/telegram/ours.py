"""What is ours on Telegram, as far as reading an update needs to know."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.telegram.config import STAND_INS, TelegramAccount, TelegramConfig
from moderation.decision import StaffId


@dataclass(frozen=True, slots=True)
class Ours:
    """Our chats, our bot and our people. `bot_name` is empty until Telegram has told it."""

    bot: int
    bot_name: str
    staff_chat: int
    accounts: tuple[TelegramAccount, ...]
    staff: frozenset[int]

    @classmethod
    def of(cls, config: TelegramConfig, bot_name: str = "") -> Ours:
        """What the settings say is ours."""
        return cls(config.bot_id, bot_name, config.staff_chat, config.accounts, config.staff)

    def account(self, chat: int) -> TelegramAccount | None:
        """The account whose discussion group that is."""
        return next((one for one in self.accounts if one.group == chat), None)

    def names(self, chat: int) -> str:
        """What to call a chat of ours; empty for any other."""
        if chat == self.staff_chat:
            return "the staff chat"
        for account in self.accounts:
            if chat == account.group:
                return f"the discussion group {chat}"
            if chat == account.channel:
                return f"the channel {chat}"
        return ""


def staff_id(user: int) -> StaffId:
    """Who a person is to the rest of the house."""
    return StaffId(f"telegram:{user}")


def is_stand_in(user: int) -> bool:
    """Whether a user id stands for a chat that has spoken."""
    return user in STAND_INS
