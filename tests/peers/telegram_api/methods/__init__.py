"""The methods of the Bot API that the emulator answers; importing this registers them."""

from tests.peers.telegram_api.methods import bots, chats, files, members, messages, sending

__all__ = ["bots", "chats", "files", "members", "messages", "sending"]
