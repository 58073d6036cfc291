"""Fetches attachments as evidence, before anything is hidden."""

from __future__ import annotations

import datetime as dt

from telegram.error import RetryAfter, TelegramError

from adapters.telegram import failures
from adapters.telegram.api import Lines
from adapters.telegram.content import PREVIEW
from moderation.comment import AccountRef, Media
from moderation.decision import TryLater
from moderation.ports import Clock, EvidenceUnavailableError

LARGEST = 20 * 1024 * 1024
"""Telegram gives a bot nothing larger."""
PAUSES = (dt.timedelta(seconds=1), dt.timedelta(seconds=4))
LONGEST_PAUSE = dt.timedelta(seconds=30)
FETCH_SECONDS = 60


class TelegramArchive:
    """Gives bytes. The address that they come from has the token in it: nobody else ever sees it."""

    def __init__(self, lines: Lines, clock: Clock) -> None:
        self._lines = lines
        self._clock = clock

    async def fetch(self, account: AccountRef, media: Media) -> bytes:
        """Give an attachment's bytes, trying again where Telegram is only busy."""
        del account  # one bot serves all our accounts
        if media.id.startswith(f"{PREVIEW}:"):
            raise EvidenceUnavailableError(f"Telegram gives no file for {media.description or media.kind}")
        if media.size is not None and media.size > LARGEST:
            raise EvidenceUnavailableError(f"{media.size} bytes: Telegram gives a bot at most {LARGEST}")
        for pause in PAUSES:
            try:
                return await self._fetched(media)
            except TelegramError as error:
                await self._clock.sleep(_pause_after(error, pause))
        try:
            return await self._fetched(media)
        except TelegramError as error:
            raise _unavailable(error) from None

    async def _fetched(self, media: Media) -> bytes:
        file = await self._lines.acting.get_file(media.id)
        if file.file_size is not None and file.file_size > LARGEST:
            raise EvidenceUnavailableError(f"{file.file_size} bytes: Telegram gives a bot at most {LARGEST}")
        return bytes(await file.download_as_bytearray(read_timeout=FETCH_SECONDS))


def _pause_after(error: TelegramError, pause: dt.timedelta) -> dt.timedelta:
    """How long to wait before the next try, where there is any sense in one."""
    wait = failures.wait_of(error) if isinstance(error, RetryAfter) else pause
    if not isinstance(failures.outcome_of(error, repeatable=True), TryLater) or wait > LONGEST_PAUSE:
        raise _unavailable(error) from None
    return wait


def _unavailable(error: TelegramError) -> EvidenceUnavailableError:
    """The same in our words; the library's own error knows the address."""
    return EvidenceUnavailableError(getattr(failures.outcome_of(error, repeatable=True), "reason", ""))
