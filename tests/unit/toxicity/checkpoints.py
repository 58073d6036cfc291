"""Checkpoints of the true format and architectures, as small as they come, with weights thrown by dice."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import tokenizers

from adapters.toxicity import probes
from adapters.toxicity.catalogue import Release, Remote

ORIGINAL = ("toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate")
UNBIASED = (
    "toxicity",
    "severe_toxicity",
    "obscene",
    "identity_attack",
    "insult",
    "threat",
    "sexual_explicit",
)
SIZE: Mapping[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "intermediate_size": 64,
}
CHECKPOINT = "tiny.ckpt"


@dataclass(frozen=True, slots=True)
class Kind:
    """One of Detoxify's architectures. `scores` may be more than the classes that a release names."""

    family: str
    classes: tuple[str, ...]
    scores: int
    config: Mapping[str, Any]
    vocabulary: Callable[[Path], int]


def make(kind: str, folder: Path) -> Release:
    """Write a checkpoint and what lies beside it, and say what release it is."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")

    made = KINDS[kind]
    folder.mkdir(parents=True, exist_ok=True)
    size = {**SIZE, **made.config, "vocab_size": made.vocabulary(folder), "num_labels": made.scores}
    settings = getattr(transformers, f"{made.family}Config")(**size)
    settings.to_json_file(folder / "config.json", use_diff=False)
    (folder / "tokenizer_config.json").write_text(json.dumps({"model_max_length": 512}))
    fast = getattr(transformers, f"{made.family}TokenizerFast").from_pretrained(folder)
    fast.backend_tokenizer.save(str(folder / "tokenizer.json"))
    torch.set_num_threads(1)  # tests run side by side
    torch.manual_seed(1)
    model = getattr(transformers, f"{made.family}ForSequenceClassification")(settings)
    for weight in model.parameters():
        if weight.dim() > 1:
            # Weights as small as a fresh model's would score everything alike, and hide what goes wrong.
            torch.nn.init.normal_(weight, std=0.25)
    content = {
        "config": {
            "arch": {
                "args": {
                    "model_type": "the hub's name",
                    "model_name": f"{made.family}ForSequenceClassification",
                    "tokenizer_name": f"{made.family}Tokenizer",
                    "num_classes": made.scores,
                }
            },
            "dataset": {"args": {"classes": list(made.classes)}},
        },
        "state_dict": model.state_dict(),
    }
    torch.save(content, folder / CHECKPOINT)
    return release(folder)


def change(folder: Path, alter: Callable[[dict[str, Any]], None]) -> Release:
    """Write a checkpoint again with something altered."""
    torch = pytest.importorskip("torch")

    content = torch.load(folder / CHECKPOINT, weights_only=True)
    alter(content)
    torch.save(content, folder / CHECKPOINT)
    return release(folder)


def release(folder: Path) -> Release:
    """The release that a folder's files are."""
    files = [
        Remote("", path.name, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(folder.iterdir())
    ]
    (checkpoint,) = (file for file in files if file.file == CHECKPOINT)
    return Release("tiny", "v1", checkpoint, tuple(file for file in files if file != checkpoint), 1)


def _wordpiece(folder: Path) -> int:
    trainer = tokenizers.BertWordPieceTokenizer(lowercase=True)
    trainer.train_from_iterator(iter(probes.varied()), vocab_size=400, show_progress=False)
    trainer.save_model(str(folder))
    return int(trainer.get_vocab_size())


def _bytes(folder: Path) -> int:
    trainer = tokenizers.ByteLevelBPETokenizer()
    special: list[str | tokenizers.AddedToken] = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    texts = iter(probes.varied())
    trainer.train_from_iterator(texts, vocab_size=400, special_tokens=special, show_progress=False)
    trainer.save_model(str(folder))
    return int(trainer.get_vocab_size())


def _pieces(folder: Path, file: str, **settings: Any) -> int:  # noqa: ANN401 - as the trainer takes them
    sentencepiece = pytest.importorskip("sentencepiece")

    model = io.BytesIO()
    with contextlib.redirect_stderr(io.StringIO()):
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(text for text in probes.varied() if text.strip()),
            model_writer=model,
            vocab_size=300,
            hard_vocab_limit=False,
            minloglevel=2,
            **settings,
        )
    (folder / file).write_bytes(model.getvalue())
    return int(sentencepiece.SentencePieceProcessor(model_proto=model.getvalue()).get_piece_size())


def _xlm(folder: Path) -> int:
    # One token of fairseq's and the mask stand beside what the pieces count.
    return _pieces(folder, "sentencepiece.bpe.model", unk_id=0, bos_id=1, eos_id=2, pad_id=-1) + 2


def _albert(folder: Path) -> int:
    return _pieces(
        folder,
        "spiece.model",
        pad_id=0,
        unk_id=1,
        bos_id=-1,
        eos_id=-1,
        control_symbols=["[CLS]", "[SEP]"],
        user_defined_symbols=["[MASK]"],
    )


_AFTER_PADDING: Mapping[str, Any] = {
    "max_position_embeddings": 514,
    "pad_token_id": 1,
    "bos_token_id": 0,
    "eos_token_id": 2,
    "type_vocab_size": 1,
}

KINDS: Mapping[str, Kind] = {
    "original": Kind("Bert", ORIGINAL, 6, {}, _wordpiece),
    "unbiased": Kind("Roberta", UNBIASED, 16, _AFTER_PADDING, _bytes),
    "multilingual": Kind("XLMRoberta", UNBIASED, 16, _AFTER_PADDING, _xlm),
    "original-small": Kind("Albert", ORIGINAL, 6, {"embedding_size": 16}, _albert),
}
