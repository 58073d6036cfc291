"""Texts made to break a reader: none breaks, and none takes long."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.verdict import Finding
from tests.unit.checks.looking import findings, look

HOSTILE = {
    "emoji": "😀" * 10_000,
    "flags": "🏴󠁧󠁢󠁥󠁮󠁧󠁿" * 1_500,
    "right to left": "\u202eשלום שלום " * 1_000,
    "half characters": "\ud800 text \udfff " * 2_000,
    "zalgo": "Z\u0310\u0336\u0489" * 4_000,
    "single letters": "a " * 8_000,
    "digits": "1 " * 8_000,
    "brackets": "[photo: " * 2_000,
    "quotes": "\"'>" * 5_000,
    "stars": "f*" * 8_000,
    "insults": "you are a p.r.a.t " * 1_000,
    "links": "http://a.icu " * 1_500,
    "names": "Anna Bell " * 1_800,
    "nul": "\x00" * 10_000,
    "one word": "x" * 20_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_text_is_read_within_its_time(kind: str) -> None:
    look("warm up")
    began = time.perf_counter()

    look(HOSTILE[kind])

    assert time.perf_counter() - began < 2.0


def test_a_short_comment_takes_milliseconds() -> None:
    texts = [f"We waited {n} hours and the crew were kind, thank you number {n}" for n in range(50)]
    look("warm up")
    began = time.perf_counter()

    for text in texts:
        look(text)

    assert (time.perf_counter() - began) / len(texts) < 0.05


ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=400)


@settings(max_examples=150)
@given(ANY_TEXT)
def test_no_text_breaks_a_check(text: str) -> None:
    for finding in findings(text):
        assert finding.span is None or finding.span.end <= len(text)


@settings(max_examples=60)
@given(ANY_TEXT)
def test_the_same_text_is_always_seen_the_same(text: str) -> None:
    assert look(text) == look(text)


def test_a_million_characters_do_not_break_a_check() -> None:
    found = look("you are a b1t of a p.r.a.t " * 37_000)

    assert any(isinstance(item, Finding) for item in found)
