"""Metamorphic tests: a disguise changes nothing about abuse, nor about harmless text in another script."""

from __future__ import annotations

import functools
import time
import tomllib
import unicodedata
from collections.abc import Mapping

import pytest

from config.loader import load_policy
from moderation.checks.text import normalise
from moderation.quality import Course, Decided
from moderation.taxonomy import Category
from tests.detection import evasions, judging, written_cases
from tests.detection.evasions import EVASIONS
from tests.detection.judging import House

pytestmark = [pytest.mark.xdist_group("evasions"), pytest.mark.timeout(300)]

RULES_KEEP = 0.99
"""Of what the rules find undisguised, so much must they find in each disguise that they claim to undo."""

MODEL_KEEPS: Mapping[str, float] = {
    **dict.fromkeys(EVASIONS, 0.9),
    "a vowel dropped": 0.86,  # 0.887
    "letters swapped": 0.8,  # 0.839
}
"""Of what the model alone stops undisguised, so much must it stop in each disguise."""

NOT_UNDONE: Mapping[str, float] = {
    "asterisk for a vowel": 0.6,  # 0.606
    "a vowel dropped": 0.3,  # 0.303
    "letters swapped": 0.25,  # 0.258
}
"""Disguises that the rules undo only in spellings that the lexicon knows, and what they keep all the same."""

Marked = tuple[str, str]
"""A ground, and a text that breaks the rules on it, its telling words in <>."""


@functools.cache
def _abuse() -> tuple[Marked, ...]:
    given = tomllib.loads((written_cases.FOLDER / "abuse.toml").read_text(encoding="utf-8"))
    return tuple((ground, text) for ground, texts in given.items() for text in texts)


@functools.cache
def _known_to_the_rules() -> tuple[Marked, ...]:
    plain = judging.decided(House.RULES, tuple(evasions.plain(text) for _, text in _abuse()))
    return tuple(marked for marked, one in zip(_abuse(), plain, strict=True) if _seen(one, marked[0]))


def _seen(one: Decided, ground: str) -> bool:
    rule = load_policy().categories[Category(ground)]
    return any(finding.score >= rule.look_at for finding in one.verdict.of(rule.category))


def _rules_keep(evasion: str) -> float:
    known = _known_to_the_rules()
    disguised = judging.decided(House.RULES, tuple(EVASIONS[evasion].of(text) for _, text in known))
    return sum(_seen(one, ground) for one, (ground, _) in zip(disguised, known, strict=True)) / len(known)


def test_the_abuse_is_known_to_the_rules_and_covers_every_ground_that_words_can_tell() -> None:
    assert len(_known_to_the_rules()) >= 60
    assert {ground for ground, _ in _known_to_the_rules()} == {
        "abusive",
        "defamatory",
        "harassing",
        "hateful",
        "spam",
        "threatening",
        "unlawful",
    }


def test_twelve_evasions_are_undone_and_every_one_changes_every_text() -> None:
    assert sum(each.undone for each in EVASIONS.values()) == 12
    for each in EVASIONS.values():
        unchanged = [text for _, text in _abuse() if each.of(text) == evasions.plain(text)]

        assert len(unchanged) <= len(_abuse()) * 0.05, each.name


@pytest.mark.parametrize("evasion", [name for name, each in EVASIONS.items() if each.undone])
def test_the_rules_find_in_disguise_what_they_find_without(evasion: str) -> None:
    assert _rules_keep(evasion) >= RULES_KEEP


@pytest.mark.parametrize("evasion", [name for name, each in EVASIONS.items() if not each.undone])
def test_what_the_rules_do_not_undo_is_known(evasion: str) -> None:
    assert _rules_keep(evasion) >= NOT_UNDONE[evasion]


@functools.cache
def _known_to_the_model() -> tuple[str, ...]:
    plain = judging.decided(House.MODEL, tuple(evasions.plain(text) for _, text in _abuse()))
    return tuple(
        text for (_, text), one in zip(_abuse(), plain, strict=True) if one.course is not Course.KEEP
    )


def test_the_model_knows_most_of_the_abuse() -> None:
    assert len(_known_to_the_model()) >= 0.9 * len(_abuse())


@pytest.mark.parametrize("evasion", EVASIONS)
def test_the_model_stops_in_disguise_what_it_stops_without(evasion: str) -> None:
    known = _known_to_the_model()
    disguised = judging.decided(House.MODEL, tuple(EVASIONS[evasion].of(text) for text in known))

    kept = sum(one.course is not Course.KEEP for one in disguised) / len(known)

    assert kept >= MODEL_KEEPS[evasion]


def test_to_undo_its_disguises_takes_a_comment_less_than_a_millisecond() -> None:
    texts = [each.of(text) for _, text in _abuse() for each in EVASIONS.values()]
    began = time.thread_time()

    for text in texts:
        normalise.read.__wrapped__(text)

    assert (time.thread_time() - began) / len(texts) < 0.001


# --- Harmless text in other scripts ----------------------------------------------------------------


@functools.cache
def _harmless() -> Mapping[str, tuple[str, ...]]:
    given = tomllib.loads((written_cases.FOLDER / "scripts.toml").read_text(encoding="utf-8"))
    return {language: tuple(texts) for language, texts in given.items()}


def _letters(text: str, language: str) -> str:
    """Its letters and marks. Of Welsh and Polish ones, the rules read what is under the accent."""
    kept = (letter for letter in text if unicodedata.category(letter)[0] in "LM" or letter in "\u200c\u200d")
    return "".join(_without_accents(letter) if language in {"welsh", "polish"} else letter for letter in kept)


def _without_accents(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() else letter


@pytest.mark.parametrize("language", _harmless())
def test_harmless_text_in_another_script_keeps_every_letter_and_mark(language: str) -> None:
    for text in _harmless()[language]:
        assert _letters(normalise.read(text).cased, "") == _letters(text, language)


@pytest.mark.parametrize("language", _harmless())
@pytest.mark.parametrize("evasion", ["zero width", "stacked marks", "invisible tags"])
def test_what_is_put_between_the_letters_of_another_script_is_taken_out_again(
    language: str, evasion: str
) -> None:
    for text in _harmless()[language]:
        changed = EVASIONS[evasion].of(text)

        assert normalise.read(changed).cased == normalise.read(text).cased


@pytest.mark.parametrize("evasion", ["as it is", *EVASIONS])
def test_no_disguise_makes_a_breach_of_harmless_text_in_another_script(evasion: str) -> None:
    texts = tuple(text for some in _harmless().values() for text in some)
    change = EVASIONS[evasion].change if evasion in EVASIONS else str

    given = judging.decided(House.RULES, tuple(change(text) for text in texts))

    assert [one.label.comment.text for one in given if one.verdict.breaches] == []
