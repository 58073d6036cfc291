"""The core stands on the pure part of the standard library and on nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture import house

PURE = {
    "__future__",
    "abc",
    "bisect",
    "collections",
    "contextlib",
    "dataclasses",
    "datetime",
    "decimal",
    "difflib",
    "enum",
    "fractions",
    "functools",
    "hashlib",
    "heapq",
    "html",
    "itertools",
    "json",
    "math",
    "operator",
    "re",
    "statistics",
    "string",
    "textwrap",
    "types",
    "typing",
    "unicodedata",
    "moderation",
}
TEXT = {"confusable_homoglyphs", "datasketch", "phonenumbers", "re2", "stdnum"}


def _core() -> list[Path]:
    return sorted(house.package("moderation").rglob("*.py"))


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names):
                yield from (alias.name.partition(".")[0] for alias in names)
            case ast.ImportFrom(module=str() as module):
                yield module.partition(".")[0]
            case _:
                pass


def _allowed(module: str) -> set[str]:
    if module.startswith("moderation/checks/"):
        return PURE | TEXT
    if module == "moderation/pipeline.py":
        return PURE | {"asyncio"}
    return PURE


@pytest.mark.parametrize("module", _core(), ids=house.name)
def test_a_module_of_the_core_imports_only_what_is_pure(module: Path) -> None:
    found = set(_imports(ast.parse(module.read_text(encoding="utf-8"))))

    assert found <= _allowed(house.name(module))


@pytest.mark.parametrize("module", _core(), ids=house.name)
def test_a_module_of_the_core_opens_prints_and_asks_nothing(module: Path) -> None:
    calls = [
        node for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    ]
    named = {call.func.id for call in calls if isinstance(call.func, ast.Name)}

    assert not named & {"open", "print", "input", "eval", "exec", "__import__"}
