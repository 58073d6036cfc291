"""The import rules hold, and each of them would notice."""

from __future__ import annotations

import subprocess
import sysconfig
from pathlib import Path

import pytest

from tests.architecture import house

BREACHES = [
    ("rooms", "config/stray.py", "import bot"),
    ("rooms", "config/stray.py", "import adapters"),
    ("rooms", "adapters/stray/__init__.py", "import config"),
    ("rooms", "moderation/comment.py", "import config"),
    ("core", "moderation/taxonomy.py", "import moderation.policy"),
    ("core", "moderation/standing.py", "import moderation.policy"),
    ("core", "moderation/stray.py", ""),
    ("pure", "moderation/ladder.py", "import random"),
    ("pure", "moderation/checks/stray.py", "import logging"),
    ("pure", "moderation/casework.py", "import time"),
    ("strangers", "adapters/stray/__init__.py", "import adapters.mail.smtp"),
    ("wiring", "bot/stray.py", "import adapters.mail.smtp"),
    ("vendor-telegram", "bot/stray.py", "import telegram"),
    ("vendor-mastodon", "bot/stray.py", "import mastodon"),
    ("vendor-ledger", "bot/stray.py", "import sqlalchemy.orm"),
    ("vendor-engine", "bot/stray.py", "import dbos"),
    ("vendor-mail", "adapters/stray/__init__.py", "import aiosmtplib"),
    ("vendor-templates", "config/stray.py", "import jinja2"),
    ("vendor-toxicity", "adapters/stray/__init__.py", "import torch"),
    ("vendor-arrays", "adapters/stray/__init__.py", "import onnxruntime"),
    ("vendor-media", "bot/stray.py", "import PIL.Image"),
    ("vendor-charts", "bot/stray.py", "import matplotlib.figure"),
    ("vendor-text", "config/stray.py", "import re2"),
    ("vendor-text", "moderation/ladder.py", "import phonenumbers"),
]


def _lint(home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    program = Path(sysconfig.get_path("scripts")) / "lint-imports"
    return subprocess.run(
        [program, "--no-cache", *options], cwd=home, capture_output=True, text=True, check=False
    )


def test_every_import_rule_holds(tmp_path: Path) -> None:
    done = _lint(house.copy(tmp_path))

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_import_rule_has_a_breach_to_prove_it() -> None:
    rules = {rule["id"] for rule in house.project()["tool"]["importlinter"]["contracts"]}

    assert {rule for rule, _, _ in BREACHES} == rules


@pytest.mark.parametrize(("rule", "file", "line"), BREACHES)
def test_a_breach_is_noticed_by_its_rule(tmp_path: Path, rule: str, file: str, line: str) -> None:
    broken = house.copy(tmp_path) / file
    broken.parent.mkdir(exist_ok=True)
    with broken.open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")

    done = _lint(tmp_path, "--contract", rule)

    assert done.returncode == 1, done.stdout + done.stderr
    assert file.removesuffix(".py").removesuffix("/__init__").replace("/", ".") in done.stdout
