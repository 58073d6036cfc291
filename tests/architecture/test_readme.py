"""What the README tells a newcomer to type exists."""

from __future__ import annotations

import re
import shlex
import subprocess
import sysconfig
from pathlib import Path

import pytest

from tests.architecture import house

README = house.ROOT / "README.md"
SCRIPTS = Path(sysconfig.get_path("scripts"))
_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def _blocks() -> list[str]:
    return _BLOCK.findall(README.read_text(encoding="utf-8"))


def _commands() -> list[list[str]]:
    """Every command of every block, one list of words each."""
    text = "\n".join(_blocks()).replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return [shlex.split(part, comments=True) for line in lines for part in re.split(r"&&|;|\|", line)]


def _subcommands() -> list[str]:
    named = [words for words in _commands() if words and Path(words[0]).name == "houserules"]
    return sorted({words[1] for words in named if len(words) > 1 and not words[1].startswith("-")})


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
    named = set(re.findall(r"(?:\.|houserules)\[([\w,]+)\]", README.read_text(encoding="utf-8")))

    assert {extra for group in named for extra in group.split(",")} <= set(
        house.project()["project"]["optional-dependencies"]
    )


def test_every_program_is_one_that_the_set_up_provides() -> None:
    called = {Path(words[0]).name for words in _commands() if words and words[0].startswith(".venv/bin/")}

    assert called
    assert [program for program in sorted(called) if not (SCRIPTS / program).exists()] == []


def test_the_readme_shows_how_to_go_live() -> None:
    assert {"demo", "init", "check", "run"} <= set(_subcommands())


@pytest.mark.parametrize("command", _subcommands() if README.exists() else [])
def test_every_houserules_command_in_the_readme_exists(command: str) -> None:
    done = subprocess.run(
        [SCRIPTS / "houserules", command, "--help"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
