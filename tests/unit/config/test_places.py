"""Every key of a TOML text is found on its line."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import places
from config.complaint import Path

TRICKY = '''\
# a comment = 1
plain = 1
"quoted key" = "a # in text"
'literal.key' = 'no \\ escape'
dotted . inside = true
text = """
fake = 1
\\""" still "text"
"""
raw = \'\'\'
[fake]
\'\'\'
items = [ # with comments
  "one", # two = 2
  { name = "three", deep = [1, 2] },
]

[table]
key = 2020-01-01

[table."odd one".deep]
x = { y = 1, z.w = "}" }

[[list]]
name = "first"

[[list]]
name = "second"
[list.inside]
key = 1

[[list.inner]]
a = 1
'''


def paths(value: Any, path: Path = ()) -> set[Path]:  # noqa: ANN401 - TOML data is of any type
    found: set[Path] = {path} if path else set()
    if isinstance(value, Mapping):
        return found.union(*(paths(inner, (*path, key)) for key, inner in value.items()))
    if isinstance(value, list):
        return found.union(*(paths(inner, (*path, number)) for number, inner in enumerate(value)))
    return found


def test_every_key_of_a_tricky_file_has_a_line() -> None:
    assert set(places.lines_of(TRICKY)) == paths(tomllib.loads(TRICKY))


@pytest.mark.parametrize(
    ("path", "starts"),
    [
        (("plain",), "plain"),
        (("quoted key",), '"quoted key"'),
        (("dotted", "inside"), "dotted"),
        (("text",), "text"),
        (("items",), "items"),
        (("items", 0), '  "one"'),
        (("items", 1, "deep"), "  {"),
        (("table", "key"), "key = 2020"),
        (("table", "odd one", "deep", "x", "z", "w"), "x ="),
        (("list", 1, "name"), 'name = "second"'),
        (("list", 1, "inner", 0, "a"), "a = 1"),
    ],
)
def test_a_key_is_found_on_its_own_line(path: Path, starts: str) -> None:
    line = places.lines_of(TRICKY)[path]

    assert TRICKY.split("\n")[line - 1].startswith(starts)


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=6)
SCALARS = st.one_of(
    st.integers(-99, 99).map(str),
    st.booleans().map(lambda truth: str(truth).lower()),
    st.sampled_from(['"a = [1"', "'#'", '"""\n[x]\n"""', "'''a''b'''", '"\\""', "2026-04-01", "1.5"]),
)


def quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"').replace("\x7f", "\\u007f") + '"'


VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[" + ", # ]\n".join(items) + "]"),
        st.dictionaries(NAMES, inner.filter(lambda text: "\n" not in text), max_size=3).map(
            lambda pairs: "{" + ", ".join(f"{quoted(key)} = {value}" for key, value in pairs.items()) + "}"
        ),
    ),
    max_leaves=6,
)
TABLES = st.dictionaries(NAMES, st.dictionaries(NAMES, VALUES, max_size=4), max_size=4)


@given(TABLES, st.booleans())
def test_exactly_the_keys_that_the_reader_reads_have_lines(
    tables: dict[str, dict[str, str]], as_lists: bool
) -> None:
    left, right = ("[[", "]]") if as_lists else ("[", "]")
    text = "\n".join(
        line
        for name, pairs in tables.items()
        for line in [f"{left} {quoted(name)} {right} # [x]", *(f"{quoted(k)}={v}" for k, v in pairs.items())]
    )

    assert set(places.lines_of(text)) == paths(tomllib.loads(text))


@given(st.text(max_size=40))
def test_text_that_is_not_toml_never_breaks_the_search_for_repeats(text: str) -> None:
    assert isinstance(places.repeats_of(text), dict)


def test_a_control_character_in_a_key_never_breaks_the_search_for_repeats() -> None:
    assert places.repeats_of("'\x08'") == {}
