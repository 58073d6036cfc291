"""Draws how well the checks decide: calibration, precision against recall, and what a threshold costs."""

from __future__ import annotations

import math
import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

Scored = Sequence[tuple[float, bool]]
"""Score and truth of each comment."""

_BINS = 10
_WIDTH, _HEIGHT = 9.6, 6.4
_COLOURS = ("#005eb8", "#d5281b", "#007f3b", "#ae2573", "#ed8b00", "#330072", "#425563", "#00a499", "#7c2855")
"""Of the NHS identity's palette."""


def calibration(by: Mapping[str, Scored], path: pathlib.Path) -> None:
    """Of comments that score so much, how many are what they score for? The diagonal is honest."""
    figure, axes = _sheet("Calibration: what a score is worth", "score", "share that people labelled so")
    axes.plot((0, 1), (0, 1), color="#768692", linestyle=":", label="as promised")
    for colour, (name, scored) in zip(_colours(by), by.items(), strict=True):
        points = [point for place in range(_BINS) if (point := _bin(scored, place)) is not None]
        sizes = [12 + 4 * math.sqrt(number) for _, _, number in points]
        axes.plot(
            [x for x, _, _ in points], [y for _, y, _ in points], color=colour, linewidth=1.2, label=name
        )
        axes.scatter([x for x, _, _ in points], [y for _, y, _ in points], s=sizes, color=colour)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.02)
    _save(figure, axes, path)


def _bin(scored: Scored, place: int) -> tuple[float, float, int] | None:
    within = [(s, t) for s, t in scored if place <= s * _BINS < place + 1 or (place == _BINS - 1 and s == 1)]
    if not within:
        return None
    number = len(within)
    return sum(score for score, _ in within) / number, sum(true for _, true in within) / number, number


def precision_and_recall(by: Mapping[str, Scored], path: pathlib.Path) -> None:
    """For every threshold: how many of the found are right, and how many of the right are found."""
    figure, axes = _sheet("Precision and recall, by ground", "recall", "precision")
    for colour, (name, scored) in zip(_colours(by), by.items(), strict=True):
        wanted = sum(true for _, true in scored)
        if not wanted:
            continue
        points, right = [], 0
        ranked = sorted(scored, key=lambda pair: -pair[0])
        for number, (score, true) in enumerate(ranked, 1):
            if score <= 0:
                break
            right += true
            if number == len(ranked) or ranked[number][0] != score:
                points.append((right / wanted, right / number))
        axes.plot(
            [x for x, _ in points], [y for _, y in points], color=colour, drawstyle="steps-post", label=name
        )
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, 1.02)
    _save(figure, axes, path)


def cost(hides: Scored, missed_costs: Sequence[float], path: pathlib.Path) -> None:
    """What each threshold costs where a wrong hide costs 1 and a missed breach costs a given share of it."""
    figure, axes = _sheet(
        "What a threshold costs",
        "threshold at which a comment is hidden",
        "cost a comment (a wrong hide costs 1)",
    )
    thresholds = [place / 100 for place in range(1, 101)]
    for colour, missed in zip(_COLOURS, missed_costs, strict=False):
        costs = [
            sum((score >= at and not true) + missed * (score < at and true) for score, true in hides)
            / max(1, len(hides))
            for at in thresholds
        ]
        best = min(range(len(costs)), key=lambda place: (costs[place], -place))
        axes.plot(
            thresholds,
            costs,
            color=colour,
            label=f"a missed breach costs {missed:g}; best {thresholds[best]:.2f}",
        )
        axes.scatter([thresholds[best]], [costs[best]], color=colour)
    axes.set_ylim(bottom=0)
    _save(figure, axes, path)


def _colours(by: Mapping[str, Scored]) -> list[str]:
    return [_COLOURS[place % len(_COLOURS)] for place in range(len(by))]


def _sheet(title: str, along: str, up: str) -> tuple[Figure, Any]:
    mpl.use("agg", force=False)
    figure = Figure(figsize=(_WIDTH, _HEIGHT), layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title, loc="left", fontweight="bold")
    axes.set_xlabel(along)
    axes.set_ylabel(up)
    axes.grid(color="#e8edee")
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _save(figure: Figure, axes: Any, path: pathlib.Path) -> None:  # noqa: ANN401 - matplotlib's axes are untyped
    if axes.get_legend_handles_labels()[0]:
        # Beside the drawing: to look for the best place within it takes long where much is drawn.
        axes.legend(frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(1.0, 1.0))
    figure.savefig(path, dpi=110)
