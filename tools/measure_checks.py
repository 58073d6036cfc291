"""Measure the checks alone on labelled comments: precision and recall per category and threshold.

Usage: python tools/measure_checks.py LABELLED.jsonl [--errors] [--act 0.8] [--look 0.4]

Each line of the file is an object with `id`, `text`, `categories`, `care` and `expected` (keep, hide or
human_review). `--errors` also prints the texts that went wrong: for a developer's own terminal.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from config import words
from moderation.checks.check import Context
from moderation.checks.standard import standard_checks
from moderation.comment import AccountRef, AuthorRef, Comment, CommentRef, Media, MediaKind, Platform
from moderation.pipeline import Pipeline
from moderation.taxonomy import PROTECTED_CARE, URGENT_CARE, Care, Category, Severity
from moderation.verdict import Verdict

NOW = dt.datetime(2025, 1, 15, 12, tzinfo=dt.UTC)
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9)
NEVER_ALONE = frozenset({Category.DEFAMATORY, Category.UNLAWFUL})
PROTECT_AT = 0.6


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled comment with its verdict."""

    id: str
    text: str
    categories: frozenset[str]
    care: frozenset[str]
    expected: str
    verdict: Verdict

    def score(self, subject: Category | Care) -> float:
        """The strongest score of a subject; 0 without a finding."""
        return max((finding.score for finding in self.verdict.of(subject)), default=0.0)


def wilson(hits: int, tries: int) -> tuple[float, float]:
    """The 95 % bounds of a share, after Wilson."""
    if not tries:
        return 0.0, 1.0
    z, share = 1.96, hits / tries
    middle = share + z * z / (2 * tries)
    reach = z * math.sqrt(share * (1 - share) / tries + z * z / (4 * tries * tries))
    return (middle - reach) / (1 + z * z / tries), (middle + reach) / (1 + z * z / tries)


def would(case: Case, act: float, look: float) -> str:
    """What the ladder would do with the findings, roughly: hide, human_review or keep."""
    acting = [f for f in case.verdict.breaches if f.score >= act and f.subject not in NEVER_ALONE]
    protected = any(f.score >= PROTECT_AT for f in case.verdict.protections) or any(
        case.score(care) >= PROTECT_AT for care in PROTECTED_CARE
    )
    grave = any(f.severity >= Severity.SERIOUS for f in acting)
    if acting and (grave or not protected):
        return "hide"
    if (
        acting
        or any(f.score >= look for f in case.verdict.breaches)
        or (case.verdict.gaps and not case.verdict.findings)
    ):
        return "human_review"
    return "keep"


def read(path: Path) -> list[Case]:
    """Judge every comment of a file."""
    pipeline = Pipeline(standard_checks(words.load()))
    rows = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
    return asyncio.run(_judged(pipeline, rows))


async def _judged(pipeline: Pipeline, rows: Sequence[dict[str, object]]) -> list[Case]:
    cases = []
    for row in rows:
        verdict = await pipeline.judge(_comment(row), Context(now=NOW))
        cases.append(
            Case(
                id=str(row["id"]),
                text=str(row["text"]),
                categories=frozenset(_strings(row["categories"])),
                care=frozenset(_strings(row["care"])),
                expected=str(row["expected"]),
                verdict=verdict,
            )
        )
    return cases


def _strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _comment(row: dict[str, object]) -> Comment:
    account = AccountRef(Platform.SANDBOX, "page")
    text = str(row["text"])
    return Comment(
        ref=CommentRef(account, str(row["id"])),
        author=AuthorRef(Platform.SANDBOX, str(row["id"])),
        text=re.sub(r"\[(\w+): ([^\]]*)\]", "", text) if "[" in text else text,
        posted_at=NOW,
        media=tuple(
            Media(_KINDS.get(kind, MediaKind.PICTURE), f"m{number}", description)
            for number, (kind, description) in enumerate(re.findall(r"\[(\w+): ([^\]]*)\]", text))
        ),
    )


_KINDS = {
    "video": MediaKind.VIDEO,
    "gif": MediaKind.VIDEO,
    "sticker": MediaKind.STICKER,
    "audio": MediaKind.AUDIO,
}


def report(cases: Sequence[Case], act: float, look: float) -> str:
    """All figures as text."""
    lines = ["Grounds: a comment is flagged where the score reaches the threshold.", ""]
    lines.append(
        f"{'category':<20}{'at':>5}{'flagged':>9}{'right':>7}"
        f"{'precision (95 %)':>24}{'hide ok':>9}{'recall':>8}"
    )
    for category in Category:
        lines += _category(cases, category)
    lines += ["", "Care:", f"{'care':<24}{'at':>5}{'flagged':>9}{'right':>7}{'precision':>11}{'recall':>8}"]
    for care in Care:
        lines += _care(cases, care)
    lines += ["", *_outcomes(cases, act, look)]
    return "\n".join(lines)


def _category(cases: Sequence[Case], category: Category) -> list[str]:
    wanted = sum(category in case.categories for case in cases)
    lines = []
    for at in THRESHOLDS:
        flagged = [case for case in cases if case.score(category) >= at]
        right = sum(category in case.categories for case in flagged)
        # A flag is harmless for hiding where the comment is to be hidden, on whichever ground.
        hidden = sum(case.expected == "hide" for case in flagged)
        low, high = wilson(right, len(flagged))
        share = f"{right / len(flagged):.2f} ({low:.2f}-{high:.2f})" if flagged else "-"
        recall = f"{right}/{wanted}"
        lines.append(f"{category:<20}{at:>5}{len(flagged):>9}{right:>7}{share:>24}{hidden:>9}{recall:>8}")
    return lines


def _care(cases: Sequence[Case], care: Care) -> list[str]:
    wanted = sum(care in case.care for case in cases)
    lines = []
    for at in (0.4, 0.5, 0.6, 0.8):
        flagged = [case for case in cases if case.score(care) >= at]
        right = sum(care in case.care for case in flagged)
        share = f"{right / len(flagged):.2f}" if flagged else "-"
        lines.append(f"{care:<24}{at:>5}{len(flagged):>9}{right:>7}{share:>11}{f'{right}/{wanted}':>8}")
    return lines


def _outcomes(cases: Sequence[Case], act: float, look: float) -> list[str]:
    table = Counter((case.expected, would(case, act, look)) for case in cases)
    kinds = ("keep", "human_review", "hide")
    lines = [f"Outcome at act {act}, look {look}, protected from {PROTECT_AT} (rows: label):"]
    lines.append(f"{'':<14}" + "".join(f"{kind:>14}" for kind in kinds))
    lines += [f"{row:<14}" + "".join(f"{table[row, kind]:>14}" for kind in kinds) for row in kinds]
    hides = [case for case in cases if would(case, act, look) == "hide"]
    right = sum(case.expected == "hide" for case in hides)
    low, high = wilson(right, len(hides))
    lines.append(
        f"would hide {len(hides)}, rightly {right}: precision "
        f"{right / max(1, len(hides)):.3f} ({low:.3f}-{high:.3f})"
    )
    hidden = [
        case
        for case in hides
        if case.expected != "hide" and case.care & {str(care) for care in PROTECTED_CARE}
    ]
    lines.append(f"hidden complaints: {len(hidden)} {' '.join(case.id for case in hidden)}")
    missed = [case for case in cases if _missed(case)]
    urgent = sum(bool(case.care & {str(care) for care in URGENT_CARE}) for case in cases)
    lines.append(f"missed urgent care: {len(missed)} of {urgent} {' '.join(case.id for case in missed)}")
    unread = [case for case in cases if case.expected == "hide" and would(case, act, look) == "keep"]
    return [
        *lines,
        f"breaches that nobody would see: {len(unread)} of {sum(c.expected == 'hide' for c in cases)}",
    ]


def _missed(case: Case) -> bool:
    urgent = [care for care in URGENT_CARE if care in case.care]
    return bool(urgent) and all(case.score(care) < 0.5 for care in URGENT_CARE)  # noqa: PLR2004


def errors(cases: Sequence[Case], act: float, look: float) -> str:
    """Every comment that would be treated otherwise than its label says, with its text."""
    lines = []
    for case in cases:
        given = would(case, act, look)
        if given == case.expected and not _missed(case):
            continue
        found = " ".join(f"{f.subject}:{f.score:.2f}<{f.source}>" for f in case.verdict.findings)
        gaps = " ".join(f"gap:{gap.check}" for gap in case.verdict.gaps)
        lines.append(
            f"{case.expected:>12} -> {given:<12} {case.id} {case.text}\n"
            f"    {sorted(case.categories | case.care)} | {found} {gaps}"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Print the report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("path", type=Path)
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--act", type=float, default=0.8)
    parser.add_argument("--look", type=float, default=0.4)
    given = parser.parse_args(arguments)
    cases = read(given.path)
    sys.stdout.write(report(cases, given.act, given.look) + "\n")
    if given.errors:
        sys.stdout.write(errors(cases, given.act, given.look) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
