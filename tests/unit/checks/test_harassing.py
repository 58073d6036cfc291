"""Conduct over time: going on at one person, on one account or on several, under one name or two."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from moderation.checks.check import Context
from moderation.checks.harassing import people
from moderation.comment import AccountRef, AuthorRef, Comment, Platform
from moderation.decision import ActionKind, Step
from moderation.ladder import climb
from moderation.pipeline import Pipeline
from moderation.situation import Situation
from moderation.standing import Standing
from moderation.taxonomy import Category
from tests.laws.world import POLICY
from tests.strategies.comments import AUTHOR, DAY, HOUR, NOW, OTHER_PAGE, PAGE, comment
from tests.strategies.histories import History
from tests.unit.checks.looking import ACT, LOOK, checks, score

HARASSING = Category.HARASSING
THIRD_PAGE = AccountRef(PAGE.platform, "third-page")
OTHER_NAME = AuthorRef(Platform.SANDBOX, "the-same-under-another-name")


def _before(
    texts: Sequence[str],
    *,
    apart: dt.timedelta = DAY,
    accounts: Sequence[AccountRef] = (PAGE,),
    author: AuthorRef = AUTHOR,
) -> tuple[Comment, ...]:
    return tuple(
        comment(
            f"{author.id}-{number}",
            text=text,
            author=author,
            account=accounts[number % len(accounts)],
            posted_at=NOW - apart * (len(texts) - number) - HOUR,
        )
        for number, text in enumerate(texts)
    )


def _by(earlier: tuple[Comment, ...]) -> Context:
    return Context(now=NOW, by_author=earlier)


NEUTRAL = (
    "when will Anna Example answer me",
    "Anna Example has not rung back",
    "still waiting on Anna Example",
)
HOSTILE = (
    "Anna Example you useless twat",
    "nobody asked you, Anna Example, you prick",
    "Anna Example is at it again",
)

AT_ONE_PERSON = (
    "and where is Anna Example now",
    "Anna Example should lose her job",
    "ask Anna Example what she did",
    "I see Anna Example smiles in this one",
    "Anna Example again, of course",
    "somebody get Anna Example to answer",
    "good old Anna Example hides",
    "who pays Anna Example",
    "ANNA EXAMPLE knows. Anna Example knows why",
    "photo without Anna Example, nice change",
    "is Anna Example on shift tonight",
    "Anna Example will hear from me every day",
    "why does Anna Example still work for you",
    "tell Anna Example I am not going away",
    "morning Anna Example",
)


@pytest.mark.parametrize("text", AT_ONE_PERSON)
def test_coming_back_to_a_person_with_abuse_is_harassing(text: str) -> None:
    assert score(text, HARASSING, _by(_before(HOSTILE))) >= ACT


@pytest.mark.parametrize("text", AT_ONE_PERSON)
def test_coming_back_to_a_person_without_abuse_is_for_an_officer_and_no_more(text: str) -> None:
    assert LOOK <= score(text, HARASSING, _by(_before(NEUTRAL))) < ACT


@pytest.mark.parametrize("text", AT_ONE_PERSON)
def test_one_quarrel_follows_nobody(text: str) -> None:
    assert score(text, HARASSING, _by(_before(NEUTRAL, apart=dt.timedelta(minutes=5)))) == 0


def test_a_person_is_followed_over_three_of_our_accounts_however_soon() -> None:
    soon = dt.timedelta(minutes=5)
    spread = _before(NEUTRAL, apart=soon, accounts=(PAGE, OTHER_PAGE, THIRD_PAGE))

    assert score("hello Anna Example", HARASSING, _by(spread)) >= LOOK


def test_a_handle_is_a_person_too() -> None:
    earlier = _before(["@anna_medic you useless twat", "oi @anna_medic answer", "@Anna_Medic what about it"])

    assert score("@anna_medic every day until you answer", HARASSING, _by(earlier)) >= ACT


def test_what_was_written_under_another_name_counts() -> None:
    under_both = Context(
        now=NOW, by_author=_before(NEUTRAL[:1]), by_linked=_before(NEUTRAL[1:], author=OTHER_NAME)
    )
    alone = Context(now=NOW, by_author=_before(NEUTRAL[:1]))

    assert score("Anna Example again", HARASSING, under_both) >= LOOK
    assert score("Anna Example again", HARASSING, alone) == 0


def test_abuse_for_the_third_time_counts_over_accounts_and_names() -> None:
    mine = _before(["you are a bunch of wankers"], accounts=(OTHER_PAGE,))
    theirs = _before(["you useless twats"], author=OTHER_NAME)

    assert score("you fat bastards", HARASSING, Context(now=NOW, by_author=mine, by_linked=theirs)) >= ACT


def test_what_is_older_than_four_weeks_is_over() -> None:
    assert score("Anna Example again", HARASSING, _by(_before(HOSTILE, apart=29 * DAY))) == 0


HARMLESS = (
    ("my mum Joan Marsh is still waiting", "what about my mum Joan Marsh", "any news of my mum Joan Marsh"),
    ("thank you Anna Example", "Anna Example is brilliant", "so proud of you Anna Example"),
    ("Lincoln County Hospital again", "queue at Lincoln County Hospital", "Lincoln County Hospital was full"),
    ("Good Morning all", "Good Morning from Hull", "Good Morning team"),
    ("RIP Tony Baker", "rest in peace Tony Baker", "condolences to the family of Tony Baker"),
    ("is the Open Day on", "the Open Day bus", "who goes to the Open Day"),
    ("I am Joan Marsh and I wait", "I am Joan Marsh, hello", "my name is Joan Marsh"),
    ("up the Leeds United", "Leeds United won", "Leeds United lost"),
    ("on Mill Lane again", "Mill Lane is closed", "the crash on Mill Lane"),
    ("our son Tom Marsh waited", "our son Tom Marsh is home", "our son Tom Marsh had a fit"),
    ("where is my wallet", "I lost my wallet", "a brown wallet"),
    ("The Ambulance Service is slow", "The Ambulance Service lies", "The Ambulance Service hides"),
    ("what time is it on", "which bus is it", "is there parking"),
    ("Happy Birthday Sam Green", "Happy Birthday again Sam Green", "happy birthday Sam Green x"),
    ("the Air Ambulance flew", "an Air Ambulance landed", "that Air Ambulance was loud"),
)


@pytest.mark.parametrize("texts", HARMLESS)
def test_asking_thanking_and_mourning_follow_nobody(texts: tuple[str, ...]) -> None:
    assert score(texts[0], HARASSING, _by(_before([*texts, *texts]))) == 0


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("ask Anna Example and Tom O'Hara", {"anna example", "tom o'hara"}),
        ("@somebody knows", {"somebody"}),
        ("My brother Tom Marsh met Anna Example", {"anna example"}),
        ("Thank You", set()),
    ],
)
def test_people_are_named_in_full_or_by_handle(text: str, named: set[str]) -> None:
    assert people(comment(text=text)) == named


async def test_persistence_without_a_breach_is_referred_and_never_hidden() -> None:
    texts = [f"what about my question number {number}, when is the open day" for number in range(60)]
    earlier = _before(texts, apart=HOUR)
    history = History()
    for each in earlier:
        history.see(each)
    newest = comment(text="hello, the open day?")
    history.see(newest)
    verdict = await Pipeline(checks()).judge(newest, _by(earlier))

    standing: Standing = history.standing()
    steps = {d.step for d in climb(Situation(newest, verdict, standing, frozenset(ActionKind), NOW), POLICY)}

    assert steps == {Step.REFER}
