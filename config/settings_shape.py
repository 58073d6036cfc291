"""What houserules.toml may hold: where things are and who is who. Secrets are elsewhere, by name."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from config.durations import Duration
from config.shape import Texts
from config.tuples import listed
from config.validation import Part
from moderation.roster import Role
from moderation.taxonomy import Category

_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_SECRET = re.compile(r"[a-z][a-z0-9_]{0,63}")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
NOBODY = frozenset({1087968824, 136817688, 777000})
"""Ids under which Telegram shows anonymous admins, channels and itself."""


def _line(value: str) -> str:
    if not value.strip() or not value.isprintable():
        raise PydanticCustomError("needs", "one line of text")
    return value


def _email(value: str) -> str:
    if not _EMAIL.fullmatch(value):
        raise PydanticCustomError("needs", "an e-mail address such as team@example.nhs.uk")
    return value


def _secret_name(value: str) -> str:
    if not _SECRET.fullmatch(value):
        raise PydanticCustomError("needs", "the name of a secret, in small letters, such as telegram_token")
    return value


def _https(value: str) -> str:
    """Take an instance's address. The token goes with every call: in the clear only within this machine."""
    https = re.fullmatch(r"https://[a-z0-9.-]+(:[0-9]+)?", value, re.IGNORECASE)
    if not https and not re.fullmatch(r"http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?", value):
        raise PydanticCustomError("needs", "an address such as https://mastodon.example, without a path")
    return value


def _timezone(value: str) -> str:
    if value not in zoneinfo.available_timezones():
        raise PydanticCustomError("needs", "a time zone such as Europe/London")
    return value


def _person(value: int) -> int:
    if value in NOBODY:
        raise PydanticCustomError("needs", "a person's id; this one belongs to Telegram itself")
    return value


def _host(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+", value):
        raise PydanticCustomError("needs", "a host name such as files.mastodon.example, without https://")
    return value


HostName = Annotated[str, AfterValidator(_host)]
Line = Annotated[str, AfterValidator(_line)]
Email = Annotated[str, AfterValidator(_email)]
Emails = Annotated[tuple[Email, ...], BeforeValidator(listed)]
SecretName = Annotated[str, AfterValidator(_secret_name)]
Folder = Annotated[Path, Field(strict=False)]
Chat = Annotated[int, Field(lt=0)]
"""Groups and channels have ids below zero."""


Roles = Annotated[
    frozenset[Annotated[Role, Field(strict=False)]],
    BeforeValidator(listed),
    Field(strict=False, min_length=1),
]


class PolicyFilesPart(Part):
    """The table [policy]: which policy is in force."""

    overlay: Line | None = None
    file: Folder | None = None
    licences: Folder | None = None
    proceedings: Folder | None = None
    """The officers' watch list of active proceedings."""


class TelegramAccountPart(Part):
    """A table [[telegram.accounts]]: a discussion group, and the channel whose posts are discussed there."""

    name: Line
    group_id: Chat
    channel_id: Chat | None = None


class TelegramPart(Part):
    """The table [telegram]: the staff chat and the accounts on Telegram."""

    token_secret: SecretName = "telegram_token"  # noqa: S105 - the secret's name
    staff_chat_id: Chat
    staff_topic_id: Annotated[int, Field(gt=0)] | None = None
    accounts: Annotated[tuple[TelegramAccountPart, ...], BeforeValidator(listed)] = ()


class MastodonPart(Part):
    """A table [[mastodon]]: one account."""

    name: Line
    base_url: Annotated[str, AfterValidator(_https)]
    account_id: Line
    token_secret: SecretName
    media_hosts: Annotated[tuple[HostName, ...], BeforeValidator(listed)] = ()
    """Hosts, beside the instance, from which attachments may be fetched as evidence."""
    forward_reports: bool = True
    """Whether a report also goes to the author's own instance."""
    rules: dict[Annotated[Category, Field(strict=False)], Line] = Field(default_factory=dict)
    """The instance's rule ids, by our grounds."""
    revoke_quotes: bool = False
    """Whether a hostile quote of our own post may be cut loose from it, for good."""


class MailPart(Part):
    """The table [mail]: the server that takes our mail."""

    host: Line
    port: Annotated[int, Field(gt=0, lt=65536)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: Line | None = None
    password_secret: SecretName | None = None
    sender: Email
    reply_to: Email | None = None

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.security == "none" and self.host not in _LOOPBACK:
            raise PydanticCustomError(
                "rule", 'security = "none" sends mail in the clear: only to this machine'
            )
        if (self.username is None) != (self.password_secret is None):
            raise PydanticCustomError("rule", "username and password_secret go together")
        return self


class MemberPart(Part):
    """A table [[roster]]: one person. `valid_to` is the last day."""

    name: Line
    telegram_id: Annotated[int, Field(gt=0), AfterValidator(_person)]
    roles: Roles
    email: Email | None = None
    valid_from: dt.date
    valid_to: dt.date | None = None
    appointed: bool = False

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise PydanticCustomError("rule", "valid_to comes before valid_from")
        if self.appointed and Role.ASSISTANT_DIRECTOR not in self.roles:
            raise PydanticCustomError("rule", "appointed is for a deputy: give the role assistant_director")
        if self.appointed and self.valid_to is None:
            raise PydanticCustomError("rule", "a deputy is appointed until a day: valid_to is missing")
        return self


class HolderPart(Part):
    """A table [[holders]]: someone who holds corporate accounts and gets the circulars."""

    name: Line
    email: Email
    accounts: Texts = ()


class ModelsPart(Part):
    """The table [models]. The embedded model needs no setting."""

    detoxify: Folder | None = None
    media: Folder | None = None
    """The folder of a safety model for pictures: docs/media.md says what is in it."""


class DigestPart(Part):
    """The table [digest]: the weekly digest by mail."""

    weekday: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"
    hour: Annotated[int, Field(ge=0, le=23)] = 8
    timezone: Annotated[str, AfterValidator(_timezone)] = "Europe/London"
    recipients: Emails


class RetentionPart(Part):
    """The table [retention]: how long what people wrote is kept. The ledger's own entries stay."""

    comments: Duration
    """Text of comments that nothing was done about."""
    cases: Duration
    """Text and evidence of comments in a case, from the case's last event on."""
    media: Duration
    """Pictures and video, in a case or not."""


class SettingsPart(Part):
    """The whole file."""

    data_dir: Folder
    blocking: bool = True
    policy: PolicyFilesPart = PolicyFilesPart()
    telegram: TelegramPart | None = None
    mastodon: Annotated[tuple[MastodonPart, ...], BeforeValidator(listed)] = ()
    mail: MailPart | None = None
    roster: Annotated[tuple[MemberPart, ...], BeforeValidator(listed)] = ()
    holders: Annotated[tuple[HolderPart, ...], BeforeValidator(listed)] = ()
    models: ModelsPart = ModelsPart()
    digest: DigestPart | None = None
    retention: RetentionPart | None = None

    @property
    def live(self) -> bool:
        """Whether real accounts are looked after."""
        return self.telegram is not None or bool(self.mastodon)
