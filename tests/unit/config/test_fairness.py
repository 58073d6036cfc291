"""Groups that the law protects are recognised by the words that people use of themselves."""

from __future__ import annotations

import pytest

from config.fairness import groups

MENTIONS = dict(groups())


@pytest.mark.parametrize(
    ("group", "text"),
    [
        ("age: older people", "My NAN waited six hours"),
        ("age: younger people", "a sixth former taught us"),
        ("disability", "the wheelchair user in front"),
        ("gender reassignment", "she is a trans woman"),
        ("marriage or civil partnership", "I am her civil partner."),
        ("pregnancy and maternity", "eight months pregnant!"),
        ("race and nationality", "the Polish-speaking medic"),
        ("religion or belief", "outside the mosque"),
        ("sex", "two women in green"),
        ("sexual orientation", "a same-sex couple"),
    ],
)
def test_a_group_is_mentioned_by_its_words_in_any_case(group: str, text: str) -> None:
    assert MENTIONS[group](text)


@pytest.mark.parametrize(
    "text", ["mantle and mandate", "the transit van", "gaylord's farm", "polished floors", ""]
)
def test_part_of_a_word_mentions_nobody(text: str) -> None:
    assert [group for group, mentions in MENTIONS.items() if mentions(text)] == []


def test_every_characteristic_of_the_equality_act_is_there() -> None:
    assert len(MENTIONS) == 10
    assert {name.partition(":")[0] for name in MENTIONS} == {
        "age",
        "disability",
        "gender reassignment",
        "marriage or civil partnership",
        "pregnancy and maternity",
        "race and nationality",
        "religion or belief",
        "sex",
        "sexual orientation",
    }
