"""The emulator `telegram-test-api` from npm, made by strangers, as a second opinion."""

from tests.peers.telegram_test_api.mending import MendingRequest
from tests.peers.telegram_test_api.process import TelegramTestApi, telegram_test_api

__all__ = ["MendingRequest", "TelegramTestApi", "telegram_test_api"]
