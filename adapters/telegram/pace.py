"""How fast we may send, so that Telegram does not have to say stop."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict, deque

from moderation.ports import Clock

SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)
PER_CHAT_AND_SECOND = 1
PER_GROUP_AND_MINUTE = 20
IN_ALL_AND_SECOND = 30
"""About what Telegram allows; it promises nothing, so what it says at the time wins."""
PATIENCE = dt.timedelta(seconds=3)
"""How long a message may wait here for its turn."""
NO_WAIT = dt.timedelta(0)


class Pace:
    """Counts what is sent, and says how long to wait."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._everywhere: deque[dt.datetime] = deque(maxlen=IN_ALL_AND_SECOND)
        self._in: defaultdict[int, deque[dt.datetime]] = defaultdict(
            lambda: deque(maxlen=PER_GROUP_AND_MINUTE)
        )
        self._edited: defaultdict[int, deque[dt.datetime]] = defaultdict(
            lambda: deque(maxlen=PER_CHAT_AND_SECOND)
        )
        self._stopped: dict[int, dt.datetime] = {}

    def take(self, chat: int, *, edit: bool = False) -> dt.timedelta:
        """Count one message to a chat and give no wait; or count nothing and say how long to wait.

        An edit makes nothing new, and is not one of the messages that a group may get in a minute.
        """
        now, there = self._clock.now(), self._in[chat]
        waits = [
            _wait(self._everywhere, IN_ALL_AND_SECOND, SECOND, now),
            _wait(self._edited[chat] if edit else there, PER_CHAT_AND_SECOND, SECOND, now),
            self._stopped.get(chat, now) - now,
        ]
        if chat < 0 and not edit:
            waits.append(_wait(there, PER_GROUP_AND_MINUTE, MINUTE, now))
        wait = max(*waits, NO_WAIT)
        if wait == NO_WAIT:
            (self._edited[chat] if edit else there).append(now)
            self._everywhere.append(now)
            self._stopped.pop(chat, None)
            self._forget(now)
        return wait

    async def turn(self, chat: int, *, edit: bool = False) -> dt.timedelta:
        """Wait for a turn if it is soon; where it is not, give the wait, which is the caller's."""
        while NO_WAIT < (wait := self.take(chat, edit=edit)) <= PATIENCE:
            await self._clock.sleep(wait)
        return wait

    def stop(self, chat: int, wait: dt.timedelta) -> None:
        """Telegram has asked us to wait: nothing goes to this chat before that."""
        self._stopped[chat] = self._clock.now() + wait

    def _forget(self, now: dt.datetime) -> None:
        """Keep no list of everybody who was ever written to."""
        for counted in (self._in, self._edited):
            for chat in [chat for chat, times in counted.items() if not times or now - times[-1] > MINUTE]:
                del counted[chat]


def _wait(times: deque[dt.datetime], most: int, window: dt.timedelta, now: dt.datetime) -> dt.timedelta:
    if len(times) < most:
        return NO_WAIT
    return times[-most] + window - now
