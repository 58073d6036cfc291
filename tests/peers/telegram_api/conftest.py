"""Fixtures for the emulator's own tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiogram
import aiohttp
import pytest
import telegram

from tests.peers.telegram_api import clients, town
from tests.peers.telegram_api.clients import AiogramCaller, PtbCaller, RawCaller
from tests.peers.telegram_api.server import TelegramApi
from tests.peers.telegram_api.town import Town


@pytest.fixture(name="place")
def _place() -> Town:
    return town.build()


@pytest.fixture(name="api")
async def _api(place: Town) -> AsyncIterator[TelegramApi]:
    async with TelegramApi(place.world) as api:
        yield api


@pytest.fixture(name="ptb")
async def _ptb(api: TelegramApi, place: Town) -> AsyncIterator[telegram.Bot]:
    async with clients.python_telegram_bot(api, place.bot.token) as bot:
        yield bot


@pytest.fixture(name="gram")
async def _gram(api: TelegramApi, place: Town) -> AsyncIterator[aiogram.Bot]:
    async with clients.aiogram_bot(api, place.bot.token) as bot:
        yield bot


@pytest.fixture(name="raw")
async def _raw(api: TelegramApi, place: Town) -> AsyncIterator[RawCaller]:
    async with aiohttp.ClientSession(f"{api.base_url}/bot{place.bot.token}/") as session:
        yield RawCaller(session)


@pytest.fixture(name="call", params=["python-telegram-bot", "aiogram"])
async def _call(
    request: pytest.FixtureRequest, api: TelegramApi, place: Town
) -> AsyncIterator[PtbCaller | AiogramCaller]:
    if request.param == "aiogram":
        async with clients.aiogram_bot(api, place.bot.token) as gram:
            yield AiogramCaller(gram)
    else:
        async with clients.python_telegram_bot(api, place.bot.token) as ptb:
            yield PtbCaller(ptb)
