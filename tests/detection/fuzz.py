"""Comments made to break a reader: `python -m tests.detection.fuzz --count 100000 --seed 7`.

Prints for each check its middle and its slowest comment in milliseconds of processor time, and by how much
the process grew. Ends with 1 where a comment breaks a check or takes it longer than its budget. A hundred
thousand take some minutes on one core, so the gate tries fewer, of the same makers.
"""

from __future__ import annotations

import argparse
import dataclasses
import resource
import statistics
import sys
import time
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random  # noqa: TID251 - with a seed it is no chance

from bot import evaluation, labelled
from bot.wiring.parts import pipeline
from config.loader import load_policy
from moderation.checks.check import Check, Context
from moderation.checks.text import normalise
from moderation.comment import Comment
from moderation.pipeline import LONGEST_TEXT
from moderation.verdict import Finding, Gap

BUDGET_MS = 300.0
"""What one check may take for any text that the pipeline reads whole. Measured: 120 of 100,000 comments."""
YARDSTICK_MS = 38.0
"""What `_yardstick` takes on the quiet machine on which the budget was measured."""
GROWTH_MIB = 256
"""By how much the process may grow: patterns keep a bounded memory of what they met. Measured: 178 MiB."""

_WORDS = (
    "the",
    "crew",
    "you",
    "are",
    "a",
    "wanker",
    "my",
    "nan",
    "waited",
    "999",
    "kill",
    "them",
    "dm",
    "me",
)
_SHORT, _LONG = 200, 0.01
"""Most fuzzed comments are short, as comments are; one in a hundred is as long as the pipeline reads."""

Maker = Callable[[Random, int], str]


def _chars(*spans: tuple[int, int]) -> Maker:
    def make(chance: Random, length: int) -> str:
        return "".join(chr(chance.randint(*chance.choice(spans))) for _ in range(length))

    return make


def _pieces(*pieces: str) -> Maker:
    def make(chance: Random, length: int) -> str:
        parts: list[str] = []
        size = 0
        while size < length:
            parts.append(chance.choice(pieces))
            size += len(parts[-1])
        return "".join(parts)[:length]

    return make


def _zalgo(chance: Random, length: int) -> str:
    marks = _chars((0x300, 0x36F), (0x483, 0x489), (0x20D0, 0x20F0))
    return "".join(chance.choice(_WORDS)[0] + marks(chance, chance.randint(0, 12)) for _ in range(length))[
        :length
    ]


def _words(chance: Random, length: int) -> str:
    return " ".join(chance.choice(_WORDS) for _ in range(length // 4 + 1))[:length]


def _nested(chance: Random, length: int) -> str:
    depth = length // 2
    opened, closed = chance.choice(("()", "[]", "{}", "<>", '""', "''", "“”", "«»", ("[photo: ", "]")))
    return (opened * depth + _words(chance, 40) + closed * depth)[:length]


def _one_character(chance: Random, length: int) -> str:
    return chr(chance.choice((chance.randint(32, 0x2FF), chance.randint(0x300, 0xFFFF)))) * length


def _hidden(chance: Random, length: int) -> str:
    """Words with something invisible, turned round or look-alike in and between them."""
    parts: list[str] = []
    for letter in _words(chance, length):
        parts.append(chance.choice((letter, letter.upper(), _TWINS.get(letter, letter))))
        parts.append(chance.choice(_UNSEEN))
    return "".join(parts)[:length]


_UNSEEN = ("", "", "", "\u200b", "\u202e", "\u2066", "\u00ad", "\ufeff", "\U000e0041", "💀", ".", "*", " ")
_TWINS = dict(zip("aceiopsxy", "асеіорѕху", strict=True))

MAKERS: Mapping[str, Maker] = {
    "words": _words,
    "hidden words": _hidden,
    "any characters": _chars((0, 0x10FFFF)),
    "lone surrogates": _chars((0xD800, 0xDFFF), (97, 122), (32, 32)),
    "right to left": _pieces("\u202e", "\u202d", "\u2067", "\u2069", "שלום ", "مرحبا ", "you ", "\u200f"),
    "zalgo": _zalgo,
    "emoji": _pieces("😀", "👩‍🚒", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👍🏽", "🔪", "\ufe0f", "💀 ", "🍆"),
    "nested": _nested,
    "quotes": _pieces('"', "'", "> ", "\n> ", "“", "”", "rt @", "you are a wanker", " "),
    "control characters": _chars((0, 31), (127, 159), (97, 122)),
    "look-alikes": _chars((0x370, 0x52F), (0xFF01, 0xFF5E), (0x1D400, 0x1D7FF), (97, 122), (32, 32)),
    "nul": _pieces("\x00", "a", " "),
    "one character": _one_character,
    "single letters": _pieces("a ", "b.", "c-", "1 ", "! ", "u "),
    "held letters": lambda chance, length: "".join(
        letter * chance.randint(1, 9) for letter in _words(chance, length)
    )[:length],
    "numbers": _pieces("0", "7", "9434765919", "+44 7700 900", " ", "-", "/", ",", "1e999", "£"),
    "links": _pieces("http://", "www.", "a.icu/", "@", "bit.ly", ".com", "?a=b&", "#", " ", "[::1]", "%00"),
    "markup": _pieces(
        "<b>", "</b>", '{"a":', "[1,2", "]}", "**", "__", "`", "```", "[x](y)", "&amp;", "<!--", "\\"
    ),
    "descriptions": _pieces("[photo: ", "[", "]", ": ", "sticker", "a knife", "\n", "[video: x]"),
    "addresses": _pieces(
        "12 ", "High ", "Street, ", "NG1 5FW ", "AB12 CDE ", "lives at ", "born 1/2/1990 ", "Anna Bell "
    ),
    "masks": _pieces("f", "u", "*", "#", "c", "k", "%", "&", "w*nker ", " ", "@"),
    "scripts": _chars(
        (0x590, 0x6FF), (0x900, 0xDFF), (0xE00, 0xE7F), (0x3040, 0x30FF), (0x4E00, 0x4FFF), (0xAC00, 0xADFF)
    ),
}


def comments(count: int, seed: int) -> Iterator[Comment]:
    """So many comments, the same for the same seed: every maker in turn."""
    chance = Random(seed)  # noqa: S311 - examples, no secrets
    makers = list(MAKERS.values())
    for number in range(count):
        length = LONGEST_TEXT if chance.random() < _LONG else chance.randint(0, _SHORT)
        text = makers[number % len(makers)](chance, length)
        brought = labelled.comment(f"fuzz-{number}", text, evaluation.now())
        # Half of them keep in their text what a file says of attachments, as a network may bring it.
        yield brought if number // len(makers) % 2 else dataclasses.replace(brought, text=text, media=())


@dataclasses.dataclass(frozen=True, slots=True)
class Tried:
    """Processor time of each check for each comment, in milliseconds, and growth in MiB."""

    times: Mapping[str, Sequence[float]]
    growth: float

    def over_budget(self) -> dict[str, float]:
        """The checks that took too long, with their slowest comment."""
        return {name: max(times) for name, times in self.times.items() if max(times) > BUDGET_MS}

    def lines(self) -> Iterator[str]:
        """What the command prints."""
        for name, times in sorted(self.times.items(), key=lambda pair: -max(pair[1])):
            middle, total = statistics.median(times), sum(times) / 1000
            yield f"{name:14} middle {middle:8.3f} ms  slowest {max(times):8.1f} ms  in all {total:6.1f} s"
        yield f"grew by {self.growth:.0f} MiB"


def attempt(count: int, seed: int) -> Tried:
    """Show so many comments to every check. Raises what a check raises, with the comment's maker."""
    checks = pipeline().checks
    policy = load_policy()
    makers = list(MAKERS)
    times: dict[str, array[float]] = defaultdict(lambda: array("f"))  # small: what grows is the checks
    before = 0.0
    for number, comment in enumerate(comments(count, seed)):
        if number == len(makers):  # tables that are filled at first use are no growth
            before = _peak()
        context = evaluation.context(comment, policy)
        for check in checks:
            try:
                found, spent = _timed(check, comment, context)
            except Exception as error:
                maker = makers[number % len(makers)]
                error.add_note(f"{check.name} broke at comment {number} of seed {seed}: {maker}")
                raise
            for _ in range(_AGAIN if spent > BUDGET_MS else 0):
                normalise.read.cache_clear()  # or what is tried again would have less to do
                spent = min(spent, _timed(check, comment, context)[1])
            if spent > BUDGET_MS:  # slow by itself, or is everything slow at this moment?
                spent /= max(1.0, _yardstick() / YARDSTICK_MS)
            times[check.name].append(spent)
            _refuse_nonsense(comment, found)
    return Tried(times, max(0.0, _peak() - before))


_AGAIN = 2
"""How often a slow comment is tried again: a neighbour on the machine is not slow twice in the same place."""


def _timed(check: Check, comment: Comment, context: Context) -> tuple[tuple[Finding | Gap, ...], float]:
    """What a check finds, and its milliseconds of processor time."""
    began = time.thread_time()
    found = check.look(comment, context)
    return found, 1000 * (time.thread_time() - began)


def _yardstick() -> float:
    """Milliseconds of processor time for work that is always the same."""
    began = time.thread_time()
    sum(number * number % 7 for number in range(400_000))
    return 1000 * (time.thread_time() - began)


def _refuse_nonsense(comment: Comment, found: tuple[Finding | Gap, ...]) -> None:
    for item in found:
        if isinstance(item, Finding) and item.span is not None and item.span.end > len(comment.text):
            raise AssertionError(f"{item.source} points behind the end of {comment.ref.id}")


def _peak() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def main() -> int:
    """Try, print, and say whether all is well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    tried = attempt(given.count, given.seed)
    print("\n".join(tried.lines()))  # noqa: T201 - a command speaks
    return 1 if tried.over_budget() or tried.growth > GROWTH_MIB else 0


if __name__ == "__main__":
    sys.exit(main())
