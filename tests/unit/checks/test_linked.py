"""A linked page is read by what the network shows of it, and never as the author's own words."""

from __future__ import annotations

import pytest

from moderation.checks.check import Context
from moderation.comment import Media, MediaKind
from moderation.pipeline import readings
from moderation.taxonomy import Category
from moderation.verdict import Finding
from tests.strategies.comments import NOW, comment
from tests.unit.checks.looking import checks


def found(told: str, text: str = "look at this") -> list[Finding]:
    shown = comment(text=text, media=(Media(MediaKind.LINK, "preview:https://example.org", told),))
    looked = [check.look(shown, Context(NOW)) for check in checks()]
    return [item for items in looked for item in items if isinstance(item, Finding)]


@pytest.mark.parametrize(
    ("told", "category"),
    [
        ("Porn videos\nnaked and explicit", Category.INAPPROPRIATE_MEDIA),
        ("[a nude photograph]", Category.INAPPROPRIATE_MEDIA),
        ("Swastika flag for sale", Category.HATEFUL),
    ],
)
def test_what_a_page_is_is_said_by_its_preview_and_acts_on_nobody(told: str, category: Category) -> None:
    seen = found(told)

    assert category in {item.subject for item in seen}
    assert all(item.quoted and item.span is None for item in seen)
    assert all(item.because.startswith("the linked page: ") for item in seen)


def test_a_headline_about_a_threat_is_no_threat() -> None:
    assert (
        found("Man jailed for threatening to stab a paramedic\nHe said he would burn the station down") == []
    )


def test_a_preview_is_not_shown_to_models_as_what_the_author_says() -> None:
    shown = comment(text="look", media=(Media(MediaKind.LINK, "preview:x", "a vile headline"),))

    assert "headline" not in " ".join(readings(shown).whole)
