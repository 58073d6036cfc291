"""A PostgreSQL of our own, on loopback, gone when the tests are."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

NAMED = "HOUSERULES_TEST_POSTGRES"
_MISSING = f"""\
These tests stand on a real PostgreSQL, and there is none on this machine.
Install it (on Debian: apt-get install postgresql; no set-up needed), or name a server where databases may
be created: {NAMED}=postgresql://user:password@127.0.0.1:5432/postgres
"""
_PATIENCE = 30.0


@contextlib.contextmanager
def started() -> Iterator[URL]:
    """Start a server that forgets its fsyncs and gives way as soon as it is told."""
    programs = _programs()
    home = Path(tempfile.mkdtemp(prefix="houserules-postgres-"))
    url = URL.create(
        "postgresql+psycopg", "houserules", secrets.token_hex(16), "127.0.0.1", _free_port(), "postgres"
    )
    try:
        _create(programs, home, url)
        with _serving(programs, home, url):
            yield url
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _programs() -> Path:
    """Find the newest server that is installed, on the path or where Debian puts them."""
    found = [Path(one).parent for one in [shutil.which("initdb")] if one]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    found = [path for path in found if (path / "initdb").exists() and (path / "postgres").exists()]
    if not found:
        pytest.fail(_MISSING, pytrace=False)
    return found[-1]


def _unprivileged() -> str | None:
    """Say whom to run as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _create(programs: Path, home: Path, url: URL) -> None:
    password = home / "password"
    password.write_text(f"{url.password}\n", encoding="utf-8")
    if user := _unprivileged():
        shutil.chown(home, user)
        shutil.chown(password, user)
    done = subprocess.run(
        [
            programs / "initdb",
            f"--pgdata={home / 'data'}",
            f"--username={url.username}",
            f"--pwfile={password}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
        ],
        user=_unprivileged(),
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.fail(f"initdb: {done.stderr}", pytrace=False)


@contextlib.contextmanager
def _serving(programs: Path, home: Path, url: URL) -> Iterator[None]:
    settings = {
        "port": url.port,
        "listen_addresses": url.host,
        "unix_socket_directories": home,
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_connections": 200,
    }
    options = [f"--{name}={value}" for name, value in settings.items()]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            [programs / "postgres", "-D", home / "data", *options],
            user=_unprivileged(),
            cwd=home,
            stdout=log,
            stderr=log,
            preexec_fn=_die_with_the_tests,  # noqa: PLW1509 - no thread runs yet when the first test asks for it
        )
    try:
        _wait_for(server, home, url)
        yield
    finally:
        server.send_signal(signal.SIGINT)  # connections are cut, not waited for
        server.wait(_PATIENCE)


def _die_with_the_tests() -> None:
    """Ask the kernel, where it is Linux, to stop the server even if the tests are killed outright."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG


def _wait_for(server: subprocess.Popen[bytes], home: Path, url: URL) -> None:
    dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            psycopg.connect(dsn, connect_timeout=2).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > until:
                pytest.fail(f"PostgreSQL did not start:\n{(home / 'log').read_text()}", pytrace=False)
            time.sleep(0.05)
        else:
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
