"""Spam by conduct, and the harmless repetition that is none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import pytest

from moderation.checks import likeness
from moderation.checks.check import Context
from moderation.comment import AccountRef, AuthorRef, Comment, Platform
from moderation.taxonomy import Category
from moderation.verdict import Finding
from tests.strategies.comments import AUTHOR, MINUTE, NOW, OTHER_PAGE, PAGE, comment
from tests.unit.checks.looking import ACT, LOOK, findings, said_before, score

SPAM = Category.SPAM


def _author(number: int) -> AuthorRef:
    return AuthorRef(Platform.SANDBOX, f"other-{number}")


def _by_others(
    texts: Sequence[str], *, account: AccountRef = PAGE, apart: dt.timedelta = 5 * MINUTE
) -> tuple[Comment, ...]:
    return tuple(
        comment(
            f"other-{number}",
            text=text,
            author=_author(number),
            account=account,
            posted_at=NOW - MINUTE - apart * (len(texts) - number),
        )
        for number, text in enumerate(texts)
    )


def _newcomers(count: int) -> frozenset[AuthorRef]:
    return frozenset((AUTHOR, *map(_author, range(count))))


def _sources(text: str, context: Context) -> set[str]:
    return {each.source for each in findings(text, context) if each.subject is SPAM}


ADVERT = "Best roof repairs in {}, call Dave on 07911 123456 for a free quote today"
MEDS = "struggled with my sleep for years until I found this page, order here http://sleepwell.example/{}"
NEWS = "the {} says the station will close in May, read it here http://gazette-and-herald.example/news/7"

HARMLESS = (
    "Thank you",
    "RIP",
    "Well done all",
    "thank you so much everyone 💙",
    "so proud of you all",
    "Rest in peace Tony, condolences to his family",
    "Please sign the petition to save our ambulance station, http://save-our-station.example",
    "please share: missing lad, 14 years old, last seen near the canal in a red coat, ring 07911 123456",
    "Copy and paste: write to your MP and ask why our crews queue outside A&E for ten hours",
    "Sponsored walk for the air ambulance, please sponsor me http://my-page.example/walk",
    "Our nan waited eleven hours on a cold floor and nobody from your trust has said sorry to us",
    "Witnesses wanted for the crash on the A61, dash cam owners please contact the police",
    "Happy Christmas to all the crews working tonight, stay safe out there everyone",
    "Hands off our A&E, we will be at the town hall on Saturday at eleven with banners",
    "Give blood on Friday in the church hall, details at http://church-hall.example",
)
"""What several people post word for word, and are right to."""


@pytest.mark.parametrize("text", HARMLESS)
def test_what_many_people_post_word_for_word_is_no_spam(text: str) -> None:
    family = Context(now=NOW, on_account=_by_others([text] * 6), newcomers=_newcomers(6))

    assert score(text, SPAM, family) < LOOK


@pytest.mark.parametrize("text", HARMLESS[:9])
def test_short_thanks_and_appeals_may_be_repeated_by_one_person(text: str) -> None:
    assert score(text, SPAM, said_before(text, text, text)) < LOOK


def test_a_daughter_who_asks_again_to_be_rung_back_is_not_hidden() -> None:
    text = "please will somebody ring me on 07911 123456 about what happened to my dad"

    assert LOOK <= score(text, SPAM, said_before(text, text, text)) < ACT


CAMPAIGNS = (
    ADVERT.format("Leeds"),
    MEDS.format("a"),
    "We offer the cheapest driveways in Kent, message us on 07911 123456 for prices",
    "Mis-sold car finance? check your claim in two minutes http://claims-desk.example/start",
    "Our uniforms beat any supplier, 20% off today at http://scrubs-direct.example",
    "I earn £600 weekly from home with this platform, join here http://easy-desk.example/me",
    "Unbeatable prices on mobility scooters at http://scoot-away.example, free delivery",
    "my skin cleared in a week with this collagen, order here http://glow-lab.example",
    "Watch the whole match for nothing at http://stream-for-you.example/live tonight lads",
    "hot singles around your station tonight http://meet-fast.example/girls come and see",
)


@pytest.mark.parametrize("text", CAMPAIGNS)
def test_the_same_offer_by_several_authors_is_a_campaign(text: str) -> None:
    others = _by_others([f"{text} {'!' * number}" for number in range(4)])

    assert score(text, SPAM, Context(now=NOW, on_account=others)) >= ACT


@pytest.mark.parametrize("text", CAMPAIGNS[:4])
def test_a_campaign_is_seen_across_our_accounts(text: str) -> None:
    elsewhere = _by_others([text] * 3, account=OTHER_PAGE)

    assert score(text, SPAM, Context(now=NOW, elsewhere=elsewhere)) >= ACT


def test_two_newcomers_with_the_text_of_a_third_are_a_campaign() -> None:
    others = _by_others([ADVERT.format("York"), ADVERT.format("Hull")])
    known = Context(now=NOW, on_account=others)
    fresh = Context(now=NOW, on_account=others, newcomers=_newcomers(2))

    assert "spam.campaign" not in _sources(ADVERT.format("Leeds"), known)
    assert "spam.campaign" in _sources(ADVERT.format("Leeds"), fresh)


def test_the_same_number_in_other_words_is_seen() -> None:
    texts = [
        "gutters cleaned from £40, ring 07911 123 456, we cover all areas",
        "need your drains looked at? free quote on +44 7911 123456",
    ]

    assert score(ADVERT.format("Leeds"), SPAM, Context(now=NOW, on_account=_by_others(texts))) >= ACT


def test_the_same_link_in_other_words_is_seen_whatever_its_tail() -> None:
    texts = [
        "this works, promise http://glow-lab.example/x?ref=1",
        "mum swears by https://glow-lab.example/x?ref=2",
    ]
    text = "order yours today http://www.glow-lab.example/x?ref=3"

    assert "spam.shared_contact" in _sources(text, Context(now=NOW, on_account=_by_others(texts)))


def test_the_news_that_several_readers_pass_on_is_not_hidden() -> None:
    texts = [
        "shocking http://gazette-and-herald.example/news/7",
        "see http://gazette-and-herald.example/news/7",
    ]

    found = score(NEWS.format("paper"), SPAM, Context(now=NOW, on_account=_by_others(texts)))

    assert LOOK <= found < ACT


def test_one_author_with_two_names_for_the_same_link_is_one_sharer() -> None:
    again = tuple(
        comment(f"again-{n}", text="see http://gazette-and-herald.example/news/7", author=_author(1))
        for n in range(5)
    )

    assert "spam.shared_contact" not in _sources(NEWS.format("paper"), Context(now=NOW, on_account=again))


def test_newcomers_who_all_come_with_links_within_an_hour_are_looked_at() -> None:
    others = _by_others(
        [f"look what I found http://{name}-page.example" for name in ("ab", "cd", "ef", "gh")]
    )
    text = "have you seen http://ij-page.example"

    assert "spam.burst" in _sources(text, Context(now=NOW, on_account=others, newcomers=_newcomers(4)))
    assert "spam.burst" not in _sources(text, Context(now=NOW, on_account=others))


def test_newcomers_with_links_on_different_days_are_no_burst() -> None:
    others = _by_others(
        [f"look http://{name}.example" for name in ("ab", "cd", "ef", "gh")], apart=dt.timedelta(days=1)
    )

    context = Context(now=NOW, on_account=others, newcomers=_newcomers(4))

    assert "spam.burst" not in _sources("have you seen http://ij-page.example", context)


def test_a_new_author_is_rushing_sooner_than_a_known_one() -> None:
    texts = [f"number {n} at http://shop-{n}.example" for n in range(7)]
    rushed = said_before(*texts, apart=dt.timedelta(seconds=20)).by_author

    known = Context(now=NOW, by_author=rushed)
    fresh = Context(now=NOW, by_author=rushed, newcomers=frozenset({AUTHOR}))

    assert "spam.rushed" not in _sources("and http://shop-9.example", known)
    assert "spam.rushed" in _sources("and http://shop-9.example", fresh)


def test_what_a_linked_author_posted_counts_as_one_s_own() -> None:
    text = "great new shop for all your uniform needs at http://uniforms.example"
    linked = tuple(
        comment(f"linked-{n}", text=text, author=_author(7), posted_at=NOW - 9 * MINUTE) for n in range(2)
    )

    assert score(text, SPAM, Context(now=NOW, by_linked=linked)) >= ACT


SOFT = (
    ADVERT.format("Derby"),
    "We sell first aid kits, order now at http://kits-and-more.example",
    "keto changed my life, lost two stone, details http://slim-club.example/a",
    "I offer massage for tired medics, my prices are fair, ring 07911 123456",
    "Get 15% off your boots at http://boots-for-boots.example",
)


@pytest.mark.parametrize("text", SOFT)
def test_a_soft_sell_goes_to_an_officer_at_least(text: str) -> None:
    assert score(text, SPAM) >= LOOK


@pytest.mark.parametrize(
    "text",
    [
        "the crew gave us the best service we could hope for, highly recommend being rescued by them",
        "is there a free first aid course near Ripon? my number is 07911 123456",
        "they sell poppies at the station on Friday",
        "our company had a cardiac arrest at work and you saved him",
        "I can offer a bed to a stranded nurse, ring me on 07911 123456",
    ],
)
def test_what_only_sounds_like_selling_is_not_hidden(text: str) -> None:
    assert score(text, SPAM) < ACT


# --- Likeness -----------------------------------------------------------------------------------------


def _alike(one: str, other: str) -> bool:
    return bool(likeness.count_alike(one, (other,)))


@pytest.mark.parametrize(
    "other",
    [
        "BEST ROOF REPAIRS IN LEEDS, CALL DAVE ON 07911 999999 FOR A FREE QUOTE TODAY",
        "🔥 Best roof repairs in Leeds 🔥 call Dave on 07911-123456 for a free quote today!!!",
        "Best r\u200boof rep\u200bairs in Leeds, call D\u0430ve on 07911 123456 for a free quote today",
        "Best roof repairs in York, call Dave on 07911 123456 for a free quote",
    ],
)
def test_dressing_up_leaves_a_text_alike(other: str) -> None:
    assert _alike(ADVERT.format("Leeds"), other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "My dad waited six hours on the floor and nobody came",
            "My nan waited nine hours and heard nothing",
        ),
        (
            "Thank you to the crew who came to my mum last night",
            "Thank you to the lads who helped my son",
        ),
        ("Thanks all", "Thanks"),
        ("", ""),
        ("😂😂😂", "🚑"),
    ],
)
def test_two_people_s_own_words_are_not_alike(one: str, other: str) -> None:
    assert not _alike(one, other)


def test_a_sketch_is_the_same_every_time() -> None:
    text = ADVERT.format("Leeds")
    first = likeness._sketch.__wrapped__(text)
    second = likeness._sketch.__wrapped__(text)

    assert first is not None
    assert first == second


def test_half_characters_break_no_sketch() -> None:
    assert _alike("one two three four five \ud800 six", "one two three four five six")


def test_sketches_are_kept_within_bounds() -> None:
    assert likeness._sketch.cache_info().maxsize is not None


def _only(found: Iterable[Finding]) -> list[Finding]:
    return [each for each in found if each.subject is SPAM]


def test_an_ordinary_comment_among_ordinary_comments_is_nothing() -> None:
    others = _by_others(
        [f"comment {n} about the weather and the traffic on the ring road" for n in range(30)]
    )
    context = Context(now=NOW, on_account=others, elsewhere=others, newcomers=_newcomers(30))

    assert _only(findings("my uncle drove for you in the seventies, lovely photo", context)) == []
