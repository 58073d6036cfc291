"""A house around the real accounts in the settings."""

from __future__ import annotations

import asyncio
import secrets
import socket
import zoneinfo
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass

from adapters.engine.dbos import DbosEngine
from adapters.ledger.ledger import SqlLedger, open_ledger
from adapters.mail.connection import Security, Server
from adapters.mail.message import Sender
from adapters.mail.smtp import SmtpMailer
from adapters.mastodon.connection import connect as connect_mastodon
from adapters.mastodon.settings import Settings as MastodonSettings
from adapters.pack.folder import FolderPacker
from adapters.telegram.config import CLOUD, TelegramAccount, TelegramConfig
from adapters.telegram.connection import Telegram
from adapters.telegram.connection import connect as connect_telegram
from bot.bell import Bell
from bot.clocks import WallClock
from bot.desk import FrontDesk
from bot.dispatch import Dispatch, Hands
from bot.engine import Engine
from bot.house import Running
from bot.orders import Orders
from bot.rehearsal import Rehearsal
from bot.schedule import DigestTime, Schedule
from bot.tenure import Tenure
from bot.wiring import media
from bot.wiring.models import classifiers
from bot.wiring.parts import collector, digest_letter, pipeline
from bot.wiring.silence import NoMailer
from bot.worker import Worker
from config.settings import Settings
from moderation.casework import House
from moderation.comment import AccountRef
from moderation.decision import ActionKind
from moderation.policy import Policy
from moderation.ports import Abilities, Archive, Clock, Enforcer, Mailer, Source, SourceFailedError

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Close = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Doors:
    """The doors to every network of the settings."""

    telegram: Telegram
    sources: tuple[Source, ...]
    enforcers: Mapping[AccountRef, Enforcer]
    archives: Mapping[AccountRef, Archive]
    names: tuple[tuple[AccountRef, str], ...]
    close: tuple[Close, ...]


@dataclass(frozen=True, slots=True)
class Declared(Mapping[AccountRef, frozenset[ActionKind]]):
    """What each account allows at this moment: rights that an administrator changes count at once."""

    enforcers: Mapping[AccountRef, Enforcer]

    def __getitem__(self, account: AccountRef) -> frozenset[ActionKind]:
        return self.enforcers[account].can

    def __iter__(self) -> Iterator[AccountRef]:
        return iter(self.enforcers)

    def __len__(self) -> int:
        return len(self.enforcers)


async def run(settings: Settings, policy: Policy) -> None:
    """Look after the accounts until stopped."""
    house = await build(settings, policy, WallClock())
    await house.run()


async def build(
    settings: Settings,
    policy: Policy,
    clock: Clock,
    *,
    telegram_url: str = CLOUD,
    make_token: Callable[[], str] | None = None,
) -> Running:
    """Open the ledger and the doors, and put the loops together. Nothing runs yet."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    ledger = await open_ledger(settings.database_url.get_secret_value(), clock)
    doors = await open_doors(settings, clock, telegram_url=telegram_url)
    house = House(
        policy,
        settings.roster_of_staff(),
        Abilities(Declared(doors.enforcers)),
        doors.names,
        settings.blocking,
    )
    mailer = mailer_of(settings, clock)
    models = await asyncio.to_thread(classifiers, settings.models.detoxify)
    hands = Hands(
        doors.enforcers,
        doors.archives,
        mailer,
        FolderPacker(settings.data_dir / "packs", collector(ledger, house)),
        Rehearsal(),
    )
    desk, bell, host = doors.telegram.desk, Bell(), name_of_host()
    organisation = policy.organisation
    return Running(
        ledger=ledger,
        sources=doors.sources,
        worker=Worker(
            ledger,
            house,
            pipeline(models, settings.watched),
            desk,
            Orders(house, desk.chat),
            bell,
            own_names=frozenset(organisation.own_names),
            own_identifiers=frozenset(organisation.own_identifiers),
            media=media.looker(settings.data_dir, settings.models.media, doors.archives),
        ),
        dispatch=Dispatch(ledger, house, hands, bell, engine_of(ledger, host), Tenure(ledger, host)),
        front=FrontDesk(ledger, house, desk, bell, clock, make_token or token),
        schedule=Schedule(ledger, house, desk, mailer, clock, digest_time(settings), digest_letter(house)),
        bell=bell,
        close=(ledger.aclose, *doors.close, *(model.aclose for model in models), *_closing(doors.sources)),
    )


def _closing(sources: tuple[Source, ...]) -> tuple[Close, ...]:
    return tuple(source.aclose for source in sources)


def name_of_host() -> str:
    """A name that no other start, here or elsewhere, has."""
    return f"{socket.gethostname()}-{secrets.token_hex(4)}"


def engine_of(ledger: SqlLedger, host: str) -> Engine | None:
    """The engine in the ledger's own database; none for a ledger in memory, which ends with the process."""
    database = ledger.shared()
    return None if database is None else DbosEngine(database, host, ledger.announce_to)


def token() -> str:
    """A button's token: 128 bits that mean nothing outside the ledger."""
    return secrets.token_urlsafe(16)


async def open_doors(settings: Settings, clock: Clock, *, telegram_url: str = CLOUD) -> Doors:
    """Connect to every network in the settings."""
    config = telegram_config(settings, telegram_url)
    if config is None:
        raise SourceFailedError("the settings have no [telegram]: the staff chat is where officers decide")
    telegram = await connect_telegram(config, clock)
    sources: list[Source] = [telegram.intake]
    enforcers: dict[AccountRef, Enforcer] = {enforcer.account: enforcer for enforcer in telegram.enforcers}
    archives: dict[AccountRef, Archive] = dict.fromkeys(enforcers, telegram.archive)
    close: list[Close] = [telegram.aclose]
    for part in mastodon_settings(settings):
        connection = connect_mastodon(part, clock)
        sources.append(connection.source)
        enforcers[part.ref] = connection.enforcer
        archives[part.ref] = connection.archive
        close.append(connection.aclose)
    return Doors(telegram, tuple(sources), enforcers, archives, account_names(settings), tuple(close))


def account_names(settings: Settings) -> tuple[tuple[AccountRef, str], ...]:
    """What people call each account."""
    named: list[tuple[AccountRef, str]] = []
    if settings.telegram is not None:
        named += [
            (TelegramAccount(one.group_id, one.channel_id).ref, one.name)
            for one in settings.telegram.accounts
        ]
    parts = zip(settings.mastodon, mastodon_settings(settings), strict=True)
    named += [(made.ref, part.name) for part, made in parts]
    return tuple(named)


def telegram_config(settings: Settings, base_url: str = CLOUD) -> TelegramConfig | None:
    """What the Telegram adapter is told; None where the settings have no Telegram."""
    part = settings.telegram
    if part is None:
        return None
    return TelegramConfig(
        token=settings.secret(part.token_secret),
        staff_chat=part.staff_chat_id,
        accounts=tuple(TelegramAccount(one.group_id, one.channel_id) for one in part.accounts),
        topic=part.staff_topic_id,
        staff=frozenset(member.telegram_id for member in settings.roster),
        base_url=base_url,
    )


def mastodon_settings(settings: Settings) -> tuple[MastodonSettings, ...]:
    """What the Mastodon adapter is told of each account."""
    return tuple(
        MastodonSettings(
            instance=part.base_url,
            account=part.account_id,
            token=settings.secret(part.token_secret).get_secret_value(),
            media_hosts=frozenset(part.media_hosts),
            forward_reports=part.forward_reports,
            rules=tuple((ground.value, rule) for ground, rule in part.rules.items()),
            revoke_quotes=part.revoke_quotes,
        )
        for part in settings.mastodon
    )


def mailer_of(settings: Settings, clock: Clock) -> Mailer:
    """The mail server of the settings; without one, every mail becomes a task for a person."""
    part = settings.mail
    if part is None:
        return NoMailer()
    password = settings.secret(part.password_secret).get_secret_value() if part.password_secret else ""
    server = Server(part.host, part.port, Security(part.security), part.username or "", password)
    return SmtpMailer(server, Sender(part.sender, "houserules", part.reply_to or ""), clock)


def digest_time(settings: Settings) -> DigestTime | None:
    """When the digest goes out, if it does."""
    part = settings.digest
    if part is None:
        return None
    zone = zoneinfo.ZoneInfo(part.timezone)
    return DigestTime(WEEKDAYS.index(part.weekday), part.hour, zone, part.recipients)
