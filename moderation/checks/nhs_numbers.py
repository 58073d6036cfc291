"""NHS numbers: ten digits with a check digit, in the ranges that are handed out."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import NamedTuple

from stdnum.gb import nhs

from moderation.checks.text.patterns import Pattern

_TEN_DIGITS = Pattern(r"(?:^|[^\d+])(\d(?:[ ._\-]{0,2}\d){9})(?:[^\d]|$)", "nhs_numbers")
_BLOCKS = Pattern(r"\d{3}[ ._\-]+\d{3}[ ._\-]+\d{4}", "nhs_numbers")
_SAYS_SO = Pattern(r"\bn[ ._\-]?h[ ._\-]?s\b(?:[ ._\-]*(?:no|num|number|nr|id|#))?", "nhs_numbers")
_NO_NUMBER_OF_OURS = Pattern(
    r"\b(?:order|invoice|tracking|parcel|account|sort code|booking|policy|ticket|reference|ref)\b",
    "nhs_numbers",
)
_ISSUED = ((400_000_000, 499_999_999), (600_000_000, 708_800_001))
"""First nine digits in England and Wales. Other ranges are for tests or for other nations."""
_REACH = 45


class Claim(enum.Enum):
    """How sure we may be that ten digits are an NHS number."""

    STATED = enum.auto()
    """The check digit is right and the comment says what it is."""
    MISTYPED = enum.auto()
    """The comment says what it is but the check digit is wrong."""
    BLOCKS = enum.auto()
    """Nobody says so, but it is issued, checks and is written 3-3-4."""
    BARE = enum.auto()
    """Nobody says so; it is issued and checks, as one in eleven numbers of its range does."""


class NhsNumber(NamedTuple):
    """Where it stands, and how sure we are."""

    start: int
    end: int
    claim: Claim


def find(text: str) -> Iterator[NhsNumber]:
    """Every run of ten digits that may be an NHS number, in normalised text."""
    for found in _TEN_DIGITS.all(text):
        digits = "".join(letter for letter in found.text if letter.isdigit() and letter.isascii())
        start = found.start + next(place for place, letter in enumerate(found.text) if letter.isdigit())
        end = found.start + len(found.text.rstrip("".join({*found.text} - set("0123456789"))))
        claim = _claim(digits, text[start:end], text[max(0, start - _REACH) : end + _REACH])
        if claim is not None and len(digits) == 10:  # noqa: PLR2004 - the length of the number
            yield NhsNumber(start, end, claim)


def _claim(digits: str, written: str, around: str) -> Claim | None:
    stated = _SAYS_SO.found_in(around)
    real = len(set(digits)) > 1 and nhs.is_valid(digits)
    if stated:
        return Claim.STATED if real else Claim.MISTYPED
    if not real or not _is_issued(digits) or _NO_NUMBER_OF_OURS.found_in(around):
        return None
    return Claim.BLOCKS if _BLOCKS.whole(written) else Claim.BARE


def _is_issued(digits: str) -> bool:
    return any(first <= int(digits[:9]) <= last for first, last in _ISSUED)
