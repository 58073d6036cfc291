"""What the bot is called, and what it may do in each of our chats, as far as Telegram has told us."""

from __future__ import annotations

import structlog
from telegram.error import TelegramError

from adapters.telegram import reading, rights
from adapters.telegram.api import Lines, scrubbed
from adapters.telegram.config import TelegramConfig
from adapters.telegram.ours import Ours
from adapters.telegram.reading import Node, UnreadableError
from adapters.telegram.rights import Rights

log = structlog.get_logger("telegram")


class Whereabouts:
    """Asked for at the start; kept up to date by the updates about the bot itself."""

    def __init__(self, config: TelegramConfig, lines: Lines) -> None:
        self._config = config
        self._lines = lines
        self._rights: dict[int, Rights] = {}
        self.ours = Ours.of(config)

    @property
    def learnt(self) -> bool:
        """Whether Telegram has answered yet."""
        return bool(self.ours.bot_name)

    def rights(self, chat: int) -> Rights | None:
        """What the bot may do in a chat; None where nobody has told us."""
        return self._rights.get(chat)

    async def learn(self) -> None:
        """Ask for everything. What cannot be asked now stays unknown, and is asked for again."""
        for account in self._config.accounts:
            await self._learn_rights(account.group)
            if account.channel is not None:
                await self._learn_rights(account.channel)
        try:
            me = await self._lines.described("getme")
            self.ours = Ours.of(self._config, reading.words(me, "username"))
        except (TelegramError, UnreadableError) as error:
            log.warning("bot not known yet", why=scrubbed(error))

    async def _learn_rights(self, chat: int) -> None:
        try:
            member = await self._lines.described("getchatmember", chat_id=chat, user_id=self._config.bot_id)
            self._rights[chat] = rights.rights_of(member)
        except (TelegramError, UnreadableError) as error:
            log.warning("rights not known yet", chat=chat, why=scrubbed(error))

    def note(self, update: object) -> None:
        """Keep what an update says about the bot itself."""
        if not isinstance(update, dict) or not isinstance(update.get("my_chat_member"), dict):
            return
        change: Node = update["my_chat_member"]
        try:
            chat = reading.number(reading.needed(change, "chat"), "id")
            self._rights[chat] = rights.rights_of(reading.needed(change, "new_chat_member"))
        except UnreadableError:
            return  # the update itself is set aside as unreadable
