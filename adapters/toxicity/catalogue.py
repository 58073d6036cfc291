"""Where Detoxify's releases are, and what has to lie beside each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_RELEASES = "https://github.com/unitaryai/detoxify/releases/download"
_HUB = "https://huggingface.co"


@dataclass(frozen=True, slots=True)
class Remote:
    """One file to fetch. `sha256` is its digest, or the beginning of it as far as its makers publish it."""

    url: str
    file: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """One model: its checkpoint, and the tokenizer and configuration that it builds on."""

    name: str
    version: str
    checkpoint: Remote
    beside: tuple[Remote, ...]

    @property
    def files(self) -> tuple[Remote, ...]:
        """Everything to fetch, small files first: what is wrong with them shows before the long wait."""
        return (*self.beside, self.checkpoint)


def _release(name: str, tag: str, file: str, base: tuple[Remote, ...]) -> Release:
    # PyTorch's hub names a checkpoint by the first eight digits of its SHA-256.
    digest = file.rpartition("-")[2].removesuffix(".ckpt")
    return Release(name, f"{tag}-{digest}", Remote(f"{_RELEASES}/{tag}/{file}", file, digest), base)


def _base(repository: str, *files: str) -> tuple[Remote, ...]:
    return tuple(Remote(f"{_HUB}/{repository}/resolve/main/{file}", file) for file in files)


_BERT = _base(
    "google-bert/bert-base-uncased", "config.json", "vocab.txt", "tokenizer.json", "tokenizer_config.json"
)
_ROBERTA = _base(
    "FacebookAI/roberta-base",
    "config.json",
    "vocab.json",
    "merges.txt",
    "tokenizer.json",
    "tokenizer_config.json",
)
_XLM_ROBERTA = _base(
    "FacebookAI/xlm-roberta-base",
    "config.json",
    "sentencepiece.bpe.model",
    "tokenizer.json",
    "tokenizer_config.json",
)
_ALBERT = _base(
    "albert/albert-base-v2", "config.json", "spiece.model", "tokenizer.json", "tokenizer_config.json"
)

RELEASES: Mapping[str, Release] = {
    release.name: release
    for release in (
        _release("original", "v0.1-alpha", "toxic_original-c1212f89.ckpt", _BERT),
        _release("unbiased", "v0.3-alpha", "toxic_debiased-c7548aa0.ckpt", _ROBERTA),
        _release("multilingual", "v0.4-alpha", "multilingual_debiased-0b549669.ckpt", _XLM_ROBERTA),
        _release("original-small", "v0.1.2", "original-albert-0e1d6498.ckpt", _ALBERT),
        _release("unbiased-small", "v0.1.2", "unbiased-albert-c8519128.ckpt", _ALBERT),
    )
}
"""Detoxify's models by the names that its documentation gives them."""
