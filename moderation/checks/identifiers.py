"""Identifiers: what tells who or where a patient or a worker is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import phonenumbers

from moderation.checks import nhs_numbers, places
from moderation.checks.check import Context, close_call
from moderation.checks.nhs_numbers import Claim
from moderation.checks.text import media, normalise
from moderation.checks.text.patterns import any_of
from moderation.comment import Comment, MediaKind
from moderation.taxonomy import Category, Severity
from moderation.verdict import Finding, Gap, Span


class Surroundings(NamedTuple):
    """Patterns for what a comment speaks about, each a data list."""

    person: tuple[str, ...]
    """A patient, a casualty, a relative, a neighbour, or where somebody lives."""
    medical: tuple[str, ...]
    birth: tuple[str, ...]
    """A date of birth with its date."""
    ward: tuple[str, ...]
    own_contact: tuple[str, ...]
    """The author gives a way to reach themselves."""
    business: tuple[str, ...]
    """A venue, an event, a service, a helpline."""
    our_vehicle: tuple[str, ...]
    helplines: tuple[str, ...]
    """Telephone numbers that anybody may post, digits only."""
    version: str = "1"


_NHS = {
    Claim.STATED: (0.97, Severity.SERIOUS, "an NHS number, stated as one, with a right check digit"),
    Claim.MISTYPED: (0.6, Severity.CLEAR_BREACH, "said to be an NHS number, but the check digit is wrong"),
    Claim.BLOCKS: (0.8, Severity.SERIOUS, "ten digits written as an NHS number with a right check digit"),
    Claim.BARE: (0.4, Severity.CLEAR_BREACH, "ten digits that could be an NHS number"),
}


class Identifiers:
    """Looks for identifiers of people."""

    __slots__ = ("_around", "name", "version")

    def __init__(self, surroundings: Surroundings) -> None:
        self.name = "identifiers"
        self.version = f"1+{surroundings.version}"
        self._around = _Compiled(surroundings)

    def look(self, comment: Comment, context: Context) -> tuple[Finding | Gap, ...]:
        """Say which identifiers there are: the surest of each kind."""
        reading = normalise.read(media.without_descriptions(comment.text))
        ours = frozenset(_bare(value) for value in context.own_identifiers) | self._around.helplines
        found = [
            *self._nhs_numbers(reading),
            *self._postcodes(reading, ours),
            *self._plates(reading, ours),
            *self._phones(reading, ours),
            *self._addresses(reading, ours),
            *self._particulars(reading),
            *self._attached(comment),
        ]
        return tuple({(f.source, f.subject): f for f in sorted(found, key=lambda f: f.score)}.values())

    def _nhs_numbers(self, reading: normalise.Reading) -> Iterator[Finding]:
        for variant in reading.variants:
            for number in nhs_numbers.find(variant.text):
                score, severity, because = _NHS[number.claim]
                span = variant.span(number.start, number.end)
                found = self._finding("nhs_number", score, severity, because, span)
                yield found
                if number.claim is Claim.MISTYPED:
                    yield close_call(found)

    def _postcodes(self, reading: normalise.Reading, ours: frozenset[str]) -> Iterator[Finding]:
        about = self._about(reading)
        for place in places.postcodes(reading.cased):
            if place.bare not in ours:
                score = 0.9 if about.person and about.medical else 0.65 if about.person else 0.25
                span = reading.plain.span(place.start, place.end)
                yield self._finding("postcode", score, Severity.CLEAR_BREACH, "a full postcode", span)

    def _plates(self, reading: normalise.Reading, ours: frozenset[str]) -> Iterator[Finding]:
        about = self._about(reading)
        for place in places.plates(reading.cased):
            if place.bare in ours:
                continue
            score = 0.15 if about.our_vehicle else 0.88 if about.person or about.medical else 0.55
            span = reading.plain.span(place.start, place.end)
            yield self._finding("plate", score, Severity.CLEAR_BREACH, "a vehicle's registration mark", span)

    def _phones(self, reading: normalise.Reading, ours: frozenset[str]) -> Iterator[Finding]:
        about = self._about(reading)
        if sum(letter.isdigit() for letter in reading.cased) < _FEWEST_DIGITS:
            return
        for found in phonenumbers.PhoneNumberMatcher(reading.cased, "GB", max_tries=_MOST_NUMBERS):
            bare = _bare(found.raw_string)
            national = str(found.number.national_number)
            if ours & {bare, national, f"0{national}", f"44{national}"}:
                continue
            kind = phonenumbers.number_type(found.number)
            score = self._phone_score(kind, about)
            span = reading.plain.span(found.start, found.end)
            if score:
                yield self._finding(
                    "phone", score, Severity.CLEAR_BREACH, "a person's telephone number", span
                )

    def _phone_score(self, kind: int, about: _About) -> float:
        if kind in _PUBLIC_NUMBERS:
            return 0.0
        if about.business:
            return 0.2
        if about.own_contact:
            return 0.5
        if kind in _PRIVATE_NUMBERS:
            return 0.85 if about.person else 0.6
        return 0.55 if about.person and not about.medical else 0.3

    def _addresses(self, reading: normalise.Reading, ours: frozenset[str]) -> Iterator[Finding]:
        about = self._about(reading)
        for place in places.addresses(reading.cased):
            if place.bare in ours:
                continue
            score = (
                0.9
                if about.person and about.medical
                else 0.6
                if about.person and not about.business
                else 0.25
            )
            span = reading.plain.span(place.start, place.end)
            yield self._finding("address", score, Severity.CLEAR_BREACH, "a home address", span)

    def _particulars(self, reading: normalise.Reading) -> Iterator[Finding]:
        about = self._about(reading)
        for key, pattern, because in (
            ("birth", self._around.birth, "a date of birth"),
            ("ward", self._around.ward, "a ward with a bed or bay"),
        ):
            found = pattern.first(reading.plain.text) if pattern is not None else None
            if found is not None:
                score = 0.88 if about.person or about.medical else 0.5
                span = reading.plain.span(found.start, found.end)
                yield self._finding(key, score, Severity.CLEAR_BREACH, because, span)

    def _attached(self, comment: Comment) -> Iterator[Finding]:
        for item in comment.media:
            if item.kind in {MediaKind.CONTACT, MediaKind.LOCATION}:
                because = f"a {item.kind} is attached"
                yield self._finding(f"attached_{item.kind}", 0.5, Severity.CLEAR_BREACH, because, None)

    def _about(self, reading: normalise.Reading) -> _About:
        return self._around.of(reading.plain.text)

    def _finding(
        self, key: str, score: float, severity: Severity, because: str, span: Span | None
    ) -> Finding:
        source = f"{self.name}.{key}"
        return Finding(Category.CONFIDENTIALITY, score, severity, source, self.version, because, span)


class _About(NamedTuple):
    person: bool
    medical: bool
    own_contact: bool
    business: bool
    our_vehicle: bool


class _Compiled:
    __slots__ = ("_patterns", "birth", "helplines", "ward")

    def __init__(self, given: Surroundings) -> None:
        self._patterns = tuple(any_of(getattr(given, key), f"identifiers.{key}") for key in _About._fields)
        self.birth = any_of(given.birth, "identifiers.birth")
        self.ward = any_of(given.ward, "identifiers.ward")
        self.helplines = frozenset(_bare(number) for number in given.helplines)

    def of(self, text: str) -> _About:
        return _About(*(pattern is not None and pattern.found_in(text) for pattern in self._patterns))


_FEWEST_DIGITS = 7
_MOST_NUMBERS = 200
_PRIVATE_NUMBERS = frozenset(
    {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.PERSONAL_NUMBER}
)
_PUBLIC_NUMBERS = frozenset(
    {
        phonenumbers.PhoneNumberType.TOLL_FREE,
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.UAN,
    }
)


def _bare(value: str) -> str:
    return "".join(letter for letter in value.upper() if letter.isalnum())
