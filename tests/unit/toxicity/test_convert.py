"""A converted Detoxify says what stock Detoxify says, for each architecture of its releases."""

from __future__ import annotations

import importlib.util
import shutil
import threading
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import onnx
import pytest

from adapters.toxicity import convert, export, manifest, probes, trial
from adapters.toxicity.catalogue import Release
from adapters.toxicity.convert import EXACT, ROUNDED
from adapters.toxicity.detoxify_model import CheckpointError, StockDetoxify
from adapters.toxicity.fetch import Progress
from adapters.toxicity.install import install
from adapters.toxicity.manifest import Precision
from adapters.toxicity.onnx_model import Network, OnnxDetoxify

INSTALLED = importlib.util.find_spec("detoxify") is not None

if INSTALLED:
    from tests.unit.toxicity import checkpoints

pytestmark = [
    pytest.mark.detoxify,
    pytest.mark.skipif(not INSTALLED, reason="houserules[detoxify] is not installed"),
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.xdist_group("detoxify"),
    pytest.mark.timeout(240),  # PyTorch takes its time to load on a busy machine
]

KINDS = ("original", "unbiased", "multilingual", "original-small")
OURS = {
    "toxicity": "toxic",
    "severe_toxicity": "severe",
    "obscene": "obscene",
    "identity_attack": "identity_hate",
    "insult": "insult",
    "threat": "threat",
    "sexual_explicit": "sexual",
}
TEXTS = (
    "kind words",
    "",
    "I know where you park",
    "naïve 👍 [SEP] 3,400",
    *probes.comments(12),
    "word " * 900,
)


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def made(kind: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Release]:
    folder = tmp_path_factory.mktemp(kind)
    return folder, checkpoints.make(kind, folder)


@pytest.fixture(scope="module")
def full(made: tuple[Path, Release], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _converted(made, tmp_path_factory.mktemp("full"), Precision.FULL)


@pytest.fixture(scope="module")
def int8(made: tuple[Path, Release], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _converted(made, tmp_path_factory.mktemp("int8"), Precision.INT8)


@pytest.fixture(scope="module")
def stock(
    made: tuple[Path, Release], full: Path, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Mapping[str, float]]:
    """What Detoxify itself says, one text by one, loaded from a checkpoint as its documentation says.

    Texts that its tokenizer and ours cut into other tokens are left out: they are few.
    """
    detoxify = pytest.importorskip("detoxify")
    copy = tmp_path_factory.mktemp("stock")
    shutil.copytree(made[0], copy, dirs_exist_ok=True)
    checkpoints.change(copy, lambda content: content["config"]["arch"]["args"].update(model_type=str(copy)))
    model = detoxify.Detoxify(checkpoint=str(copy / checkpoints.CHECKPOINT))
    network = Network(full / manifest.MODEL, full / manifest.TOKENIZER, manifest.read(full).padding)
    alike = [
        text for text in TEXTS if model.tokenizer(text, truncation=True)["input_ids"] == network.tokens(text)
    ]
    assert len(alike) >= len(TEXTS) - 2
    return {text: _ours(model.predict(text)) for text in alike}


def _ours(scores: Mapping[str, Any]) -> dict[str, float]:
    return {OURS[name]: float(score) for name, score in scores.items()}


def _converted(made: tuple[Path, Release], to: Path, precision: Precision) -> Path:
    folder, release = made
    convert.convert(release, {"tiny.ckpt": "1"}, folder, to, _quiet, precision)
    return to


def _quiet(step: str) -> None:
    del step


def _apart(folder: Path, stock: Mapping[str, Mapping[str, float]]) -> list[float]:
    ours = OnnxDetoxify(folder).score(list(stock))
    assert [set(scores) for scores in ours] == [set(scores) for scores in stock.values()]
    return [
        abs(scores[label] - expected[label])
        for scores, expected in zip(ours, stock.values(), strict=True)
        for label in scores
    ]


def test_full_precision_says_exactly_what_stock_says(
    full: Path, stock: Mapping[str, Mapping[str, float]]
) -> None:
    written = manifest.read(full)

    assert max(_apart(full, stock)) <= EXACT
    assert written.agreement.full.most <= EXACT
    assert written.version == "v1-fp32"


def test_int8_says_nearly_that_and_the_manifest_says_how_nearly(
    int8: Path, stock: Mapping[str, Mapping[str, float]]
) -> None:
    apart = _apart(int8, stock)
    written = manifest.read(int8)

    assert sum(apart) / len(apart) <= ROUNDED
    assert EXACT < max(apart) <= 0.15  # more than nothing, or else nothing was rounded
    assert written.agreement.full.most <= EXACT
    assert 0 < written.agreement.kept.mean <= ROUNDED
    assert written.agreement.kept.mean < written.agreement.kept.most <= 0.15
    assert written.agreement.texts == 96
    assert written.agreement.alike >= 87
    assert written.version == "v1-int8"
    assert trial.verify(int8) == written


def test_stock_tells_texts_apart(stock: Mapping[str, Mapping[str, float]]) -> None:
    each = list(stock.values())

    for label in each[0]:
        scores = [scores[label] for scores in each]
        assert max(scores) - min(scores) > 0.05


def test_a_folder_holds_what_runs_and_nothing_else(int8: Path) -> None:
    assert sorted(path.name for path in int8.iterdir()) == [
        manifest.FILE,
        manifest.MODEL,
        manifest.TOKENIZER,
    ]


def test_every_product_with_a_weight_is_in_int8(full: Path, int8: Path) -> None:
    assert _rounded(int8 / manifest.MODEL) == _weighed(full / manifest.MODEL) >= 20


def _rounded(model: Path) -> int:
    return sum(node.op_type == "MatMulInteger" for node in onnx.load(model).graph.node)


def _weighed(model: Path) -> int:
    """How many products of a full model are with a weight, and not of two things reckoned."""
    graph = onnx.load(model).graph
    weights = {weight.name for weight in graph.initializer}
    return sum(
        node.op_type in {"Gemm", "MatMul"} and not weights.isdisjoint(node.input) for node in graph.node
    )


class TestWhatIsRefused:
    @pytest.fixture
    def original(self, tmp_path: Path) -> tuple[Path, Release]:
        folder = tmp_path / "original"
        return folder, checkpoints.make("original", folder)

    def test_a_checkpoint_that_brings_code(self, original: tuple[Path, Release], tmp_path: Path) -> None:
        torch = pytest.importorskip("torch")

        folder, release = original
        mark = tmp_path / "run"

        class Payload:
            def __reduce__(self) -> tuple[object, ...]:
                return (Path.touch, (mark,))

        torch.save({"config": Payload(), "state_dict": {}}, folder / checkpoints.CHECKPOINT)

        with pytest.raises(CheckpointError, match=r"holds more than weights.*nothing of it was run"):
            _converted((folder, release), tmp_path / "made", Precision.INT8)
        assert not mark.exists()
        assert not (tmp_path / "made" / manifest.FILE).exists()

    def test_a_file_that_is_no_checkpoint(self, original: tuple[Path, Release]) -> None:
        folder, _ = original
        (folder / checkpoints.CHECKPOINT).write_bytes(b"nothing like it")

        with pytest.raises(CheckpointError, match="no checkpoint"):
            StockDetoxify(folder, checkpoints.CHECKPOINT)

    def test_a_checkpoint_of_another_kind(self, original: tuple[Path, Release]) -> None:
        folder, _ = original
        checkpoints.change(folder, lambda content: content.pop("config"))

        with pytest.raises(CheckpointError, match="none of Detoxify's"):
            StockDetoxify(folder, checkpoints.CHECKPOINT)

    def test_a_checkpoint_that_asks_for_another_class(self, original: tuple[Path, Release]) -> None:
        folder, _ = original
        checkpoints.change(
            folder, lambda content: content["config"]["arch"]["args"].update(model_name="Trainer")
        )

        with pytest.raises(CheckpointError, match="asks for 'Trainer'"):
            StockDetoxify(folder, checkpoints.CHECKPOINT)

    def test_a_checkpoint_that_lacks_weights(self, original: tuple[Path, Release]) -> None:
        folder, _ = original
        checkpoints.change(folder, lambda content: content["state_dict"].pop("classifier.bias"))

        with pytest.raises(CheckpointError, match=r"lacks 1 of its model's weights, classifier\.bias first"):
            StockDetoxify(folder, checkpoints.CHECKPOINT)

    def test_a_checkpoint_that_names_more_than_it_scores(self, original: tuple[Path, Release]) -> None:
        folder, _ = original
        checkpoints.change(
            folder, lambda content: content["config"]["dataset"]["args"]["classes"].append("insult")
        )

        with pytest.raises(CheckpointError, match="scores fewer classes than it names"):
            StockDetoxify(folder, checkpoints.CHECKPOINT)

    def test_a_checkpoint_that_knows_no_class_of_ours(self, original: tuple[Path, Release]) -> None:
        folder, _ = original
        checkpoints.change(
            folder, lambda content: content["config"]["dataset"]["args"].update(classes=["cat", "dog"])
        )

        with pytest.raises(CheckpointError, match="knows none of Detoxify's classes"):
            StockDetoxify(folder, checkpoints.CHECKPOINT)

    def test_another_models_tokenizer(self, original: tuple[Path, Release], tmp_path: Path) -> None:
        other = tmp_path / "other"
        checkpoints.make("original-small", other)
        shutil.copyfile(other / manifest.TOKENIZER, original[0] / manifest.TOKENIZER)

        with pytest.raises(CheckpointError, match=r"tokenizer\.json cuts \d+ of 96 texts otherwise"):
            _converted(original, tmp_path / "made", Precision.INT8)

    def test_a_conversion_that_changes_the_scores(
        self, original: tuple[Path, Release], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        honest = export.exported

        def trained(module: Any, padding: int, to: Path) -> None:  # noqa: ANN401
            module.classifier.bias.data += 0.01
            honest(module, padding, to)

        monkeypatch.setattr(export, "exported", trained)

        with pytest.raises(CheckpointError, match=r"scores up to 0\.002"):
            _converted(original, tmp_path / "made", Precision.INT8)

    def test_a_rounding_that_loses_the_scores(
        self, original: tuple[Path, Release], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(convert, "ROUNDED", 1e-6)

        with pytest.raises(CheckpointError, match="Fetch it with --full-precision"):
            _converted(original, tmp_path / "made", Precision.INT8)

    def test_what_was_refused_leaves_an_older_model_as_it_was(
        self, original: tuple[Path, Release], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _converted(original, tmp_path / "made", Precision.FULL)
        before = manifest.verified(tmp_path / "made")
        monkeypatch.setattr(convert, "ROUNDED", 1e-6)

        with pytest.raises(CheckpointError):
            _converted(original, tmp_path / "made", Precision.INT8)

        assert manifest.verified(tmp_path / "made") == before


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


def test_a_model_is_fetched_converted_and_cleared_away_after(tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    release = checkpoints.make("original", shelf)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(shelf))) as served:
        thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        there = {
            file.file: replace(file, url=f"http://127.0.0.1:{served.server_port}/{file.file}")
            for file in release.files
        }
        checkpoint = there.pop(checkpoints.CHECKPOINT)
        served_release = replace(release, checkpoint=checkpoint, beside=tuple(there.values()))
        seen: list[Progress] = []
        said: list[str] = []

        made = install(
            "tiny", tmp_path / "models", seen.append, said.append, releases={"tiny": served_release}
        )

        served.shutdown()
        thread.join()
    assert trial.verify(tmp_path / "models" / "tiny") == made
    assert made.sources == {file.file: file.sha256 for file in release.files}
    assert made.made_with.keys() == {"detoxify", "onnx", "onnxruntime", "torch", "transformers"}
    assert {progress.file for progress in seen} == {file.file for file in release.files}
    assert said[0] == "asking stock Detoxify about 96 texts"
    assert sorted(path.name for path in (tmp_path / "models" / "tiny").iterdir()) == [
        manifest.FILE,
        manifest.MODEL,
        manifest.TOKENIZER,
    ]


def test_a_model_in_training_is_exported_without_its_dropout(tmp_path: Path) -> None:
    folder = tmp_path / "original"
    release = checkpoints.make("original", folder)
    stock = StockDetoxify(folder, release.checkpoint.file)
    stock.module.train()

    export.exported(stock.module, stock.padding, tmp_path / manifest.MODEL)

    operations = {node.op_type for node in onnx.load(tmp_path / manifest.MODEL).graph.node}
    assert "Dropout" not in operations
    assert not operations & {"RandomUniformLike", "RandomNormalLike", "Bernoulli"}
