"""Verifying holds a model against what it said when it was made; measuring says what it costs."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import math
from pathlib import Path

import onnx
import pytest

from adapters.toxicity import manifest, probes, trial
from adapters.toxicity.manifest import ManifestError, Probe
from tests.unit.toxicity import folders


def test_a_model_that_says_what_it_said_is_sound(tmp_path: Path) -> None:
    made = folders.make(tmp_path)

    assert trial.verify(tmp_path) == made


def test_a_model_that_says_something_else_is_not(tmp_path: Path) -> None:
    made = folders.make(tmp_path)
    second = made.probes[1]
    shifted = Probe(second.text, {**second.scores, "threat": second.scores["threat"] - 0.03})
    dataclasses.replace(made, probes=(made.probes[0], shifted)).write(tmp_path)

    with pytest.raises(ManifestError, match="scores threat of probe 2"):
        trial.verify(tmp_path)


def test_a_score_that_is_no_number_is_found(tmp_path: Path) -> None:
    made = folders.make(tmp_path)
    onnx.save(folders.network(vile=math.nan), tmp_path / manifest.MODEL)
    folders.seal(tmp_path, probes=made.probes)

    with pytest.raises(ManifestError, match="with nan"):
        trial.verify(tmp_path)


def test_a_little_rounding_is_no_fault(tmp_path: Path) -> None:
    made = folders.make(tmp_path)
    first = made.probes[0]
    shifted = Probe(first.text, {label: score + 0.01 for label, score in first.scores.items()})
    dataclasses.replace(made, probes=(shifted,)).write(tmp_path)

    assert trial.verify(tmp_path).name == "tiny"


def test_a_model_without_probes_cannot_be_verified(tmp_path: Path) -> None:
    folders.make(tmp_path)
    folders.seal(tmp_path)

    with pytest.raises(ManifestError, match="there are none to try the model with"):
        trial.verify(tmp_path)


def test_probes_with_other_labels_are_refused(tmp_path: Path) -> None:
    made = folders.make(tmp_path)
    dataclasses.replace(made, probes=(Probe("kind", {"spam": 0.1}),)).write(tmp_path)

    with pytest.raises(ManifestError, match="other labels"):
        trial.verify(tmp_path)


def test_a_changed_file_is_found(tmp_path: Path) -> None:
    folders.make(tmp_path)
    (tmp_path / manifest.TOKENIZER).write_text("{ }")

    with pytest.raises(ManifestError, match="SHA-256 differs"):
        trial.verify(tmp_path)


def test_a_bench_says_what_a_model_costs(tmp_path: Path) -> None:
    folders.make(tmp_path)

    speed = trial.bench(tmp_path, 40, 1)

    assert speed.version == "v1-int8"
    assert speed.threads == 1
    assert speed.per_second > 1
    assert dt.timedelta(0) < speed.median <= speed.slow
    assert speed.load > dt.timedelta(0)
    assert speed.memory > 10_000_000
    assert 0 <= speed.grown < speed.memory


class TestProbes:
    def test_they_are_the_same_every_time_and_no_two_alike(self) -> None:
        assert probes.varied() == probes.varied()
        assert len(set(probes.varied())) == len(probes.varied()) > 500
        assert len(set(probes.comments(300))) == 300

    def test_a_spread_is_taken_from_all_of_them(self) -> None:
        taken = probes.spread(50)

        places = [probes.varied().index(text) for text in taken]
        assert len(taken) == 50
        assert places[0] == 0
        assert max(after - before for before, after in itertools.pairwise(places)) <= 12
        assert places[-1] > len(probes.varied()) - 13

    def test_comments_are_as_long_as_comments_are(self) -> None:
        words = sorted(len(text.split()) for text in probes.comments(200))

        assert 20 <= words[100] <= 30
        assert 50 <= words[-15] <= 90
