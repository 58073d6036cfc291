"""Fetches a model's files: resumed where a line broke, checked, and named only when whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import httpx

from adapters.toxicity import manifest
from adapters.toxicity.catalogue import RELEASES, Release, Remote
from adapters.toxicity.manifest import Manifest

_TIMEOUT = httpx.Timeout(30.0)


class FetchError(RuntimeError):
    """A model that could not be fetched."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a file has come; `total` is None where the server does not say."""

    file: str
    done: int
    total: int | None


def fetch(
    name: str,
    directory: Path,
    progress: Callable[[Progress], None],
    releases: Mapping[str, Release] = RELEASES,
) -> Manifest:
    """Fetch a model into a folder of its name under `directory` and write its manifest.

    What is there already, whole and right, is not fetched again. Where the line breaks, the part that
    came stays, and calling again carries on from there.

    Raises:
        FetchError: If there is no such model, the server refuses, the line breaks, or a digest differs.
    """
    if name not in releases:
        raise FetchError(f"there is no model {name!r}; there are {', '.join(sorted(releases))}")
    release = releases[name]
    folder = directory / name
    folder.mkdir(parents=True, exist_ok=True)
    with httpx.Client(follow_redirects=True, timeout=_TIMEOUT) as client:
        digests = {remote.file: _fetched(client, remote, folder, progress) for remote in release.files}
    made = Manifest(name, release.version, release.checkpoint.file, digests)
    made.write(folder)
    return made


def _fetched(client: httpx.Client, remote: Remote, folder: Path, progress: Callable[[Progress], None]) -> str:
    """Have one file in the folder, and say its digest."""
    final = folder / remote.file
    if remote.sha256 and final.is_file() and manifest.sha256(final).startswith(remote.sha256):
        size = final.stat().st_size
        progress(Progress(remote.file, size, size))
        return manifest.sha256(final)
    part = folder / f"{remote.file}.part"
    _download(client, remote, part, progress)
    digest = manifest.sha256(part)
    if not digest.startswith(remote.sha256):
        part.unlink()
        raise FetchError(
            f"{remote.url}: is not the file that its makers released (SHA-256 begins {digest[:8]},"
            f" not {remote.sha256}); nothing was kept"
        )
    manifest.settle(part, final)
    return digest


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
