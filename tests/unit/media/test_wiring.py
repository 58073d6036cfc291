"""What looks at pictures is put together from the data folder and the settings."""

from __future__ import annotations

import pathlib
import subprocess
import sys

import pytest

from adapters.media.lists import ListError
from adapters.media.safety import SafetyModelError
from bot.wiring import faults, media
from moderation.comment import Media, MediaKind
from tests.strategies.comments import PAGE, comment
from tests.unit.media import models
from tests.unit.media.drawing import picture, written
from tests.unit.media.test_look import Shelf


async def test_a_model_that_the_settings_name_judges(tmp_path: pathlib.Path) -> None:
    red = picture().point(lambda value: value).convert("RGB")
    red.paste((255, 0, 0), (0, 0, *red.size))
    folder = models.make(tmp_path / "model")

    looker = media.looker(tmp_path, folder, {PAGE: Shelf(red=written(red))})
    sight = await looker.look(comment(media=(Media(MediaKind.PICTURE, "red"),)))

    assert "media-redness@3" in sight.by
    assert len(sight.items) == 1


def test_a_list_or_a_model_that_is_wrong_stops_the_start_with_a_sentence(tmp_path: pathlib.Path) -> None:
    with pytest.raises(SafetyModelError):
        media.looker(tmp_path, tmp_path / "nowhere", {})
    (tmp_path / media.LISTS).mkdir()
    (tmp_path / media.LISTS / "own.txt").write_text("nonsense", encoding="utf-8")
    with pytest.raises(ListError):
        media.looker(tmp_path, None, {})

    assert {SafetyModelError, ListError} <= set(faults.SAID_PLAINLY)


def test_without_a_model_its_engine_is_not_loaded(tmp_path: pathlib.Path) -> None:
    code = f"""
import pathlib, sys
from bot.wiring import media
media.looker(pathlib.Path({str(tmp_path)!r}), None, {{}})
print(sorted({{"onnxruntime", "PIL", "pdqhash"}} & set(sys.modules)))
"""
    root = pathlib.Path(media.__file__).parents[2]

    told = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True, timeout=60
    )

    assert told.stdout.strip() == "[]"
