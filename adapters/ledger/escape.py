"""Writes any text that Python can hold so that every database can hold it too, and back again."""

from __future__ import annotations

import hashlib
import re

_LONGEST = 500
"""PostgreSQL refuses index entries beyond 2,704 bytes; 500 characters are at most 2,000."""

_UNHOLDABLE = re.compile("[\\\\\x00\ud800-\udfff]")
_WRITTEN = re.compile(r"\\([0-9a-f]{1,4});")


def escaped(text: str) -> str:
    """Write NUL and lone surrogates, which PostgreSQL and UTF-8 refuse, as backslash and number."""
    return _UNHOLDABLE.sub(lambda found: f"\\{ord(found[0]):x};", text)


def unescaped(text: str) -> str:
    """Undo `escaped`, exactly."""
    return _WRITTEN.sub(lambda found: chr(int(found[1], 16)), text)


def fitted(text: str) -> str:
    """Write a key so that it fits an index: a long one is cut and ends in its SHA-256."""
    written = escaped(text)
    if len(written) <= _LONGEST:
        return written
    digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
    return f"{written[: _LONGEST // 2]}...sha256:{digest}"
