"""The weekly digest as a mail that is read in two minutes: numbers, never words or names."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from adapters.mail import templates
from moderation.digest import Numbers
from moderation.policy import Policy


@dataclass(frozen=True, slots=True)
class Drawn:
    """A mail's three parts."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: a label, a count, and how long its bar is, 0 to 100."""

    label: str
    count: int
    share: int


def letter(numbers: Numbers, policy: Policy, head: str, names: tuple[tuple[str, str], ...] = ()) -> Drawn:
    """Draw a period as text and as HTML. `head` is the ledger's head, which the reader keeps as proof."""
    last = numbers.until - dt.timedelta(seconds=1)
    period = f"{numbers.since:%-d %B} to {last:%-d %B %Y}"
    known = dict(names)
    values = {
        "title": f"Moderation digest, {period}",
        "organisation": policy.organisation.name,
        "period": period,
        "n": numbers,
        "sentences": (*_sentences(numbers), *_suspended(numbers, policy)),
        "grounds": _rows(
            (policy.categories[ground].title, count) for ground, count in numbers.hidden.items()
        ),
        "cares": _rows((policy.cares[care].title, count) for care, count in numbers.care.items()),
        "accounts": tuple((known.get(str(row.account), row.account.id), row) for row in numbers.accounts),
        "decided_in": _decided_in(numbers.decision_times),
        "head": head,
    }
    subject = f"Moderation digest, week to {last:%-d %B %Y}"
    return Drawn(subject, templates.text("digest.txt", **values), templates.html("digest.html", **values))


def _rows(counted: Iterable[tuple[str, int]]) -> tuple[Row, ...]:
    ordered = sorted(counted, key=lambda one: (-one[1], one[0]))
    most = max((count for _, count in ordered), default=1)
    return tuple(Row(label, count, round(100 * count / most)) for label, count in ordered)


def _sentences(numbers: Numbers) -> Iterable[str]:
    """What a busy reader must not miss."""
    if numbers.rehearsed:
        yield "The house rehearsed for all or part of the period: what is counted as hidden then was not."
    stays = numbers.comments - numbers.hidden_in_all
    yield f"{_count(numbers.comments, 'comment')} came in; {stays} of them stayed up."
    waiting = numbers.blocks_proposed - numbers.blocks_approved - numbers.blocks_declined
    if waiting > 0:
        yield f"{_count(waiting, 'block proposal')} ran out or still waits for the assistant director."
    if numbers.overturned:
        yield f"Officers overturned {_count(numbers.overturned, 'decision')}."
    if numbers.warnings_failed:
        yield f"{_count(numbers.warnings_failed, 'warning')} could not be delivered, and counts for nothing."
    if numbers.quarantined or numbers.gaps:
        yield f"{numbers.gaps} could not be checked in full; {numbers.quarantined} could not be read at all."


def _suspended(numbers: Numbers, policy: Policy) -> Iterable[str]:
    for fell in numbers.suspended:
        title = policy.categories[fell.category].title.lower()
        upheld = f"officers upheld {fell.right} of {fell.rulings}"
        yield f"The licence for {title} is suspended ({upheld}): an officer decides every time."


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _decided_in(times: tuple[dt.timedelta, ...]) -> str:
    if not times:
        return "no decision was taken"
    median = statistics.median(time.total_seconds() for time in times)
    hours, minutes = divmod(round(median / 60), 60)
    return f"{hours} h {minutes} min at the median" if hours else f"{minutes} min at the median"
