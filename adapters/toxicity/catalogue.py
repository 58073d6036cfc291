"""Where Detoxify's releases are, and what has to lie beside each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_RELEASES = "https://github.com/unitaryai/detoxify/releases/download"
_HUB = "https://huggingface.co"
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Remote:
    """One file to fetch. `sha256` is its digest, or the beginning of it as far as its makers publish it."""

    url: str
    file: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """One model: its checkpoint, and the tokenizer and configuration that it builds on.

    `size` is about how many bytes there are to fetch.
    """

    name: str
    version: str
    checkpoint: Remote
    beside: tuple[Remote, ...]
    size: int

    @property
    def files(self) -> tuple[Remote, ...]:
        """Everything to fetch, small files first: what is wrong with them shows before the long wait."""
        return (*self.beside, self.checkpoint)


def _release(name: str, tag: str, file: str, base: tuple[Remote, ...], megabytes: int) -> Release:
    # PyTorch's hub names a checkpoint by the first eight digits of its SHA-256.
    digest = file.rpartition("-")[2].removesuffix(".ckpt")
    checkpoint = Remote(f"{_RELEASES}/{tag}/{file}", file, digest)
    return Release(name, f"{tag}-{digest}", checkpoint, base, megabytes * _MEGABYTE)


def _base(repository: str, revision: str, files: Mapping[str, str]) -> tuple[Remote, ...]:
    # A revision's files never change. What the hub's `main` holds is whatever was put there last.
    return tuple(
        Remote(f"{_HUB}/{repository}/resolve/{revision}/{file}", file, digest)
        for file, digest in files.items()
    )


_ONLY_A_LENGTH = "994f46754c5bf4014f1aa92d34b1374319c3a6b3f702105cd5b742beaecd18ce"

_BERT = _base(
    "google-bert/bert-base-uncased",
    "86b5e0934494bd15c9632b12f734a8a67f723594",
    {
        "config.json": "7160e1553ad2ca51d8c1cb066be533db31826e12d173824c1bb0cb1a4f187d20",
        "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
        "tokenizer.json": "ce64fce797c24f68df90b40a3f74f579b336a493db14bd583fd520ea0d8c9a98",
        "tokenizer_config.json": "a025160ef0431f1a392f6f050c1310f4c5d9fb6f275932dbccba73c4d214bf10",
    },
)
_ROBERTA = _base(
    "FacebookAI/roberta-base",
    "e2da8e2f811d1448a5b465c236feacd80ffbac7b",
    {
        "config.json": "ef0185e2aae6e06c5f105a285006952c340e20c7dbf43c86ec82601b13fc45e9",
        "vocab.json": "9e7f63c2d15d666b52e21d250d2e513b87c9b713cfa6987a82ed89e5e6e50655",
        "merges.txt": "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5",
        "tokenizer.json": "847bbeab6174d66a88898f729d52fa8d355fafe1bea101cf960dd404581df70e",
        "tokenizer_config.json": _ONLY_A_LENGTH,
    },
)
_XLM_ROBERTA = _base(
    "FacebookAI/xlm-roberta-base",
    "e73636d4f797dec63c3081bb6ed5c7b0bb3f2089",
    {
        "config.json": "d66ed8cd4f2a93b358c245e50736fa389ed4f35c0bae7aad0b32abb20c62b579",
        "sentencepiece.bpe.model": "cfc8146abe2a0488e9e2a0c56de7952f7c11ab059eca145a0a727afce0db2865",
        "tokenizer.json": "a898ea75433890f6610f4e470b8ebeb0c21dce5c8dd61f892eb09eb5919d2e2c",
        "tokenizer_config.json": _ONLY_A_LENGTH,
    },
)
_ALBERT = _base(
    "albert/albert-base-v2",
    "8e2f239c5f8a2c0f253781ca60135db913e5c80c",
    {
        # Where no digest stands, none was to be had: the revision alone pins the file.
        "config.json": "",
        "spiece.model": "fefb02b667a6c5c2fe27602d28e5fb3428f66ab89c7d6f388e7c8d44a02d0336",
        "tokenizer.json": "",
        "tokenizer_config.json": "",
    },
)

RELEASES: Mapping[str, Release] = {
    release.name: release
    for release in (
        _release("original", "v0.1-alpha", "toxic_original-c1212f89.ckpt", _BERT, 439),
        _release("unbiased", "v0.3-alpha", "toxic_debiased-c7548aa0.ckpt", _ROBERTA, 502),
        _release("multilingual", "v0.4-alpha", "multilingual_debiased-0b549669.ckpt", _XLM_ROBERTA, 1_126),
        _release("original-small", "v0.1.2", "original-albert-0e1d6498.ckpt", _ALBERT, 49),
        _release("unbiased-small", "v0.1.2", "unbiased-albert-c8519128.ckpt", _ALBERT, 49),
    )
}
"""Detoxify's models by the names that its documentation gives them."""
