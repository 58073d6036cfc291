"""A model is asked for by name: fetched once, converted, kept; what fails leaves nothing half done."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from adapters.toxicity import convert, manifest
from adapters.toxicity.catalogue import Release, Remote
from adapters.toxicity.detoxify_model import DetoxifyMissingError
from adapters.toxicity.fetch import FetchError, Progress
from adapters.toxicity.install import install
from tests.unit.toxicity import folders

NOWHERE = Release("tiny", "v1", Remote("http://127.0.0.1:1/a", "tiny.ckpt", "0"), (), 1)


def _silent(progress: Progress) -> None:
    del progress


def _quiet(step: str) -> None:
    del step


def _install(directory: Path, name: str = "tiny") -> None:
    install(name, directory, _silent, _quiet, releases={"tiny": NOWHERE})


def test_an_unknown_model_is_answered_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="there is no model 'orignal'; there are multilingual, original,"):
        install("orignal", tmp_path, _silent, _quiet)


def test_a_model_that_is_there_needs_no_network(tmp_path: Path) -> None:
    made = folders.make(tmp_path / "tiny")
    said: list[str] = []

    assert install("tiny", tmp_path, _silent, said.append, releases={"tiny": NOWHERE}) == made
    assert said == ["is there already"]


@pytest.mark.parametrize("missing", ["detoxify", "onnx", "torch", "transformers"])
def test_without_the_extra_nothing_is_fetched_and_the_error_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == missing else real("json"))

    with pytest.raises(DetoxifyMissingError, match=rf"{missing} is not installed; .*houserules\[detoxify\]"):
        _install(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_was_changed_is_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders.make(tmp_path / "tiny")
    (tmp_path / "tiny" / manifest.TOKENIZER).write_text("{ }")
    monkeypatch.setattr(convert, "require", lambda: None)

    with pytest.raises(FetchError, match="the line broke"):
        _install(tmp_path)
