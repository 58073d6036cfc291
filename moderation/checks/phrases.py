"""Phrases: rules that are data, and the check that looks for them."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from moderation.checks.check import Context, close_call
from moderation.checks.text import media, normalise, quotes
from moderation.checks.text.patterns import Pattern, any_of
from moderation.comment import Comment
from moderation.taxonomy import Care, Protection, Severity
from moderation.verdict import Finding, Gap, Span, Subject


class Where(enum.StrEnum):
    """In which words a rule looks."""

    WORDS = "words"
    """The author's text and what is written on attachments."""
    MEDIA = "media"
    """Descriptions of attachments only."""
    CASED = "cased"
    """The author's text with its capitals."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that phrases tell: any of `patterns`, unless the comment also holds any of `unless`.

    `also` narrows: when given, one of these has to be in the comment too. What is `doubtful` is for a person,
    whatever else is found. `place` is where an operator finds the rule, for messages.
    """

    key: str
    subject: Subject
    score: float
    severity: Severity
    because: str
    patterns: tuple[str, ...]
    unless: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    where: Where = Where.WORDS
    doubtful: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True)
class Phrases:
    """The rules of one check."""

    name: str
    version: str
    rules: tuple[Rule, ...]


QUOTED_SHARE = 0.4
"""What is left of a ground's score when the words are quoted. On the development set about two in
three quoted slurs and threats are reports of abuse and not abuse."""


@dataclass(frozen=True, slots=True)
class _Ready:
    rule: Rule
    pattern: Pattern
    unless: Pattern | None
    also: Pattern | None


class PhraseCheck:
    """Looks for phrases."""

    __slots__ = ("_ready", "name", "version")

    def __init__(self, phrases: Phrases) -> None:
        self.name = phrases.name
        self.version = phrases.version
        self._ready = tuple(_prepared(rule) for rule in phrases.rules)

    def look(self, comment: Comment, context: Context) -> tuple[Finding | Gap, ...]:
        """Say which rules' phrases the comment holds: one finding for each rule."""
        del context
        described = normalise.read(media.described(comment))
        own = normalise.read(media.without_descriptions(comment.text))
        quoted = quotes.spans(own)
        found = [finding for ready in self._ready for finding in self._one(ready, own, described, quoted)]
        doubtful = {f"{self.name}.{ready.rule.key}" for ready in self._ready if ready.rule.doubtful}
        return (*found, *(close_call(finding) for finding in found if finding.source in doubtful))

    def _one(
        self, ready: _Ready, own: normalise.Reading, described: normalise.Reading, quoted: tuple[Span, ...]
    ) -> Iterator[Finding]:
        if ready.rule.where is not Where.MEDIA:
            spans = sorted(_spans(ready, own), key=lambda span: quotes.is_quoted(span, quoted))
            if spans:
                yield self._finding(ready.rule, spans[0], is_quoted=quotes.is_quoted(spans[0], quoted))
                return
        if (
            ready.rule.where is not Where.CASED
            and described.raw
            and any(True for _ in _spans(ready, described))
        ):
            yield self._finding(ready.rule, None, is_quoted=False)

    def _finding(self, rule: Rule, span: Span | None, *, is_quoted: bool) -> Finding:
        # What calls for care or protects is not less so in quotation marks.
        whole = not is_quoted or isinstance(rule.subject, (Care, Protection))
        return Finding(
            subject=rule.subject,
            score=rule.score if whole else rule.score * QUOTED_SHARE,
            severity=rule.severity,
            source=f"{self.name}.{rule.key}",
            version=self.version,
            because=rule.because,
            span=span,
            quoted=is_quoted,
        )


def _prepared(rule: Rule) -> _Ready:
    place = rule.place or rule.key
    pattern = any_of(rule.patterns, f"{place}.patterns")
    if pattern is None:
        message = f"{place}.patterns: is empty; a rule without patterns finds nothing"
        raise ValueError(message)
    return _Ready(rule, pattern, any_of(rule.unless, f"{place}.unless"), any_of(rule.also, f"{place}.also"))


def _spans(ready: _Ready, reading: normalise.Reading) -> Iterator[Span]:
    if ready.rule.where is Where.CASED:
        texts = [(reading.cased, reading.plain)]
    else:
        texts = [(variant.text, variant) for variant in reading.variants]
    for text, variant in texts:
        found = ready.pattern.first(text)
        if found is None or _ruled_out(ready, reading, text):
            continue
        for match in ready.pattern.all(text):
            yield variant.span(match.start, match.end)


def _ruled_out(ready: _Ready, reading: normalise.Reading, text: str) -> bool:
    if ready.unless is not None and (
        ready.unless.found_in(reading.plain.text) or ready.unless.found_in(text)
    ):
        return True
    return ready.also is not None and not ready.also.found_in(text)
