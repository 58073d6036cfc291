"""Where the house stands: the checkout around the tests, and the packages that the tests import."""

from __future__ import annotations

import importlib.util
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PACKAGES = ("adapters", "bot", "config", "moderation")


def package(name: str) -> Path:
    """Say where a package is imported from: the checkout, or the installed wheel."""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0])


def modules() -> Iterator[Path]:
    """Every module of ours, tests and tools too."""
    for home in (*map(package, PACKAGES), ROOT / "tests", ROOT / "tools"):
        yield from sorted(home.rglob("*.py"))


def name(module: Path) -> str:
    """Name a module as one reads it, wherever its package was installed."""
    homes = [ROOT, *(package(one).parent for one in PACKAGES)]
    nearest = max((home for home in homes if module.is_relative_to(home)), key=lambda home: len(home.parts))
    return str(module.relative_to(nearest))


def project() -> dict[str, Any]:
    """What pyproject.toml says."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def copy(to: Path) -> Path:
    """Build the house again somewhere else, to break it there."""
    for one in PACKAGES:
        shutil.copytree(package(one), to / one, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", to)
    return to
