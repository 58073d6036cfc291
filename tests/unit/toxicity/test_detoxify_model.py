"""Detoxify from a folder: verified first, offline, and clear about what is missing."""

from __future__ import annotations

import builtins
import hashlib
import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from adapters.toxicity import manifest
from adapters.toxicity.detoxify_model import CheckpointError, DetoxifyMissingError, DetoxifyModel
from adapters.toxicity.manifest import Manifest, ManifestError
from moderation.checks import fusion

INSTALLED = importlib.util.find_spec("detoxify") is not None
CLASSES = ["toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate"]


def _sealed(folder: Path) -> Path:
    files = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != manifest.FILE
    }
    Manifest("tiny", "1", "tiny.ckpt", files).write(folder)
    return folder


def test_without_the_extra_the_error_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tiny.ckpt").write_bytes(b"x")
    real = builtins.__import__

    def missing(name: str, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        if name == "torch":
            raise ModuleNotFoundError("No module named 'torch'", name="torch")
        return real(name, *arguments, **named)

    monkeypatch.setattr(builtins, "__import__", missing)

    with pytest.raises(DetoxifyMissingError, match=r"houserules\[detoxify\]"):
        DetoxifyModel(_sealed(tmp_path))


def test_a_changed_checkpoint_is_refused_before_anything_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "tiny.ckpt").write_bytes(b"x")
    _sealed(tmp_path)
    (tmp_path / "tiny.ckpt").write_bytes(b"y")

    with pytest.raises(ManifestError, match="SHA-256 differs"):
        DetoxifyModel(tmp_path)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A checkpoint of the true format: BERT of the smallest size, with weights thrown by dice."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnopqrstuvwxyz"]
    vocabulary += [f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    (tmp_path / "vocab.txt").write_text("\n".join(vocabulary) + "\n")
    size = {
        "model_type": "bert",
        "vocab_size": len(vocabulary),
        "hidden_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 16,
        "max_position_embeddings": 512,
    }
    (tmp_path / "config.json").write_text(json.dumps(size))
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"do_lower_case": True}))
    settings = transformers.BertConfig(**size, num_labels=len(CLASSES))
    torch.manual_seed(1)
    model = transformers.BertForSequenceClassification(settings)
    arguments = {
        "model_type": "bert-base-uncased",
        "model_name": "BertForSequenceClassification",
        "tokenizer_name": "BertTokenizer",
        "num_classes": len(CLASSES),
    }
    content = {
        "config": {"arch": {"args": arguments}, "dataset": {"args": {"classes": CLASSES}}},
        "state_dict": model.state_dict(),
    }
    torch.save(content, tmp_path / "tiny.ckpt")
    return _sealed(tmp_path)


@pytest.mark.detoxify
@pytest.mark.skipif(not INSTALLED, reason="houserules[detoxify] is not installed")
@pytest.mark.filterwarnings("ignore")
class TestWithDetoxify:
    def test_a_checkpoint_of_the_true_format_is_scored_offline(self, tiny: Path) -> None:
        model = DetoxifyModel(tiny)

        (one, other) = model.score(["a text", "another text, somewhat longer than the first"])

        assert set(one) == {"toxic", "severe", "obscene", "threat", "insult", "identity_hate"}
        assert all(0 <= score <= 1 for score in (*one.values(), *other.values()))
        fusion.findings(one, model.name, model.version)

    def test_the_weights_of_the_checkpoint_are_the_ones_used(self, tiny: Path) -> None:
        torch = pytest.importorskip("torch")
        loaded = torch.load(tiny / "tiny.ckpt", weights_only=True)
        loaded["state_dict"]["classifier.weight"].zero_()
        loaded["state_dict"]["classifier.bias"].copy_(torch.tensor([9.0, -9.0, 0.0, 0.0, 0.0, 0.0]))
        torch.save(loaded, tiny / "tiny.ckpt")

        (scores,) = DetoxifyModel(_sealed(tiny)).score(["a text"])

        assert scores["toxic"] > 0.99
        assert scores["severe"] < 0.01

    def test_scores_beyond_the_named_classes_are_left_out(self, tiny: Path) -> None:
        torch = pytest.importorskip("torch")
        loaded = torch.load(tiny / "tiny.ckpt", weights_only=True)
        loaded["config"]["dataset"]["args"]["classes"] = ["toxicity", "identity_attack"]
        torch.save(loaded, tiny / "tiny.ckpt")

        (scores,) = DetoxifyModel(_sealed(tiny)).score(["a text"])

        assert set(scores) == {"toxic", "identity_hate"}

    def test_padding_does_not_change_a_score(self, tiny: Path) -> None:
        model = DetoxifyModel(tiny)

        (alone,) = model.score(["short"])
        (beside, _) = model.score(["short", "a very much longer text " * 10])

        assert alone == pytest.approx(beside, abs=1e-5)

    def test_a_text_beyond_the_position_table_is_cut(self, tiny: Path) -> None:
        assert DetoxifyModel(tiny).score(["word " * 5_000])

    def test_a_checkpoint_of_another_kind_is_refused(self, tiny: Path) -> None:
        torch = pytest.importorskip("torch")
        torch.save({"weights": torch.zeros(1)}, tiny / "tiny.ckpt")

        with pytest.raises(CheckpointError, match="none of Detoxify's"):
            DetoxifyModel(_sealed(tiny))

    def test_a_checkpoint_that_brings_code_is_refused(self, tiny: Path) -> None:
        torch = pytest.importorskip("torch")

        class Payload:
            def __reduce__(self) -> tuple[object, ...]:
                return (print, ("run",))

        torch.save({"config": Payload(), "state_dict": {}}, tiny / "tiny.ckpt")

        with pytest.raises(Exception, match=r"[Ww]eights.only|Unsupported"):
            DetoxifyModel(_sealed(tiny))
