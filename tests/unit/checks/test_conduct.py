"""Spam, harassing, threats, care and protected speech."""

from __future__ import annotations

import datetime as dt

import pytest

from moderation.checks.check import Context
from moderation.comment import Media, MediaKind
from moderation.taxonomy import Care, Category, Protection
from moderation.verdict import Gap
from tests.strategies.comments import MINUTE, NOW, comment
from tests.unit.checks.looking import ACT, LOOK, breach, findings, gaps, said_before, score, shown

PROTECT = 0.6


@pytest.mark.parametrize(
    "text",
    [
        "I will kill the next paramedic who comes here",
        "we're going to burn down your station",
        "gonna smash your windows tonight",
        "I know where you live",
        "watch your back, nurse",
        "i w\u200bill st@b you",
    ],
)
def test_a_plain_threat_is_threatening(text: str) -> None:
    assert score(text, Category.THREATENING) >= ACT


@pytest.mark.parametrize(
    "text",
    [
        "I could kill for a brew after that shift",
        "you smashed it, well done",
        "my solicitor will be in touch, you will regret this",
        "the heat is killing me",
        "we will fight for our hospital",
        "shoot me a message when the course starts",
    ],
)
def test_an_idiom_is_no_threat(text: str) -> None:
    assert score(text, Category.THREATENING) < LOOK


def test_the_same_three_times_with_a_link_is_spam() -> None:
    text = "great new shop for all your uniform needs at http://uniforms.example"

    assert score(text, Category.SPAM, said_before(text, text)) >= ACT


def test_the_same_complaint_again_and_again_is_for_an_officer() -> None:
    text = "please tell me what happened to my dad on the fourth of May, nobody answers"

    assert LOOK <= score(text, Category.SPAM, said_before(text, text)) < ACT


def test_near_duplicates_by_other_authors_with_a_link_are_a_campaign() -> None:
    text = "amazing uniforms for nurses and medics, cheap and quick at http://uniforms.example number {}"
    authors = [comment(f"c{n}", text=text.format(n)) for n in range(4)]
    others = tuple(
        comment(f"c{n}", text=each.text, author=type(each.author)(each.author.platform, f"bot-{n}"))
        for n, each in enumerate(authors)
    )

    assert score(text.format(9), Category.SPAM, Context(now=NOW, on_account=others)) >= ACT


def test_a_trusted_link_is_no_spam() -> None:
    assert score("see https://www.nhs.uk/conditions/stroke", Category.SPAM) == 0


def test_a_missing_blank_after_a_full_stop_is_no_link() -> None:
    assert score("Thank you.so much.you were great", Category.SPAM) == 0


def test_many_comments_in_ten_minutes_are_looked_at() -> None:
    context = said_before(*(f"comment {n} about something" for n in range(9)), apart=dt.timedelta(seconds=20))

    assert score("and one more thing entirely", Category.SPAM, context) >= LOOK


def test_abuse_for_the_third_time_is_harassing() -> None:
    context = said_before("you are a bunch of wankers", "you useless twats")

    assert score("you fat bastards", Category.HARASSING, context) >= ACT


def test_returning_to_one_person_over_days_is_looked_at() -> None:
    context = said_before(*("I want an answer from Anna Example" for _ in range(4)))

    assert LOOK <= score("where is Anna Example", Category.HARASSING, context) < ACT


def test_one_quarrel_in_an_hour_is_not_harassing() -> None:
    context = said_before(*(f"Anna Example is wrong about point {n}" for n in range(4)), apart=MINUTE)

    assert score("and Anna Example knows it", Category.HARASSING, context) == 0


@pytest.mark.parametrize(
    ("text", "care"),
    [
        ("my husband is not breathing what do i do", Care.EMERGENCY),
        ("she has chest pain right now please help", Care.EMERGENCY),
        ("I don't want to be here any more", Care.SAFEGUARDING),
        ("i want to k1ll myself tonight", Care.SAFEGUARDING),
        ("I have taken all my tablets", Care.SAFEGUARDING),
        ("my stepdad hits me and my brother when mum is at work", Care.SAFEGUARDING),
        ("we waited four hours on the floor and nobody came", Care.COMPLAINT),
        ("how do I make a complaint about the driver", Care.COMPLAINT),
        ("thank you to the crew who looked after my mum", Care.COMPLIMENT),
        ("I'm a reporter at the Gazette, could your press office ring me?", Care.MEDIA_ENQUIRY),
        ("under the freedom of information act please send me the figures", Care.FOI_OR_SUBJECT_ACCESS),
        ("I left my walking stick in the ambulance", Care.LOST_PROPERTY),
        ("I work there and we are told to change the logs, I can't say who I am", Care.SPEAK_UP),
        ("vaccines cause heart attacks, wake up", Care.MISINFORMATION),
    ],
)
def test_care_is_recognised(text: str, care: Care) -> None:
    assert score(text, care) >= 0.5


@pytest.mark.parametrize(
    "text",
    [
        "the cpr class taught us what to do when someone is not breathing, thank you",
        "I nearly died of embarrassment",
        "I'm 15 and want to join the cadets",
        "killing myself laughing at this",
    ],
)
def test_what_only_sounds_urgent_raises_no_alarm(text: str) -> None:
    assert max(score(text, Care.EMERGENCY), score(text, Care.SAFEGUARDING)) < 0.5


def test_urgent_care_is_seen_beside_abuse() -> None:
    text = "you useless twats my mum is not breathing what do i do"

    assert score(text, Care.EMERGENCY) >= 0.5
    assert score(text, Category.ABUSIVE) >= ACT


@pytest.mark.parametrize(
    ("text", "protection"),
    [
        ("please sign this petition to keep our station open", Protection.PETITION),
        ("solidarity with the crews on the picket line", Protection.UNION_BUSINESS),
        ("the government has cut the service to the bone, resign", Protection.CRITICISM),
        ("that word is a slur, do not use it on here", Protection.COUNTER_SPEECH),
        ("I'm a proud cripple and this ramp is great", Protection.RECLAIMED),
    ],
)
def test_protected_speech_is_recognised(text: str, protection: Protection) -> None:
    assert score(text, protection) >= PROTECT


def test_a_reported_slur_is_not_acted_on() -> None:
    assert breach('a patient called my colleague a "paki" last night. be better') < ACT


def test_a_quoted_finding_says_so() -> None:
    text = 'he wrote "you useless twats" under the photo'

    assert any(f.quoted for f in findings(text) if f.subject is Category.ABUSIVE)


def test_links_to_an_organisation_of_hatred_count() -> None:
    assert score("join Britain First at http://britainfirst.org", Category.HATEFUL) >= LOOK


def test_news_about_an_organisation_of_hatred_stays() -> None:
    assert score("police report that Britain First thugs attacked a crew", Category.HATEFUL) < LOOK


def test_an_accusation_is_looked_at_and_never_more() -> None:
    assert LOOK <= score("the manager is a thief who stole donations", Category.DEFAMATORY) < ACT


def test_a_picture_without_a_description_leaves_a_gap() -> None:
    found = gaps(shown(Media(MediaKind.PICTURE, "p1")))

    assert found == (Gap("media", "picture without a description"),)


def test_a_described_picture_leaves_none() -> None:
    assert gaps(shown(Media(MediaKind.PICTURE, "p1", "a sunrise over the station"))) == ()


def test_a_picture_described_as_naked_is_inappropriate() -> None:
    media = Media(MediaKind.PICTURE, "p1", "a naked man on a bonnet")

    assert score(shown(media), Category.INAPPROPRIATE_MEDIA) >= ACT


def test_a_description_in_brackets_is_read_like_alternative_text() -> None:
    assert score("lol [photo: a naked man on a bonnet]", Category.INAPPROPRIATE_MEDIA) >= ACT


def test_a_language_that_nobody_reads_leaves_a_gap() -> None:
    assert [gap.check for gap in gaps("nid yw hwn yn ddigon da o gwbl")] == ["language"]


def test_dialect_leaves_no_gap() -> None:
    assert gaps("reyt good lads, sorted me grandad") == ()
