"""How fast comments are classified, each way in a process of its own and with the same number of threads.

    python -m benchmarks.classify --detoxify FOLDER --stock CHECKPOINT

Prints comments per second of the wall clock and of processor time, the latter as a ratio to stock Detoxify
one by one; the latency of a comment that comes alone, through the batching of the running house; the most
memory that the process held; the time from the first import to the first answer; and the share that goes on
to the second stage, or from the embedded model to Detoxify. How fast Detoxify is does not depend on what it
has learnt: a randomly initialised one of the true shape serves as well.

CHECKPOINT needs torch and detoxify. Without them, give the ratio something to stand on: --stock-per-second.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import importlib.util
import multiprocessing
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import measuring, table, texts
from benchmarks.measuring import Measured, Task
from benchmarks.paths import Places, Way
from benchmarks.texts import Comments

_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")


def main(arguments: Sequence[str]) -> int:
    """Measure every way that can be, and print the table."""
    given = _parser().parse_args(arguments)
    comments = texts.of_file(given.texts, given.comments) if given.texts else texts.mixed(given.comments)
    places = Places(given.weights, given.detoxify, given.stock)
    os.environ.update(dict.fromkeys(_THREADS, str(given.threads)), HF_HUB_OFFLINE="1")
    say(table.heading(comments, given.threads))
    rows: list[Measured | table.Left] = []
    for way in Way:
        why = left_out(way, places)
        if why:
            rows.append(table.Left(way, why))
            continue
        some = _every(comments, given.stock_comments) if way.is_stock else comments.texts
        rows.append(_apart(Task(way, places, some, given.threads)))
    for line in lines(rows, comments, given.stock_per_second):
        say(line)
    return 0


def left_out(way: Way, places: Places) -> str:
    """Why a way cannot be measured here; nothing where it can."""
    if way.needs_folder and places.detoxify is None:
        return "no --detoxify FOLDER"
    if not way.is_stock:
        return ""
    missing = [name for name in ("torch", "detoxify") if importlib.util.find_spec(name) is None]
    if missing:
        return f"{' and '.join(missing)} not installed"
    return "" if places.stock else "no --stock CHECKPOINT"


def lines(rows: Sequence[Measured | table.Left], comments: Comments, stated: float | None) -> Iterator[str]:
    """The table, and whether the aims are reached."""
    measured = {row.way: row for row in rows if isinstance(row, Measured)}
    stock = measured[Way.STOCK].cpu if Way.STOCK in measured else stated
    yield from table.rows(rows, stock)
    if Way.STOCK not in measured and stated:
        yield f"ratios to {stated:g} comments a second, as stated"
    yield ""
    yield from table.aims(measured, stock, comments)


def say(line: str) -> None:
    """Print a line at once: the next may take a while."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _apart(task: Task) -> Measured:
    """Measure in a process that starts from nothing, so that memory and loading are its own."""
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(measuring.measure, task).result()


def _every(comments: Comments, count: int) -> tuple[str, ...]:
    """So many texts from all parts of the list: stock takes too long for all of them."""
    whole = comments.texts
    return tuple(whole[index * len(whole) // count] for index in range(min(count, len(whole))))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.classify",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--detoxify", type=Path, metavar="FOLDER", help="what `houserules models fetch` made")
    parser.add_argument(
        "--stock", type=Path, metavar="CHECKPOINT", help="the checkpoint that it was made from"
    )
    parser.add_argument(
        "--stock-per-second", type=float, metavar="N", help="stock's speed, where not measured"
    )
    parser.add_argument(
        "--stock-comments", type=int, default=100, metavar="N", help="for stock; 100 if not given"
    )
    parser.add_argument("--comments", type=int, default=1000, metavar="N", help="1000 if not given")
    parser.add_argument("--texts", type=Path, metavar="FILE", help="JSONL with `text`, or a comment a line")
    parser.add_argument("--weights", type=Path, metavar="FOLDER", help="instead of the shipped weights")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="of every model; 1 if not given")
    return parser


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
