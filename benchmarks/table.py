"""How the measured ways look on a terminal, and whether the aims are reached."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.measuring import Measured
from benchmarks.paths import Way
from benchmarks.texts import Comments

PAIR_TIMES, PAIR_PER_SECOND, CASCADE_TIMES = 150, 1000, 19
READY = dt.timedelta(seconds=2)

_WIDTH = max(len(way) for way in Way) + 2
_TITLES = ("per second", "CPU", "x stock", "p50 ms", "p99 ms", "peak MB", "ready s", "escalated")
_COLUMNS = (11, 9, 9, 9, 9, 9, 9, 11)


@dataclass(frozen=True, slots=True)
class Left:
    """A way that was not measured."""

    way: Way
    why: str


def heading(comments: Comments, threads: int) -> str:
    """What is measured on what."""
    words = sorted(len(text.split()) for text in comments.texts)
    breaches = "" if comments.breaches is None else f", {comments.breaches / len(words):.1%} breaches"
    plural = "thread" if threads == 1 else "threads"
    return (
        f"{len(words)} comments from {comments.origin}, {words[len(words) // 2]} words at the median, "
        f"{words[len(words) * 9 // 10]} or more in a tenth{breaches}; {threads} {plural}\n"
    )


def rows(measured: Sequence[Measured | Left], stock: float | None) -> Iterator[str]:
    """A line for each way; `stock` is what the ratios are to, in comments a second of processor time."""
    yield _line("", _TITLES)
    for row in measured:
        yield (
            f"{row.way:<{_WIDTH}}  {row.why}" if isinstance(row, Left) else _line(row.way, _cells(row, stock))
        )


def aims(measured: Mapping[Way, Measured], stock: float | None, comments: Comments) -> Iterator[str]:
    """A line for each aim that can be judged."""
    pair, cascade = measured.get(Way.PAIR), measured.get(Way.CASCADE)
    if pair is not None:
        if stock:
            yield _aim("embedded pair, times stock", pair.cpu / stock, PAIR_TIMES)
        yield _aim("embedded pair, comments a second of one core", pair.cpu, PAIR_PER_SECOND)
    if cascade is not None and stock:
        share = (
            "" if comments.breaches is None else f" at {comments.breaches / len(comments.texts):.0%} breaches"
        )
        yield _aim(f"cascade, times stock{share}", cascade.cpu / stock, CASCADE_TIMES)
    for row in (pair, cascade):
        if row is not None:
            state = "reached" if row.ready < READY else "missed"
            took, most = row.ready.total_seconds(), READY.total_seconds()
            yield f"{row.way}, ready in {took:.2f} s, below {most:.0f}: {state}"


def _aim(what: str, found: float, least: float) -> str:
    return f"{what}: {found:,.0f}, at least {least:,}: {'reached' if found >= least else 'missed'}"


def _cells(row: Measured, stock: float | None) -> tuple[str, ...]:
    return (
        _rate(row.wall),
        _rate(row.cpu),
        _rate(row.cpu / stock) if stock else "-",
        _milliseconds(row.median),
        _milliseconds(row.slow),
        f"{row.memory / 1e6:.0f}",
        f"{row.ready.total_seconds():.2f}",
        "-" if row.escalated is None else f"{row.escalated:.1%}",
    )


def _line(first: str, cells: Sequence[str]) -> str:
    return f"{first:<{_WIDTH}}" + "".join(
        f"{cell:>{width}}" for cell, width in zip(cells, _COLUMNS, strict=True)
    )


def _rate(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.1f}"  # noqa: PLR2004 - three figures are enough


def _milliseconds(taken: dt.timedelta | None) -> str:
    return "-" if taken is None else f"{taken.total_seconds() * 1000:.1f}"
