"""By which words comments mention the groups that the law protects."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from importlib import resources

Mentions = tuple[str, Callable[[str], bool]]


def groups() -> tuple[Mentions, ...]:
    """Each group's name, with what tells whether a text mentions it."""
    raw = (resources.files("config") / "fairness.toml").read_text(encoding="utf-8")
    return tuple((name, _mentions(table["words"])) for name, table in tomllib.loads(raw).items())


def _mentions(words: list[str]) -> Callable[[str], bool]:
    # `re` is safe here: a choice between fixed words cannot backtrack.
    pattern = re.compile(rf"(?i)\b(?:{'|'.join(re.escape(word) for word in words)})\b")
    return lambda text: pattern.search(text) is not None
