"""A converted model says the same whoever stands beside a text, however long or broken the text is."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import helper

from adapters.toxicity import manifest
from adapters.toxicity.manifest import ManifestError
from adapters.toxicity.onnx_model import BUCKET, LONGEST, Network, OnnxDetoxify, buckets
from bot.wiring import models as wiring
from moderation.checks import fusion
from tests.unit.toxicity import folders


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("tiny")
    folders.make(made)
    return made


def _sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def test_scores_come_under_our_labels_in_the_order_of_the_texts(folder: Path) -> None:
    scored = OnnxDetoxify(folder).score(["kind", "rude and vile", "vile"])

    assert [set(scores) for scores in scored] == [{"toxic", "threat"}] * 3
    assert [scores["toxic"] for scores in scored] == pytest.approx([_sigmoid(-1), _sigmoid(3), _sigmoid(2)])
    assert [scores["threat"] for scores in scored] == pytest.approx([_sigmoid(-2), _sigmoid(1), _sigmoid(1)])
    assert set(scored[0]) <= fusion.LABELS


def test_it_says_which_model_it_is(folder: Path) -> None:
    model = OnnxDetoxify(folder)

    assert (model.name, model.version) == ("detoxify-tiny", "v1-int8")


def test_no_text_gets_no_scores(folder: Path) -> None:
    assert list(OnnxDetoxify(folder).score([])) == []


def test_a_text_scores_the_same_alone_and_among_others(folder: Path) -> None:
    model = OnnxDetoxify(folder)
    texts = ["rude " * count for count in range(30)]

    together = model.score(texts)

    assert together == [model.score([text])[0] for text in texts]


def test_in_int8_no_text_goes_through_with_another(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    run = Network.run

    def counted(network: Network, read: Sequence[Sequence[int]]) -> list[list[float]]:
        sizes.append(len(read))
        return run(network, read)

    monkeypatch.setattr(Network, "run", counted)

    OnnxDetoxify(folder).score(["kind", "rude", "vile"])

    assert sizes == [1, 1, 1]


def test_padding_is_masked(folder: Path) -> None:
    network = Network(folder / manifest.MODEL, folder / manifest.TOKENIZER, folders.PADDING)

    (short, _) = network.run([network.tokens("kind"), network.tokens("rude and vile and rude")])

    assert short == pytest.approx([_sigmoid(-1), 0.5, _sigmoid(-2)])


def test_a_text_is_cut_after_512_tokens_whatever_the_tokenizer_would_do(folder: Path) -> None:
    network = Network(folder / manifest.MODEL, folder / manifest.TOKENIZER, folders.PADDING)

    assert len(network.tokens("rude " * 5_000)) == LONGEST
    assert len(network.tokens("rude " * 20)) == 22


@pytest.mark.parametrize("text", ["", " ", "\ud800", "vile \udfff", "\x00", "🚑" * 5_000, "a" * 1_000_000])
def test_any_text_is_scored(folder: Path, text: str) -> None:
    (scores,) = OnnxDetoxify(folder).score([text])

    assert all(0 <= score <= 1 for score in scores.values())


def test_half_a_surrogate_pair_hides_nothing(folder: Path) -> None:
    (broken, whole) = OnnxDetoxify(folder).score(["\ud800 vile", "x vile"])

    assert broken == whole


def test_what_is_closed_scores_nothing(folder: Path) -> None:
    model = OnnxDetoxify(folder)
    model.close()

    with pytest.raises(RuntimeError, match="detoxify-tiny was closed"):
        model.score(["kind"])


class TestWhatIsRefused:
    def test_a_changed_model_before_anything_of_it_is_loaded(self, tmp_path: Path) -> None:
        folders.make(tmp_path)
        (tmp_path / manifest.MODEL).write_bytes(b"\x08")

        with pytest.raises(ManifestError, match="SHA-256 differs"):
            OnnxDetoxify(tmp_path)

    def test_a_model_that_cannot_be_read(self, tmp_path: Path) -> None:
        folders.make(tmp_path)
        (tmp_path / manifest.MODEL).write_bytes(b"\x08\xff\xff")
        folders.seal(tmp_path)

        with pytest.raises(ManifestError, match=r"model\.onnx: is no model that can be run"):
            OnnxDetoxify(tmp_path)

    def test_a_tokenizer_that_cannot_be_read(self, tmp_path: Path) -> None:
        folders.make(tmp_path)
        (tmp_path / manifest.TOKENIZER).write_text("{}")
        folders.seal(tmp_path)

        with pytest.raises(ManifestError, match=r"tokenizer\.json: is no tokenizer"):
            OnnxDetoxify(tmp_path)

    def test_a_model_of_another_kind(self, tmp_path: Path) -> None:
        folders.make(tmp_path)
        network = folders.network()
        network.graph.output[0].name = "logits"
        network.graph.node.append(helper.make_node("Identity", ["scores"], ["logits"]))
        onnx.save(network, tmp_path / manifest.MODEL)
        folders.seal(tmp_path)

        with pytest.raises(ManifestError, match="it is no converted Detoxify"):
            OnnxDetoxify(tmp_path)

    def test_a_manifest_that_names_more_scores_than_there_are(self, tmp_path: Path) -> None:
        folders.make(tmp_path)
        folders.seal(tmp_path, ("toxic", "threat"))

        with pytest.raises(ManifestError, match="names 2, and the model gives 3"):
            OnnxDetoxify(tmp_path)


class TestBuckets:
    @given(st.lists(st.integers(1, LONGEST), max_size=80))
    def test_every_text_is_in_one_bucket_of_a_bounded_size(self, lengths: list[int]) -> None:
        made = list(buckets(lengths))

        assert sorted(index for bucket in made for index in bucket) == list(range(len(lengths)))
        for bucket in made:
            longest = max(lengths[index] for index in bucket)
            assert len(bucket) == 1 or longest * len(bucket) <= BUCKET

    @given(st.lists(st.integers(1, LONGEST), max_size=80))
    def test_little_of_a_bucket_is_padding(self, lengths: list[int]) -> None:
        for bucket in buckets(lengths):
            inside = [lengths[index] for index in bucket]
            assert max(inside) <= min(inside) * 1.25

    def test_texts_of_one_length_share_a_bucket_until_it_is_full(self) -> None:
        assert list(buckets([300, 300, 300])) == [[0, 1], [2]]


BARE = """
import importlib.abc, sys

class Refusing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] in {"torch", "transformers", "detoxify", "onnx"}:
            raise ModuleNotFoundError(f"{name} is not for running", name=name)

sys.meta_path.insert(0, Refusing())
import pathlib
from bot.wiring import models
from adapters.toxicity import trial
from adapters.toxicity.onnx_model import OnnxDetoxify

folder = pathlib.Path(sys.argv[1])
assert len(models.classifiers(folder)) == 1
assert trial.verify(folder).name == "tiny"
print(OnnxDetoxify(folder).score(["vile"])[0]["toxic"])
print(sorted({"torch", "transformers", "detoxify", "onnx"} & set(sys.modules)))
"""


def test_a_folder_runs_where_nothing_to_convert_it_is_installed(folder: Path) -> None:
    root = Path(wiring.__file__).parents[2]

    done = subprocess.run(
        [sys.executable, "-c", BARE, str(folder)], cwd=root, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    score, loaded = done.stdout.splitlines()
    assert float(score) == pytest.approx(_sigmoid(2))
    assert loaded == "[]"
