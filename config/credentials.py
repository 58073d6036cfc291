"""Secrets: from the environment, from files that it names or from the service manager."""

from __future__ import annotations

import difflib
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath
from typing import Any

from pydantic import SecretStr

from config.complaint import Complaint, Path
from config.document import Document

PREFIX = "HOUSERULES_"
_SECRET_KEYS = frozenset(
    {
        "token",
        "bot_token",
        "access_token",
        "password",
        "passwd",
        "secret",
        "api_key",
        "client_secret",
        "database_url",
    }
)
_TOKEN = re.compile(r"(?<![0-9])[0-9]{6,}:[A-Za-z0-9_-]{30,}")
_OPAQUE = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9_+=-]{30,}")
_URL_WITH_PASSWORD = re.compile(r"(?<![a-z0-9+])[a-z0-9+]+://[^/\s:@]*:[^/\s@]+@", re.IGNORECASE)
_DOCKER = FilePath("/run/secrets")


def variable(name: str) -> str:
    """Name the environment variable that holds a secret."""
    return PREFIX + name.upper()


def find(name: str, environ: Mapping[str, str]) -> tuple[SecretStr | None, str]:
    """Give a secret, or what the operator has to do to provide it."""
    direct, named = environ.get(variable(name)), environ.get(f"{variable(name)}_FILE")
    if direct is not None and named is not None:
        return None, f"{variable(name)} and {variable(name)}_FILE are both set; keep one"
    if direct is not None:
        return _checked(direct, f"{variable(name)} is empty")
    path = FilePath(named) if named is not None else _credential(name, environ)
    if path is None:
        return None, _absent(name, environ)
    try:
        return _checked(path.read_text(encoding="utf-8"), f"the file {path} is empty")
    except (OSError, UnicodeDecodeError):
        return None, f"the file {path}, which should hold the secret {name}, cannot be read"


def file_of(name: str, environ: Mapping[str, str]) -> FilePath | None:
    """Name the file that a secret comes from, if it comes from one."""
    named = environ.get(f"{variable(name)}_FILE")
    return FilePath(named) if named is not None else _credential(name, environ)


def too_open(path: FilePath) -> bool:
    """Whether others on this machine may read a secret's file. Docker guards its own in another way."""
    try:
        return not path.is_relative_to(_DOCKER) and bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
    except OSError:
        return False


def in_file(document: Document) -> Iterator[tuple[Path, Complaint]]:
    """Find secrets in a settings file, and say where each belongs. Their values are not repeated."""
    for path, value in _texts(document.data, ()):
        if _looks_secret(path, value):
            name = _name_for(path)
            message = (
                f"a secret does not belong in this file; put it in the environment as {variable(name)}, "
                f"or in a file that {variable(name)}_FILE names, and change it where it was issued"
            )
            yield path, Complaint(document.nearest(path), message)


def is_secret_path(path: Path) -> bool:
    """Whether what stands under a key is never to be repeated."""
    last = next((part for part in reversed(path) if isinstance(part, str)), "")
    return last in _SECRET_KEYS or last.endswith("_secret")


def looks_like_token(value: object) -> bool:
    """Whether a value has the form of a token, a key or an address with a password in it."""
    return isinstance(value, str) and bool(
        _TOKEN.search(value) or _OPAQUE.fullmatch(value) or _URL_WITH_PASSWORD.search(value)
    )


def _looks_secret(path: Path, value: str) -> bool:
    last = path[-1]
    return (isinstance(last, str) and last in _SECRET_KEYS) or looks_like_token(value)


def _name_for(path: Path) -> str:
    words = [part for part in path if isinstance(part, str)]
    if words[-1] == "database_url":
        return words[-1]
    kind = "password" if words[-1].startswith("passw") else "token"
    return kind if len(words) == 1 else re.sub(r"\W", "_", f"{words[0]}_{kind}".lower())


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:  # noqa: ANN401 - TOML data is of any type
    match value:
        case str():
            yield path, value
        case Mapping():
            for key, inner in value.items():
                yield from _texts(inner, (*path, key))
        case list():
            for number, inner in enumerate(value):
                yield from _texts(inner, (*path, number))
        case _:
            return


def _credential(name: str, environ: Mapping[str, str]) -> FilePath | None:
    folder = environ.get("CREDENTIALS_DIRECTORY")
    path = FilePath(folder) / name if folder else None
    return path if path is not None and path.is_file() else None


def _checked(text: str, empty: str) -> tuple[SecretStr | None, str]:
    text = text.strip()
    return (SecretStr(text), "") if text else (None, empty)


def _absent(name: str, environ: Mapping[str, str]) -> str:
    wanted = variable(name)
    ours = [one for one in environ if one.startswith(PREFIX) and one not in {wanted, f"{wanted}_FILE"}]
    near = difflib.get_close_matches(wanted, ours, n=1, cutoff=0.8)
    meant = f"; did you mean it by {near[0]}?" if near else ""
    return f"the secret {name} is missing: set {wanted}, or name a file that holds it in {wanted}_FILE{meant}"
