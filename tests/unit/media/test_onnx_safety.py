"""A safety model is loaded only whole, known and understood, and its answers become harms of ours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from adapters.media.onnx_safety import OnnxSafetyModel
from adapters.media.safety import SafetyModelError
from moderation.taxonomy import Category, Severity
from tests.unit.media import models

RED = bytes((255, 0, 0)) * models.SIDE**2
GREEN = bytes((0, 255, 0)) * models.SIDE**2
TWO = [{"name": "calm"}, {"name": "red", "category": "inappropriate_media"}]


def refusal(folder: Path) -> str:
    with pytest.raises(SafetyModelError) as caught:
        OnnxSafetyModel(folder)
    return str(caught.value)


def test_a_model_says_the_worst_that_it_sees_in_any_picture(tmp_path: Path) -> None:
    model = OnnxSafetyModel(models.make(tmp_path / "model"))

    (harm,) = model.judge([GREEN, RED, GREEN])

    assert (model.name, model.version, model.shape) == ("media-redness", "3", (8, 8))
    assert (harm.label, harm.category, harm.severity) == (
        "red",
        Category.INAPPROPRIATE_MEDIA,
        Severity.SERIOUS,
    )
    assert harm.score == pytest.approx(1.0)
    assert model.judge([GREEN])[0].score == pytest.approx(0.0)


def test_pixels_are_shifted_and_scaled_as_the_manifest_says(tmp_path: Path) -> None:
    folder = models.make(tmp_path / "model")
    models.write(folder, mean=[0.5, 0, 0], deviation=[2, 1, 1])

    (harm,) = OnnxSafetyModel(folder).judge([RED])

    assert harm.score == pytest.approx(0.25)


@pytest.mark.parametrize(("ending", "score"), [("sigmoid", 0.7311), ("softmax", 0.7311), ("none", 1.0)])
def test_answers_are_made_probabilities_as_the_manifest_says(
    ending: str, score: float, tmp_path: Path
) -> None:
    folder = models.make(tmp_path / "model")
    models.write(folder, ending=ending)

    (harm,) = OnnxSafetyModel(folder).judge([RED])

    assert harm.score == pytest.approx(score, abs=1e-4)


def test_what_is_no_probability_is_refused(tmp_path: Path) -> None:
    folder = models.make(tmp_path / "model", np.array([[0, 7], [1, 0], [0, 0]], dtype=np.float32))

    with pytest.raises(SafetyModelError, match="no probability"):
        OnnxSafetyModel(folder).judge([RED])


def test_a_model_with_another_hash_is_refused(tmp_path: Path) -> None:
    folder = models.make(tmp_path / "model")
    with (folder / "model.onnx").open("ab") as file:
        file.write(b"\x00")

    assert "SHA-256 differs" in refusal(folder)


@pytest.mark.parametrize("name", ["manifest.json", "model.onnx"])
def test_a_missing_file_is_named(name: str, tmp_path: Path) -> None:
    folder = models.make(tmp_path / "model")
    (folder / name).unlink()

    assert f"{folder / name}: is missing" in refusal(folder)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"sha256": "x"}, "sha256"),
        ({"file": "../model.onnx"}, "is no .onnx file of this folder"),
        ({"file": "model.pkl"}, "is no .onnx file of this folder"),
        ({"labels": []}, "labels"),
        ({"labels": [{"name": "calm"}, {"name": "red"}]}, "every picture would pass"),
        ({"labels": [{"name": "red", "category": "rude"}]}, "labels.0.category"),
        ({"labels": [{"name": "red", "category": "spam", "severity": "bad"}]}, "is none of minor, "),
        ({"labels": [*TWO, {"name": "third"}]}, "names 3"),
        ({"clear_below": 2}, "clear_below"),
        ({"deviation": [0, 1, 1]}, "deviation"),
        ({"width": 16}, "takes pictures of [8, 8], and the manifest says [8, 16]"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_manifest_that_cannot_be_meant_is_refused_by_its_key(
    more: dict[str, object], says: str, tmp_path: Path
) -> None:
    folder = models.make(tmp_path / "model")
    models.write(folder, **more)

    assert says in refusal(folder)


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    folder = models.make(tmp_path / "model")
    (folder / "model.onnx").write_bytes(b"\x80\x04 a pickle")
    models.write(folder)

    assert "is no model that can be run" in refusal(folder)
