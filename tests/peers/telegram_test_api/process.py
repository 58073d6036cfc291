"""Runs `telegram-test-api` on loopback as a child process."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import aiohttp

from tests.peers.telegram_test_api import install

Json: TypeAlias = dict[str, Any]

START_LIMIT = 20
STOP_LIMIT = 5


@dataclass(frozen=True, slots=True)
class TelegramTestApi:
    """The running emulator, with what its own client API lets a person do."""

    base_url: str
    session: aiohttp.ClientSession

    async def write(self, token: str, text: str, *, person: int = 1, name: str = "Test") -> None:
        """A person writes to the bot in private."""
        await self._ask("sendMessage", _spoken(token, person, name) | {"text": text})

    async def press(
        self, token: str, data: str, *, message: Json, person: int = 1, name: str = "Test"
    ) -> None:
        """A person presses a button; `message` is what the bot had sent."""
        spoken = _spoken(token, person, name)
        await self._ask("sendCallback", spoken | {"message": message, "data": data})

    async def unread(self, token: str, chat_id: int) -> list[Json]:
        """What the bot has sent to a chat and nobody has fetched yet."""
        return await self._ask("getUpdates", {"token": token, "chatId": chat_id})

    async def history(self, token: str) -> list[Json]:
        """Everything said on both sides, the bot's messages as they stand after edits."""
        return await self._ask("getUpdatesHistory", {"token": token})

    async def _ask(self, route: str, body: Json) -> list[Json]:
        async with self.session.post(f"/{route}", json=body) as answer:
            answer.raise_for_status()
            told: Json = await answer.json()
        return told["result"] or []


def _spoken(token: str, person: int, name: str) -> Json:
    who = {"id": person, "first_name": name, "is_bot": False}
    chat = {"id": person, "type": "private", "first_name": name}
    return {"botToken": token, "from": who, "chat": chat, "date": 1_790_000_000}


@asynccontextmanager
async def telegram_test_api() -> AsyncIterator[TelegramTestApi]:
    """Install if needed, start on a free port, stop when done."""
    modules = await asyncio.to_thread(install.installed)
    node = shutil.which("node") or "node"
    child = await asyncio.create_subprocess_exec(
        node,
        str(install.HERE / "serve.cjs"),
        env=os.environ | {"NODE_PATH": str(modules)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        base_url = f"http://127.0.0.1:{await _port(child)}"
        async with aiohttp.ClientSession(base_url) as session:
            yield TelegramTestApi(base_url, session)
    finally:
        await _stop(child)


async def _port(child: asyncio.subprocess.Process) -> int:
    if child.stdout is None:
        raise RuntimeError("telegram-test-api was started without a pipe")
    async with asyncio.timeout(START_LIMIT):
        line = await child.stdout.readline()
    if not line:
        raise RuntimeError("telegram-test-api ended before it listened; its complaint is on stderr")
    return int(line)


async def _stop(child: asyncio.subprocess.Process) -> None:
    """The end of its input ends the child; if not, it is killed."""
    try:
        async with asyncio.timeout(STOP_LIMIT):
            await child.communicate(b"")
    except TimeoutError:
        child.kill()
        await child.wait()
