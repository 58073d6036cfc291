"""One comment through every check in time; late or broken leaves a gap."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from moderation.checks import fusion
from moderation.checks.check import Check, Context
from moderation.checks.text import media, normalise, quotes
from moderation.checks.text.addressed import unaddressed
from moderation.checks.text.instructions import without_instructions
from moderation.comment import Comment
from moderation.ports import Classifier
from moderation.verdict import UNSEEN, Finding, Gap, Sight, Span, Verdict

VERSION = "1"

LONGEST_TEXT = 20_000
"""Characters of a comment that are read: as many from its head as from its tail. No network we know
lets a comment be longer; what is, leaves a gap."""

LONGEST_FOR_CLASSIFIERS = 4_000
"""Characters that a model is given in one piece. A longer text goes as head and tail."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """All that looks at a comment. `budget` is how long the classifiers may take, all together."""

    checks: tuple[Check, ...]
    classifiers: tuple[Classifier, ...] = ()
    budget: dt.timedelta = dt.timedelta(seconds=5)

    def __post_init__(self) -> None:
        if self.budget <= dt.timedelta(0):
            message = f"the classifiers' budget is {self.budget}; it has to be longer than nothing"
            raise ValueError(message)
        names = [name for name, _ in self._lookers()]
        if len(names) != len(set(names)):
            message = f"two checks share a name: {', '.join(sorted(names))}"
            raise ValueError(message)

    async def judge(self, comment: Comment, context: Context, sight: Sight = UNSEEN) -> Verdict:
        """Look at one comment. Never raises for what a check or a classifier does.

        `sight` is what came of looking at its attachments.
        """
        context = dataclasses.replace(context, media_seen=context.media_seen | sight.seen)
        readable, cut = _cut(comment)
        looked = [_looked(check, readable, context) for check in self.checks]
        rules = [item for items in looked for item in items if isinstance(item, Finding)]
        looked += await self._classified(readable, rules)
        seen = [*(item for items in looked for item in items), *sight.items]
        found = [cut.restored(item) for item in seen if isinstance(item, Finding)]
        gaps = [item for item in seen if isinstance(item, Gap)]
        if cut.removed:
            gaps.append(
                Gap("pipeline", f"the text is longer than {LONGEST_TEXT} characters: read head and tail")
            )
        found += fusion.quoted_abuse(found, VERSION)
        return Verdict(
            comment=comment.ref,
            revision=comment.revision,
            findings=tuple(sorted(found, key=_order)),
            gaps=tuple(dict.fromkeys(gaps)),
            checks=(*self._who_looked(gaps), *sight.by),
        )

    async def _classified(
        self, comment: Comment, rules: Sequence[Finding]
    ) -> list[tuple[Finding | Gap, ...]]:
        shown = readings(comment)
        if not shown.whole or not self.classifiers:
            return []
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_scored(each, shown, rules, self.budget)) for each in self.classifiers]
        return [
            (Gap(classifier.name, "broken"),) if task.cancelled() else task.result()
            for classifier, task in zip(self.classifiers, tasks, strict=True)
        ]

    def _who_looked(self, gaps: Sequence[Gap]) -> tuple[str, ...]:
        absent = {gap.check for gap in gaps if gap.reason in {"late", "broken"}}
        return tuple(f"{name}@{version}" for name, version in self._lookers() if name not in absent)

    def _lookers(self) -> list[tuple[str, str]]:
        checks = [(check.name, check.version) for check in self.checks]
        return [*checks, *((each.name, each.version) for each in self.classifiers)]


@dataclass(frozen=True, slots=True)
class Readings:
    """How a model is shown a comment: `whole`, once undisguised and once for each way to undo a disguise.

    `own` is the same without what it quotes, and empty where it quotes nothing. Long texts go as head and
    tail. What pretends to instruct a machine is left out: a text is judged on what remains.
    """

    whole: tuple[str, ...]
    own: tuple[str, ...] = ()


def readings(comment: Comment) -> Readings:
    """What a model is shown of a comment, with what its attachments say of themselves in brackets.

    The handles that a reply begins with are addresses, not words: read as such, ours would be an insult's
    object, and `@eastshire` a disguise of something else.
    """
    reading = normalise.read(unaddressed(comment.text))
    told = media.bracketed(comment)
    texts = (reading.cased, *(variant.text for variant in reading.variants[1:]))
    whole = [f"{without_instructions(text)} {told}".strip() for text in texts]
    if not any(letter.isalnum() or unicodedata.category(letter) == "So" for letter in whole[0]):
        return Readings(())
    own = f"{without_instructions(quotes.own_words(reading))} {told}".strip()
    quotes_others = own != whole[0] and any(letter.isalnum() for letter in own)
    return Readings(_pieces(whole), _pieces([own]) if quotes_others else ())


def _pieces(texts: Iterable[str]) -> tuple[str, ...]:
    cut: dict[str, None] = {}
    for text in texts:
        if len(text) <= LONGEST_FOR_CLASSIFIERS:
            cut.setdefault(text)
        else:
            half = LONGEST_FOR_CLASSIFIERS // 2
            cut.update(dict.fromkeys((text[:half], text[-half:])))
    return tuple(cut)


def _looked(check: Check, comment: Comment, context: Context) -> tuple[Finding | Gap, ...]:
    try:
        return tuple(check.look(comment, context))
    except Exception:  # noqa: BLE001 - the one line that turns a broken check into a gap
        return (Gap(check.name, "broken"),)


async def _scored(
    classifier: Classifier, shown: Readings, rules: Sequence[Finding], budget: dt.timedelta
) -> tuple[Finding | Gap, ...]:
    try:
        async with asyncio.timeout(budget.total_seconds()) as limit:
            scored = await classifier.classify((*shown.whole, *shown.own))
        if len(scored) != len(shown.whole) + len(shown.own):
            return (Gap(classifier.name, "broken"),)
        whole, own = scored[: len(shown.whole)], scored[len(shown.whole) :]
        return fusion.findings(whole, own, classifier.name, classifier.version, rules)
    except Exception:  # noqa: BLE001 - the one line that turns a broken classifier into a gap
        return (Gap(classifier.name, "late" if limit.expired() else "broken"),)


@dataclass(frozen=True, slots=True)
class _Cut:
    """Where a text was cut, so that spans can be put back: `removed` characters went missing at `at`."""

    at: int = 0
    removed: int = 0

    def restored(self, finding: Finding) -> Finding:
        if not self.removed or finding.span is None:
            return finding
        start, end = self._place(finding.span.start), self._place(finding.span.end)
        return dataclasses.replace(finding, span=Span(start, end))

    def _place(self, offset: int) -> int:
        return offset if offset <= self.at else offset + self.removed


def _cut(comment: Comment) -> tuple[Comment, _Cut]:
    text = comment.text
    if len(text) <= LONGEST_TEXT:
        return comment, _Cut()
    half = LONGEST_TEXT // 2
    shortened = f"{text[:half]}\n{text[-half + 1 :]}"
    removed = len(text) - len(shortened)
    return dataclasses.replace(comment, text=shortened), _Cut(half, removed)


def _order(finding: Finding) -> tuple[object, ...]:
    span = finding.span or Span(0, 0)
    return (-finding.severity, -finding.score, finding.subject.value, finding.source, span.start, span.end)
