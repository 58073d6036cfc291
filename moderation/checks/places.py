"""Postcodes, number plates and addresses as they are written in Britain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from moderation.checks.text.patterns import Pattern


class Place(NamedTuple):
    """Where it stands, and the bare letters and digits."""

    start: int
    end: int
    bare: str


_OUTWARD = (
    r"[A-PR-UWYZ]\d{1,2}|[A-PR-UWYZ][A-HK-Y]\d{1,2}|[A-PR-UWYZ]\d[A-HJKPSTUW]"
    r"|[A-PR-UWYZ][A-HK-Y]\d[ABEHMNPRVWXY]"
)
_POSTCODE = Pattern(rf"\b(?:{_OUTWARD}) ?\d[ABD-HJLNP-UW-Z]{{2}}\b|\bGIR 0AA\b", "places.postcode")
_POSTCODE_ANY_CASE = Pattern(rf"(?i)\b(?:{_OUTWARD}) ?\d[ABD-HJLNP-UW-Z]{{2}}\b", "places.postcode")
_ORDINAL = Pattern(r"(?i)\d(?:st|nd|rd|th)$", "places.ordinal")
_STREETS = (
    r"street|st|road|rd|avenue|ave|lane|ln|close|drive|way|court|walk|mews|crescent|terrace|place|gardens"
    r"|grove|row|hill|croft|rise|view|square|parade|cottages"
)
_ADDRESS_BEFORE = Pattern(
    rf"(?i)(?:\d{{1,4}}[a-z]?,? +(?:[a-z'\-]+ +){{1,3}}(?:{_STREETS})?[, ]*"
    r"|(?:lives?|living|address(?: is)?|home|house|moved to|postcode(?: is)?)\b[^.!?]{0,25})$",
    "places.address",
)
_PLATE = Pattern(
    r"\b[A-HJ-PR-Y][A-HJ-PR-Y](?:0[2-9]|[15-6]\d|[2-4]\d|7[0-9])[ ]?[A-HJ-PR-Z]{3}\b"
    r"|\b[A-HJ-NPR-TV-Y]\d{1,3} [A-HJ-PR-Z]{3}\b"
    r"|\b[A-HJ-PR-Z]{3} \d{1,3}[A-HJ-NPR-TV-Y]\b"
    r"|\b[A-Z]IZ \d{1,4}\b|\b[A-Z]{1,2}Z \d{3,4}\b",
    "places.plate",
)
_ADDRESS = Pattern(
    rf"\b(?i:number|no\.?|flat|unit)? ?\d{{1,4}}[a-zA-Z]?,? (?:[A-Z][\w'\-]+ ){{1,3}}"
    rf"(?i:{_STREETS}|house|farm|green|park|fields?|end)\b"
    r"|\b(?:[A-Z][\w'\-]+ ){1,2}(?:Cottage|Farm|Lodge|Bungalow|Grange)\b",
    "places.address",
)
_ADDRESS_ANY_CASE = Pattern(
    r"(?i)\b(?:lives?|living|stays?|staying|home|house|address|picked? up|collected|taken|outside)\b"
    rf"[^.!?\n]{{0,20}}\b\d{{1,4}}[a-z]?,? (?:[a-z'\-]+ ){{1,2}}(?:{_STREETS})\b",
    "places.address",
)


def postcodes(cased: str) -> Iterator[Place]:
    """Full postcodes: in capitals anywhere, in small letters only behind an address."""
    for found in _POSTCODE_ANY_CASE.all(cased):
        if _ORDINAL.found_in(found.text):
            continue
        if _POSTCODE.whole(found.text) or _ADDRESS_BEFORE.found_in(
            cased[max(0, found.start - 50) : found.start]
        ):
            yield _place(found.start, found.end, found.text)


def plates(cased: str) -> Iterator[Place]:
    """Registration marks in capitals."""
    for found in _PLATE.all(cased):
        if not _ORDINAL.found_in(found.text):
            yield _place(found.start, found.end, found.text)


def addresses(cased: str) -> Iterator[Place]:
    """House and street."""
    for pattern in (_ADDRESS, _ADDRESS_ANY_CASE):
        for found in pattern.all(cased):
            yield _place(found.start, found.end, found.text)


def _place(start: int, end: int, text: str) -> Place:
    return Place(start, end, "".join(letter for letter in text.upper() if letter.isalnum()))
