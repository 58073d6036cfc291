"""Detoxify as it runs: an ONNX model and its tokenizer from a folder, and nothing else installed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnxruntime  # type: ignore[import-untyped,unused-ignore]
import tokenizers

from adapters.toxicity import manifest
from adapters.toxicity.manifest import ManifestError, Precision

LONGEST = 512
"""Tokens: where the position table of all five models ends."""
BUCKET = 768
"""Tokens that go through the model at once. More of them no longer fit a processor's caches."""
_STRETCH = 1.25
"""How much longer than its shortest text a bucket's longest may be: padding costs more than company saves."""
_ENOUGH = 100_000
"""Characters, of which 512 tokens are always the beginning, but for texts that are nearly all blanks."""

IDS, MASK, SCORES = "input_ids", "attention_mask", "scores"
"""What goes into a converted model, and what comes out."""


class Network:
    """A model and its tokenizer: from a text to a row of scores, whatever they are called."""

    def __init__(self, model: Path, tokenizer: Path, padding: int, threads: int = 1) -> None:
        """Load both; `padding` is the number of the token that fills a shorter row.

        Raises:
            ManifestError: If they are not what a conversion makes.
        """
        self._tokenizer = _tokenizer(tokenizer)
        self._session = _session(model, threads)
        self._padding = padding
        self.width = self._session.get_outputs()[0].shape[-1]

    def tokens(self, text: str) -> list[int]:
        """The numbers of a text's tokens, cut after 512 as stock Detoxify cuts them."""
        # Half a surrogate pair is no character, and the tokenizer refuses it.
        whole = text[:_ENOUGH].encode("utf-8", "replace").decode("utf-8")
        return list(self._tokenizer.encode(whole).ids)

    def run(self, read: Sequence[Sequence[int]]) -> list[list[float]]:
        """Put the tokens of some texts through the model at once; a row of scores for each."""
        longest = max(len(tokens) for tokens in read)
        ids = np.full((len(read), longest), self._padding, dtype=np.int64)
        mask = np.zeros((len(read), longest), dtype=np.int64)
        for row, tokens in enumerate(read):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        (scores,) = self._session.run([SCORES], {IDS: ids, MASK: mask})
        return [[float(score) for score in row] for row in scores]


class OnnxDetoxify:
    """One converted model. Not safe for several threads at once: `BatchingClassifier` sees to that.

    In int8 each text goes through alone: the numbers of a bucket are rounded together, and no verdict may
    hang on another's comment. In full precision, texts of like length share a bucket.
    """

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """Load the model of a folder that `houserules models fetch` made.

        Raises:
            ManifestError: If the folder does not hold what its manifest says.
        """
        made = manifest.verified(folder)
        self.name = f"detoxify-{made.name}"
        self.version = made.version
        self._outputs = made.outputs
        self._bucket = 1 if made.precision is Precision.INT8 else BUCKET
        self._network: Network | None = Network(
            folder / manifest.MODEL, folder / manifest.TOKENIZER, made.padding, threads
        )
        if self._network.width != len(made.outputs):
            raise ManifestError(
                f"{folder / manifest.FILE}: outputs: names {len(made.outputs)}, and the model gives"
                f" {self._network.width}"
            )

    def score(self, texts: Sequence[str]) -> Sequence[Mapping[str, float]]:
        """Score each text."""
        if self._network is None:
            raise RuntimeError(f"{self.name} was closed")
        read = [self._network.tokens(text) for text in texts]
        scored: list[Mapping[str, float]] = [{}] * len(read)
        for bucket in buckets([len(tokens) for tokens in read], self._bucket):
            rows = self._network.run([read[index] for index in bucket])
            for index, row in zip(bucket, rows, strict=True):
                named = zip(self._outputs, row, strict=True)
                scored[index] = {label: score for label, score in named if label is not None}
        return scored

    def close(self) -> None:
        """Let the weights go."""
        self._network = None


def buckets(lengths: Sequence[int], most: int = BUCKET, stretch: float = _STRETCH) -> Iterator[list[int]]:
    """Part texts, given by their lengths, into buckets of like length: the index of each, in each.

    A bucket holds at most `most` tokens with its padding, or a single text.
    """
    bucket: list[int] = []
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        longest = lengths[index]
        if bucket and (longest > lengths[bucket[0]] * stretch or longest * (len(bucket) + 1) > most):
            yield bucket
            bucket = []
        bucket.append(index)
    if bucket:
        yield bucket


def _tokenizer(path: Path) -> tokenizers.Tokenizer:
    try:
        tokenizer = tokenizers.Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises nothing narrower
        raise ManifestError(f"{path}: is no tokenizer: {error}") from error
    tokenizer.enable_truncation(LONGEST)
    tokenizer.no_padding()
    return tokenizer


def _session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Threads that wait for work by spinning take the processor from everything else on a small server.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its errors share no class of their own
        raise ManifestError(f"{path}: is no model that can be run: {error}") from error
    inputs = {each.name for each in session.get_inputs()}
    outputs = [each.name for each in session.get_outputs()]
    if inputs != {IDS, MASK} or outputs != [SCORES]:
        raise ManifestError(
            f"{path}: takes {sorted(inputs)} and gives {outputs}: it is no converted Detoxify"
        )
    return session
