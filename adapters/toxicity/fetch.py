"""Fetches a release's files: resumed where a line broke, checked, and named only when whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import httpx
from pydantic import TypeAdapter, ValidationError

from adapters.toxicity import manifest
from adapters.toxicity.catalogue import Release, Remote

RECEIVED = "received.json"

_TIMEOUT = httpx.Timeout(30.0)
_NOTED = TypeAdapter(dict[str, str])


class FetchError(RuntimeError):
    """A model that could not be fetched, or is not there."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a file has come; `total` is None where the server does not say."""

    file: str
    done: int
    total: int | None


def download(release: Release, folder: Path, progress: Callable[[Progress], None]) -> Mapping[str, str]:
    """Have a release's files in a folder, and say the digest of each.

    What is there already, whole and right, is not fetched again. Where the line breaks, the part that
    came stays, and calling again carries on from there.

    Raises:
        FetchError: If the server refuses, the line breaks, or a digest differs.
    """
    folder.mkdir(parents=True, exist_ok=True)
    received = _received(folder)
    with httpx.Client(follow_redirects=True, timeout=_TIMEOUT) as client:
        for remote in release.files:
            expected = remote.sha256 or received.get(remote.file, "")
            received[remote.file] = _fetched(client, remote, expected, folder, progress)
            _note(folder, received)
    return {remote.file: received[remote.file] for remote in release.files}


def _fetched(
    client: httpx.Client,
    remote: Remote,
    expected: str,
    folder: Path,
    progress: Callable[[Progress], None],
) -> str:
    """Have one file in the folder, and say its digest."""
    final = folder / remote.file
    if expected and final.is_file() and (digest := manifest.sha256(final)).startswith(expected):
        size = final.stat().st_size
        progress(Progress(remote.file, size, size))
        return digest
    part = folder / f"{remote.file}.part"
    _download(client, remote, part, progress)
    digest = manifest.sha256(part)
    if not digest.startswith(remote.sha256):
        part.unlink()
        raise FetchError(
            f"{remote.url}: is not the file that its makers released (SHA-256 begins {digest[:8]},"
            f" not {remote.sha256[:8]}); nothing was kept"
        )
    manifest.settle(part, final)
    return digest


def _received(folder: Path) -> dict[str, str]:
    """What came before, by file: the only digest there is of a file whose makers publish none."""
    try:
        return _NOTED.validate_json((folder / RECEIVED).read_bytes())
    except (FileNotFoundError, ValidationError):
        return {}


def _note(folder: Path, received: dict[str, str]) -> None:
    written = folder / f"{RECEIVED}.part"
    written.write_bytes(_NOTED.dump_json(received))
    manifest.settle(written, folder / RECEIVED)


def _download(client: httpx.Client, remote: Remote, part: Path, progress: Callable[[Progress], None]) -> None:
    """Bring the part to the file's full length, going on as long as each try brings something."""
    while True:
        before = _size(part)
        try:
            if _carried_on(client, remote, part, progress):
                return
        except httpx.TransportError as error:
            if _size(part) <= before:
                raise FetchError(
                    f"{remote.url}: the line broke ({type(error).__name__}); the part that came is kept,"
                    " fetch again to carry on"
                ) from error


def _carried_on(
    client: httpx.Client, remote: Remote, part: Path, progress: Callable[[Progress], None]
) -> bool:
    """Ask for what is missing and take it. False where the part turned out to be useless: start again."""
    have = _size(part)
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with client.stream("GET", remote.url, headers=headers) as response:
        if response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            if have and response.headers.get("Content-Range") == f"bytes */{have}":
                return True
            return _started_again(remote, part)
        if response.status_code not in {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT}:
            raise FetchError(f"{remote.url}: the server answered {response.status_code}")
        resumed = response.status_code == HTTPStatus.PARTIAL_CONTENT
        if resumed and not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            return _started_again(remote, part)
        done = have if resumed else 0
        length = response.headers.get("Content-Length")
        total = done + int(length) if length is not None and length.isdigit() else None
        with part.open("ab" if resumed else "wb") as file:
            for chunk in response.iter_bytes():
                file.write(chunk)
                done += len(chunk)
                progress(Progress(remote.file, done, total))
    return True


def _started_again(remote: Remote, part: Path) -> bool:
    """Drop a part that the server does not go on from: once, for there is then nothing to resume."""
    if not part.is_file():
        raise FetchError(f"{remote.url}: the server answers with parts that nobody asked for")
    part.unlink()
    return False


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
