"""A smaller WordPiece vocabulary: the pieces that our texts use, and single characters to fall back on."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def shrunk(source: Path, texts: Iterable[str], size: int) -> tuple[Tokenizer, list[int]]:
    """A tokenizer of `size` pieces, and for each of them its row in the old embedding table."""
    description: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    description["truncation"] = None
    description["padding"] = None
    old: dict[str, int] = description["model"]["vocab"]
    whole = Tokenizer.from_str(json.dumps(description))
    used: Counter[str] = Counter()
    for encoding in whole.encode_batch(list(texts), add_special_tokens=False):
        used.update(encoding.tokens)
    single = [piece for piece in old if len(piece.removeprefix("##")) == 1 and piece.isascii()]
    kept = dict.fromkeys((*_SPECIAL, *single))
    for piece, _ in used.most_common():
        if len(kept) >= size:
            break
        kept.setdefault(piece)
    pieces = list(kept)
    description["model"]["vocab"] = {piece: place for place, piece in enumerate(pieces)}
    for added in description["added_tokens"]:
        added["id"] = pieces.index(added["content"])
    processor = description.get("post_processor") or {}
    _renumber(processor, {old[piece]: place for place, piece in enumerate(pieces)})
    return Tokenizer.from_str(json.dumps(description)), [old[piece] for piece in pieces]


def _renumber(processor: dict[str, Any], places: dict[int, int]) -> None:
    for special in (processor.get("special_tokens") or {}).values():
        special["ids"] = [places[one] for one in special["ids"]]
    for name in ("cls", "sep"):
        if name in processor:
            processor[name][1] = places[processor[name][1]]
