"""No spelling trick gets a strong word past us, and none is seen where there is none."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import words
from moderation.checks.lexicon import Entry, Kind, Tier
from moderation.checks.text import normalise
from moderation.checks.words import Words
from moderation.verdict import Finding
from tests.strategies.comments import comment
from tests.unit.checks.looking import NOTHING_ELSE, checks

LEET = str.maketrans({"a": "@", "e": "3", "i": "1", "o": "0", "s": "$", "t": "7"})
CYRILLIC = str.maketrans(
    {"a": "а", "c": "с", "e": "е", "i": "і", "o": "о", "p": "р", "s": "ѕ", "x": "х", "y": "у"}
)
GREEK = str.maketrans({"a": "α", "o": "ο", "u": "υ", "v": "ν", "i": "ι", "k": "κ"})
DIGITS = str.maketrans("AEO", "430")
FULL_WIDTH = {chr(place): chr(place + 0xFEE0) for place in range(ord("!"), ord("~") + 1)}
BOLD = {chr(ord("a") + step): chr(0x1D41A + step) for step in range(26)}


def _between(mark: str) -> Callable[[str], str]:
    return lambda word: " ".join(mark.join(part) for part in word.split(" "))


TRICKS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "capitals": str.upper,
    "mixed case": lambda word: "".join(
        letter.upper() if place % 2 else letter for place, letter in enumerate(word)
    ),
    "zero width": _between("\u200b"),
    "soft hyphens": _between("\u00ad"),
    "direction marks": lambda word: f"\u202d{word}\u202c",
    "zalgo": _between("\u0336\u0310\u0489"),
    "held letters": lambda word: "".join(letter * 3 if letter.isalpha() else letter for letter in word),
    "spaced": lambda word: " ".join(word.replace(" ", "").replace("-", "")),
    "dotted": lambda word: ".".join(word.replace(" ", "").replace("-", "")),
    "hyphens": lambda word: "-".join(word.replace(" ", "").replace("-", "")),
    "underscores": lambda word: "_".join(word.replace(" ", "").replace("-", "")),
    "stars between": lambda word: "*".join(word.replace(" ", "").replace("-", "")),
    "leet": lambda word: word.translate(LEET),
    "cyrillic": lambda word: word.translate(CYRILLIC),
    "greek": lambda word: word.translate(GREEK),
    "full width": lambda word: "".join(FULL_WIDTH.get(letter, letter) for letter in word),
    "bold": lambda word: "".join(BOLD.get(letter, letter) for letter in word),
    "held and zero width": lambda word: "\u200d".join(letter * 2 for letter in word),
    "leet and capitals": lambda word: word.upper().translate(DIGITS),
}

_BUILT = Words(words.load().lexicon)


def _strong() -> list[Entry]:
    return [
        entry
        for entry in words.load().lexicon.entries
        if entry.tier is Tier.STRONG and entry.kind is not Kind.SWEAR and not entry.needs
    ]


def _sees(text: str) -> bool:
    found = _BUILT.look(comment(text=text), NOTHING_ELSE)
    return any(isinstance(item, Finding) and item.score >= 0.4 for item in found)


@pytest.mark.parametrize("trick", TRICKS)
def test_nearly_every_strong_word_is_seen_through_a_trick(trick: str) -> None:
    spellings = list(itertools.chain.from_iterable(entry.spellings for entry in _strong()))
    said = [f"you are a fucking {TRICKS[trick](spelling)} mate" for spelling in spellings]

    missed = [text for text in said if not _sees(text)]

    assert len(missed) <= len(said) * 0.01, missed


@pytest.mark.parametrize("word", ["w*nker", "tw*ts", "c*nt", "p*ki", "f*ggot", "sl*gs", "pr#ck", "b*stards"])
def test_a_word_with_a_letter_masked_is_seen(word: str) -> None:
    assert _sees(f"you are a {word} mate")


OTHER_SCRIPTS = (
    "Большое спасибо бригаде скорой помощи, вы спасли моего отца",
    "Дякую вам за допомогу минулої ночі",
    "Ευχαριστώ πολύ το πλήρωμα που ήρθε τόσο γρήγορα",
    "ਤੁਹਾਡਾ ਬਹੁਤ ਧੰਨਵਾਦ ਜੀ",
    "بہت شکریہ آپ سب کا",
    "شكرا جزيلا لكم على مساعدتكم",
    "আপনাদের অনেক ধন্যবাদ",
    "नर्स और डॉक्टर बहुत अच्छे थे",
    "谢谢你们救了我的父亲",
    "救急隊の皆さん、ありがとうございました",
    "תודה רבה לצוות האמבולנס",
    "Cảm ơn các bạn rất nhiều vì đã đến nhanh",
    "Dziękuję bardzo, jesteście wspaniali",
    "Mulțumesc frumos pentru ajutor",
    "Diolch o galon i'r criw",
)


@pytest.mark.parametrize("text", OTHER_SCRIPTS)
@pytest.mark.parametrize(
    "trick", ["as it is", "capitals", "zero width", "soft hyphens", "direction marks", "full width"]
)
def test_harmless_text_in_another_script_is_no_breach(text: str, trick: str) -> None:
    found = _BUILT.look(comment(text=TRICKS[trick](text)), NOTHING_ELSE)

    assert found == ()


@given(st.text(max_size=300))
def test_every_span_lies_within_the_raw_text(text: str) -> None:
    reading = normalise.read(text)

    for variant in reading.variants:
        assert len(variant.text) == len(variant.starts) == len(variant.ends)
        assert all(
            0 <= start < end <= len(text) for start, end in zip(variant.starts, variant.ends, strict=True)
        )


@pytest.mark.parametrize("text", ["река и мост", "καλημέρα σας", "рак, сок и кот"])
def test_a_text_in_another_script_throughout_is_not_folded_into_latin(text: str) -> None:
    folded = normalise.read(text).plain.text

    assert not any(letter.isascii() and letter.isalpha() for letter in folded)


def test_a_disguised_word_is_found_at_its_raw_place() -> None:
    text = "well, you are a w\u200ba\u200bn\u200bk\u200be\u200br mate"

    found = _BUILT.look(comment(text=text), NOTHING_ELSE)

    (finding,) = found
    assert isinstance(finding, Finding)
    assert finding.span is not None
    assert text[finding.span.start : finding.span.end] == "w\u200ba\u200bn\u200bk\u200be\u200br"


def test_capitals_are_kept_beside_the_lower_case() -> None:
    reading = normalise.read("Ｈello İstanbul ß")

    assert reading.cased.lower() == reading.plain.text
    assert reading.cased.startswith("Hello I")


def test_because_quotes_nothing() -> None:
    secret = "xylophonic"
    text = f"you are a wanker {secret} and I will stab you {secret} http://{secret}.icu"

    every = [item for check in checks() for item in check.look(comment(text=text), NOTHING_ELSE)]

    assert len(every) >= 3
    assert all(secret not in repr(item) and "wanker" not in repr(item) for item in every)


@pytest.mark.parametrize("text", ["ب\u200c", "ب\u200d\u0301", "ب\u200c" + "\u200c" * 20 + "a"])
def test_a_joiner_with_nothing_after_it_is_read(text: str) -> None:
    assert normalise.read(text).plain.text.startswith("ب")
