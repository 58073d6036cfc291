"""Cases have one author each; comments stand in their newest revision."""

from __future__ import annotations

import datetime as dt

import pytest

from adapters.ledger import SqlLedger
from moderation.comment import AccountRef, AuthorRef, Comment, CommentKind, Media, MediaKind, Platform
from moderation.decision import CaseRef
from moderation.ports import Books
from moderation.record import CommentGone, CommentSeen, Judged
from moderation.verdict import Verdict
from tests.contracts.ledger import values
from tests.contracts.ledger.values import ACCOUNT, AUTHOR, MINUTE, OTHER, OTHER_ACCOUNT
from tests.fakes.clock import NOON


def _see(*comments: Comment):  # type: ignore[no-untyped-def]  # noqa: ANN202
    def see(books: Books) -> None:
        for comment in comments:
            books.append(CommentSeen(comment, ""))

    return see


async def test_cases_are_numbered_from_one_and_belong_to_one_author(ledger: SqlLedger) -> None:
    numbers = [await ledger.transact(values.case_for(author)) for author in (AUTHOR, OTHER, AUTHOR)]

    assert numbers == ["C-1", "C-2", "C-1"]
    assert await ledger.transact(lambda books: books.author_of(CaseRef("C-2"))) == OTHER


async def test_the_same_number_on_two_networks_is_two_authors(ledger: SqlLedger) -> None:
    elsewhere = AuthorRef(Platform.MASTODON, AUTHOR.id)

    assert await ledger.transact(values.case_for(AUTHOR)) != await ledger.transact(values.case_for(elsewhere))


@pytest.mark.parametrize(
    "name", ["C-2", "C-0", "C--1", "C-01", "c-1", "1", "", "C-1 ", "C-" + "9" * 40, "C-١"]
)
async def test_nobody_has_a_case_that_was_never_opened(ledger: SqlLedger, name: str) -> None:
    await ledger.transact(values.case_for(AUTHOR))

    assert await ledger.transact(lambda books: books.author_of(CaseRef(name))) is None


async def test_a_comment_comes_back_whole(ledger: SqlLedger) -> None:
    whole = Comment(
        ref=values.ref("5"),
        author=AUTHOR,
        text="text",
        posted_at=dt.datetime(2026, 5, 1, 1, 2, 3, 456789, dt.timezone(dt.timedelta(hours=-3))),
        revision=7,
        kind=CommentKind.DIRECT,
        author_label="Somebody",
        in_reply_to=values.ref("4"),
        thread="t",
        permalink="https://example.org/5",
        media=(Media(MediaKind.PICTURE, "m", "a cat", 12), Media(MediaKind.AUDIO, "n")),
        quoted=("q",),
        links=("https://example.org",),
        siblings=("6",),
        language="cy",
        as_channel=True,
    )
    await ledger.transact(_see(whole))

    assert await ledger.transact(lambda books: books.comment(whole.ref)) == whole


async def test_the_newest_revision_counts_whichever_arrives_last(ledger: SqlLedger) -> None:
    edited = values.comment(text="edited", revision=20)
    await ledger.transact(_see(values.comment(revision=10), edited, values.comment(text="late", revision=15)))

    assert await ledger.transact(lambda books: books.comment(values.ref())) == edited
    assert len(await ledger.transact(lambda books: books.history(AUTHOR))) == 3


async def test_a_comment_that_is_gone_is_still_known(ledger: SqlLedger) -> None:
    await ledger.transact(_see(values.comment()))
    await ledger.transact(lambda books: books.append(CommentGone(values.ref())))

    assert await ledger.transact(lambda books: books.comment(values.ref())) == values.comment()


async def test_an_unknown_comment_is_none(ledger: SqlLedger) -> None:
    assert await ledger.transact(lambda books: books.comment(values.ref("?"))) is None


# --- Nearby -----------------------------------------------------------------------------------------------


def _at(minutes: int, name: str, *, author: AuthorRef = AUTHOR, account: AccountRef = ACCOUNT) -> Comment:
    return values.comment(name, author=author, account=account, posted_at=NOON + minutes * MINUTE)


async def test_nearby_are_the_author_s_anywhere_and_anyone_s_on_the_account_oldest_first(
    ledger: SqlLedger,
) -> None:
    mine_here, mine_there = _at(3, "a"), _at(2, "b", account=OTHER_ACCOUNT)
    theirs_here, theirs_there = _at(1, "c", author=OTHER), _at(1, "d", author=OTHER, account=OTHER_ACCOUNT)
    await ledger.transact(_see(mine_here, mine_there, theirs_here, theirs_there))

    found = await ledger.transact(lambda books: books.nearby(mine_here, NOON, 10))

    assert found == (theirs_here, mine_there, mine_here)


async def test_nearby_begins_with_the_moment_that_is_given(ledger: SqlLedger) -> None:
    comments = [_at(minute, str(minute)) for minute in range(3)]
    await ledger.transact(_see(*comments))

    found = await ledger.transact(lambda books: books.nearby(comments[2], NOON + MINUTE, 10))

    assert found == (comments[1], comments[2])


async def test_nearby_holds_newest_revisions_only(ledger: SqlLedger) -> None:
    edited = values.comment(text="edited", revision=5)
    await ledger.transact(_see(values.comment(), edited))

    assert await ledger.transact(lambda books: books.nearby(edited, NOON, 10)) == (edited,)


async def test_nearby_keeps_the_newest_where_there_are_too_many(ledger: SqlLedger) -> None:
    comments = [_at(minute, f"{minute:02}") for minute in range(6)]
    await ledger.transact(_see(*comments))

    found = await ledger.transact(lambda books: books.nearby(comments[0], NOON, 4))

    assert found == tuple(comments[2:])


async def test_a_flood_by_others_hides_none_of_the_author_s_own(ledger: SqlLedger) -> None:
    mine = [_at(minute, f"mine {minute}") for minute in range(3)]
    flood = [_at(10 + minute, f"flood {minute:02}", author=OTHER) for minute in range(20)]
    await ledger.transact(_see(*mine, *flood))

    found = await ledger.transact(lambda books: books.nearby(mine[0], NOON, 5))

    assert found == (*mine, *flood[-2:])


# --- Elsewhere, and since when ----------------------------------------------------------------------------


async def test_on_other_accounts_are_anyone_s_comments_oldest_first(ledger: SqlLedger) -> None:
    here, there = _at(1, "a"), _at(3, "b", account=OTHER_ACCOUNT)
    theirs = _at(2, "c", author=OTHER, account=OTHER_ACCOUNT)
    await ledger.transact(_see(here, there, theirs))

    assert await ledger.transact(lambda books: books.on_accounts((OTHER_ACCOUNT,), NOON, 10)) == (
        theirs,
        there,
    )
    assert await ledger.transact(lambda books: books.on_accounts((), NOON, 10)) == ()


async def test_on_other_accounts_the_newest_are_kept_and_the_old_left_out(ledger: SqlLedger) -> None:
    comments = [_at(minute, f"{minute:02}", account=OTHER_ACCOUNT) for minute in range(6)]
    edited = values.comment("05", "edited", account=OTHER_ACCOUNT, posted_at=NOON + 5 * MINUTE, revision=2)
    await ledger.transact(_see(*comments, edited))

    late = await ledger.transact(lambda books: books.on_accounts((OTHER_ACCOUNT,), NOON + 3 * MINUTE, 10))
    few = await ledger.transact(lambda books: books.on_accounts((OTHER_ACCOUNT, ACCOUNT), NOON, 2))

    assert late == (*comments[3:5], edited)
    assert few == (comments[4], edited)


async def test_an_author_is_first_seen_with_their_oldest_comment_on_any_account(ledger: SqlLedger) -> None:
    await ledger.transact(_see(_at(5, "a"), _at(2, "b", account=OTHER_ACCOUNT), _at(9, "c", author=OTHER)))
    stranger = AuthorRef(Platform.SANDBOX, "nobody")

    seen = await ledger.transact(lambda books: books.first_seen((AUTHOR, OTHER, stranger)))

    assert seen == {AUTHOR: NOON + 2 * MINUTE, OTHER: NOON + 9 * MINUTE}
    assert await ledger.transact(lambda books: books.first_seen(())) == {}


async def test_an_author_of_an_awkward_name_is_found(ledger: SqlLedger) -> None:
    awkward = AuthorRef(Platform.SANDBOX, values.AWKWARD)
    await ledger.transact(_see(_at(1, "a", author=awkward)))

    assert await ledger.transact(lambda books: books.first_seen((awkward,))) == {awkward: NOON + MINUTE}


# --- Waiting for a verdict --------------------------------------------------------------------------------


def _judge(revision: int = 0):  # type: ignore[no-untyped-def]  # noqa: ANN202
    return lambda books: books.append(Judged(Verdict(values.ref(), revision)))


async def _missing(ledger: SqlLedger) -> int:
    return await ledger.transact(lambda books: books.verdicts_missing())


async def test_a_comment_waits_until_its_newest_revision_is_judged(ledger: SqlLedger) -> None:
    counts = [await _missing(ledger)]
    for step in (
        _see(values.comment()),
        _see(values.comment("2")),
        _judge(),
        _see(values.comment(revision=4)),
        _judge(3),
        _judge(4),
    ):
        await ledger.transact(step)
        counts.append(await _missing(ledger))

    assert counts == [0, 1, 2, 1, 2, 2, 1]


async def test_nobody_waits_for_a_comment_that_is_gone(ledger: SqlLedger) -> None:
    await ledger.transact(_see(values.comment()))
    await ledger.transact(lambda books: books.append(CommentGone(values.ref())))

    assert await _missing(ledger) == 0
