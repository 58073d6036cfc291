"""Which parts of a text repeat somebody else's words."""

from __future__ import annotations

from moderation.checks.text import normalise
from moderation.checks.text.patterns import Pattern
from moderation.verdict import Span

_QUOTED = (
    Pattern(r'"[^"\n]{2,600}"', "quotes: double"),
    Pattern(r"(?m)^[ ]*>[^\n]+", "quotes: line"),
    Pattern(r"(?:^|[\s(:,])'[^'\n]{3,300}(?:'[a-z][^'\n]{0,200})*'(?:[\s.,!?;:)]|$)", "quotes: single"),
    Pattern(r"(?m)^rt @[^\n]+", "quotes: repost"),
)


def spans(reading: normalise.Reading) -> tuple[Span, ...]:
    """The raw spans that stand in quotation marks, after a quoting sign, or in an old-style repost."""
    plain = reading.plain
    return tuple(
        sorted(plain.span(found.start, found.end) for pattern in _QUOTED for found in pattern.all(plain.text))
    )


def is_quoted(span: Span, quoted: tuple[Span, ...]) -> bool:
    """Whether the span lies within a quotation."""
    return any(span.inside(quotation) for quotation in quoted)


def own_words(reading: normalise.Reading) -> str:
    """The normalised text, capitals kept, with what is quoted left out."""
    kept = list(reading.cased)
    starts = reading.plain.starts
    for quotation in spans(reading):
        for place, origin in enumerate(starts):
            if quotation.start <= origin < quotation.end:
                kept[place] = ""
    return "".join(kept).strip()
