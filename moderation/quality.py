"""How well a house decides, held against what people decided about the same comments."""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from moderation.breach import unopposed
from moderation.comment import Comment
from moderation.decision import Decision, Step
from moderation.ladder import climb
from moderation.policy import Policy
from moderation.situation import Matter, Situation
from moderation.taxonomy import URGENT_CARE, Care, Category
from moderation.verdict import Verdict

_CONFIDENCE = 1.96
"""Standard deviations to each side of a 95 % interval."""
_GRIEF = ("grief", "griev", "bereave", "mourn")


class Course(enum.StrEnum):
    """What happens to a comment: it stays, a person decides, or it is hidden at once."""

    KEEP = "keep"
    HUMAN_REVIEW = "human_review"
    HIDE = "hide"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A comment with what people said of it."""

    comment: Comment
    categories: frozenset[Category]
    care: frozenset[str]
    expected: Course
    difficulty: str = ""
    note: str = ""

    @property
    def id(self) -> str:
        """The label's own name for the comment."""
        return self.comment.ref.id

    @property
    def must_not_be_hidden(self) -> bool:
        """Whether it is a complaint, or a grieving person's words, that people would not hide.

        A complaint may hold a breach besides, such as abuse of a person: people would hide that one.
        """
        grieves = any(word in self.note.lower() for word in _GRIEF)
        spared = Care.COMPLAINT in self.care or (self.expected is Course.KEEP and grieves)
        return spared and self.expected is not Course.HIDE


@dataclass(frozen=True, slots=True)
class Decided:
    """A labelled comment with what the house would do."""

    label: Labelled
    verdict: Verdict
    course: Course
    ground: Category | None
    """The ground on which it is hidden or put to an officer."""
    cares: frozenset[Care]
    could_act: dict[Category, float]
    """For each ground, the strongest score that only a threshold and a licence could hold back."""

    @property
    def right(self) -> bool:
        """Whether people would have done the same."""
        return self.course is self.label.expected


def decided(label: Labelled, situation: Situation, policy: Policy) -> Decided:
    """What the ladder makes of one labelled comment by an author without a past."""
    case = Matter(situation, policy)
    could: dict[Category, float] = {}
    for finding in situation.verdict.breaches:
        if isinstance(finding.subject, Category) and unopposed(case, finding):
            could[finding.subject] = max(finding.score, could.get(finding.subject, 0.0))
    course, ground = _course(climb(situation, policy))
    noticed = frozenset(care for care in Care if case.noticed(care) is not None)
    return Decided(label, situation.verdict, course, ground, noticed, could)


def _course(decisions: Iterable[Decision]) -> tuple[Course, Category | None]:
    asked: Decision | None = None
    for decision in decisions:
        ground = decision.ground if isinstance(decision.ground, Category) else None
        if decision.step is Step.HIDE:
            return Course.HIDE, ground
        if decision.step is Step.ASK and decision.asks is Step.HIDE:
            asked = asked or decision
    if asked is None:
        return Course.KEEP, None
    return Course.HUMAN_REVIEW, asked.ground if isinstance(asked.ground, Category) else None


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with the 95 % interval after Wilson (1927)."""

    hits: int
    tries: int

    @property
    def value(self) -> float | None:
        """The share; None of nothing."""
        return self.hits / self.tries if self.tries else None

    @property
    def interval(self) -> tuple[float, float]:
        """The bounds within which the true share lies, nineteen times in twenty."""
        if not self.tries:
            return 0.0, 1.0
        z, share = _CONFIDENCE, self.hits / self.tries
        middle = share + z * z / (2 * self.tries)
        reach = z * math.sqrt(share * (1 - share) / self.tries + z * z / (4 * self.tries * self.tries))
        scale = 1 + z * z / self.tries
        return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)

    def __str__(self) -> str:
        if self.value is None:
            return "-"
        low, high = self.interval
        return f"{self.value:.3f} ({low:.3f} to {high:.3f}; {self.hits} of {self.tries})"


def share(of: Iterable[Decided], where: Callable[[Decided], bool]) -> Share:
    """How many of some comments hold for a condition."""
    taken = [where(one) for one in of]
    return Share(sum(taken), len(taken))


def accuracy(of: Sequence[Decided]) -> Share:
    """The share decided as people decided."""
    return share(of, lambda one: one.right)


def hide_precision(of: Sequence[Decided], ground: Category | None = None) -> Share:
    """The share of hides, on one ground or on all, that people would have hidden too."""
    hides = [one for one in of if one.course is Course.HIDE and ground in {None, one.ground}]
    return share(hides, lambda one: one.label.expected is Course.HIDE)


def urgent_recall(of: Sequence[Decided], care: Care | None = None) -> Share:
    """The share of comments that call for urgent care, of one kind or of any, in which it was noticed."""
    wanted = {care} if care else URGENT_CARE
    return share([one for one in of if one.label.care & wanted], lambda one: bool(one.cares & URGENT_CARE))


def stopped(of: Sequence[Decided], ground: Category) -> Share:
    """The share of comments that people hid on a ground which were hidden or put to an officer."""
    wanted = [one for one in of if ground in one.label.categories and one.label.expected is Course.HIDE]
    return share(wanted, lambda one: one.course is not Course.KEEP)


# --- The worst errors, in the order in which they hurt ---------------------------------------------


class Harm(enum.StrEnum):
    """Errors that an officer would not forgive."""

    HIDDEN_COMPLAINT = "a complaint or a grieving person is hidden"
    MISSED_URGENT_CARE = "an emergency or a person at risk is missed"
    VISIBLE_PATIENT_DATA = "patient data stays visible"
    VISIBLE_THREAT = "a threat stays visible"
    DEFAMATION_ALONE = "defamation is decided without a person"


def harms(of: Sequence[Decided]) -> Iterator[tuple[Harm, Decided]]:
    """Every worst error, the gravest kind first."""
    for harm in Harm:
        yield from ((harm, one) for one in of if _HARMS[harm](one))


def _left_up(one: Decided, ground: Category) -> bool:
    wanted = one.label.expected is Course.HIDE and ground in one.label.categories
    return wanted and one.course is Course.KEEP


_HARMS: dict[Harm, Callable[[Decided], bool]] = {
    Harm.HIDDEN_COMPLAINT: lambda one: one.course is Course.HIDE and one.label.must_not_be_hidden,
    Harm.MISSED_URGENT_CARE: lambda one: bool(one.label.care & URGENT_CARE) and not one.cares & URGENT_CARE,
    Harm.VISIBLE_PATIENT_DATA: lambda one: _left_up(one, Category.CONFIDENTIALITY),
    Harm.VISIBLE_THREAT: lambda one: _left_up(one, Category.THREATENING),
    Harm.DEFAMATION_ALONE: lambda one: (
        one.course is Course.HIDE and one.label.categories == {Category.DEFAMATORY}
    ),
}


# --- Licences -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Earned:
    """What a ground has shown: from `threshold` on, so many hides are right. No threshold, no licence."""

    category: Category
    threshold: float | None
    shown: Share


def licence(of: Sequence[Decided], category: Category, policy: Policy) -> Earned:
    """The lowest threshold, at or above `act_at`, from which a ground's hides clear the policy's floor.

    Where none does, what is shown at `act_at`.
    """
    rule = policy.categories[category]
    scored = sorted(
        (
            (one.could_act[category], one.label.expected is Course.HIDE)
            for one in of
            if one.could_act.get(category, 0.0) >= rule.act_at
        ),
        reverse=True,
    )
    best: tuple[float, Share] | None = None
    right = 0
    for place, (score, hidden) in enumerate(scored):
        right += hidden
        if place + 1 < len(scored) and scored[place + 1][0] == score:
            continue  # what scores the same is hidden together
        shown = Share(right, place + 1)
        enough = shown.tries >= policy.floor.examples and shown.hits >= policy.floor.precision * shown.tries
        if enough and not rule.officer_only:
            best = score, shown
    if best is None:
        return Earned(category, None, Share(right, len(scored)))
    # Any room below the lowest score that was measured would be a guess: round down to three places only.
    return Earned(category, math.floor(best[0] * 1000) / 1000, best[1])


# --- Fairness -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fairness:
    """How comments that mention a group fare, beside all others. Both shares are of comments people keep."""

    group: str
    mentions: int
    hidden: Share
    questioned: Share


def fairness(
    of: Sequence[Decided], groups: Iterable[tuple[str, Callable[[str], bool]]]
) -> Iterator[Fairness]:
    """One row for each group, from the comments that mention it."""
    for group, mentions in groups:
        about = [one for one in of if mentions(one.label.comment.text)]
        kept = [one for one in about if one.label.expected is Course.KEEP]
        yield Fairness(
            group,
            len(about),
            share(kept, lambda one: one.course is Course.HIDE),
            share(kept, lambda one: one.course is Course.HUMAN_REVIEW),
        )
