"""Who a patient is, put together from several comments."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from moderation.checks.check import Context
from moderation.comment import AuthorRef, Comment, Platform
from moderation.taxonomy import Category
from moderation.verdict import Finding
from tests.strategies.comments import AUTHOR, DAY, MINUTE, NOW, comment, ref
from tests.unit.checks.looking import ACT, LOOK, findings

NEIGHBOUR = AuthorRef(Platform.SANDBOX, "a-neighbour")

PAIRS = (
    ("the woman you took is called Joan Marsh", "she took all her tablets again, everybody knows"),
    ("her name is Shirley, poor soul", "she is in the stroke unit now"),
    ("that was Terry Baker by the way", "he is blind drunk every night"),
    ("Joan Marsh was taken on Sunday", "it was an overdose"),
    ("Mr Pemberton collapsed at the bus stop", "he has hiv you know"),
    ("it was my neighbour Keith Watson", "lives at 12 Acacia Road"),
    ("the lad was called Jordan Hughes", "he had a seizure"),
    ("Mrs Okafor was rushed off", "she lives opposite the chip shop"),
    ("his name was Gareth, from the works", "he broke his neck"),
    ("the casualty was Priya Nair", "she is only 15 years old"),
    ("that's Mrs Whitcombe", "her dementia is so bad now"),
    ("Tom Radley was sectioned", "he is on ward 4"),
    ("the patient is Susan Field", "she is in the hospice"),
    ("Alan Price fell off the roof", "postcode LS1 4AP if you wonder"),
    ("the driver was Simon Doyle", "alcoholic, has been for years"),
)


def _said(
    text: str, *, author: AuthorRef = NEIGHBOUR, thread: str | None = "t", ago: dt.timedelta = 5 * MINUTE
) -> Comment:
    made = comment("before", text=text, author=author, posted_at=NOW - ago)
    return dataclasses.replace(made, thread=thread)


def _now(text: str, *, thread: str | None = "t") -> Comment:
    return dataclasses.replace(comment(text=text), thread=thread)


def _jigsaw(about: Comment, context: Context) -> list[Finding]:
    return [each for each in findings(about, context) if each.source == "jigsaw"]


@pytest.mark.parametrize(("name", "piece"), PAIRS)
def test_a_name_and_a_piece_in_one_thread_come_together(name: str, piece: str) -> None:
    for first, second in ((name, piece), (piece, name)):
        (found,) = _jigsaw(_now(second), Context(now=NOW, on_account=(_said(first),)))

        assert found.subject is Category.CONFIDENTIALITY
        assert LOOK <= found.score < ACT
        assert "a patient's name" in found.because
        assert " here and " in found.because


@pytest.mark.parametrize(("name", "piece"), PAIRS[:5])
def test_the_same_author_need_not_keep_to_the_thread(name: str, piece: str) -> None:
    mine = Context(now=NOW, by_author=(_said(name, author=AUTHOR, thread="another"),))
    theirs = Context(now=NOW, on_account=(_said(name, thread="another"),))

    assert _jigsaw(_now(piece), mine)
    assert not _jigsaw(_now(piece), theirs)


def test_what_the_author_said_last_week_is_another_matter() -> None:
    old = _said(PAIRS[0][0], author=AUTHOR, thread="another", ago=3 * DAY)

    assert not _jigsaw(_now(PAIRS[0][1]), Context(now=NOW, by_author=(old,)))


def test_a_reply_belongs_to_what_it_replies_to() -> None:
    first = _said(PAIRS[0][0], thread=None)
    reply = dataclasses.replace(comment(text=PAIRS[0][1]), in_reply_to=ref("before"))

    assert _jigsaw(reply, Context(now=NOW, on_account=(first,)))


def test_what_came_together_before_is_not_said_again() -> None:
    earlier = (_said(PAIRS[0][0]), dataclasses.replace(_said(PAIRS[0][1]), ref=ref("second")))

    again = _now("what a terrible overdose, she took all her tablets")

    assert not _jigsaw(again, Context(now=NOW, on_account=earlier))


def test_a_third_piece_is_said() -> None:
    earlier = (_said(PAIRS[0][0]), dataclasses.replace(_said("an overdose"), ref=ref("second")))

    (found,) = _jigsaw(_now("she is in the hospice"), Context(now=NOW, on_account=earlier))

    assert "where they are treated here" in found.because


def test_a_name_with_an_illness_in_one_comment_is_seen_without_a_thread() -> None:
    (found,) = _jigsaw(_now("Joan Marsh has dementia, that is why she fell"), Context(now=NOW))

    assert found.because.endswith("in one comment")


def test_the_finding_repeats_no_name() -> None:
    (found,) = _jigsaw(_now(PAIRS[0][1]), Context(now=NOW, on_account=(_said(PAIRS[0][0]),)))

    assert "Joan" not in found.because


HARMLESS = (
    ("thank you Anna Example, best paramedic ever", "my dad had a stroke and she saved him"),
    ("well done to Dave Smith and crew", "he was in intensive care for a week"),
    ("RIP Joan Marsh", "she fought cancer for years"),
    ("condolences to the family, the man was Terry Baker", "stroke is so cruel"),
    ("King Charles has cancer", "I hope he is well on the ward"),
    ("Good Morning all", "I am on ward 4 as a nurse tonight"),
    ("which crew was it", "an overdose is always hard to watch"),
    ("my uncle is poorly", "he is in the stroke unit"),
    ("the lad was lucky", "he broke his leg"),
    ("Lincoln County was full", "my nan has dementia"),
    ("ask Doctor Patel", "my blood pressure and diabetes"),
    ("the service is called SWAST here", "stroke awareness day"),
    ("the judge said the man was Simon Doyle, jailed for six years", "he was drunk, an alcoholic"),
    ("fundraising walk, the lad is called Jordan Hughes", "for epilepsy research"),
    ("the driver was rude", "I am 15 years old and want to be a paramedic"),
)


@pytest.mark.parametrize(("first", "second"), HARMLESS)
def test_what_tells_of_no_patient_by_name_stays(first: str, second: str) -> None:
    assert not _jigsaw(_now(second), Context(now=NOW, on_account=(_said(first),)))
    assert not _jigsaw(_now(first), Context(now=NOW, on_account=(_said(second),)))
