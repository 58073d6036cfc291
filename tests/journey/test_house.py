"""What the house does beside the ladder: advice, edits within a second, the digest, the budget for gaps."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.schedule import DigestTime
from bot.wiring.sandbox import Stage, stage
from config.loader import load_policy
from moderation.arrival import Arrived
from moderation.casework import is_about_a_gap
from moderation.comment import AuthorRef, Comment, Media, MediaKind, Platform
from moderation.decision import StaffId
from moderation.ports import Books
from moderation.record import CommentSeen
from moderation.roster import Member, Role, Roster
from moderation.standing import Standing, fold
from tests.journey import live

MONDAY = dt.datetime(2026, 6, 1, 9, tzinfo=dt.UTC)
DIRECTOR, OFFICER = StaffId("sandbox:1"), StaffId("sandbox:2")
ROSTER = Roster(
    (
        Member(DIRECTOR, "Dana", frozenset({Role.ASSISTANT_DIRECTOR}), MONDAY - dt.timedelta(days=1)),
        Member(OFFICER, "Asha", frozenset({Role.OFFICER}), MONDAY - dt.timedelta(days=1)),
    )
)
DAY = dt.timedelta(days=1)
LONDON = zoneinfo.ZoneInfo("Europe/London")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Stage]:
    there = await stage(
        load_policy(None, "emas", live.LICENCES),
        ROSTER,
        url=f"sqlite:///{tmp_path / 'ledger.db'}",
        home=tmp_path,
        start=MONDAY,
        accounts={"main": "East Shire Ambulance"},
        digest=DigestTime(0, 8, LONDON, ("lead@comms.invalid",)),
    )
    there.desk.type("activate", "for the test", DIRECTOR)
    await there.settle()
    yield there
    await there.aclose()


async def says(
    house: Stage,
    text: str,
    number: str,
    *,
    author: str = "dave",
    revision: int = 0,
    media: tuple[Media, ...] = (),
) -> Comment:
    comment = house.network.comment(
        house.account("main"), author, text, id=number, revision=revision, media=media
    )
    assert comment is not None
    return comment


async def standing(house: Stage) -> Standing:
    author = AuthorRef(Platform.SANDBOX, "dave")
    return await house.ledger.transact(lambda books: fold(author, books.history(author)))


async def refer(house: Stage) -> None:
    """Dave goes on until the teams are asked."""
    for number in range(3):
        await says(house, f"You lot are absolute wankers, number {number}.", f"c{number}")
        await house.settle()
        await house.pass_time(DAY)
    assert (await standing(house)).referrals


async def test_two_edits_within_one_second_are_both_looked_at(house: Stage) -> None:
    second = int(MONDAY.timestamp()) + 60
    clean = await says(house, "Good morning.", "c1")
    await house.settle()
    await says(house, "Good morning all.", "c1", revision=second)
    await house.settle()
    sly = await says(house, "You lot are absolute wankers.", "c1", revision=second)
    house.network.items[-1] = Arrived("c1:sly", sly, "{}")

    await house.settle()

    assert str(clean.ref) in house.network.hidden
    author = AuthorRef(Platform.SANDBOX, "dave")
    history = await house.ledger.transact(lambda books: books.history(author))
    assert [r.event.comment.revision for r in history if isinstance(r.event, CommentSeen)] == [
        0,
        second,
        second + 1,
    ]


async def test_a_teams_advice_its_own_words_and_its_hold_add_up(house: Stage) -> None:
    await refer(house)

    for command, words in (
        ("answer", "C-1 known to us"),
        ("tailor", "C-1 Dear Dave, please ring Ann."),
        ("hold", "C-1 30 in treatment"),
    ):
        house.desk.type(command, words, OFFICER)
        await house.settle()

    now = await standing(house)
    assert now.tailored_response == "Dear Dave, please ring Ann."
    assert now.held_until(house.clock.now()) == house.clock.now() + 30 * DAY
    assert {referral.advice for referral in now.referrals} == {"in treatment"}


async def test_while_a_team_asks_us_to_hold_no_block_is_put_forward(house: Stage) -> None:
    await refer(house)
    house.desk.type("hold", "C-1 30 in treatment", OFFICER)
    await house.settle()
    await house.pass_time(5 * DAY)

    await says(house, "You are a pair of pricks.", "c9")
    await house.settle()

    assert not (await standing(house)).blocks


@pytest.mark.parametrize("days", ["0", "-3", "400", "soon"])
async def test_a_hold_without_a_number_of_days_is_turned_away(house: Stage, days: str) -> None:
    await refer(house)

    house.desk.type("hold", f"C-1 {days} why", OFFICER)
    await house.settle()

    assert "how many days" in house.desk.said[-1]
    assert (await standing(house)).held_until(house.clock.now()) is None


async def test_the_digest_goes_once_and_tells_of_the_whole_week(house: Stage) -> None:
    await says(house, "You lot are absolute wankers.", "c1")
    await house.settle()
    await house.pass_time(6 * DAY)
    assert not digests(house)

    await house.pass_time(DAY)
    await house.pass_time(dt.timedelta(hours=1))

    assert [mail for mail in digests(house) if "week to 7 June 2026" in mail]
    assert len(digests(house)) == 1


def digests(house: Stage) -> list[str]:
    return [mail.subject for mail in house.mailer.sent.values() if "digest" in mail.subject.lower()]


async def test_unread_pictures_are_shown_to_officers_up_to_the_days_budget(house: Stage) -> None:
    budget = house.house.policy.rungs.gap_budget_per_day
    for number in range(budget + 5):
        picture = Media(MediaKind.PICTURE, f"p{number}")
        await says(house, "", f"c{number}", author=f"somebody-{number}", media=(picture,))

    await house.settle()

    def about_gaps(books: Books) -> int:
        decisions = [books.decision(card.decision) for card in books.cards(open_only=True)]
        return sum(decision is not None and is_about_a_gap(decision) for decision in decisions)

    assert await house.ledger.transact(about_gaps) == budget
