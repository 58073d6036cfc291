"""The charts of quality are drawn, whatever there is to draw."""

from __future__ import annotations

import pathlib

import pytest
from PIL import Image

from adapters.charts import quality
from adapters.charts.quality import Scored

SOME: Scored = [(0.05, False), (0.3, False), (0.45, True), (0.8, True), (0.8, False), (1.0, True)]
BY = {"abusive": SOME, "hateful": [(0.0, False), (1.0, True)], "spam": [(0.2, False)]}


def _draw(drawing: str, by: dict[str, Scored], path: pathlib.Path) -> None:
    match drawing:
        case "calibration":
            quality.calibration(by, path)
        case "precision and recall":
            quality.precision_and_recall(by, path)
        case _:
            quality.cost(next(iter(by.values())), (0.25, 0.5, 1.0), path)


DRAWINGS = ("calibration", "precision and recall", "cost")


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_a_drawing_is_a_picture_with_colour_in_it(tmp_path: pathlib.Path, drawing: str) -> None:
    path = tmp_path / "drawn.png"

    _draw(drawing, BY, path)

    with Image.open(path) as picture:
        assert picture.format == "PNG"
        assert picture.size == (1056, 704)
        assert (0, 94, 184) in {colour for _, colour in picture.convert("RGB").getcolors(1 << 20) or ()}


@pytest.mark.parametrize("drawing", DRAWINGS)
@pytest.mark.parametrize(
    "scored",
    [[(0.0, False)], [(1.0, True)], [(0.5, True)] * 3],
    ids=["nothing found", "all found", "all alike"],
)
def test_little_to_draw_is_drawn_without_a_warning(
    tmp_path: pathlib.Path, drawing: str, scored: Scored
) -> None:
    _draw(drawing, {"abusive": scored}, tmp_path / "drawn.png")

    assert (tmp_path / "drawn.png").stat().st_size > 1_000


def test_a_bin_holds_what_falls_into_it_and_the_last_the_surest_too() -> None:
    assert quality._bin(SOME, 8) == (0.8, 0.5, 2)
    assert quality._bin(SOME, 9) == (1.0, 1.0, 1)
    assert quality._bin(SOME, 6) is None


def test_no_comments_have_no_cost(tmp_path: pathlib.Path) -> None:
    quality.cost([], (0.5,), tmp_path / "cost.png")

    assert (tmp_path / "cost.png").is_file()
