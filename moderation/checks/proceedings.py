"""Active proceedings: cases before a court or a coroner, which comments can prejudice."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass

from moderation.checks.check import Context
from moderation.checks.text import media, normalise
from moderation.checks.text.patterns import Pattern, any_of
from moderation.comment import Comment
from moderation.taxonomy import Category, Severity
from moderation.verdict import Finding, Gap

_CASE = Pattern(
    r"\b(?:trial|court|case|charged?|charges|arrest(?:ed)?|bail|plea(?:d|ded|ds)?|guilty|innocent|murder(?:er|ed)?"
    r"|killer|killed|raped?|rapist|assault\w*|attack\w*|stabb\w*|accused|suspect\w*|defendant|victim|witness\w*"
    r"|jur(?:y|or|ors)|judge|verdict|sentenc\w*|jail\w*|prison|inquest|coroner|hearing|tribunal|crash|death|died"
    r"|did it|done it|confess\w*|evidence|cctv|police|lock(?:ed)? up|hang(?:ed)?|scum|justice)\b",
    "proceedings.case",
)
"""What makes a place, or a single name, a word about the case."""


@dataclass(frozen=True, slots=True)
class Proceeding:
    """One entry of the watch list.

    `name` is what officers call it; it stands on their cards, so it had better be no person's name.
    `people` and `places` are what a comment must name to touch it. It is active from `begins` until
    `ends`; without an end until somebody enters one.
    """

    name: str
    people: tuple[str, ...]
    places: tuple[str, ...]
    court: str
    begins: dt.datetime
    ends: dt.datetime | None
    note: str = ""

    def __post_init__(self) -> None:
        if not any(re.search(r"\w", each) for each in (*self.people, *self.places)):
            message = "proceedings without a name or a place that could be recognised"
            raise ValueError(message)

    def active(self, now: dt.datetime) -> bool:
        """Whether it is active at that moment."""
        return self.begins <= now and (self.ends is None or now < self.ends)


@dataclass(frozen=True, slots=True)
class _Watched:
    entry: Proceeding
    full: Pattern | None
    """Names of two words or more: they touch the entry wherever they stand."""
    loose: Pattern | None
    """Places and single names: they touch it only beside a word about a case."""


class Proceedings:
    """Looks for comments that touch an entry while it is active. An officer decides about each."""

    __slots__ = ("_watched", "name", "version")

    def __init__(self, entries: tuple[Proceeding, ...]) -> None:
        self.name = "proceedings"
        written = "\n".join(map(repr, entries))
        self.version = f"1+{hashlib.sha256(written.encode(errors='surrogatepass')).hexdigest()[:12]}"
        self._watched = tuple(map(_watched, entries))

    def look(self, comment: Comment, context: Context) -> tuple[Finding | Gap, ...]:
        """Say which active entries the comment touches."""
        own = normalise.read(f"{media.without_descriptions(comment.text)}\n{media.described(comment)}")
        texts = [variant.text for variant in own.variants]
        about_a_case = any(map(_CASE.found_in, texts))
        found: list[Finding] = []
        for watched in self._watched:
            if not watched.entry.active(context.now):
                continue
            if any(_found(watched.full, text) for text in texts):
                found.append(self._finding(watched.entry, 0.8))
            elif about_a_case and any(_found(watched.loose, text) for text in texts):
                found.append(self._finding(watched.entry, 0.6))
        return tuple(found)

    def _finding(self, entry: Proceeding, score: float) -> Finding:
        court = f" ({entry.court})" if entry.court else ""
        because = f"touches proceedings that are active: {entry.name}{court}"
        return Finding(Category.UNLAWFUL, score, Severity.SERIOUS, self.name, self.version, because)


def _watched(entry: Proceeding) -> _Watched:
    full = [each for each in entry.people if len(_words(each)) > 1]
    loose = [*entry.places, *(each for each in entry.people if len(_words(each)) == 1)]
    return _Watched(entry, _any(full), _any(loose))


def _any(names: list[str]) -> Pattern | None:
    """Any of these names, however it is spaced, with or without its hyphens, and in the genitive."""
    sources = (r"[^\pL\pN]*".join(map(re.escape, _words(name))) for name in names if _words(name))
    bounded = (rf"(?:^|[^\pL\pN]){source}(?:[^\pL\pN]?s)?(?:[^\pL\pN]|$)" for source in sources)
    return any_of(bounded, "proceedings")


def _words(name: str) -> list[str]:
    return re.findall(r"\w+", normalise.read(name).plain.text)


def _found(pattern: Pattern | None, text: str) -> bool:
    return pattern is not None and pattern.found_in(text)
