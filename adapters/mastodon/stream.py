"""The bell: an instance's stream of events, listened to in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from typing import Any

import mastodon

from adapters.mastodon import client, payload
from adapters.mastodon.settings import Settings
from adapters.mastodon.transport import Transport

SILENCE = 90.0
"""Seconds without so much as a heartbeat (one every 15) after which the stream counts as dead."""
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
MOST_HINTS = 500
"""More than that in one go is a storm, and looking again at the whole window serves as well."""

_WORTH_A_LOOK = frozenset({"notification", "conversation", "notifications_merged"})


class Bell:
    """Wakes the source. Rung from any thread; keeps the ids of comments that are worth a look."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._rung = asyncio.Event()
        self._hints: deque[str] = deque(maxlen=MOST_HINTS)

    def hang(self) -> None:
        """Belong to the loop that is running now."""
        self._loop = asyncio.get_running_loop()

    def ring(self, hint: str = "") -> None:
        """Wake the source, and say which comment changed, where that is known."""
        if hint and hint not in self._hints:
            self._hints.append(hint)
        with contextlib.suppress(RuntimeError):  # the loop has closed meanwhile: nobody to wake
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._rung.set)

    def hints(self, most: int) -> tuple[str, ...]:
        """Take the oldest hints."""
        taken: list[str] = []
        while len(taken) < most and self._hints:
            taken.append(self._hints.popleft())
        return tuple(taken)

    async def wait(self) -> None:
        """Wait until it rings, or has rung since the last time."""
        await self._rung.wait()
        self._rung.clear()


class Stream(mastodon.StreamListener):
    """Listens for one account and rings the bell.

    The thread and its pauses are our own: Mastodon.py's reconnecting never grows its pause, tries at once
    for ever where a server closes politely, and its handle cannot be stopped while it waits for a byte.
    """

    def __init__(self, settings: Settings, bell: Bell) -> None:
        super().__init__()
        self._session = Transport()
        self._api = client.api(settings, self._session)
        self._bell = bell
        self._closed = threading.Event()
        self._response: Any = None
        self._pause = FIRST_PAUSE
        self._thread = threading.Thread(target=self._listen, name="mastodon-stream", daemon=True)

    @property
    def alive(self) -> bool:
        """Whether the thread is running."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def close(self) -> None:
        """Stop. Wakes the thread out of its read; it ends soon after, and nobody need wait for it."""
        self._closed.set()
        response = self._response
        with contextlib.suppress(Exception):  # it may be closing by itself at this moment
            response.raw.shutdown()

    def join(self, seconds: float) -> None:
        """Wait a little for the thread to end."""
        self._thread.join(seconds)
        if not self._thread.is_alive():
            self._session.close()

    def handle_stream(self, response: Any) -> None:  # noqa: ANN401 - as Mastodon.py has it
        """Ring on every connection: what came while we were away is in the notifications."""
        self._response = response
        if self._closed.is_set():
            return
        self._bell.ring()
        super().handle_stream(response)  # type: ignore[no-untyped-call]

    def handle_heartbeat(self) -> None:
        """The stream is well."""
        self._pause = FIRST_PAUSE

    def on_any_event(self, name: str, data: object = None, for_stream: object = None) -> None:
        """Ring for what may concern us; what is in the event is not relied upon."""
        del for_stream
        self._pause = FIRST_PAUSE
        if name == "delete":
            self._bell.ring(str(data))
        elif name in {"status.update", "status_update"}:
            self._bell.ring(payload.identifier(payload.record(data)))
        elif name in _WORTH_A_LOOK:
            self._bell.ring()

    def _listen(self) -> None:
        while not self._closed.is_set():
            with contextlib.suppress(Exception):  # whatever ended the stream, the next try tells
                self._api.stream_user(self, timeout=SILENCE)
            self._response = None
            self._closed.wait(self._pause)
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
