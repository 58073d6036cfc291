"""The chain that every event hangs on: each envelope's digest covers the one before it."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

BEGINNING = "0" * 64
"""What the first event names as the one before it."""

COVERED = (
    "seq",
    "at",
    "kind",
    "key",
    "case",
    "author",
    "account",
    "comment",
    "rehearsed",
    "payload_digest",
    "previous",
)
"""The columns of an envelope that its digest covers: all but the digest."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends. Kept outside of the house, it proves that nothing was cut off."""

    seq: int
    digest: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.digest}"


def head_of(text: str) -> Head:
    """Read a head as `str` writes one, and as a digest's mail shows it."""
    seq, colon, digest = text.strip().partition(":")
    if not (seq.isdecimal() and colon and len(digest) == len(BEGINNING)):
        raise ValueError("a head is a number, a colon and 64 letters and digits")
    return Head(int(seq), digest.lower())


def link(envelope: Mapping[str, Any]) -> str:
    """Digest an envelope as it stands in the database: types count, so 1 is not "1"."""
    written = json.dumps([envelope[column] for column in COVERED], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def new_salt() -> str:
    """Make the salt of one payload. Without it, nobody can test a guess against the payload's digest."""
    return secrets.token_hex(32)


def seal(salt: str, body: str) -> str:
    """Digest a payload with its salt."""
    return hashlib.sha256(f"{salt}:{body}".encode()).hexdigest()
