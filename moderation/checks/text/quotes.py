"""Which parts of a text repeat somebody else's words."""

from __future__ import annotations

from moderation.checks.text import normalise
from moderation.checks.text.patterns import Match, Pattern
from moderation.verdict import Span

_QUOTED = (
    Pattern(r'"[^"\n]{2,600}"', "quotes: double"),
    Pattern(r"(?m)^[ ]*>[^\n]+", "quotes: line"),
    Pattern(r"(?:^|[\s(:,])'[^'\n]{3,300}(?:'[a-z][^'\n]{0,200})*'(?:[\s.,!?;:)]|$)", "quotes: single"),
    Pattern(r"(?m)^rt @[^\n]+", "quotes: repost"),
)


def spans(reading: normalise.Reading) -> tuple[Span, ...]:
    """The raw spans that stand in quotation marks, after a quoting sign, or in an old-style repost."""
    return tuple(reading.plain.span(found.start, found.end) for found in _found(reading))


def _found(reading: normalise.Reading) -> list[Match]:
    return sorted(found for pattern in _QUOTED for found in pattern.all(reading.plain.text))


def is_quoted(span: Span, quoted: tuple[Span, ...]) -> bool:
    """Whether the span lies within a quotation."""
    return any(span.inside(quotation) for quotation in quoted)


def own_words(reading: normalise.Reading) -> str:
    """The normalised text, capitals kept, with what is quoted left out."""
    parts: list[str] = []
    at = 0
    for quotation in _found(reading):
        parts.append(reading.cased[at : quotation.start])
        at = max(at, quotation.end)
    parts.append(reading.cased[at:])
    return "".join(parts).strip()
