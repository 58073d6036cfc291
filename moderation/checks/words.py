"""Words: insults aimed at people, and slurs wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from moderation.checks.check import Context
from moderation.checks.lexicon import Entry, Kind, Lexicon, Tier
from moderation.checks.spelling import Hit, Speller
from moderation.checks.text import media, normalise, quotes
from moderation.checks.text.patterns import Pattern, any_of
from moderation.comment import Comment
from moderation.taxonomy import Category, Protection, Severity
from moderation.verdict import Finding, Gap, Span

_AIMED = {Tier.STRONG: 0.92, Tier.MEDIUM: 0.72, Tier.MILD: 0.45}
"""An insult aimed at a person. `houserules evaluate` says how often that is right."""
_LOOSE = {Tier.STRONG: 0.5, Tier.MEDIUM: 0.3, Tier.MILD: 0.12}
"""An insult of which the sentence does not show the aim."""
_SLUR = {Tier.STRONG: 0.93, Tier.MEDIUM: 0.85, Tier.MILD: 0.55}
_TOLD_SHARE = 0.45
"""A slur or insult in quotation marks, or reported as said by somebody else."""
_BODY_SHARE = 0.5
"""An insult of an organisation, a government or a state of affairs: those may be insulted."""
_RECLAIMED_SHARE = 0.45
_OWN_SHARE = 0.6
"""A slur that the author applies to themselves without belonging to the group: for an officer."""
_FLOOR = 0.2
"""Below this a word says nothing."""


@dataclass(frozen=True, slots=True)
class _Around:
    """The sentence around a word."""

    before: str
    after: str
    whole: str


@dataclass(frozen=True, slots=True)
class _Aims:
    face_before: Pattern | None
    person_before: Pattern | None
    person_after: Pattern | None
    own_before: Pattern | None
    body: Pattern | None
    praise: Pattern | None
    told: Pattern | None
    reclaimed: Pattern | None


class Words:
    """Looks for the lexicon's words and asks at whom they are aimed."""

    __slots__ = ("_aims", "_conditions", "_speller", "name", "version")

    def __init__(self, lexicon: Lexicon) -> None:
        self.name = "words"
        self.version = f"1+{lexicon.version}"
        self._speller = Speller(lexicon)
        says = lexicon.directions
        self._aims = _Aims(
            _ending(says.face_before, "directions.face_before"),
            _ending(says.person_before, "directions.person_before"),
            _beginning(says.person_after, "directions.person_after"),
            _ending(says.own_before, "directions.own_before"),
            any_of(says.body, "directions.body"),
            any_of(says.praise, "directions.praise"),
            any_of(says.told, "directions.told"),
            any_of(says.reclaimed, "directions.reclaimed"),
        )
        self._conditions = {
            entry.word: (_condition(entry, entry.needs, "needs"), _condition(entry, entry.unless, "unless"))
            for entry in lexicon.entries
        }

    def look(self, comment: Comment, context: Context) -> tuple[Finding | Gap, ...]:
        """Say which insults and slurs there are: the gravest of each ground, and what excuses them."""
        del context
        own = normalise.read(media.without_descriptions(comment.text))
        found = [*self._in(own, quotes.spans(own)), *self._in(normalise.read(media.described(comment)), None)]
        return (*_gravest(found), *(f for f in found if isinstance(f.subject, Protection)))

    def aimed(self, comment: Comment) -> bool:
        """Whether the comment plainly abuses a person: for those who look at conduct over time."""
        text = normalise.read(comment.text)
        return any(
            isinstance(finding.subject, Category)
            and finding.score >= _AIMED[Tier.MEDIUM]
            and not finding.quoted
            for finding in self._in(text, quotes.spans(text))
        )

    def _in(self, reading: normalise.Reading, quoted: tuple[Span, ...] | None) -> Iterator[Finding]:
        for hit in self._speller.hits(reading):
            if hit.entry.kind is Kind.SWEAR or not self._means_it(hit):
                continue
            yield from self._judged(
                hit, is_quoted=quotes.is_quoted(hit.span, quoted or ()), raw=quoted is not None
            )

    def _means_it(self, hit: Hit) -> bool:
        needs, unless = self._conditions[hit.entry.word]
        text = _window(hit)
        if unless is not None and unless.found_in(text):
            return False
        return needs is None or needs.found_in(text)

    def _judged(self, hit: Hit, *, is_quoted: bool, raw: bool) -> Iterator[Finding]:
        around = _around(hit)
        reclaimed = _found(self._aims.reclaimed, around.whole)
        told = is_quoted or _found(self._aims.told, around.whole)
        score = self._slur(hit) if hit.entry.kind is Kind.SLUR else self._insult(hit, around)
        if hit.entry.kind is Kind.SLUR and _found(self._aims.own_before, around.before):
            score *= _OWN_SHARE
        score *= (_TOLD_SHARE if told else 1.0) * (_RECLAIMED_SHARE if reclaimed else 1.0)
        span = hit.span if raw else None
        if score >= _FLOOR:
            kind, severity, because = _subject(hit.entry), _severity(hit.entry), _because(hit.entry)
            yield Finding(kind, score, severity, self.name, self.version, because, span, told)
        if reclaimed and hit.entry.kind is Kind.SLUR:
            because = "the author uses a word of their own group about themselves"
            yield Finding(Protection.RECLAIMED, 0.7, Severity.NOTHING, self.name, self.version, because, span)

    def _slur(self, hit: Hit) -> float:
        return _SLUR[hit.entry.tier] * (0.95 if hit.masked else 1.0)

    def _insult(self, hit: Hit, around: _Around) -> float:
        if _found(self._aims.own_before, around.before) or _found(self._aims.praise, around.whole):
            return 0.0
        face = _found(self._aims.face_before, around.before)
        person = face or (
            not hit.entry.strict
            and (
                _found(self._aims.person_before, around.before)
                or _found(self._aims.person_after, around.after)
            )
        )
        if hit.entry.strict and not face:
            return 0.0
        share = _BODY_SHARE if _found(self._aims.body, around.whole) else 1.0
        return (_AIMED if person else _LOOSE)[hit.entry.tier] * share * (0.95 if hit.masked else 1.0)


def _gravest(found: list[Finding]) -> Iterator[Finding]:
    """The gravest finding of each ground; several insults of one comment support one another a little."""
    for category in (Category.ABUSIVE, Category.HATEFUL):
        of_it = sorted(
            (f for f in found if f.subject is category), key=lambda f: (f.quoted, -f.score, -f.severity)
        )
        if of_it:
            yield of_it[0]


def _subject(entry: Entry) -> Category:
    return Category.HATEFUL if entry.kind is Kind.SLUR else Category.ABUSIVE


def _severity(entry: Entry) -> Severity:
    if entry.kind is Kind.SLUR:
        return Severity.CLEAR_BREACH if entry.tier is Tier.MILD else Severity.SERIOUS
    return Severity.MINOR if entry.tier is Tier.MILD else Severity.CLEAR_BREACH


def _because(entry: Entry) -> str:
    strength = entry.tier.name.lower()
    if entry.kind is Kind.SLUR:
        return f"{strength} slur" + (f" ({entry.ground})" if entry.ground else "")
    return f"{strength} insult of a person"


_REACH_BEFORE = 70
_REACH_AFTER = 60


def _window(hit: Hit) -> str:
    return hit.variant.text[max(0, hit.start - _REACH_BEFORE) : hit.end + _REACH_AFTER]


def _around(hit: Hit) -> _Around:
    text = hit.variant.text
    before = _last_sentence(text[max(0, hit.start - _REACH_BEFORE) : hit.start])
    after = _first_sentence(text[hit.end : hit.end + _REACH_AFTER])
    if hit.start <= _REACH_BEFORE and before == text[: hit.start]:
        before = "\n" + before  # so that a pattern can tell the beginning of the comment
    return _Around(before, after, before + text[hit.start : hit.end] + after)


def _last_sentence(text: str) -> str:
    cut = max(text.rfind(mark) for mark in (". ", "! ", "? ", "\n"))
    return text if cut < 0 else "\n" + text[cut + 1 :]


def _first_sentence(text: str) -> str:
    cuts = [cut for cut in (text.find(mark) for mark in (". ", "! ", "? ", "\n")) if cut >= 0]
    return text[: min(cuts)] if cuts else text


def _found(pattern: Pattern | None, text: str) -> bool:
    return pattern is not None and pattern.found_in(text)


def _ending(sources: tuple[str, ...], place: str) -> Pattern | None:
    return any_of((f"(?:{source})$" for source in sources), place)


def _beginning(sources: tuple[str, ...], place: str) -> Pattern | None:
    return any_of((f"^(?:{source})" for source in sources), place)


def _condition(entry: Entry, sources: tuple[str, ...], key: str) -> Pattern | None:
    word = "(?:" + "|".join(entry.spellings) + ")"
    return any_of((source.replace("{w}", word) for source in sources), f"{entry.place or entry.word}.{key}")
