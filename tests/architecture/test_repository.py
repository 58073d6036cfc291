"""What is written down here is true on every machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import loader
from tests.architecture import house

SKIPPED = {".coverage", "build", "dist", "node_modules", "site", "__pycache__"}
TEXT = {
    "",
    ".cfg",
    ".css",
    ".html",
    ".ini",
    ".json",
    ".jsonl",
    ".md",
    ".py",
    ".sh",
    ".toml",
    ".txt",
    ".yaml",
    ".yml",
}
# Somebody's own folders, and where packages came from that day.
OF_ONE_MACHINE = re.compile(
    r"(?<![\w.:/-])/(?:home|Users|root|work|opt/\w*pypi)/\w|[-]-(?:extra-)?index-url|[-]-find-links|file:[/]{2,3}(?:home|opt|root|work|Users)/"
)


def _texts(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if path.name not in SKIPPED and (
                not path.name.startswith(".") or path.name in {".ci", ".github"}
            ):
                yield from _texts(path)
        elif path.suffix in TEXT and path.name not in SKIPPED and not path.is_symlink():
            yield path


def test_nothing_names_a_place_on_somebodys_machine() -> None:
    found = [
        f"{path.relative_to(house.ROOT)}:{number}: {line.strip()[:120]}"
        for path in _texts(house.ROOT)
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if OF_ONE_MACHINE.search(line)
    ]

    assert found == []


@pytest.mark.parametrize("name", ["base", "dev"])
def test_every_pinned_dependency_is_pinned_by_hash(name: str) -> None:
    text = (house.ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    pins = [pin for pin in text.replace("\\\n", "").splitlines() if pin and not pin.lstrip().startswith("#")]

    assert len(pins) > 20
    assert [
        pin for pin in pins if not re.match(r"[\w.\[\]-]+==[\w.]+ .*--hash=sha256:[0-9a-f]{64}", pin)
    ] == []


def test_every_core_dependency_is_pinned() -> None:
    pinned = re.findall(
        r"^([\w.-]+)", (house.ROOT / "requirements/base.txt").read_text(encoding="utf-8"), re.MULTILINE
    )
    wanted = [re.split(r"[^\w.-]", one, maxsplit=1)[0] for one in house.project()["project"]["dependencies"]]

    assert {_normal(one) for one in wanted} <= {_normal(one) for one in pinned}


def _normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


@pytest.mark.parametrize("name", [None, *loader.overlays()])
def test_every_policy_that_comes_with_the_program_is_lawful(name: str | None) -> None:
    assert loader.load_policy(overlay=name).version
