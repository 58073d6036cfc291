"""The digest that binds a question and its answer to what was shown."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping

from moderation.comment import CommentRef
from moderation.decision import Decision
from moderation.record import CommentSeen, EvidenceKept, Judged, Recorded
from moderation.standing import Standing


def digest_of(decision: Decision, standing: Standing, history: Iterable[Recorded]) -> str:
    """SHA-256 over everything that a decision about the author rests on.

    The author's stable id, the step and its ground, the account, every comment with a strike (its
    newest revision and the digests of its text and attachments), the steps of the ladder before it,
    and the versions of policy and checks. Anything of this that changes makes another digest.
    """
    told = tuple(history)
    struck = {strike.comment for strike in standing.strikes} | {decision.comment}
    body: Mapping[str, object] = {
        "author": str(decision.author),
        "account": str(decision.account),
        "step": decision.step,
        "ground": decision.ground,
        "policy": decision.policy_version,
        "no_warning_because": decision.no_warning_because,
        "comments": _comments(told, struck),
        "media": _media(told, struck),
        "checks": _checks(told, struck),
        "strikes": sorted([s.decision, str(s.comment), s.revision, s.points] for s in standing.strikes),
        "warnings": sorted(
            [w.decision, w.delivered_at.isoformat() if w.delivered_at else w.failed_because]
            for w in standing.warnings
        ),
        "referrals": sorted(
            [
                r.decision,
                r.advice,
                r.tailored_response,
                *(_moment(at) for at in (r.answered_at, r.hold_until)),
            ]
            for r in standing.referrals
        ),
    }
    written = json.dumps(body, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def _moment(at: dt.datetime | None) -> str:
    return at.isoformat() if at else ""


def _comments(told: tuple[Recorded, ...], struck: set[CommentRef]) -> list[list[object]]:
    newest: dict[str, list[object]] = {}
    for recorded in told:
        match recorded.event:
            case CommentSeen(comment=comment) if comment.ref in struck:
                before = newest.get(str(comment.ref))
                if before is None or int(str(before[1])) <= comment.revision:
                    newest[str(comment.ref)] = [str(comment.ref), comment.revision, comment.digest]
            case _:
                pass
    return [newest[name] for name in sorted(newest)]


def _media(told: tuple[Recorded, ...], struck: set[CommentRef]) -> list[list[str]]:
    return sorted(
        [str(r.event.comment), r.event.media, r.event.sha256]
        for r in told
        if isinstance(r.event, EvidenceKept) and r.event.comment in struck
    )


def _checks(told: tuple[Recorded, ...], struck: set[CommentRef]) -> list[str]:
    return sorted(
        {
            check
            for r in told
            if isinstance(r.event, Judged) and r.event.verdict.comment in struck
            for check in r.event.verdict.checks
        }
    )
