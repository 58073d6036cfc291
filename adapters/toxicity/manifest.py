"""What belongs to a model on disk, with the digest of each file: nothing else is ever loaded."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = "manifest.json"
_CHUNK = 1 << 20


class ManifestError(RuntimeError):
    """A model folder that is not what its manifest says."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A model's name, its version, its checkpoint's file, and SHA-256 by file name."""

    name: str
    version: str
    checkpoint: str
    files: Mapping[str, str]

    def write(self, folder: Path) -> None:
        """Put the manifest beside the files, whole or not at all."""
        content = {
            "name": self.name,
            "version": self.version,
            "checkpoint": self.checkpoint,
            "files": dict(sorted(self.files.items())),
        }
        written = folder / f"{FILE}.part"
        written.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
        written.replace(folder / FILE)


def verified(folder: Path) -> Manifest:
    """Read a folder's manifest and check every file against it.

    Raises:
        ManifestError: If the manifest or a file is missing, or a file has another digest.
    """
    manifest = _read(folder)
    if manifest.checkpoint not in manifest.files:
        raise ManifestError(f"{folder / FILE}: checkpoint: {manifest.checkpoint} is not among the files")
    for name, digest in manifest.files.items():
        path = folder / name
        if Path(name).name != name:
            raise ManifestError(f"{folder / FILE}: files: {name!r} leads out of the folder")
        if not path.is_file():
            raise ManifestError(f"{path}: is missing; fetch the model again")
        if sha256(path) != digest:
            raise ManifestError(f"{path}: is not the file that was fetched (SHA-256 differs); fetch it again")
    return manifest


def sha256(path: Path) -> str:
    """The digest of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def settle(written: Path, final: Path) -> None:
    """Give a finished file its name, so that a crash leaves the old file, the new one, or neither."""
    with written.open("rb") as file:
        os.fsync(file.fileno())
    written.replace(final)


def _read(folder: Path) -> Manifest:
    path = folder / FILE
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        files = given["files"]
        return Manifest(str(given["name"]), str(given["version"]), str(given["checkpoint"]), dict(files))
    except FileNotFoundError:
        raise ManifestError(
            f"{path}: is missing; a model folder is made by `houserules models fetch`"
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise ManifestError(f"{path}: is no manifest: {error}") from None
