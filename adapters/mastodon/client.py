"""Mastodon.py in a few threads: plain JSON out, one kind of error."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Callable
from typing import Any

import mastodon

from adapters.mastodon import faults, payload
from adapters.mastodon.faults import CallFailedError, Fault
from adapters.mastodon.mapping import Self
from adapters.mastodon.payload import Payload
from adapters.mastodon.settings import Settings
from adapters.mastodon.transport import Transport

THREADS = 3
PAGE = 40
TOGETHER = 20
"""Statuses that an instance gives in one call."""

Call = Callable[[Any], object]


def api(settings: Settings, session: Transport) -> Any:  # noqa: ANN401 - Mastodon.py's own types promise too much
    """Make a Mastodon.py client that never waits by itself and never asks which version it talks to."""
    return mastodon.Mastodon(
        access_token=settings.token,
        api_base_url=settings.instance,
        request_timeout=settings.request_limit.total_seconds(),
        ratelimit_method="throw",
        version_check_mode="none",
        user_agent="houserules",
        session=session,
    )


class Client:
    """Calls to one instance as one account. Every call has a limit."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._session = Transport()
        self._api = api(settings, self._session)
        self._threads = concurrent.futures.ThreadPoolExecutor(THREADS, thread_name_prefix="mastodon-call")
        self._self: Self | None = None
        self._instance: Payload | None = None
        self._closed = False

    async def look(self, call: Call) -> object:
        """Make a call that changes nothing."""
        return await self._run(call, writing=False)

    async def change(self, call: Call) -> object:
        """Make a call that changes something."""
        return await self._run(call, writing=True)

    async def whoami(self) -> Self:
        """Who the token belongs to; asked once. Raises where that is not the account in the settings."""
        if self._self is None:
            found = payload.record(await self.look(lambda api: api.account_verify_credentials()))
            number, name = payload.identifier(found), payload.text(found, "username")
            if not number:
                raise CallFailedError(Fault.GARBLED, writing=False)
            if not self.settings.names(number, name):
                raise CallFailedError(Fault.UNAUTHORISED, writing=False)
            self._self = Self(self.settings.ref, number, self.settings.host)
        return self._self

    async def instance(self) -> Payload:
        """What the instance says of itself; asked once."""
        if self._instance is None:
            self._instance = payload.record(await self.look(lambda api: api.instance()))
        return self._instance

    async def statuses(self, numbers: tuple[str, ...]) -> dict[str, Payload | None]:
        """Read statuses again: None for one that is gone. Older instances are asked one by one."""
        wanted = numbers[:TOGETHER]
        try:
            found = payload.plain(await self.look(lambda api: api.statuses(list(wanted))))
        except CallFailedError as error:
            if error.fault not in {Fault.GONE, Fault.INVALID}:
                raise
            found = []
        together = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
        known: dict[str, Payload | None] = {payload.identifier(one): one for one in together}
        for number in wanted:
            if number not in known:
                known[number] = await self.status(number)
        return {number: known[number] for number in wanted}

    async def status(self, number: str) -> Payload | None:
        """Read one status; None where it is gone, or is shown to us no longer."""
        try:
            return payload.record(await self.look(lambda api: api.status(number)))
        except CallFailedError as error:
            if error.fault is Fault.GONE:
                return None
            raise

    async def aclose(self) -> None:
        """Let the threads go; a call under way ends by itself within its limit."""
        self._closed = True
        self._threads.shutdown(wait=False)
        self._session.close()

    async def _run(self, call: Call, *, writing: bool) -> object:
        if self._closed:
            raise CallFailedError(Fault.NOT_SENT, writing=writing)
        loop = asyncio.get_running_loop()
        limit = 2 * self.settings.request_limit.total_seconds()
        try:
            async with asyncio.timeout(limit):
                return await loop.run_in_executor(self._threads, self._guarded, call, writing)
        except TimeoutError as error:
            raise CallFailedError(Fault.LOST, writing=writing) from error

    def _guarded(self, call: Call, writing: bool) -> object:
        self._session.forget()
        try:
            return payload.plain(call(self._api))
        except mastodon.MastodonError as error:
            raise self._translated(error, writing=writing) from None
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # Mastodon.py trips over answers that are JSON but not what it expects.
            raise CallFailedError(Fault.GARBLED, writing=writing) from error

    def _translated(self, error: mastodon.MastodonError, *, writing: bool) -> CallFailedError:
        """Put a vendor's error into our words. Its own may quote an address or a comment, and stay behind."""
        match error:
            case mastodon.MastodonRatelimitError():
                return CallFailedError(Fault.BUSY, writing=writing, after=self._session.wait)
            case mastodon.MastodonNetworkError():
                fault = Fault.LOST if self._session.reached else Fault.NOT_SENT
                return CallFailedError(fault, writing=writing)
            case mastodon.MastodonAPIError(args=(_, int(status), *rest)):
                fault = faults.by_status(status)
                if fault is Fault.FORBIDDEN and "scope" in str(rest[-1:]):
                    fault = Fault.OUTSIDE_SCOPES
                return CallFailedError(fault, writing=writing, after=self._session.wait, status=status)
            case mastodon.MastodonIllegalArgumentError() | mastodon.MastodonVersionError():
                return CallFailedError(Fault.INVALID, writing=writing)
            case _:
                return CallFailedError(Fault.GARBLED, writing=writing)
