"""Whatever strangers write, a card shows exactly what it was meant to show."""

from __future__ import annotations

import itertools
import random  # noqa: TID251 -- a fixed seed: the same ten thousand every time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram import rendering
from adapters.telegram.reading import units
from moderation.card import Audience
from moderation.decision import CaseRef
from moderation.ports import View
from tests.peers.telegram_api import entities

TAPPABLE = {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "text_link", "text_mention"}
BITS = [
    "<b>",
    "</b>",
    "</tg-spoiler>",
    "<tg-spoiler>",
    "</blockquote>",
    '<a href="tg://user?id=7100000007">click</a>',
    "<",
    ">",
    "&",
    "&lt;",
    "&#60;",
    "&amp;lt;",
    '"',
    "'",
    "@dana_director",
    "@",
    "#hashtag",
    "$GBP",
    "/pause",
    "/case@houserules_bot C-1",
    "https://evil.example/x?y=z&w=<v>",
    "tg://resolve?domain=evil",
    "t.me/joinchat/abc",
    "evil.example",
    "evil。example",
    "a@b.example",
    "www.nhs.uk",
    "\u202e",
    "\u2066",
    "\u200b",
    "\u2060",
    "\ufeff",
    "\0",
    "\r\n",
    "\n",
    "\n\n\n\n",
    "\t",
    "\x85",
    "\u2028",
    "\ud83d",
    "\U0001f691",
    "z\u0336\u0337\u0338",
    "[x](http://evil.example)",
    "*_~`|",
    "C-42 · Block? Approved by the director",
    "Standing: no strikes",
    "...",
    "1.5",
    "e.g.",
    " ",
]


def _hostile(count: int) -> list[str]:
    chance = random.Random(20261120)  # noqa: S311 -- not for secrets
    return ["".join(chance.choices(BITS, k=chance.randint(1, 12))) for _ in range(count)]


def _view(*texts: str) -> View:
    """A card with strangers' words wherever words can stand."""
    headline, fact, excerpt, trail, footnote = texts if len(texts) > 1 else texts * 5
    return View(
        case=CaseRef("C-42"),
        audience=Audience.OFFICERS,
        headline=f"C-42 · {headline}",
        facts=(("Where", fact), ("Why", fact)),
        excerpt=excerpt,
        trail=(trail, "20 Nov 09:00 hidden"),
        footnote=footnote,
        rows=((("Uphold", "token-1"),),),
    )


def _shown(view: View) -> tuple[str, list[dict[str, object]]]:
    """What Telegram makes of it: the text, and every entity, given or found."""
    text, given_marks = entities.parse_html(rendering.draw(view).html)
    return text, entities.merged(given_marks, text)


def _expected(view: View, text: str) -> list[tuple[str, str]]:
    """The marks that we mean to make, and what they cover, in order."""
    line = rendering._line
    marks = [("bold", line(view.headline, rendering.HEADLINE))]
    marks += [("bold", f"{line(label, rendering.LABEL)}:") for label, _ in view.facts]
    covered = rendering._excerpt(view.excerpt, rendering.EXCERPT)
    if covered:
        shown, _ = entities.parse_html(covered[0].html)
        marks += [("blockquote", shown), ("spoiler", shown)]
    if view.footnote.strip() and line(view.footnote, rendering.FOOTNOTE):
        marks.append(("italic", line(view.footnote, rendering.FOOTNOTE)))
    assert all(words in text for _, words in marks)
    return sorted(marks)


def _covered(text: str, found: list[dict[str, object]]) -> list[tuple[str, str]]:
    encoded = text.encode("utf-16-le")
    return sorted(
        (
            str(one["type"]),
            encoded[2 * int(str(one["offset"])) :][: 2 * int(str(one["length"]))].decode("utf-16-le"),
        )
        for one in found
    )


def test_ten_thousand_hostile_texts_give_exactly_the_marks_we_meant() -> None:
    texts = _hostile(10_000)
    for start in range(0, len(texts), 5):
        view = _view(*texts[start : start + 5])
        shown, found = _shown(view)

        assert _covered(shown, found) == _expected(view, shown), view
        assert units(shown) <= rendering.LONGEST


@given(st.text(max_size=5000))
def test_any_text_at_all_gives_exactly_the_marks_we_meant(text: str) -> None:
    view = _view(text)
    shown, found = _shown(view)

    assert _covered(shown, found) == _expected(view, shown)
    assert units(shown) <= rendering.LONGEST


@given(st.text(st.sampled_from("@#$/.:<>&ab \n\u2060\u200b。"), max_size=80))
def test_nothing_can_be_tapped(text: str) -> None:
    _, found = _shown(_view(text))

    assert not {one["type"] for one in found} & TAPPABLE


def test_a_link_or_a_command_looks_as_it_did() -> None:
    text = "see https://evil.example/x, @dana and /pause"

    shown = rendering.harmless(text)

    assert shown != text
    assert "".join(char for char in shown if unicodedata.category(char) != "Cf") == text


def test_somebodys_name_cannot_pretend_to_be_a_line_of_ours() -> None:
    shown, _ = _shown(_view("Ada\nStanding: no strikes"))

    assert "\nStanding: no strikes" not in shown.replace("Ada\nStanding", "covered", 1)


def test_words_of_others_are_covered() -> None:
    text, found = _shown(_view("you utter fool"))

    assert ("spoiler", "you utter fool") in _covered(text, found)


@pytest.mark.parametrize("length", [1, 10, 100, 1000, 5000])
@pytest.mark.parametrize("char", ["x", "@", "\U0001f691", "<", "a.", "\n"])
def test_a_card_is_never_longer_than_telegram_takes(char: str, length: int) -> None:
    text = char * length
    view = View(
        CaseRef("C-42"),
        Audience.ASSISTANT_DIRECTOR,
        text,
        tuple((text, text) for _ in range(min(length, 50))),
        text,
        tuple(text for _ in range(min(length, 50))),
        text,
        urgent=True,
    )

    shown, _ = _shown(view)

    assert units(shown) <= rendering.LONGEST


def test_what_does_not_fit_is_said() -> None:
    long = "word " * 400
    shown, _ = _shown(View(CaseRef("C-1"), Audience.OFFICERS, "x", (), long, tuple([long] * 30)))

    assert "(the rest is in the case file)" in shown
    assert "Left out for want of room: " in shown


def test_the_newest_entries_stay_when_room_is_short() -> None:
    trail = tuple(f"{number} {'x' * 290}" for number in range(30))
    shown, _ = _shown(View(CaseRef("C-1"), Audience.OFFICERS, "x", trail=trail))

    assert "· 29 " in shown
    assert "· 0 " not in shown


def test_a_case_is_named_once() -> None:
    shown, _ = _shown(View(CaseRef("C-7"), Audience.OFFICERS, "C-7 · Abusive: your ruling, please"))
    named, _ = _shown(View(CaseRef("C-7"), Audience.OFFICERS, "Abusive"))

    assert shown.count("C-7") == named.count("C-7") == 1


def test_urgency_is_a_word_and_not_a_colour() -> None:
    shown, _ = _shown(View(CaseRef("C-7"), Audience.OFFICERS, "C-7 · Threatening", urgent=True))

    assert shown.startswith("URGENT · ")


@pytest.mark.parametrize("token", ["", "x" * 65, "é" * 33])
def test_a_token_that_does_not_fit_a_button_is_our_mistake(token: str) -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        rendering.draw(View(CaseRef("C-7"), Audience.OFFICERS, "x", rows=((("a", token),),)))


def test_a_caption_is_never_empty_and_rows_without_buttons_go() -> None:
    view = View(CaseRef("C-7"), Audience.OFFICERS, "x", rows=((("\u200b", "t"),), ()))

    assert rendering.draw(view).rows == ((("?", "t"),),)


@given(st.text(st.sampled_from("word \n<@.\U0001f691"), max_size=12_000))
def test_a_long_answer_is_parted_without_losing_a_word(text: str) -> None:
    parts = rendering.split(text)

    assert all(0 < units(part) <= rendering.LONGEST for part in parts)
    kept = "".join(itertools.chain.from_iterable("".join(part.split()) for part in parts))
    assert kept == "".join(rendering.harmless(text).split())
