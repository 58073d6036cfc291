"""What the README and the manual tell people to type exists."""

from __future__ import annotations

import re
import shlex
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from bot import cli
from tests.architecture import house

README = house.ROOT / "README.md"
PAGES = [README, *sorted((house.ROOT / "docs").rglob("*.md"))]
SCRIPTS = Path(sysconfig.get_path("scripts"))
_BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SHELL = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_CALL = re.compile(r"(?:^|(?<=[\s/]))houserules( [^`|&;>#]*)?")


def _blocks() -> list[str]:
    return _SHELL.findall(README.read_text(encoding="utf-8"))


def _calls() -> Iterator[tuple[str, str]]:
    """Every `houserules ...` that a page shows, in a block or in a line, without the remark beside it."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        lines = [line for block in _BLOCK.findall(text) for line in block.splitlines()]
        for shown in lines + _SPAN.findall(_BLOCK.sub("", text)):
            for call in _CALL.finditer(shown):
                yield page.name, re.split(r"\s{2,}", call[1].strip() if call[1] else "")[0]


CALLS = sorted(set(_calls()))


def test_the_first_command_sets_up_and_runs_the_main_job() -> None:
    first = _blocks()[0]

    assert "python3 -m venv .venv" in first
    assert ".venv/bin/pip install ." in first
    assert ".venv/bin/houserules demo" in first


def test_the_second_command_sets_up_and_passes_the_tests() -> None:
    second = _blocks()[1]

    assert ".venv/bin/pip install '.[dev]'" in second
    assert ".venv/bin/pytest" in second


def test_every_extra_that_is_installed_is_declared() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = {
        extra for group in re.findall(r"(?:\.|houserules)\[([\w,]+)\]", text) for extra in group.split(",")
    }

    assert named <= set(house.project()["project"]["optional-dependencies"])


def test_every_program_is_one_that_the_set_up_provides() -> None:
    called = set(re.findall(r"\.venv/bin/([\w-]+)", README.read_text(encoding="utf-8")))

    assert called
    assert [program for program in sorted(called) if not (SCRIPTS / program).exists()] == []


def test_the_readme_shows_how_to_go_live() -> None:
    shown = {call.partition(" ")[0] for page, call in CALLS if page == README.name}

    assert {"demo", "init", "check", "run"} <= shown


def test_the_program_starts() -> None:
    done = subprocess.run([SCRIPTS / "houserules", "--help"], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("page", "call"), CALLS)
def test_every_command_that_a_page_shows_exists_with_its_options(page: str, call: str) -> None:
    words = shlex.split(call)
    command = typer.main.get_command(cli.app)
    while words and not words[0].startswith("-") and (commands := getattr(command, "commands", None)):
        assert words[0] in commands, f"{page}: houserules {call}"
        command = commands[words.pop(0)]

    known = {option for parameter in command.params for option in parameter.opts + parameter.secondary_opts}
    given = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
    assert given <= known | {"--help"}, f"{page}: houserules {call}"
