"""No pattern that reads what strangers wrote takes more than linear time, whatever the text.

Those of the rules are RE2, which cannot. Each use of `re` beside them is found here and tried on texts that
send it back on itself: four times the text may take four times as long, and some more for the clock's sake.
"""

from __future__ import annotations

import ast
import pathlib
import re
import time
from collections.abc import Iterator
from typing import NamedTuple

import pytest
import re2  # type: ignore[import-untyped]

import adapters.toxicity
import bot.labelled
import config
import moderation
from moderation.checks.phrases import PhraseCheck
from moderation.checks.text.patterns import Pattern
from tests.unit.checks.looking import checks

BY_STRUCTURE = {("config/fairness.py", "_mentions"): "a choice between fixed words"}
"""Uses whose pattern is put together where it is used, and why they are linear."""
ANCHORED = frozenset({"fullmatch", "match"})
"""Methods that try one place only."""

SHORT, LONG = 1_500, 6_000
SEEDS = (
    "a",
    "A",
    "1",
    " ",
    "\n",
    "a ",
    "a.",
    "a-",
    "a_",
    "a'",
    ".",
    "-",
    "_",
    "*",
    "a*",
    "f*",
    "@",
    "@a",
    "a@",
    "a@a.",
    "//",
    "://",
    "http://",
    "www.",
    "a.co",
    "[",
    "[a: ",
    "[a: ]",
    "{",
    "{a",
    "<",
    "'",
    '"',
    "#",
    "#a ",
    "a,",
    "\\",
    "\t",
    "x1",
    "é",
    "क",
    "do",
    "ab",
    "aab",
    "aA1",
    "//a:",
    "a:",
    "£",
    "!",
)


class Use(NamedTuple):
    """Where a pattern is used, and what it is."""

    file: str
    line: int
    pattern: str
    anchored: bool

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def _files() -> Iterator[tuple[str, pathlib.Path]]:
    for package in (moderation, adapters.toxicity, config):
        root = pathlib.Path(str(package.__file__)).parent
        top = root.parents[package.__name__.count(".")]
        yield from ((path.relative_to(top).as_posix(), path) for path in sorted(root.rglob("*.py")))
    labelled = pathlib.Path(bot.labelled.__file__)
    yield "bot/labelled.py", labelled


def _uses() -> Iterator[Use | tuple[str, str]]:
    """Every use of `re` with its pattern; where that is not written out, its file and function."""
    for name, path in _files():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
                continue
            called, first = node.func, node.args[0]
            if ast.unparse(called.value) != "re" or called.attr == "escape":
                continue
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield Use(name, node.lineno, first.value, called.attr in ANCHORED)
            else:
                yield name, _around(functions, node.lineno)


def _around(functions: list[ast.FunctionDef], line: int) -> str:
    within = [each for each in functions if each.lineno <= line <= (each.end_lineno or 0)]
    return max(within, key=lambda each: each.lineno).name if within else ""


WRITTEN_OUT = [use for use in _uses() if isinstance(use, Use)]


def _only_anchored(use: Use) -> bool:
    """Whether a compiled pattern is only ever held against a text's beginning or the whole of it."""
    if use.anchored:
        return True
    source = next((path.read_text(encoding="utf-8") for name, path in _files() if name == use.file), "")
    start = re.escape(use.pattern[:8])
    named = re.search(rf"(\w+)(?:: [^=\n]+)? = re\.compile\((?:\n\s+)?r?[\"']{start}", source)
    if named is None:
        return False
    methods = set(re.findall(rf"\b{named[1]}\.(\w+)\(", source))
    return bool(methods) and methods <= ANCHORED


def _seconds(use: Use, text: str) -> float:
    compiled = re.compile(use.pattern)
    began = time.thread_time()
    if _only_anchored(use):
        compiled.match(text)
        compiled.fullmatch(text)
    else:
        compiled.sub("", text)
    return time.thread_time() - began


@pytest.mark.parametrize("use", WRITTEN_OUT, ids=str)
def test_four_times_the_text_takes_a_pattern_about_four_times_as_long(use: Use) -> None:
    slow = []
    for seed in SEEDS:
        short, long = ((seed * size)[:size] for size in (SHORT, LONG))
        if _seconds(use, long) > 8 * _seconds(use, short) + 0.003:
            slow.append(seed)

    assert slow == []


def test_every_pattern_that_is_put_together_is_known_to_be_linear() -> None:
    assert {use for use in _uses() if not isinstance(use, Use)} == set(BY_STRUCTURE)


def test_the_patterns_of_the_core_and_of_the_model_are_found() -> None:
    files = {use.file for use in WRITTEN_OUT}

    assert "moderation/checks/text/disguise.py" in files
    assert "moderation/checks/spelling.py" in files
    assert "adapters/toxicity/prose.py" in files
    assert len(WRITTEN_OUT) >= 25


def test_every_rule_is_an_re2_pattern_which_is_linear_by_construction() -> None:
    rules = [ready for check in checks() if isinstance(check, PhraseCheck) for ready in check._ready]

    assert len(rules) >= 50
    for ready in rules:
        assert isinstance(ready.pattern, Pattern)
        assert isinstance(ready.pattern._compiled, re2._Regexp)


def test_the_trial_notices_a_pattern_that_is_not_linear() -> None:
    slow = Use("here", 1, r"[a-z]+[a-z]+!", anchored=False)

    long, short = (min(_seconds(slow, "a" * size) for _ in range(5)) for size in (LONG // 10, SHORT // 10))

    assert long > 8 * short
