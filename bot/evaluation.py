"""How well the house decides on labelled comments: judged as in earnest, told for people and for machines."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from moderation import quality
from moderation.checks.check import Context
from moderation.comment import Comment
from moderation.decision import ActionKind
from moderation.pipeline import Pipeline
from moderation.policy import Policy
from moderation.quality import Course, Decided, Harm, Labelled, Share
from moderation.situation import Situation
from moderation.standing import Standing
from moderation.taxonomy import Care, Category
from moderation.verdict import Verdict

_AT_ONCE = 64
"""Comments judged side by side: enough for full batches, few enough that none waits past its time."""
GroupTest = tuple[str, Callable[[str], bool]]


async def judge(
    labels: Sequence[Labelled], pipeline: Pipeline, policy: Policy, progress: Progress | None = None
) -> tuple[Decided, ...]:
    """Judge and decide every comment, each as the first by its author."""
    task = progress.add_task("judging", total=len(labels)) if progress else None
    done: list[Decided] = []
    for start in range(0, len(labels), _AT_ONCE):
        some = labels[start : start + _AT_ONCE]
        verdicts = await asyncio.gather(
            *(pipeline.judge(label.comment, context(label.comment, policy)) for label in some)
        )
        for label, verdict in zip(some, verdicts, strict=True):
            done.append(quality.decided(label, situation(label.comment, verdict), policy))
        if progress and task is not None:
            progress.advance(task, len(some))
    return tuple(done)


def context(comment: Comment, policy: Policy) -> Context:
    """What the checks may know of a comment that stands alone."""
    return Context(
        now=comment.posted_at,
        own_names=frozenset(policy.organisation.own_names),
        own_identifiers=frozenset(policy.organisation.own_identifiers),
    )


def situation(comment: Comment, verdict: Verdict) -> Situation:
    """What the ladder looks at: the first comment by its author, on a network that allows everything."""
    return Situation(
        comment=comment,
        verdict=verdict,
        standing=Standing(comment.author),
        can=frozenset(ActionKind),
        now=comment.posted_at,
    )


# --- For machines ---------------------------------------------------------------------------------


def as_data(of: Sequence[Decided], policy: Policy, groups: Sequence[GroupTest]) -> dict[str, Any]:
    """Every figure, and one record for each comment. No text of a comment is repeated."""
    harms = list(quality.harms(of))
    hidden = [one.label.id for harm, one in harms if harm is Harm.HIDDEN_COMPLAINT]
    return {
        "comments_judged": len(of),
        "policy_version": policy.version,
        "checks": sorted({name for one in of for name in one.verdict.checks}),
        "decision_accuracy": quality.accuracy(of).value,
        "decision_accuracy_interval": quality.accuracy(of).interval,
        "hidden_complaints": len(hidden),
        "hidden_complaint_ids": hidden,
        "auto_hide_precision": quality.hide_precision(of).value,
        "auto_hide_precision_interval": quality.hide_precision(of).interval,
        "auto_hides": quality.hide_precision(of).tries,
        "urgent_care_recall": quality.urgent_recall(of).value,
        "urgent_care_recall_interval": quality.urgent_recall(of).interval,
        "patient_identifier_recall": quality.stopped(of, Category.CONFIDENTIALITY).value,
        "patient_identifier_recall_interval": quality.stopped(of, Category.CONFIDENTIALITY).interval,
        "confusion": {wanted: {given: _cell(of, wanted, given) for given in Course} for wanted in Course},
        "by_difficulty": {
            name: _share_data(quality.accuracy(some))
            for name, some in _by(of, lambda one: one.label.difficulty)
        },
        "by_category": {
            category: {
                "stopped": _share_data(quality.stopped(of, category)),
                "decided_rightly": _share_data(quality.accuracy(_in(of, category))),
                "hide_precision": _share_data(quality.hide_precision(of, category)),
            }
            for category in Category
        },
        "by_care": {
            care: {
                "noticed": _share_data(_noticed(of, care)),
                "precision": _share_data(_care_precision(of, care)),
            }
            for care in Care
        },
        "worst_errors": [{"harm": harm, "id": one.label.id} for harm, one in harms],
        "licences": {
            earned.category: {"threshold": earned.threshold, **_share_data(earned.shown)}
            for earned in earned_by(of, policy)
        },
        "fairness": {
            row.group: {
                "mentions": row.mentions,
                "kept_comments_hidden": _share_data(row.hidden),
                "kept_comments_questioned": _share_data(row.questioned),
            }
            for row in quality.fairness(of, groups)
        },
        "comments": [_record(one) for one in of],
    }


def _record(one: Decided) -> dict[str, Any]:
    return {
        "id": one.label.id,
        "expected": one.label.expected,
        "decided": one.course,
        "right": one.right,
        "ground": one.ground,
        "categories": {str(f.subject): round(f.score, 4) for f in reversed(one.verdict.breaches)},
        "care": sorted(one.cares),
        "protections": sorted({str(f.subject) for f in one.verdict.protections}),
        "gaps": sorted(gap.check for gap in one.verdict.gaps),
    }


def _share_data(shown: Share) -> dict[str, Any]:
    return {"value": shown.value, "interval": shown.interval, "hits": shown.hits, "of": shown.tries}


def _cell(of: Sequence[Decided], wanted: Course, given: Course) -> int:
    return sum(one.label.expected is wanted and one.course is given for one in of)


def _in(of: Sequence[Decided], category: Category) -> list[Decided]:
    return [one for one in of if category in one.label.categories]


def _by(of: Sequence[Decided], key: Callable[[Decided], str]) -> Iterator[tuple[str, list[Decided]]]:
    for name in dict.fromkeys(key(one) for one in of):
        if name:
            yield name, [one for one in of if key(one) == name]


def _noticed(of: Sequence[Decided], care: Care) -> Share:
    return quality.share([one for one in of if care in one.label.care], lambda one: care in one.cares)


def _care_precision(of: Sequence[Decided], care: Care) -> Share:
    return quality.share([one for one in of if care in one.cares], lambda one: care in one.label.care)


def earned_by(of: Sequence[Decided], policy: Policy) -> tuple[quality.Earned, ...]:
    """What every ground has earned."""
    return tuple(quality.licence(of, category, policy) for category in Category)


# --- For people -----------------------------------------------------------------------------------


def report(
    of: Sequence[Decided], policy: Policy, groups: Sequence[GroupTest], *, words: bool
) -> RenderableType:
    """All figures as tables. `words` shows the texts of the worst errors: for one's own screen."""
    return Group(
        _headlines(of),
        _confusion(of),
        _grounds(of),
        _cares(of),
        _difficulties(of),
        _licences(of, policy),
        _fairness(of, groups),
        _worst(of, words=words),
    )


def _headlines(of: Sequence[Decided]) -> Table:
    table = _table(f"{len(of)} comments", "measure", "share (95 % interval)")
    hidden = sum(harm is Harm.HIDDEN_COMPLAINT for harm, _ in quality.harms(of))
    for name, value in (
        ("decided as people decided", str(quality.accuracy(of))),
        ("hides that people would have hidden", str(quality.hide_precision(of))),
        ("urgent care noticed", str(quality.urgent_recall(of))),
        ("patient data hidden or put to an officer", str(quality.stopped(of, Category.CONFIDENTIALITY))),
        ("complaints and grieving people hidden", str(hidden)),
    ):
        table.add_row(name, value)
    return table


def _confusion(of: Sequence[Decided]) -> Table:
    table = _table(
        "What people decided, and what the house did", "people", *(course.value for course in Course)
    )
    for wanted in Course:
        table.add_row(wanted.value, *(str(_cell(of, wanted, given)) for given in Course))
    return table


def _grounds(of: Sequence[Decided]) -> Table:
    table = _table("By ground", "ground", "labelled", "hidden or asked", "decided rightly", "hide precision")
    for category in Category:
        some = _in(of, category)
        table.add_row(
            category.value,
            str(len(some)),
            str(quality.stopped(of, category)),
            str(quality.accuracy(some)),
            str(quality.hide_precision(of, category)),
        )
    return table


def _cares(of: Sequence[Decided]) -> Table:
    table = _table("By care", "care", "noticed", "rightly noticed")
    for care in Care:
        table.add_row(care.value, str(_noticed(of, care)), str(_care_precision(of, care)))
    return table


def _difficulties(of: Sequence[Decided]) -> Table:
    table = _table("By difficulty", "difficulty", "decided rightly")
    for name, some in _by(of, lambda one: one.label.difficulty):
        table.add_row(name, str(quality.accuracy(some)))
    return table


def _licences(of: Sequence[Decided], policy: Policy) -> Table:
    table = _table("What each ground has earned", "ground", "acts from", "precision shown", "verdict")
    for earned in earned_by(of, policy):
        if policy.categories[earned.category].officer_only:
            verdict = "never alone: an officer decides"
        elif earned.threshold is None:
            verdict = f"none: the floor is {policy.floor.precision} on {policy.floor.examples} or more"
        else:
            verdict = "may act alone"
        acts = "-" if earned.threshold is None else f"{earned.threshold:.3f}"
        table.add_row(earned.category.value, acts, str(earned.shown), verdict)
    return table


def _fairness(of: Sequence[Decided], groups: Sequence[GroupTest]) -> Table:
    table = _table(
        "Comments that people keep, by the group that they mention",
        "group",
        "mentions",
        "hidden all the same",
        "put to an officer",
    )
    for row in quality.fairness(of, groups):
        table.add_row(row.group, str(row.mentions), str(row.hidden), str(row.questioned))
    return table


def _worst(of: Sequence[Decided], *, words: bool) -> RenderableType:
    found = list(quality.harms(of))
    if not found:
        return Text("\nNone of the worst errors.")
    table = _table("The worst errors", "error", "comment", *(("text",) if words else ()))
    for harm, one in found:
        told = (Text(one.label.comment.text),) if words else ()
        table.add_row(harm.value, one.label.id, *told)
    counted = Counter(harm for harm, _ in found)
    return Group(table, Text("; ".join(f"{harm.value}: {number}" for harm, number in counted.items())))


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column)
    return table


def now() -> dt.datetime:
    """The time at which labelled comments count as written: always the same, so that figures repeat."""
    return dt.datetime(2026, 1, 15, 12, tzinfo=dt.UTC)
