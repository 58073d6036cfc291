"""The two client libraries that must understand whatever the emulator says."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiogram
import aiogram.methods
import aiohttp
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from telegram.request import HTTPXRequest

from tests.peers.telegram_api.objects import Json
from tests.peers.telegram_api.server import TelegramApi


@asynccontextmanager
async def python_telegram_bot(api: TelegramApi, token: str) -> AsyncIterator[telegram.Bot]:
    """A bot of python-telegram-bot, not yet initialised, so that no call has been made."""
    # Loopback has no TLS; loading the certificates for every test would take most of its time.
    requests = [HTTPXRequest(httpx_kwargs={"verify": False}) for _ in range(2)]
    bot = telegram.Bot(
        token,
        base_url=f"{api.base_url}/bot",
        base_file_url=f"{api.base_url}/file/bot",
        request=requests[0],
        get_updates_request=requests[1],
    )
    async with requests[0], requests[1]:
        yield bot


@asynccontextmanager
async def aiogram_bot(api: TelegramApi, token: str) -> AsyncIterator[aiogram.Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(api.base_url))
    try:
        yield aiogram.Bot(token, session=session)
    finally:
        # Not session.close(): it sleeps for a quarter of a second after closing.
        if session._session is not None:
            await session._session.close()


async def until(condition: Callable[[], object]) -> None:
    """Wait for something that the server is about to do."""
    for _ in range(2_000):
        if condition():
            return
        await asyncio.sleep(0.001)
    raise TimeoutError


class RawCaller:
    """Posts JSON and keeps what comes back as it is."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session

    async def __call__(self, method: str, **arguments: Any) -> tuple[int, Json]:  # noqa: ANN401
        async with self.session.post(method, json=arguments) as answer:
            return answer.status, await answer.json()


class PtbCaller:
    """Calls a method by its name in the Bot API."""

    def __init__(self, bot: telegram.Bot) -> None:
        self.bot = bot

    async def __call__(self, method: str, **arguments: Any) -> Any:  # noqa: ANN401 -- whatever it answers
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", method).lower()
        if "commands" in arguments:
            arguments["commands"] = [telegram.BotCommand(**one) for one in arguments["commands"]]
        return await getattr(self.bot, name)(**arguments)


class AiogramCaller:
    """Calls a method by its name in the Bot API."""

    def __init__(self, bot: aiogram.Bot) -> None:
        self.bot = bot

    async def __call__(self, method: str, **arguments: Any) -> Any:  # noqa: ANN401 -- whatever it answers
        kind = getattr(aiogram.methods, method[0].upper() + method[1:])
        return await self.bot(kind(**arguments))
