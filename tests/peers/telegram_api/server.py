"""The emulator's HTTP side, on loopback."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from aiohttp import web

from tests.peers.telegram_api import errors, methods
from tests.peers.telegram_api.arguments import Arguments
from tests.peers.telegram_api.faults import Fault
from tests.peers.telegram_api.log import ApiCall
from tests.peers.telegram_api.methods.bots import Described
from tests.peers.telegram_api.objects import Json
from tests.peers.telegram_api.polling import LONGEST_POLL, Polls
from tests.peers.telegram_api.state import Bot
from tests.peers.telegram_api.turn import METHODS, Turn
from tests.peers.telegram_api.world import TelegramWorld

TOKEN = re.compile(r"\d+:[\w-]+")
BODY_LIMIT = 60 * 1024 * 1024
_ = methods  # Importing it is what registers the methods.


class _CutError(Exception):
    """The connection ends without an answer."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """One call as it came in."""

    request: web.Request
    bot: Bot | None
    method: str
    arguments: Arguments
    number: int
    at: datetime


class TelegramApi:
    """Serves one world; `longest_poll` caps in real seconds how long a getUpdates waits."""

    def __init__(
        self, world: TelegramWorld | None = None, *, longest_poll: float = LONGEST_POLL, port: int = 0
    ) -> None:
        self.world = world if world is not None else TelegramWorld()
        self.polls = Polls(longest=longest_poll)
        self.port = port
        application = web.Application(client_max_size=BODY_LIMIT)
        application.router.add_route("*", "/bot{token}/{method}", self._call)
        application.router.add_get("/file/bot{token}/{path:.+}", self._download)
        application.router.add_route("*", "/{rest:.*}", self._nowhere)
        self._runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.polls.close()
        await self._runner.cleanup()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def _nowhere(self, request: web.Request) -> web.Response:
        del request
        return _response(errors.ApiError(404).body())

    async def _download(self, request: web.Request) -> web.Response:
        if self._bot(request.match_info["token"]) is None:
            return _response(errors.ApiError(401).body())
        fault = self.world.faults.take("file")
        if fault is not None and fault.refusal is not None:
            return _response(fault.refusal.body())
        for stored in self.world.files.values():
            if stored.path == request.match_info["path"]:
                return web.Response(body=stored.content, content_type="application/octet-stream")
        return _response(errors.ApiError(404).body())

    def _bot(self, token: str) -> Bot | None:
        return next((bot for bot in self.world.bots.values() if bot.token == token), None)

    async def _call(self, request: web.Request) -> web.Response:
        bot = self._bot(request.match_info["token"])
        arguments = await read_arguments(request)
        heard = _Heard(
            request, bot, request.match_info["method"], arguments, self.world.log.begin(), self.world.clock()
        )
        fault = self.world.faults.take(heard.method)
        answer: Json | None = None
        try:
            answer = await self._answer(heard, fault)
            return _response(answer, as_page=fault is not None and fault.html)
        except _CutError:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        finally:
            self._log(heard, fault, answer)

    def _log(self, heard: _Heard, fault: Fault | None, answer: Json | None) -> None:
        log = self.world.log
        call = ApiCall(
            heard.number,
            heard.at,
            bot_id=heard.bot.id if heard.bot is not None else 0,
            method=heard.method,
            arguments=heard.arguments.values,
            status=_status(answer) if answer is not None else None,
            answer=answer,
            effects=log.of_call(heard.number),
            fault=fault.name if fault is not None else None,
        )
        log.finished.append(call)

    async def _answer(self, heard: _Heard, fault: Fault | None) -> Json:
        if fault is not None and not fault.after_effect:
            refusal = await _suffer(fault)
            if refusal is not None:
                return refusal
        try:
            answer = _success(await self._perform(heard))
        except errors.ApiError as refused:
            answer = refused.body()
        if fault is not None and fault.after_effect:
            return await _suffer(fault) or answer
        return answer

    async def _perform(self, heard: _Heard) -> object:
        if not TOKEN.fullmatch(heard.request.match_info["token"]):
            raise errors.ApiError(404)
        if heard.bot is None:
            raise errors.ApiError(401)
        turn = Turn(self.world, heard.bot, heard.arguments, heard.number)
        name = heard.method.lower()
        if name == "getupdates":
            return await self.polls.get_updates(turn, lambda: _is_gone(heard.request))
        if name not in METHODS:
            raise errors.method_not_found()
        return METHODS[name](turn)


def _is_gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()


async def _suffer(fault: Fault) -> Json | None:
    """Wait, cut or refuse as the fault says."""
    if fault.delay:
        await asyncio.sleep(fault.delay.total_seconds())
    if fault.gate is not None:
        await fault.gate.wait()
    if fault.drop:
        raise _CutError
    return fault.refusal.body() if fault.refusal is not None else None


def _success(result: object) -> Json:
    if isinstance(result, Described):
        return {"ok": True, "result": result.result, "description": result.description}
    return {"ok": True, "result": result}


def _status(answer: Json) -> int:
    return 200 if answer["ok"] else int(answer["error_code"])


def _response(answer: Json, *, as_page: bool = False) -> web.Response:
    if as_page and not answer["ok"]:
        return web.Response(status=_status(answer), text=_page(answer), content_type="text/html")
    return web.json_response(answer, status=_status(answer))


def _page(answer: Json) -> str:
    return f"<html><head><title>{answer['error_code']} {answer['description']}</title></head></html>"


async def read_arguments(request: web.Request) -> Arguments:
    """From the query string, a form, a multipart body or JSON."""
    values: Json = dict(request.query)
    if request.content_type == "application/json":
        text = await request.text()
        values |= json.loads(text) if text else {}
        return Arguments(values)
    files: dict[str, tuple[str, bytes]] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = (value.filename, value.file.read())
        elif isinstance(value, bytes):
            values[name] = value.decode()
        else:
            values[name] = value
    return Arguments(values, files)
