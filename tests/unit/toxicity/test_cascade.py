"""Detoxify looks only where the embedded model leaves something open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from adapters.toxicity.cascade import Band, Cascade

BAND = Band(clear=0.1, sure=0.9)


class Told:
    """A model that answers with what it was told of each text."""

    version = "1"

    def __init__(self, name: str, scores: Mapping[str, Mapping[str, float]]) -> None:
        self.name = name
        self.asked: list[list[str]] = []
        self.closed = False
        self._scores = scores

    def score(self, texts: Sequence[str]) -> Sequence[Mapping[str, float]]:
        self.asked.append(list(texts))
        return [self._scores[text] for text in texts]

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def first() -> Told:
    toxic = {"harmless": 0.09, "open": 0.1, "open too": 0.89, "vile": 0.9}
    return Told("first", {text: {"toxic": score, "course.hide": 0.3} for text, score in toxic.items()})


@pytest.fixture
def second() -> Told:
    return Told("second", {"open": {"toxic": 0.6, "insult": 0.7}, "open too": {"toxic": 0.2, "insult": 0.1}})


def test_the_second_is_asked_at_once_about_all_that_is_open_and_no_more(first: Told, second: Told) -> None:
    cascade = Cascade(first, second, BAND)

    cascade.score(["vile", "open", "harmless", "open too"])

    assert second.asked == [["open", "open too"]]
    assert cascade.escalated == 2


def test_the_second_has_the_word_on_what_it_was_asked_and_the_first_on_the_rest(
    first: Told, second: Told
) -> None:
    scored = Cascade(first, second, BAND).score(["vile", "open", "harmless", "open too"])

    assert scored == [
        {"toxic": 0.9, "course.hide": 0.3},
        {"toxic": 0.6, "insult": 0.7, "course.hide": 0.3},
        {"toxic": 0.09, "course.hide": 0.3},
        {"toxic": 0.2, "insult": 0.1, "course.hide": 0.3},
    ]


def test_where_nothing_is_open_the_second_rests(first: Told, second: Told) -> None:
    Cascade(first, second, BAND).score(["harmless", "vile"])

    assert second.asked == []


def test_it_is_named_after_both(first: Told, second: Told) -> None:
    cascade = Cascade(first, second)

    assert (cascade.name, cascade.version) == ("first+second", "1+1")


def test_closing_lets_both_go(first: Told, second: Told) -> None:
    Cascade(first, second).close()

    assert first.closed
    assert second.closed


@pytest.mark.parametrize(("clear", "sure"), [(0.5, 0.5), (0.6, 0.5), (-0.1, 0.5), (0.5, 1.1)])
def test_a_band_that_is_none_is_refused(clear: float, sure: float) -> None:
    with pytest.raises(ValueError, match="from a lower to a higher score"):
        Band(clear, sure)
