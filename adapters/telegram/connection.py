"""Puts the adapter together."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.telegram import api, inspection
from adapters.telegram.api import Lines
from adapters.telegram.archive import TelegramArchive
from adapters.telegram.config import TelegramConfig
from adapters.telegram.desk import TelegramDesk
from adapters.telegram.enforcer import TelegramEnforcer
from adapters.telegram.intake import TelegramIntake
from adapters.telegram.pace import Pace
from adapters.telegram.whereabouts import Whereabouts
from moderation.ports import Clock, Inspection


@dataclass(frozen=True, slots=True)
class Telegram:
    """Everything that one bot does for us."""

    config: TelegramConfig
    intake: TelegramIntake
    enforcers: tuple[TelegramEnforcer, ...]
    archive: TelegramArchive
    desk: TelegramDesk
    lines: Lines
    whereabouts: Whereabouts

    async def inspect(self) -> Inspection:
        """Say whether everything on Telegram is as it has to be."""
        return await inspection.inspect(self.config, self.lines)

    async def aclose(self) -> None:
        """Close every connection."""
        await self.lines.aclose()


async def connect(config: TelegramConfig, clock: Clock) -> Telegram:
    """Put the adapter together, and ask Telegram for the bot's name and rights.

    Telegram out of reach is no reason not to start: what is not known now is asked for again.
    """
    telegram = assemble(config, clock)
    await telegram.whereabouts.learn()
    return telegram


def assemble(config: TelegramConfig, clock: Clock) -> Telegram:
    """Put the adapter together without any call."""
    lines = api.lines(config)
    whereabouts = Whereabouts(config, lines)
    pace = Pace(clock)
    return Telegram(
        config,
        TelegramIntake(config, lines, whereabouts, clock),
        tuple(
            TelegramEnforcer(account, config, lines, whereabouts, pace=pace, clock=clock)
            for account in config.accounts
        ),
        TelegramArchive(lines, clock),
        TelegramDesk(config, lines, pace),
        lines,
        whereabouts,
    )
