"""The connections to Telegram, none of which waits for another, and none of which tells the token."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass

import httpx
import telegram
from telegram.error import TelegramError, TimedOut
from telegram.request import HTTPXRequest

from adapters.telegram.config import TelegramConfig
from adapters.telegram.reading import Node

_TOKEN = re.compile(r"\d{5,}:[\w-]{16,}")
_TALKATIVE = ("httpx", "httpcore", "telegram")
"""Loggers that write addresses with the token in them, or what people wrote."""
_PRINTS_ANSWERS = "telegram.request.BaseRequest"
"""Prints an answer that is not JSON, with whatever is in it, as an error."""


class DiscreetBot(telegram.Bot):
    """A bot that does not show its token."""

    def __repr__(self) -> str:
        return f"DiscreetBot({self.token.partition(':')[0]})"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class Lines:
    """Three connections: for updates, for messages that are sent, and for deletions and bans.

    Sending is limited by Telegram and by us; taking an abusive comment away must not queue behind it.
    """

    polling: telegram.Bot
    speaking: telegram.Bot
    acting: telegram.Bot

    async def updates(self, offset: int | None, seconds: int, kinds: tuple[str, ...]) -> list[object]:
        """Ask for updates as Telegram words them; those before `offset` are forgotten there."""
        asked = {"offset": offset, "timeout": seconds, "allowed_updates": list(kinds)}
        wanted = {key: value for key, value in asked.items() if value is not None}
        # In small letters, because the library would read the updates when asked by the name it knows,
        # and then one update that it cannot read costs the whole batch. Telegram takes either.
        patience = (self.polling.request.read_timeout or 0) + seconds
        answer = await _asked(self.polling, "getupdates", wanted, patience)
        if not isinstance(answer, list):
            raise TelegramError("The answer is not a list of updates")
        return answer

    async def described(self, method: str, **arguments: object) -> Node:
        """Ask for something and give it as Telegram words it."""
        answer = await _asked(self.acting, method, arguments, self.acting.request.read_timeout or 0)
        if not isinstance(answer, dict):
            raise TelegramError(f"The answer to {method} is not an object")
        return answer

    async def aclose(self) -> None:
        """Close every connection."""
        for bot in (self.polling, self.speaking, self.acting):
            await bot.request.shutdown()


async def _asked(bot: telegram.Bot, method: str, arguments: Mapping[str, object], patience: float) -> object:
    try:
        # The client's own limit is for each piece of the answer; this one is for the whole.
        async with asyncio.timeout(2 * patience):
            return await bot.do_api_request(method, api_kwargs=dict(arguments), read_timeout=patience)
    except TimeoutError:
        raise TimedOut("The answer came too slowly") from None
    except (KeyError, TypeError, AttributeError):
        raise TelegramError("The answer is not one of Telegram's") from None


def lines(config: TelegramConfig) -> Lines:
    """Prepare the connections. No call is made yet."""
    _hush()
    # The library's own switch: times come as timedelta, and nothing warns about the old way.
    os.environ["PTB_TIMEDELTA"] = "true"
    # Reading the certificates takes its time. Where there is no TLS, nothing is trusted.
    secure = config.base_url.startswith("https:")
    trusted = httpx.create_ssl_context() if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return Lines(*(_bot(config, trusted, size) for size in (2, 8, 16)))


def _bot(config: TelegramConfig, trusted: ssl.SSLContext, size: int) -> DiscreetBot:
    seconds = config.answer_within.total_seconds()
    request = HTTPXRequest(
        connection_pool_size=size,
        read_timeout=seconds,
        write_timeout=seconds,
        connect_timeout=seconds,
        pool_timeout=seconds,
        httpx_kwargs={"verify": trusted},
    )
    return DiscreetBot(
        config.token.get_secret_value(),
        base_url=f"{config.base_url}/bot",
        base_file_url=f"{config.base_url}/file/bot",
        request=request,
        get_updates_request=request,
    )


def _hush() -> None:
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger(_PRINTS_ANSWERS).setLevel(logging.CRITICAL)


def scrubbed(text: object) -> str:
    """A text without any token in it, short enough for a reason."""
    return _TOKEN.sub("[token]", str(text))[:300]
