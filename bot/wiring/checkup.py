"""Everything that can be looked at before going live."""

from __future__ import annotations

import asyncio
import pathlib
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.ledger.errors import LedgerError
from adapters.ledger.ledger import open_ledger
from adapters.mail.smtp import SmtpMailer
from adapters.mastodon.inspection import inspect as inspect_mastodon
from adapters.telegram.config import CLOUD
from adapters.telegram.connection import connect as connect_telegram
from bot.clocks import WallClock
from bot.wiring import models
from bot.wiring.live import mailer_of, mastodon_settings, telegram_config
from config.placeholder import blanks
from config.proceedings import ended
from config.settings import Settings, concerns
from moderation.policy import Policy
from moderation.roster import Role


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that was looked at."""

    name: str
    ok: bool
    lines: tuple[str, ...]


async def inspect(
    settings: Settings,
    policy: Policy,
    path: pathlib.Path,
    environ: Mapping[str, str],
    *,
    telegram_url: str = CLOUD,
) -> tuple[Part, ...]:
    """Look at everything, changing nothing but an empty ledger that is made where there is none."""
    return (
        _settings(settings, path, environ),
        _policy(policy),
        _roster(settings),
        *_proceedings(settings),
        await _models(settings),
        await _ledger(settings),
        await _telegram(settings, telegram_url),
        *[await _mastodon(settings, number) for number in range(len(settings.mastodon))],
        await _mail(settings),
    )


def _settings(settings: Settings, path: pathlib.Path, environ: Mapping[str, str]) -> Part:
    worries = tuple(str(one) for one in concerns(settings, path, environ))
    return Part("settings", ok=True, lines=worries or (f"{path}: nothing to say",))


def _policy(policy: Policy) -> Part:
    empty = tuple(f"{one.key}: {one.message}" for one in blanks(policy))
    alone = [rule.title for rule in policy.categories.values() if policy.may_act_alone(rule.category)]
    acting = ", ".join(alone) or "nothing"
    first = f"version {policy.version}; acts alone on: {acting}; the rest goes to an officer"
    return Part("policy", ok=not empty, lines=(first, *empty))


def _roster(settings: Settings) -> Part:
    roster, now = settings.roster_of_staff(), WallClock().now()
    counts = {role: len(roster.serving(role, now)) for role in Role}
    lines = tuple(f"{count} {role.value.replace('_', ' ')}(s) in service" for role, count in counts.items())
    return Part(
        "roster", ok=all(counts[role] for role in (Role.OFFICER, Role.ASSISTANT_DIRECTOR)), lines=lines
    )


def _proceedings(settings: Settings) -> tuple[Part, ...]:
    if settings.policy.proceedings is None:
        return ()
    now = WallClock().now()
    active = sum(entry.active(now) for entry in settings.watched)
    first = f"{active} of {len(settings.watched)} active; restart after a change"
    return (Part("proceedings", ok=True, lines=(first, *ended(settings.watched, now))),)


async def _models(settings: Settings) -> Part:
    checked = await asyncio.to_thread(models.at_hand, settings.models.detoxify)
    return Part("models", ok=all(one.sound for one in checked), lines=tuple(one.said for one in checked))


async def _ledger(settings: Settings) -> Part:
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        ledger = await open_ledger(settings.database_url.get_secret_value(), WallClock())
    except LedgerError as error:
        return Part("ledger", ok=False, lines=(str(error),))
    try:
        seq, digest = await ledger.transact(lambda books: books.head())
        mode = await ledger.transact(lambda books: books.mode())
    finally:
        await ledger.aclose()
    return Part("ledger", ok=True, lines=(f"{seq} events, head {digest[:16]}, mode {mode}",))


async def _telegram(settings: Settings, url: str) -> Part:
    config = telegram_config(settings, url)
    if config is None:
        return Part(
            "telegram", ok=False, lines=("the settings have no [telegram], so there is no staff chat",)
        )
    telegram = await connect_telegram(config, WallClock())
    try:
        found = await telegram.inspect()
    finally:
        await telegram.aclose()
    return Part("telegram", found.ok, found.lines)


async def _mastodon(settings: Settings, number: int) -> Part:
    part = mastodon_settings(settings)[number]
    found = await inspect_mastodon(part)
    return Part(f"mastodon {part.account}", found.ok, found.lines)


async def _mail(settings: Settings) -> Part:
    mailer = mailer_of(settings, WallClock())
    if not isinstance(mailer, SmtpMailer):
        return Part(
            "mail", ok=False, lines=("no [mail]: referrals, circulars and digests become tasks for a person",)
        )
    found = await mailer.inspect()
    return Part("mail", found.ok, found.lines)
