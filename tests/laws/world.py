"""The small world: every past, every verdict, every ruling, ability and kind of comment."""

from __future__ import annotations

import enum
import functools
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from moderation.comment import CommentKind
from moderation.decision import PENALTIES, ActionKind, Decision, Ruling, Step
from moderation.ladder import climb
from moderation.policy import Policy
from moderation.situation import Situation
from moderation.taxonomy import PROTECTED_CARE, URGENT_CARE, Care, Category, Severity
from moderation.verdict import Verdict
from tests.strategies.comments import MINUTE, NOW, OFFICER, comment
from tests.strategies.policies import OFFICER_ONLY, PROTECTIVE, UNLICENSED, lawful_policy
from tests.strategies.standings import Blocks, Past, Referrals, Strikes, Warnings, pasts, standing_of
from tests.strategies.verdicts import GRAVE, Band, Shape, Words, pairs, shapes

POLICY = lawful_policy()


class Said(enum.StrEnum):
    """What an officer ruled, where no category names it."""

    NOTHING = "nothing"
    NO_BREACH = "no_breach"


Word = Said | Category
WORDS: tuple[Word, ...] = (*Said, *Category)

ALL = frozenset(ActionKind)
NO_HIDE = ALL - {ActionKind.HIDE}
REPORT_ONLY = frozenset({ActionKind.REPORT})
NONE: frozenset[ActionKind] = frozenset()
ABILITIES = (ALL, NO_HIDE, REPORT_ONLY, NONE)
KINDS = (CommentKind.REPLY, CommentKind.DIRECT)


@dataclass(frozen=True)
class Case:
    """One situation in the words of the laws, and what the ladder made of it."""

    past: Past
    shape: Shape
    word: Word
    can: frozenset[ActionKind]
    kind: CommentKind
    decisions: tuple[Decision, ...]

    @cached_property
    def ruled(self) -> bool:
        """Whether an officer has spoken."""
        return self.word is not Said.NOTHING

    @cached_property
    def urgent(self) -> bool:
        """Whether somebody may need help first."""
        return self.shape.care in URGENT_CARE

    @cached_property
    def guarded(self) -> bool:
        """Whether the comment is protected speech."""
        return self.shape.guarded or self.shape.care in PROTECTED_CARE

    @cached_property
    def breach(self) -> Category | None:
        """The ground on which something may be done, by the laws' words alone."""
        if isinstance(self.word, Category):
            return self.word
        shape = self.shape
        if self.ruled or shape.category is None or shape.band is not Band.ACT or shape.words is Words.QUOTED:
            return None
        if shape.category in OFFICER_ONLY | UNLICENSED:
            return None
        own = shape.words in {Words.OWN, Words.BESIDE_PROTECTED}
        grave = shape.severity >= Severity.SERIOUS and own
        return shape.category if grave or not (self.guarded or self.urgent) else None

    @cached_property
    def severity(self) -> Severity:
        """How grave the breach is. Rulings in the small world are as grave as what was found."""
        return self.shape.severity

    @cached_property
    def punishable(self) -> bool:
        """Whether the breach may count against the author."""
        return self.breach is not None and self.breach not in PROTECTIVE and not self.urgent

    @cached_property
    def threat(self) -> bool:
        """Whether it is a threat where minutes matter."""
        return self.breach is Category.THREATENING and self.severity is Severity.MINUTES_MATTER

    def of(self, step: Step) -> tuple[Decision, ...]:
        """The decisions of that step."""
        return self._steps.get(step, ())

    @cached_property
    def _steps(self) -> dict[Step, tuple[Decision, ...]]:
        steps: dict[Step, tuple[Decision, ...]] = {}
        for decision in self.decisions:
            steps[decision.step] = (*steps.get(decision.step, ()), decision)
        return steps

    @cached_property
    def penalties(self) -> frozenset[tuple[Step, object]]:
        """What falls on the person: warnings, blocks, referrals for conduct, strikes."""
        falls = {(d.step, d.ground) for d in self.decisions if d.step in PENALTIES or d.strike is not None}
        referred = {(d.step, d.ground) for d in self.of(Step.REFER) if isinstance(d.ground, Category)}
        return frozenset(falls | referred)


def judge(
    past: Past,
    shape: Shape,
    word: Word = Said.NOTHING,
    *,
    can: frozenset[ActionKind] = ALL,
    kind: CommentKind = CommentKind.REPLY,
    policy: Policy = POLICY,
) -> Case:
    """Climb, and keep the words beside what came of it."""
    decisions = climb(situation(past, shape, word, can, kind), policy)
    return Case(past, shape, word, can, kind, decisions)


def situation(
    past: Past,
    shape: Shape,
    word: Word = Said.NOTHING,
    can: frozenset[ActionKind] = ALL,
    kind: CommentKind = CommentKind.REPLY,
) -> Situation:
    """What the ladder looks at: a comment of a minute ago that is judged now."""
    told = comment(kind=kind, posted_at=NOW - MINUTE)
    return Situation(told, _verdict(shape), standing_of(past), can, NOW, ruling(word, shape.severity))


@functools.cache
def _verdict(shape: Shape) -> Verdict:
    return shape.verdict()


@functools.cache
def ruling(word: Word, severity: Severity = Severity.CLEAR_BREACH) -> Ruling | None:
    """The officer's word as the ladder gets it."""
    match word:
        case Said.NOTHING:
            return None
        case Said.NO_BREACH:
            return Ruling(OFFICER, NOW, None, mark="card")
        case Category():
            return Ruling(OFFICER, NOW, word, severity, mark="card")


TELLING = (
    Past(),
    Past(Strikes.SOME),
    Past(warning=Warnings.AFTER),
    Past(Strikes.SOME, Warnings.BEFORE),
    Past(Strikes.SOME, Warnings.BEFORE, Referrals.RECENT),
    Past(Strikes.SOME, Warnings.BEFORE, Referrals.WAITED),
    Past(Strikes.SOME, Warnings.BEFORE, Referrals.HELD),
    Past(Strikes.SOME, Warnings.BEFORE, Referrals.ANSWERED, Blocks.ACTIVE),
)
"""One past for each rung that the next breach may come to."""


def _plain() -> Iterator[Shape]:
    yield Shape()
    yield Shape(gap=True)
    yield Shape(Category.ABUSIVE, Band.LOOK)
    for category in Category:
        yield Shape(category, Band.ACT, Severity.CLEAR_BREACH)
    for category, severity in itertools.product((Category.ABUSIVE, Category.THREATENING), GRAVE):
        yield Shape(category, Band.ACT, severity, Words.BESIDE_PROTECTED)


def by_past() -> Iterator[Case]:
    """Every past, under each category, under insults and threats of each severity, and under no breach."""
    return itertools.starmap(judge, itertools.product(pasts(), tuple(_plain())))


def by_verdict() -> Iterator[Case]:
    """Every verdict under the telling pasts, and under a few with each ability and kind, and each ruling."""
    yield from itertools.starmap(judge, itertools.product(TELLING, shapes()))
    few = TELLING[1], TELLING[5]
    for past, shape, can, kind in itertools.product(few, shapes(), ABILITIES, KINDS):
        yield judge(past, shape, can=can, kind=kind)
    yield from itertools.starmap(judge, itertools.product(few, shapes(), WORDS[1:]))


def by_ruling() -> Iterator[Case]:
    """Every past under each ruling, with a calm verdict and with an urgent one."""
    calm = Shape()
    urgent = Shape(care=Care.SAFEGUARDING)
    return itertools.starmap(judge, itertools.product(pasts(), (calm, urgent), WORDS))


@functools.cache
def near() -> tuple[Case, ...]:
    """A part that is quick to look at: every past but for its strikes, every verdict, every ruling."""
    offence = Shape(Category.ABUSIVE, Band.ACT, Severity.CLEAR_BREACH)
    threat = Shape(Category.THREATENING, Band.ACT, Severity.MINUTES_MATTER)
    turns = itertools.cycle(Strikes)
    some = [Past(next(turns), *rest) for rest in itertools.product(Warnings, Referrals, Blocks)]
    some += [Past(strikes, warning) for strikes, warning in itertools.product(Strikes, Warnings)]
    told = [judge(past, shape) for past, shape in itertools.product(some, (offence, threat))]
    for shape in shapes():
        told.append(judge(TELLING[5], shape))
        told.append(judge(TELLING[0], shape, can=NONE))
    singled = Shape(), Shape(care=Care.EMERGENCY), Shape(gap=True), *tuple(pairs())[::100]
    for past, shape, word in itertools.product(TELLING, singled, WORDS):
        told.append(judge(past, shape, word))
    for past, word, can, kind in itertools.product(TELLING, WORDS, ABILITIES, KINDS):
        told.append(judge(past, offence, word, can=can, kind=kind))
        told.append(judge(past, threat, word, can=can, kind=kind))
    return tuple(told)
