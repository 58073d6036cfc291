"""The laws' tests catch what they are there for: each defect is seeded in a copy of the core and must show.

A mutant counts as killed by a failing test alone: a copy that cannot even be imported proves nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

import moderation
from tests.mutants.mutant import Mutant
from tests.mutants.seeded import MUTANTS

pytestmark = [pytest.mark.xdist_group("mutants"), pytest.mark.timeout(900)]

CORE = Path(moderation.__file__).parent
TESTS = Path(__file__).parent.parent
ALL_PASSED, SOME_FAILED = 0, 1
AROUND = dict(os.environ)
"""Taken once: pytest changes the environment between two tests, while these run."""
LIMIT = 120
KILLERS = sorted({killer for mutant in MUTANTS for killer in mutant.killers})


def run(home: Path, mutant: Mutant | None, killers: tuple[str, ...]) -> tuple[int, str]:
    """Run some tests against a copy of the core, with one defect in it or none."""
    shutil.copytree(CORE, home / "moderation")
    (home / "tests").symlink_to(TESTS, target_is_directory=True)
    (home / "pytest.ini").write_text("[pytest]\n")
    if mutant is not None:
        file = home / "moderation" / mutant.file
        file.write_text(file.read_text().replace(mutant.snippet, mutant.replacement))
    around = AROUND | {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": str(home),
        "PYTEST_ADDOPTS": "",
    }
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--tb=line", *killers],
        cwd=home, env=around, capture_output=True, text=True, check=False, timeout=LIMIT,
    )  # fmt: skip
    return told.returncode, told.stdout[-2000:] + told.stderr[-500:]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[tuple[int, str]]]]:
    """All of them, under way, as many at once as there are processors."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        begun = {k: pool.submit(run, tmp_path_factory.mktemp("whole"), None, (k,)) for k in KILLERS}
        for mutant in MUTANTS:
            begun[mutant.name] = pool.submit(run, tmp_path_factory.mktemp("mutant"), mutant, mutant.killers)
        yield begun
        for one in begun.values():
            one.cancel()


def test_there_are_enough_and_each_has_a_name_of_its_own() -> None:
    assert len(MUTANTS) >= 30
    assert len({m.name for m in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: m.name)
def test_its_snippet_stands_in_the_core_exactly_once(mutant: Mutant) -> None:
    text = (CORE / mutant.file).read_text()

    assert text.count(mutant.snippet) == 1, f"{mutant.file} has changed: bring the mutant up to date"
    assert mutant.replacement != mutant.snippet
    compile(text.replace(mutant.snippet, mutant.replacement), mutant.file, "exec")


@pytest.mark.parametrize("killer", KILLERS)
def test_the_core_as_it_is_passes(killer: str, runs: dict[str, Future[tuple[int, str]]]) -> None:
    code, said = runs[killer].result()

    assert code == ALL_PASSED, said


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: m.name)
def test_it_is_killed(mutant: Mutant, runs: dict[str, Future[tuple[int, str]]]) -> None:
    code, said = runs[mutant.name].result()

    assert code == SOME_FAILED, said
