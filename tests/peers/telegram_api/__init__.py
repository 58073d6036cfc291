"""An emulator of the Telegram Bot API on loopback.

A test builds a `TelegramWorld` (or takes `town.build()`), serves it with `async with TelegramApi(world)`,
points the bot at `api.base_url`, plays the outside world through the world's methods, and judges by
`world.log` (what was done, how often) and `bot.queue` (what was heard, confirmed, lost).
"""

from tests.peers.telegram_api.errors import ApiError
from tests.peers.telegram_api.log import ApiCall, CallLog, Effect
from tests.peers.telegram_api.objects import Chat, Membership, Message, Query, User
from tests.peers.telegram_api.server import TelegramApi
from tests.peers.telegram_api.state import Bot
from tests.peers.telegram_api.world import NotPossibleError, TelegramWorld

__all__ = [
    "ApiCall",
    "ApiError",
    "Bot",
    "CallLog",
    "Chat",
    "Effect",
    "Membership",
    "Message",
    "NotPossibleError",
    "Query",
    "TelegramApi",
    "TelegramWorld",
    "User",
]
