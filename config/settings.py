"""The settings: houserules.toml and the secrets beside it, read once and checked whole."""

from __future__ import annotations

import datetime as dt
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path as FilePath
from typing import Any

from pydantic import Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from config import credentials, document, roster, settings_checks, validation
from config.complaint import Complaint, ConfigError, Path, SettingsError
from config.document import Document
from config.proceedings import ProceedingsError, load_proceedings
from config.settings_shape import SettingsPart
from moderation.checks.proceedings import Proceeding
from moderation.roster import Roster

_DATABASE = "database_url"
_NO_MODE = "is not set here: the first start is a rehearsal, and a person on the roster ends it"


class Settings(SettingsPart):
    """The settings of a running bot. Paths in it are whole; secrets show as stars."""

    secrets: Mapping[str, SecretStr]
    database_url: SecretStr
    watched: tuple[Proceeding, ...] = Field(default=(), repr=False)
    """The entries of the watch list: names of people, which no log may hold."""

    def secret(self, name: str) -> SecretStr:
        """Give a secret by the name that the settings call it."""
        return self.secrets[name]

    def roster_of_staff(self) -> Roster:
        """Give the roster as the core knows it."""
        return roster.roster(self)


def load_settings(path: FilePath, environ: Mapping[str, str], now: dt.datetime | None = None) -> Settings:
    """Read the settings file and, from the environment, the secrets that it names.

    `now` lets the roster's dates be checked. Raises SettingsError with all complaints.
    """
    found = _read(path)
    problems = dict(credentials.in_file(found)) | dict(_modes(found))
    part, errors = _shaped(found.data)
    news = [one for one in errors if validation.path_of(one) not in problems]
    complaints = [
        *problems.values(),
        *validation.complaints(news, SettingsPart, found.nearest, _is_secret(news)),
    ]
    if part is None or complaints:
        raise SettingsError(_in_order(complaints))
    part = _whole_paths(part, path.parent)
    secrets, complaints = _secrets(part, environ, found)
    complaints += [Complaint(found.nearest(at), why) for at, why in settings_checks.refusals(part, now)]
    if complaints:
        raise SettingsError(_in_order(complaints))
    watched = _watched(part.policy.proceedings)
    database = secrets.pop(_DATABASE, SecretStr(f"sqlite:///{part.data_dir / 'houserules.db'}"))
    return Settings(**dict(part), secrets=secrets, database_url=database, watched=watched)


def concerns(settings: Settings, path: FilePath, environ: Mapping[str, str]) -> tuple[Complaint, ...]:
    """Say what to look at in settings that can be run with: open files, missing mail, example addresses."""
    found = _read(path)
    worries = [Complaint(found.nearest(at), why) for at, why in settings_checks.concerns(settings)]
    if stat.S_IMODE(path.stat().st_mode) & 0o007:
        worries.append(
            Complaint(found.nearest(()), "others on this machine can open it, and it names people: chmod 640")
        )
    for at, name in _names(settings):
        file = credentials.file_of(name, environ)
        if file is not None and credentials.too_open(file):
            worries.append(Complaint(found.nearest(at), f"others on this machine can open {file}: chmod 600"))
    return tuple(_in_order(worries))


def _read(path: FilePath) -> Document:
    try:
        return document.read(path)
    except ConfigError as error:
        problems = error.problems
    raise SettingsError(problems)


def _watched(path: FilePath | None) -> tuple[Proceeding, ...]:
    if path is None:
        return ()
    try:
        return load_proceedings(path)
    except ProceedingsError as error:
        problems = error.problems
    raise SettingsError(problems)


def _shaped(data: Mapping[str, Any]) -> tuple[SettingsPart | None, list[ErrorDetails]]:
    try:
        return SettingsPart.model_validate(data), []
    except ValidationError as error:
        return None, error.errors(include_url=False)


def _modes(found: Document) -> Iterator[tuple[Path, Complaint]]:
    if "mode" in found.data:
        yield ("mode",), Complaint(found.nearest(("mode",)), _NO_MODE)


def _is_secret(errors: list[ErrorDetails]) -> Callable[[Path], bool]:
    inputs = {validation.path_of(one): one["input"] for one in errors}
    return lambda path: credentials.is_secret_path(path) or credentials.looks_like_token(inputs.get(path))


def _whole_paths(part: SettingsPart, home: FilePath) -> SettingsPart:
    """Read paths from the folder in which the settings file lies."""
    home = home.absolute()
    files = {
        key: home / value
        for key in ("file", "licences", "proceedings")
        if (value := getattr(part.policy, key)) is not None
    }
    models = {
        key: home / value for key in ("detoxify", "media") if (value := getattr(part.models, key)) is not None
    }
    return part.model_copy(
        update={
            "data_dir": home / part.data_dir,
            "policy": part.policy.model_copy(update=files),
            "models": part.models.model_copy(update=models),
        }
    )


def _names(part: SettingsPart) -> Iterator[tuple[Path, str]]:
    """List the secrets that the settings name, and where they name them."""
    if part.telegram is not None:
        yield ("telegram", "token_secret"), part.telegram.token_secret
    for number, account in enumerate(part.mastodon):
        yield ("mastodon", number, "token_secret"), account.token_secret
    if part.mail is not None and part.mail.password_secret is not None:
        yield ("mail", "password_secret"), part.mail.password_secret


def _secrets(
    part: SettingsPart, environ: Mapping[str, str], found: Document
) -> tuple[dict[str, SecretStr], list[Complaint]]:
    secrets: dict[str, SecretStr] = {}
    complaints: list[Complaint] = []
    for at, name in _names(part):
        secret, problem = credentials.find(name, environ)
        if secret is None:
            complaints.append(Complaint(found.nearest(at), problem))
        else:
            secrets[name] = secret
    url, problem = credentials.find(_DATABASE, environ)
    if url is not None:
        secrets[_DATABASE] = url
    elif f"the secret {_DATABASE} is missing" not in problem:
        complaints.append(Complaint(found.nearest((_DATABASE,)), problem))
    return secrets, complaints


def _in_order(problems: list[Complaint]) -> list[Complaint]:
    return sorted(problems, key=lambda one: one.place.line or 0)
