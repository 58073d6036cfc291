"""What changes the evidence digest, and what does not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from moderation.comment import AuthorRef, Media, MediaKind, Platform
from moderation.decision import Decision, Refused, Step
from moderation.evidence import digest_of
from moderation.record import CommentGone, EvidenceKept, Judged, Noted, Ruled
from moderation.taxonomy import Category, Severity
from moderation.verdict import Verdict
from tests.strategies.comments import DAY, HOUR, NOW, OFFICER, OTHER_PAGE, comment, ref
from tests.strategies.histories import History, decision

TOLD = comment("told")
STRUCK = comment("struck", posted_at=NOW - 9 * DAY)
BLOCK = decision(Step.BLOCK, TOLD)


def written() -> tuple[History, dict[str, Decision]]:
    """Two comments with a strike, a warning, a referral, a picture and the checks' names."""
    history = History()
    history.see(STRUCK)
    history.see(TOLD)
    history.write(EvidenceKept(TOLD.ref, "photo", "aa", 3), NOW)
    history.write(Judged(Verdict(TOLD.ref, 0, (), (), ("words@1",))), NOW)
    history.strike(STRUCK, NOW - 9 * DAY)
    warned = history.warn(STRUCK, NOW - 9 * DAY)
    referred = history.refer(STRUCK, NOW - 8 * DAY)
    history.propose(TOLD, NOW)
    return history, {"warned": warned, "referred": referred}


def digest(history: History, of: Decision = BLOCK) -> str:
    """The digest as it is now."""
    return digest_of(of, history.standing(), history.recorded)


def drop(_: object) -> None:
    """A lambda of the table returns nothing."""


Change = Callable[[History, dict[str, Decision]], None]


def answer(advice: str = "", hold_until: dt.datetime | None = None, tailored_response: str = "") -> Change:
    """A team's answer."""

    def change(history: History, steps: dict[str, Decision]) -> None:
        about = steps["referred"]
        history.advise(about, NOW, advice=advice, hold_until=hold_until, tailored_response=tailored_response)

    return change


MATTERS: dict[str, Change] = {
    "an edit of the comment": lambda h, _: drop(h.see(replace(TOLD, revision=1), NOW)),
    "other words": lambda h, _: drop(h.see(replace(TOLD, text="other"), NOW)),
    "an edit of a comment with a strike": lambda h, _: drop(h.see(replace(STRUCK, revision=1), NOW)),
    "other quoted words": lambda h, _: drop(h.see(replace(TOLD, quoted=("x",)), NOW)),
    "another link": lambda h, _: drop(h.see(replace(TOLD, links=("x",)), NOW)),
    "a picture": lambda h, _: drop(h.see(replace(TOLD, media=(Media(MediaKind.PICTURE, "p"),)), NOW)),
    "other bytes of a picture": lambda h, _: h.write(EvidenceKept(TOLD.ref, "photo", "bb", 3), NOW),
    "bytes of a further picture": lambda h, _: h.write(EvidenceKept(STRUCK.ref, "more", "cc", 3), NOW),
    "another check": lambda h, _: h.write(Judged(Verdict(TOLD.ref, 1, (), (), ("words@2",))), NOW),
    "a further strike": lambda h, _: drop(h.strike(comment("third"), NOW)),
    "a strike voided": lambda h, _: h.overturn(STRUCK, NOW),
    "the warning delivered": lambda h, d: h.settle(d["warned"], NOW),
    "the warning failed": lambda h, d: h.settle(d["warned"], NOW, Refused("closed")),
    "another warning": lambda h, _: drop(h.warn(TOLD, NOW)),
    "another referral": lambda h, _: drop(h.refer(TOLD, NOW)),
    "advice": answer(advice="wait"),
    "an answer without words": answer(),
    "a hold": answer(hold_until=NOW + DAY),
    "a tailored response": answer(tailored_response="be kind"),
}

MATTERS_NOT: dict[str, Change] = {
    "nothing": lambda _h, _d: None,
    "a comment without a strike": lambda h, _: drop(h.see(comment("other"))),
    "its picture": lambda h, _: h.write(EvidenceKept(ref("other"), "photo", "dd", 3), NOW),
    "its checks": lambda h, _: h.write(Judged(Verdict(ref("other"), 0, (), (), ("words@9",))), NOW),
    "another name of the author": lambda h, _: drop(h.see(replace(TOLD, author_label="new"), NOW)),
    "a note": lambda h, _: h.write(Noted("officer", "seen", "n"), NOW),
    "an upheld ruling": lambda h, _: h.write(Ruled(TOLD.ref, 0, OFFICER, breach=True), NOW),
    "the comment's going": lambda h, _: h.write(CommentGone(TOLD.ref), NOW),
    "the yes itself": lambda h, _: drop(h.approve(BLOCK, NOW)),
}


@pytest.mark.parametrize("change", MATTERS.values(), ids=MATTERS)
def test_what_a_block_rests_on_changes_the_digest(change: Change) -> None:
    history, steps = written()
    before = digest(history)

    change(history, steps)

    assert digest(history) != before


@pytest.mark.parametrize("change", MATTERS_NOT.values(), ids=MATTERS_NOT)
def test_what_it_does_not_rest_on_leaves_it(change: Change) -> None:
    history, steps = written()
    before = digest(history)

    change(history, steps)

    assert digest(history) == before


def test_every_change_makes_a_digest_of_its_own() -> None:
    seen = set()
    for change in MATTERS.values():
        history, steps = written()
        change(history, steps)
        seen.add(digest(history))

    assert len(seen) == len(MATTERS)


@pytest.mark.parametrize(
    "other",
    [
        replace(BLOCK, author=AuthorRef(Platform.SANDBOX, "another")),
        replace(BLOCK, account=OTHER_PAGE),
        replace(BLOCK, step=Step.UNBLOCK),
        replace(BLOCK, ground=Category.SPAM),
        replace(BLOCK, policy_version="test-2"),
        replace(BLOCK, no_warning_because="a credible threat"),
        replace(BLOCK, comment=ref("another")),
    ],
)
def test_another_decision_has_another_digest(other: Decision) -> None:
    history, _ = written()

    assert digest(history, other) != digest(history)


def test_how_a_decision_is_worded_is_no_evidence() -> None:
    history, _ = written()

    other = replace(BLOCK, because="in other words", severity=Severity.SERIOUS, by=OFFICER)
    assert digest(history, other) == digest(history)


def test_a_revision_that_arrives_late_does_not_take_the_newest_ones_place() -> None:
    history, _ = written()
    history.see(replace(TOLD, revision=5, text="newest"), NOW)
    before = digest(history)

    history.see(replace(TOLD, revision=3, text="late"), NOW + HOUR)

    assert digest(history) == before


def test_when_the_answer_came_is_evidence() -> None:
    seen = set()
    for at in (NOW, NOW + HOUR):
        history, steps = written()
        history.advise(steps["referred"], at, advice="")
        seen.add(digest(history))

    assert len(seen) == 2


def test_the_bytes_of_a_picture_are_evidence_and_not_only_that_there_is_one() -> None:
    seen = set()
    for sha256 in ("aa", "bb", ""):
        history = History()
        history.see(TOLD)
        history.write(EvidenceKept(TOLD.ref, "photo", sha256, 3), NOW)
        seen.add(digest(history))

    assert len(seen) == 3


def test_words_that_are_no_text_do_not_break_it() -> None:
    history, _ = written()
    history.see(replace(TOLD, text="\ud800"), NOW)

    assert len(digest(history)) == 64
