"""Every module says what it is for, has one subject and a name of its own."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture import house

MODULES = list(house.modules())
LONGEST = 400
SAYS_NOTHING = {"common", "helper", "helpers", "manager", "misc", "util", "utils"}


@pytest.mark.parametrize("module", MODULES, ids=house.name)
def test_a_module_opens_with_one_line_saying_what_it_is_for(module: Path) -> None:
    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))

    assert docstring is not None
    summary, _, rest = docstring.partition("\n")
    assert summary.endswith((".", "?", "!"))
    assert rest == "" or rest.startswith("\n")


@pytest.mark.parametrize("module", MODULES, ids=house.name)
def test_a_module_is_short_enough_to_have_one_subject(module: Path) -> None:
    lines = module.read_text(encoding="utf-8").count("\n")

    assert lines <= LONGEST


@pytest.mark.parametrize("module", MODULES, ids=house.name)
def test_a_module_is_named_after_what_it_does(module: Path) -> None:
    words = {word for part in Path(house.name(module)).with_suffix("").parts for word in part.split("_")}

    assert not words & SAYS_NOTHING
