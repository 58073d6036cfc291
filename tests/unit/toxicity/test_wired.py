"""The models of the running house: the one that ships, and Detoxify behind it where the settings name one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from adapters.toxicity import manifest
from bot.wiring import models
from moderation.checks import trained
from tests.unit.toxicity import folders


async def test_without_a_folder_the_model_that_ships_answers_alone() -> None:
    (classifier,) = models.classifiers(None)

    (scores,) = await classifier.classify(["thank you"])
    await classifier.aclose()

    assert classifier.name == "embedded"
    assert trained.answers(scores)


async def test_detoxify_stands_behind_the_model_that_ships(tmp_path: Path) -> None:
    made = folders.make(tmp_path)
    (classifier,) = models.classifiers(tmp_path)

    (scores,) = await classifier.classify(["thank you"])
    await classifier.aclose()

    assert classifier.name == "embedded+detoxify-tiny"
    assert classifier.version.endswith(f"+{made.version}")
    assert trained.answers(scores)


def test_a_check_says_whether_what_would_be_loaded_is_whole(tmp_path: Path) -> None:
    folders.make(tmp_path)
    assert [one.sound for one in models.at_hand(None)] == [True]
    assert [one.sound for one in models.at_hand(tmp_path)] == [True, True]
    (tmp_path / manifest.MODEL).write_bytes(b"\x08")

    _, detoxify = models.at_hand(tmp_path)

    assert not detoxify.sound
    assert "SHA-256 differs" in detoxify.said


@pytest.mark.parametrize("named", ["None", "Path(sys.argv[1])"])
def test_it_is_ready_within_two_seconds_of_work(tmp_path: Path, named: str) -> None:
    folders.make(tmp_path)
    code = f"import sys; from pathlib import Path; from bot.wiring import models; models.classifiers({named})"
    # What the machine does beside it counts for nothing, so it is the processor's time that is held to it.
    clock = "; import time; print(time.process_time())"

    told = subprocess.run(
        [sys.executable, "-c", code + clock, tmp_path], check=True, capture_output=True, text=True, timeout=60
    )

    assert float(told.stdout) < 2
