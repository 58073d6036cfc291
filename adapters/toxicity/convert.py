"""Turns a release of Detoxify into what runs without it: ONNX in int8, measured against the original."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.toxicity import export, manifest, probes
from adapters.toxicity.catalogue import Release
from adapters.toxicity.detoxify_model import CheckpointError, DetoxifyMissingError, StockDetoxify
from adapters.toxicity.manifest import Agreement, Difference, Manifest, Precision, Probe
from adapters.toxicity.onnx_model import Network

EXACT = 1e-4
"""How far full precision may lie from stock Detoxify: beyond it the conversion, not rounding, is at fault."""
ROUNDED = 0.05
"""How far int8 may lie from it on average."""
ALIKE = 0.9
"""The share of texts that both must cut into the same tokens. Of two cuts that are equally likely, such as
of three exclamation marks, the libraries take now one, now the other; a wrong tokenizer agrees on next to
none."""

_NEEDED = ("detoxify", "onnx", "torch", "transformers")
_MEASURED = 96
_TOLD = 12


@dataclass(frozen=True, slots=True)
class _Original:
    """What stock Detoxify says of the texts that a conversion is measured on."""

    texts: tuple[str, ...]
    tokens: tuple[list[int], ...]
    scores: tuple[list[float], ...]
    outputs: tuple[str | None, ...]
    padding: int


def version(release: Release, precision: Precision) -> str:
    """What a converted release is called in verdicts: rounded scores are other scores."""
    return f"{release.version}-{precision}"


def require() -> None:
    """Say at once, before anything is fetched, what a conversion lacks.

    Raises:
        DetoxifyMissingError: If the extra is not installed.
    """
    for name in _NEEDED:
        if importlib.util.find_spec(name) is None:
            raise DetoxifyMissingError(
                f"a model cannot be converted: {name} is not installed; install houserules[detoxify], or"
                " bring a folder that was converted elsewhere, which runs without"
            )


def convert(
    release: Release,
    sources: Mapping[str, str],
    originals: Path,
    folder: Path,
    said: Callable[[str], None],
    precision: Precision = Precision.INT8,
) -> Manifest:
    """Convert the files of a release, whose digests are `sources`, into a model folder.

    Raises:
        DetoxifyMissingError: If the extra is not installed.
        CheckpointError: If the checkpoint is not Detoxify's, or what came out does not say what it says.
    """
    require()
    work = folder / "converting"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    full, rounded, tokenizer = work / "full.onnx", work / "rounded.onnx", work / manifest.TOKENIZER
    shutil.copyfile(originals / manifest.TOKENIZER, tokenizer)
    original = _exported(originals, release.checkpoint.file, full, said)

    said("measuring what full precision says")
    network = Network(full, tokenizer, original.padding)
    alike = [
        index for index, text in enumerate(original.texts) if network.tokens(text) == original.tokens[index]
    ]
    exact, overall, told = _measured(network, original, alike)
    _accept_exact(release.name, len(alike), len(original.texts), exact)
    kept = full
    if precision is Precision.INT8:
        del network
        said("rounding to int8")
        export.rounded(full, rounded)
        said("measuring what int8 says")
        _, overall, told = _measured(Network(rounded, tokenizer, original.padding), original, alike)
        _accept_rounded(release.name, overall)
        kept = rounded

    made = Manifest(
        name=release.name,
        version=version(release, precision),
        precision=precision,
        outputs=original.outputs,
        padding=original.padding,
        files={manifest.MODEL: manifest.sha256(kept), manifest.TOKENIZER: manifest.sha256(tokenizer)},
        sources=dict(sources),
        made_with={name: importlib.metadata.version(name) for name in (*_NEEDED, "onnxruntime")},
        agreement=Agreement(len(original.texts), len(alike), exact, overall),
        probes=told,
    )
    # The old manifest goes first: a crash from here on leaves a folder that is refused, never a mixed one.
    (folder / manifest.FILE).unlink(missing_ok=True)
    manifest.settle(kept, folder / manifest.MODEL)
    manifest.settle(tokenizer, folder / manifest.TOKENIZER)
    made.write(folder)
    shutil.rmtree(work)
    return made


def _exported(originals: Path, checkpoint: str, to: Path, said: Callable[[str], None]) -> _Original:
    """Ask stock Detoxify, convert it, and let it go: it is the largest thing here."""
    stock = StockDetoxify(originals, checkpoint)
    texts = probes.spread(_MEASURED)
    said(f"asking stock Detoxify about {len(texts)} texts")
    original = _Original(
        texts,
        tuple(stock.tokens(text) for text in texts),
        tuple(stock.scores(text) for text in texts),
        stock.outputs,
        stock.padding,
    )
    said("converting to ONNX")
    export.exported(stock.module, stock.padding, to)
    return original


def _measured(
    network: Network, original: _Original, alike: Sequence[int]
) -> tuple[Difference, Difference, tuple[Probe, ...]]:
    """How far a network lies from the original where both read alike, and everywhere; and what it says."""
    rows = [network.run([network.tokens(text)])[0] for text in original.texts]
    apart = [
        [
            abs(ours - theirs)
            for label, ours, theirs in zip(original.outputs, row, expected, strict=True)
            if label is not None
        ]
        for row, expected in zip(rows, original.scores, strict=True)
    ]
    told = tuple(
        Probe(original.texts[index], _named(original.outputs, rows[index]))
        for index in range(0, len(rows), max(1, len(rows) // _TOLD))
    )
    return _difference([apart[index] for index in alike]), _difference(apart), told


def _named(outputs: Sequence[str | None], row: Sequence[float]) -> dict[str, float]:
    return {label: score for label, score in zip(outputs, row, strict=True) if label is not None}


def _difference(apart: Sequence[Sequence[float]]) -> Difference:
    flat = [distance for row in apart for distance in row]
    return Difference(sum(flat) / max(1, len(flat)), max(flat, default=0.0))


def _accept_exact(name: str, alike: int, texts: int, exact: Difference) -> None:
    if alike < ALIKE * texts:
        raise CheckpointError(
            f"{name}: its tokenizer.json cuts {texts - alike} of {texts} texts otherwise than stock Detoxify"
        )
    # Written so that a score that is no number is refused too.
    if not exact.most <= EXACT:
        raise CheckpointError(
            f"{name}: converted, it scores up to {exact.most:.6f} away from stock Detoxify, where {EXACT} is"
            " allowed"
        )


def _accept_rounded(name: str, rounded: Difference) -> None:
    if not rounded.mean <= ROUNDED:
        raise CheckpointError(
            f"{name}: in int8 it scores {rounded.mean:.4f} away from stock Detoxify on average, where"
            f" {ROUNDED} is allowed. Fetch it with --full-precision"
        )
