"""A Mastodon instance on loopback that can be made to misbehave, call by call."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.peers.mastodon_world import US, Json, World, page

TOKEN = "token-of-the-trust"
DATE = "Mon, 01 Jun 2026 12:00:00 GMT"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Fault:
    """How a call goes wrong. `after` lets the instance do the thing first."""

    path: str
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    after: bool = False
    drop: bool = False
    hang: float = 0.0
    times: int = 1
    method: str = ""

    def hits(self, request: web.Request) -> bool:
        """Whether this call is the one."""
        return (
            self.times > 0
            and re.search(self.path, request.path) is not None
            and self.method in {"", request.method}
        )


class MastodonServer:
    """Serves one world to one token, and keeps a list of what it was asked."""

    def __init__(self) -> None:
        self.world = World()
        self.world.tell = self.tell
        self.faults: list[Fault] = []
        self.calls: list[tuple[str, str]] = []
        self.keys: list[str] = []
        self.queries: list[tuple[str, dict[str, str]]] = []
        self.files: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.listeners: list[web.StreamResponse] = []
        self.connected = 0
        self.url = ""
        self._runner = web.AppRunner(self._app(), shutdown_timeout=0.1)
        self._site: web.TCPSite | None = None

    async def start(self, port: int = 0) -> None:
        """Begin to serve."""
        await self._runner.setup()
        self._site = web.TCPSite(self._runner, "127.0.0.1", port)
        await self._site.start()
        host, bound = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{bound}"

    async def stop(self) -> None:
        """Hang up on everybody."""
        await self.drop_streams()
        await self._runner.cleanup()

    async def drop_streams(self) -> None:
        """Break every stream."""
        for listener in self.listeners:
            if listener._req is not None and listener._req.transport is not None:
                listener._req.transport.abort()
        self.listeners.clear()

    def tell(self, name: str, payload: object) -> None:
        """Put an event on every stream."""
        data = payload if isinstance(payload, str) else json.dumps(payload)
        for listener in self.listeners:
            asyncio.ensure_future(listener.write(f"event: {name}\ndata: {data}\n\n".encode()))  # noqa: RUF006

    def posts(self, path: str) -> int:
        """How often a change was asked for."""
        return sum(method != "GET" and re.search(path, where) is not None for method, where in self.calls)

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[self._misbehave])
        get, post = app.router.add_get, app.router.add_post
        get("/api/v1/accounts/verify_credentials", self._whoami)
        get("/api/v1/accounts/relationships", self._ties)
        get("/api/v1/accounts/{id}", self._account)
        get("/api/v1/accounts/{id}/statuses", self._own_statuses)
        post("/api/v1/accounts/{id}/{verb:mute|unmute|block|unblock}", self._tie)
        get("/api/v1/apps/verify_credentials", self._its_app)
        get("/api/v1/instance/", self._instance)
        get("/api/v2/instance/", self._instance)
        get("/api/v1/notifications", self._notifications)
        get("/api/v2/notifications/policy", self._policy)
        get("/api/v1/conversations/", self._conversations)
        get("/api/v1/statuses", self._statuses)
        post("/api/v1/statuses", self._post)
        get("/api/v1/statuses/{id}", self._status)
        app.router.add_delete("/api/v1/statuses/{id}", self._delete)
        get("/api/v1/statuses/{id}/context", self._context)
        post("/api/v1/statuses/{id}/quotes/{quoting}/revoke", self._revoke)
        post("/api/v1/reports/", self._report)
        get("/api/v1/admin/reports", self._reports)
        get("/api/v1/admin/accounts/{id}", self._admin_account)
        post("/api/v1/admin/accounts/{id}/{verb:action|unsilence|unsuspend}", self._admin_tie)
        get("/api/v1/streaming/user", self._stream)
        get("/media/{name}", self._file)
        return app

    @web.middleware
    async def _misbehave(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.calls.append((request.method, request.path))
        self.queries.append((request.path, dict(request.query)))
        fault = next((one for one in self.faults if one.hits(request)), None)
        if fault is not None:
            fault.times -= 1
            if fault.after:
                await handler(request)
            if fault.hang:
                await asyncio.sleep(fault.hang)
            if fault.drop:
                assert request.transport is not None
                request.transport.abort()
            body = fault.body if isinstance(fault.body, str) else json.dumps(fault.body or {"error": "No"})
            return web.Response(
                text=body, status=fault.status or 500, content_type="application/json", headers=fault.headers
            )
        if (
            not request.path.startswith("/media/")
            and request.headers.get("Authorization") != f"Bearer {TOKEN}"
        ):
            return web.json_response({"error": "The access token is invalid"}, status=401)
        return await handler(request)

    async def _whoami(self, _: web.Request) -> web.Response:
        return web.json_response(self.world.accounts[US].shown())

    async def _its_app(self, _: web.Request) -> web.Response:
        return web.json_response({"name": "houserules", "scopes": self.world.scopes})

    async def _instance(self, _: web.Request) -> web.Response:
        statuses = {"max_characters": self.world.characters}
        body = {
            "version": "4.5.1",
            "rules": self.world.rules,
            "configuration": {"statuses": statuses, "urls": {}},
            "urls": {},
            "api_versions": {"mastodon": 7},
        }
        return web.json_response(body)

    async def _notifications(self, request: web.Request) -> web.Response:
        rows = [
            one
            for key, one in self.world.notifications.items()
            if key not in self.world.filtered or request.query.get("include_filtered") == "true"
        ]
        return web.json_response(page(rows, request.query, lambda row: str(row["id"])))

    async def _policy(self, _: web.Request) -> web.Response:
        return web.json_response(self.world.policy)

    async def _conversations(self, request: web.Request) -> web.Response:
        rows = self.world.conversations()
        return web.json_response(page(rows, request.query, lambda row: str(row["last_status"]["id"])))

    async def _statuses(self, request: web.Request) -> web.Response:
        wanted = request.query.getall("id[]", [])
        return web.json_response([one for key, one in self.world.statuses.items() if key in wanted])

    async def _status(self, request: web.Request) -> web.Response:
        status = self.world.statuses.get(request.match_info["id"])
        return web.json_response(status) if status else _missing()

    async def _delete(self, request: web.Request) -> web.Response:
        return web.json_response(self.world.delete(request.match_info["id"]))

    async def _context(self, request: web.Request) -> web.Response:
        number = request.match_info["id"]
        if number not in self.world.statuses:
            return _missing()
        return web.json_response({"ancestors": [], "descendants": self.world.descendants(number)})

    async def _own_statuses(self, request: web.Request) -> web.Response:
        rows = [
            one for one in self.world.statuses.values() if one["account"]["id"] == request.match_info["id"]
        ]
        return web.json_response(page(rows, request.query, lambda row: str(row["id"])))

    async def _post(self, request: web.Request) -> web.Response:
        form = await request.post()
        key = request.headers.get("Idempotency-Key", "")
        self.keys.append(key)
        if key in self.world.idempotency:
            return web.json_response(self.world.statuses[self.world.idempotency[key]])
        answers = str(form.get("in_reply_to_id", ""))
        if answers and answers not in self.world.statuses:
            return _missing()
        text = str(form["status"])
        if len(text) > self.world.characters:
            return web.json_response(
                {"error": "Validation failed: Text character limit exceeded"}, status=422
            )
        visibility = str(form.get("visibility", "public"))
        status = self.world.post(US, text, visibility=visibility, in_reply_to_id=answers)
        self.world.idempotency[key] = status["id"]
        return web.json_response(status)

    async def _revoke(self, request: web.Request) -> web.Response:
        quoting = self.world.statuses.get(request.match_info["quoting"])
        if quoting is None:
            return _missing()
        quoting["quote"] = {"state": "revoked", "quoted_status": None}
        return web.json_response(quoting)

    async def _ties(self, request: web.Request) -> web.Response:
        wanted = [*request.query.getall("id[]", []), *request.query.getall("id", [])]
        return web.json_response([self.world.tie(one) for one in wanted if one in self.world.accounts])

    async def _account(self, request: web.Request) -> web.Response:
        account = self.world.accounts.get(request.match_info["id"])
        return web.json_response(account.shown()) if account else _missing()

    async def _tie(self, request: web.Request) -> web.Response:
        number, verb = request.match_info["id"], request.match_info["verb"]
        if number not in self.world.accounts:
            return _missing()
        tie = self.world.tie(number)
        form = await request.post()
        self.world.untied += verb.startswith("un")
        tie["muting" if "mute" in verb else "blocking"] = not verb.startswith("un")
        if verb == "mute":
            tie["muting_notifications"] = form.get("notifications", "1") == "1"
        return web.json_response(tie)

    async def _report(self, request: web.Request) -> web.Response:
        form = await request.post()
        report: Json = {"id": self.world.next_id(), **{key: form.getall(key) for key in form}}
        self.world.reports.append(report | {"comment": str(form.get("comment", ""))})
        return web.json_response(self.world.reports[-1])

    async def _reports(self, request: web.Request) -> web.Response:
        if "admin:read:reports" not in self.world.scopes:
            return web.json_response({"error": "This action is outside the authorized scopes"}, status=403)
        resolved = request.query.get("resolved") == "1"
        return web.json_response([] if resolved else self.world.reports)

    async def _admin_account(self, request: web.Request) -> web.Response:
        account = self.world.accounts[request.match_info["id"]]
        shown = {"id": account.id, "silenced": account.silenced, "suspended": account.suspended}
        return web.json_response(shown)

    async def _admin_tie(self, request: web.Request) -> web.Response:
        account = self.world.accounts[request.match_info["id"]]
        match request.match_info["verb"], str((await request.post()).get("type", "")):
            case "action", "silence":
                account.silenced = True
            case "action", "suspend":
                account.suspended = True
            case "unsilence", _:
                account.silenced = False
            case _:
                account.suspended = False
        return web.json_response({})

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b":)\n")
        self.listeners.append(response)
        self.connected += 1
        try:
            while request.transport is not None and not request.transport.is_closing():  # noqa: ASYNC110
                await asyncio.sleep(0.02)  # aiohttp tells a handler nothing of a listener who left
        finally:
            if response in self.listeners:
                self.listeners.remove(response)
        return response

    async def _file(self, request: web.Request) -> web.Response:
        status, headers, body = self.files.get(request.match_info["name"], (404, {}, b""))
        return web.Response(status=status, headers=headers, body=body)


def _missing() -> web.Response:
    return web.json_response({"error": "Record not found"}, status=404)
