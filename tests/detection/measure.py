"""Prints what the functional suite measures, kind by kind: `python -m tests.detection.measure [FOLDER]`.

FOLDER holds weights of the embedded model's make, in place of those that are shipped. `--failed` prints every
case that was not met. What it prints of each kind is a row of the table in `test_functions.py`, with a floor
just below what was measured: exactly so for the rules, and with some room for the model.
"""

from __future__ import annotations

import math
import pathlib
import sys
import time
from collections.abc import Mapping, Sequence

from moderation.checks.text import normalise
from moderation.quality import Course, Decided
from tests.detection import judging, written_cases
from tests.detection.judging import House

_ROOM = 0.03


def main(arguments: list[str]) -> None:
    """Print the table, what is hidden though it is protected, and what it costs to undo disguises."""
    named = [each for each in arguments if not each.startswith("--")]
    texts = tuple(case.text for case in written_cases.every())
    rules = judging.decided(House.RULES, texts)
    whole = judging.decided(House.WHOLE, texts, pathlib.Path(named[0]) if named else None)
    for house, given in ((House.RULES, rules), (House.WHOLE, whole)):
        _tell(house, given, failed="--failed" in arguments)
    by_rules, by_whole = _shares(rules), _shares(whole)
    for kind, share in by_rules.items():
        floors = f"{_below(share):.2f}, {_below(by_whole[kind] - _ROOM):.2f}"
        _say(f'    "{kind}": Floor({floors}),  # {share:.3f}, {by_whole[kind]:.3f}')
    _say(f"{len(texts)} cases; {_microseconds(texts):.0f} microseconds a comment to undo its disguises")


def _tell(house: House, given: Sequence[Decided], *, failed: bool) -> None:
    harsh = judging.under(judging.fully_licensed(), given)
    for case, one, harshly in zip(written_cases.every(), given, harsh, strict=True):
        if failed and not case.met_by(one):
            _say(f"{house}: {case.kind}: {one.course} ({one.ground or 'no ground'}): {case.text}")
        if case.protected and Course.HIDE in {one.course, harshly.course}:
            _say(f"{house}: {case.kind}: HIDDEN, if all licences were held: {case.text}")


def _shares(given: Sequence[Decided]) -> Mapping[str, float]:
    met: dict[str, list[bool]] = {}
    for case, one in zip(written_cases.every(), given, strict=True):
        met.setdefault(case.kind, []).append(case.met_by(one))
    return {kind: sum(all_of) / len(all_of) for kind, all_of in met.items()}


def _below(share: float) -> float:
    return max(0.0, math.floor(share * 100 + 1e-9) / 100)


def _microseconds(texts: Sequence[str]) -> float:
    read = normalise.read.__wrapped__  # not what it keeps of the last few
    began = time.thread_time()
    for text in texts:
        read(text)
    return 1e6 * (time.thread_time() - began) / len(texts)


def _say(line: str) -> None:
    print(line)  # noqa: T201 - a command speaks


if __name__ == "__main__":
    main(sys.argv[1:])
