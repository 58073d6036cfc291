"""What belongs to a model on disk, with the digest of each file: nothing else is ever loaded."""

from __future__ import annotations

import enum
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

FILE = "manifest.json"
MODEL = "model.onnx"
TOKENIZER = "tokenizer.json"

_CHUNK = 1 << 20
_BEGINNINGS: Mapping[str, bytes] = {MODEL: b"\x08", TOKENIZER: b"{"}
"""How each kind of file begins: an ONNX file with its version's tag, whatever its makers put after it."""
_PICKLED = (b"\x80", b"PK\x03\x04")
"""How Python's pickle and PyTorch's archives of pickles begin."""


class ManifestError(RuntimeError):
    """A model folder that is not what its manifest says."""


class Precision(enum.StrEnum):
    """How a model's numbers are kept."""

    INT8 = "int8"
    FULL = "fp32"


@dataclass(frozen=True, slots=True)
class Difference:
    """How far scores lie apart, over all texts and labels."""

    mean: float
    most: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """How a converted model agreed with stock Detoxify when it was made.

    `alike` is how many of the `texts` both cut into the same tokens; `full` is taken over those, `kept`
    over all: the former is the conversion in full precision, the latter the model that was kept.
    """

    texts: int
    alike: int
    full: Difference
    kept: Difference


@dataclass(frozen=True, slots=True)
class Probe:
    """A text, and what the model said of it where it was converted."""

    text: str
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Manifest:
    """A converted model. `outputs` are our labels in the order of its scores, None for those left out.

    `files` are the digests of what is loaded; `sources` of what it was made from; `made_with` names the
    versions of the libraries that made it.
    """

    name: str
    version: str
    precision: Precision
    outputs: tuple[str | None, ...]
    padding: int
    files: Mapping[str, str]
    sources: Mapping[str, str]
    made_with: Mapping[str, str]
    agreement: Agreement
    probes: tuple[Probe, ...]

    def write(self, folder: Path) -> None:
        """Put the manifest beside the files, whole or not at all."""
        written = folder / f"{FILE}.part"
        written.write_bytes(_ADAPTER.dump_json(self, indent=2) + b"\n")
        settle(written, folder / FILE)


_ADAPTER = TypeAdapter(Manifest)


def read(folder: Path) -> Manifest:
    """Read a folder's manifest, without a look at the files.

    Raises:
        ManifestError: If there is none, or it is none of ours.
    """
    path = folder / FILE
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise ManifestError(
            f"{path}: is missing; a model folder is made by `houserules models fetch`"
        ) from None
    try:
        return _ADAPTER.validate_json(content)
    except ValidationError as error:
        if b'"checkpoint"' in content:
            raise ManifestError(
                f"{folder}: holds a pickled checkpoint of an earlier version, which is never loaded;"
                " fetch the model again"
            ) from None
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ManifestError(f"{path}: is no manifest: {where or 'the file'}: {first['msg']}") from None


def verified(folder: Path) -> Manifest:
    """Read a folder's manifest and check every file against it.

    Raises:
        ManifestError: If the manifest or a file is missing, a file has another digest, or it is pickled.
    """
    manifest = read(folder)
    for name in sorted(set(manifest.files) | set(_BEGINNINGS)):
        if name not in _BEGINNINGS:
            raise ManifestError(
                f"{folder / FILE}: files: {name!r} is none of {MODEL} and {TOKENIZER}; nothing else is loaded"
            )
        path = folder / name
        if name not in manifest.files:
            raise ManifestError(f"{folder / FILE}: files: {name} is not among them")
        if not path.is_file():
            raise ManifestError(f"{path}: is missing; fetch the model again")
        _refuse_pickled(path, _BEGINNINGS[name])
        if sha256(path) != manifest.files[name]:
            raise ManifestError(f"{path}: is not the file that was made (SHA-256 differs); fetch it again")
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


def _refuse_pickled(path: Path, beginning: bytes) -> None:
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(_PICKLED):
        raise ManifestError(
            f"{path}: is pickled, however it is named; pickles can run code and are never loaded"
        )
    if not start.startswith(beginning):
        raise ManifestError(f"{path}: does not begin as its kind of file does; fetch the model again")
