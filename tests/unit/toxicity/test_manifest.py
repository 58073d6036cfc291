"""A model folder is what its manifest says, or it is refused; a pickle is refused whatever it is called."""

from __future__ import annotations

import dataclasses
import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.toxicity import manifest
from adapters.toxicity.manifest import ManifestError
from tests.unit.toxicity import folders


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folders.make(tmp_path)
    return tmp_path


def _altered(folder: Path, alter: Callable[[dict[str, object]], object]) -> None:
    path = folder / manifest.FILE
    content = json.loads(path.read_text())
    alter(content)
    path.write_text(json.dumps(content))


def test_what_was_written_is_read(folder: Path) -> None:
    made = folders.seal(folder)

    assert manifest.verified(folder) == made


@pytest.mark.parametrize("file", [manifest.MODEL, manifest.TOKENIZER])
def test_a_changed_byte_is_refused(folder: Path, file: str) -> None:
    content = bytearray((folder / file).read_bytes())
    content[-1] ^= 1
    (folder / file).write_bytes(content)

    with pytest.raises(ManifestError, match=rf"{file}: is not the file that was made \(SHA-256 differs\)"):
        manifest.verified(folder)


@pytest.mark.parametrize("file", [manifest.MODEL, manifest.TOKENIZER])
def test_a_missing_file_is_refused(folder: Path, file: str) -> None:
    (folder / file).unlink()

    with pytest.raises(ManifestError, match="is missing"):
        manifest.verified(folder)


@pytest.mark.parametrize("file", [manifest.MODEL, manifest.TOKENIZER])
def test_a_pickle_is_refused_though_its_digest_is_right(folder: Path, file: str) -> None:
    (folder / file).write_bytes(pickle.dumps({"weights": [1.0]}))
    folders.seal(folder)

    with pytest.raises(ManifestError, match=f"{file}: is pickled, however it is named"):
        manifest.verified(folder)


def test_an_archive_of_pickles_is_refused_though_its_digest_is_right(folder: Path) -> None:
    with zipfile.ZipFile(folder / manifest.MODEL, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps({"weights": [1.0]}))
    folders.seal(folder)

    with pytest.raises(ManifestError, match="is pickled"):
        manifest.verified(folder)


def test_another_kind_of_file_is_refused(folder: Path) -> None:
    (folder / manifest.MODEL).write_bytes(b"GGUF")
    folders.seal(folder)

    with pytest.raises(ManifestError, match="does not begin as its kind of file does"):
        manifest.verified(folder)


@pytest.mark.parametrize("stray", ["weights.bin", "../model.onnx", "tiny.ckpt"])
def test_a_manifest_that_names_anything_else_is_refused(folder: Path, stray: str) -> None:
    made = manifest.read(folder)
    dataclasses.replace(made, files={**made.files, stray: "0" * 64}).write(folder)

    with pytest.raises(ManifestError, match="nothing else is loaded"):
        manifest.verified(folder)


def test_a_manifest_that_leaves_a_file_out_is_refused(folder: Path) -> None:
    made = manifest.read(folder)
    dataclasses.replace(made, files={manifest.MODEL: made.files[manifest.MODEL]}).write(folder)

    with pytest.raises(ManifestError, match=r"tokenizer\.json is not among them"):
        manifest.verified(folder)


def test_a_folder_without_a_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="houserules models fetch"):
        manifest.verified(tmp_path)


def test_a_checkpoint_of_an_earlier_version_is_refused(tmp_path: Path) -> None:
    earlier = {
        "name": "original",
        "version": "v0.1",
        "checkpoint": "toxic.ckpt",
        "files": {"toxic.ckpt": "0"},
    }
    (tmp_path / manifest.FILE).write_text(json.dumps(earlier))

    with pytest.raises(
        ManifestError, match="pickled checkpoint of an earlier version, which is never loaded"
    ):
        manifest.verified(tmp_path)


@pytest.mark.parametrize("content", ["", "[]", '{"name": "m"}', '{"files": 3}', "\xff"])
def test_a_manifest_that_is_none_is_refused(folder: Path, content: str) -> None:
    (folder / manifest.FILE).write_text(content, encoding="latin-1")

    with pytest.raises(ManifestError, match="is no manifest"):
        manifest.verified(folder)


def test_what_is_wrong_with_a_manifest_is_named(folder: Path) -> None:
    _altered(folder, lambda content: content.update(precision="int4"))

    with pytest.raises(ManifestError, match="precision: Input should be 'int8' or 'fp32'"):
        manifest.verified(folder)
