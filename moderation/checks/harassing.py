"""Harassing: conduct over time, aimed at one person or kept up against us."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from moderation.checks.check import Context
from moderation.checks.text import media, normalise
from moderation.checks.text.patterns import Pattern
from moderation.checks.words import Words
from moderation.comment import Comment
from moderation.taxonomy import Category, Severity
from moderation.verdict import Finding, Gap

_WINDOW = dt.timedelta(days=28)
_LATEST = 30
_ABUSE_AGAIN = 3
_SAME_PERSON = 4
_SPREAD = dt.timedelta(days=2)
"""Four replies in one quarrel are one quarrel; four over several days follow a person."""
_PLACES = 3
"""So do four on three of our accounts, however soon."""
_FULL_NAME = Pattern(r"\b[A-Z][a-z]{2,15} (?:Mc|Mac|O')?[A-Z][a-z]{2,15}\b", "harassing.name")
_HANDLE = Pattern(r"@[\w.\-]{3,40}", "harassing.handle")
_NO_PERSON = Pattern(
    r"\b(?:ambulance|hospital|service|services|trust|station|road|street|avenue|north|south|east|royal"
    r"|infirmary|general|county|city|council|school|college|university|house|centre|center|village"
    r"|town|week|good|morning|afternoon|evening|night|happy|merry|thank|thanks|well|dear|the|monday"
    r"|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|june|july"
    r"|august|september|october|november|december|christmas|easter|new|year|police|fire|rescue|air"
    r"|red|cross|emergency|department|team|crew|united|rovers|albion|wanderers"
    r"|open day|[a-z]+ (?:lane|park|day))\b",
    "harassing.no_person",
)
"""Words in capitals that stand in no person's name, or in none that the name is needed for."""
_OWN = Pattern(
    r"(?i)\b(?:my|our) (?:[a-z\-]+ ){0,3}$|\b(?:i am|i.?m|my name is|mr|mrs|miss) (?:and )?$", "harassing.own"
)
"""Who names their own mother four times asks after her."""
_GRATEFUL = Pattern(
    r"(?i)\b(?:thank(?:s| you|ful)?|grateful|well done|proud|bless|brilliant|amazing|wonderful|legend|hero"
    r"|congrat\w*|rip|rest in peace|condolences|happy (?:birthday|retirement))\b",
    "harassing.grateful",
)
_BEFORE = 40


class Harassing:
    """Looks at the author's recent comments together with this one."""

    __slots__ = ("_words", "name", "version")

    def __init__(self, words: Words) -> None:
        self.name = "harassing"
        self.version = f"2+{words.version}"
        self._words = words

    def look(self, comment: Comment, context: Context) -> tuple[Finding | Gap, ...]:
        """Say whether this comment carries on what earlier ones began.

        What the author wrote on any of our accounts counts, and what they wrote under another name.
        """
        since = comment.posted_at - _WINDOW
        known = {each.ref: each for each in (*context.by_author, *context.by_linked)}
        in_time = [
            each
            for each in known.values()
            if each.ref != comment.ref and since <= each.posted_at <= comment.posted_at
        ]
        earlier = tuple(sorted(in_time, key=lambda each: (each.posted_at, str(each.ref)))[-_LATEST:])
        abusive = self._words.aimed(comment)
        return (
            *self._abuse_again(comment, earlier, abusive=abusive),
            *self._one_person(comment, earlier, context, abusive),
        )

    def _abuse_again(
        self, comment: Comment, earlier: tuple[Comment, ...], *, abusive: bool
    ) -> Iterator[Finding]:
        before = [each for each in earlier if self._words.aimed(each)] if abusive else []
        if len(before) + 1 < _ABUSE_AGAIN:
            return
        because = "abuse of people by this author, several times in four weeks"
        if len({comment.account, *(each.account for each in before)}) > 1:
            because += ", on several of our accounts"
        yield self._finding("abuse_again", 0.88, because)

    def _one_person(
        self, comment: Comment, earlier: tuple[Comment, ...], context: Context, abusive: bool
    ) -> Iterator[Finding]:
        ours = frozenset(name.casefold().lstrip("@") for name in context.own_names)
        for person in sorted(people(comment) - ours):
            before = [each for each in earlier if person in people(each)]
            if not _follows(comment, before):
                continue
            hostile = abusive or any(self._words.aimed(each) for each in before)
            because = "the author keeps coming back to one person" + (", with abuse" if hostile else "")
            yield self._finding("one_person", 0.9 if hostile else 0.45, because)
            return

    def _finding(self, key: str, score: float, because: str) -> Finding:
        source = f"{self.name}.{key}"
        return Finding(Category.HARASSING, score, Severity.CLEAR_BREACH, source, self.version, because)


def _follows(comment: Comment, before: list[Comment]) -> bool:
    """Whether these and this come back to a person, and are more than one quarrel."""
    if len(before) + 1 < _SAME_PERSON:
        return False
    places = {comment.account, *(each.account for each in before)}
    return comment.posted_at - before[0].posted_at >= _SPREAD or len(places) >= _PLACES


def people(comment: Comment) -> frozenset[str]:
    """The people that a comment names, in full or by handle, without case.

    Left out are the author's own, and whoever is thanked or mourned.
    """
    cased = normalise.read(media.without_descriptions(comment.text)).cased
    if _GRATEFUL.found_in(cased):
        return frozenset()
    names = (
        found.text.casefold()
        for found in _FULL_NAME.all(cased)
        if not _OWN.found_in(cased[max(0, found.start - _BEFORE) : found.start])
    )
    handles = (found.text.casefold().lstrip("@") for found in _HANDLE.all(cased))
    return frozenset((*(name for name in names if not _NO_PERSON.found_in(name)), *handles))
