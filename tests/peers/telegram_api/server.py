"""The emulator's HTTP side, on loopback."""

from __future__ import annotations

import asyncio
import json
import re
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
        return _answer(404, errors.ApiError(404).body())

    async def _download(self, request: web.Request) -> web.Response:
        if self._bot(request.match_info["token"]) is None:
            return _answer(401, errors.ApiError(401).body())
        fault = self.world.faults.take("file")
        if fault is not None and fault.refusal is not None:
            return _answer(fault.refusal.code, fault.refusal.body())
        for stored in self.world.files.values():
            if stored.path == request.match_info["path"]:
                return web.Response(body=stored.content, content_type="application/octet-stream")
        return _answer(404, errors.ApiError(404).body())

    def _bot(self, token: str) -> Bot | None:
        return next((bot for bot in self.world.bots.values() if bot.token == token), None)

    async def _call(self, request: web.Request) -> web.Response:
        token, method = request.match_info["token"], request.match_info["method"]
        arguments = await read_arguments(request)
        number, started = self.world.log.begin(), self.world.clock()
        bot = self._bot(token)
        fault = self.world.faults.take(method)
        status: int | None = None
        answer: Json | None = None
        try:
            answer = await self._answer(request, bot, method, arguments, number, fault)
            status = 200 if answer["ok"] else answer["error_code"]
            if fault is not None and fault.html and not answer["ok"]:
                return web.Response(status=status, text=_page(answer), content_type="text/html")
            return _answer(status, answer)
        except _CutError:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        finally:
            self.world.log.finished.append(
                ApiCall(
                    number,
                    started,
                    bot.id if bot is not None else 0,
                    method,
                    arguments.values,
                    status,
                    answer,
                    self.world.log.of_call(number),
                    fault.name if fault is not None else None,
                )
            )

    async def _answer(
        self,
        request: web.Request,
        bot: Bot | None,
        method: str,
        arguments: Arguments,
        number: int,
        fault: Fault | None,
    ) -> Json:
        if fault is not None and not fault.after_effect:
            unlucky = await _suffer(fault)
            if unlucky is not None:
                return unlucky
        try:
            result = await self._perform(request, bot, method, arguments, number)
        except errors.ApiError as refusal:
            answer = refusal.body()
        else:
            answer = _success(result)
        if fault is not None and fault.after_effect:
            return await _suffer(fault) or answer
        return answer

    async def _perform(
        self, request: web.Request, bot: Bot | None, method: str, arguments: Arguments, number: int
    ) -> object:
        if not TOKEN.fullmatch(request.match_info["token"]):
            raise errors.ApiError(404)
        if bot is None:
            raise errors.ApiError(401)
        turn = Turn(self.world, bot, arguments, number)
        if method.lower() == "getupdates":
            return await self.polls.get_updates(turn, lambda: _is_gone(request))
        if method.lower() not in METHODS:
            raise errors.method_not_found()
        return METHODS[method.lower()](turn)


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


def _answer(status: int, body: Json) -> web.Response:
    return web.json_response(body, status=status)


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
