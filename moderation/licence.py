"""Live precision: how often officers agree with what a ground hides alone, and what follows for its licence.

What counts is an officer's ruling on a revision that the checks alone hid, or would have hidden had the
ground held its licence: uphold is right, no breach is wrong. The newest ruling on a revision counts, once.
Silence, an acknowledgement or a card that ran out counts for nothing, and so does a ruling about a doubt.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from moderation.breach import unopposed
from moderation.comment import CommentRef
from moderation.decision import Clearance, Decision, Step
from moderation.policy import LicenceFloor
from moderation.quality import Share
from moderation.record import Recorded
from moderation.situation import Matter
from moderation.suspension import LicenceRestored, LicenceSuspended, LicenceTested
from moderation.taxonomy import Category

_ACTED = frozenset({Step.HIDE, Step.REPORT, Step.RECORD})


@dataclass(frozen=True, slots=True)
class Live:
    """A ground's live precision. `since` is when the oldest of these rulings was given."""

    category: Category
    shown: Share
    since: dt.datetime | None
    suspensions: int
    """How many times its licence has been suspended so far."""
    suspended: LicenceSuspended | None
    """The suspension that holds."""
    suspended_at: dt.datetime | None

    def fallen(self, floor: LicenceFloor) -> bool:
        """Whether the rulings are enough to say that the precision is below the floor.

        They are where the upper end of the 95 % interval (Wilson) lies below it. The share alone would take
        the licence from most grounds that deserve it: two wrong of twenty are nothing out of the way at 0.95.
        """
        return self.shown.tries >= floor.rulings and self.shown.interval[1] < floor.precision

    def weakened(self, floor: LicenceFloor) -> bool:
        """Whether the share is below the floor, but the rulings are not enough to say so of the precision."""
        share = self.shown.value
        enough = self.shown.tries >= floor.rulings
        return enough and share is not None and share < floor.precision and not self.fallen(floor)


def live(
    category: Category,
    events: Iterable[Recorded],
    floor: LicenceFloor,
    now: dt.datetime,
    *,
    rehearsal: bool = False,
) -> Live:
    """Fold a ground's live precision from the ledger's events, oldest first.

    What was ruled in a rehearsal counts only in a rehearsal. A suspension holds whenever it fell, until a
    person gives the licence back: it lets nothing be done that was not done before. A restoration begins the
    count anew.
    """
    tests: dict[tuple[CommentRef, int], tuple[dt.datetime, bool]] = {}
    held: tuple[LicenceSuspended, dt.datetime] | None = None
    suspensions = 0
    for recorded in events:
        match recorded.event:
            case LicenceTested() as test if test.category is category:
                if rehearsal or not recorded.rehearsed:
                    tests.pop((test.comment, test.revision), None)  # the newest ruling comes last
                    tests[test.comment, test.revision] = recorded.at, test.right
            case LicenceSuspended() as fell if fell.category is category:
                suspensions, held = fell.number, (fell, recorded.at)
            case LicenceRestored(category=given) if given is category:
                held = None
                tests.clear()
            case _:
                pass
    counting = [one for one in tests.values() if one[0] > now - floor.window][-floor.newest :]
    return Live(
        category=category,
        shown=Share(sum(right for _, right in counting), len(counting)),
        since=min((at for at, _ in counting), default=None),
        suspensions=suspensions,
        suspended=held[0] if held else None,
        suspended_at=held[1] if held else None,
    )


def suspended(events: Iterable[Recorded]) -> frozenset[Category]:
    """The grounds whose licences are suspended, after these events."""
    held: set[Category] = set()
    for recorded in events:
        match recorded.event:
            case LicenceSuspended(category=category):
                held.add(category)
            case LicenceRestored(category=category):
                held.discard(category)
            case _:
                pass
    return frozenset(held)


def on_trial(case: Matter, decisions: Iterable[Decision]) -> tuple[Category, ...]:
    """The grounds that a ruling on a revision tests.

    Those on which the ladder acted without anybody's leave, and those on which it would have, had they held a
    licence: a finding at the score from which the ground acts, and nothing that stands against it.
    """
    acted = {d.ground for d in decisions if d.step in _ACTED and d.clearance is Clearance.AUTOMATIC}
    could = {
        finding.subject
        for finding in case.situation.verdict.breaches
        if finding.score >= case.rule(finding).acts_from and unopposed(case, finding)
    }
    return tuple(category for category in Category if category in acted | could)
