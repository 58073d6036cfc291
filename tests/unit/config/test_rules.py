"""The public page says every rule and can be read by everybody."""

from __future__ import annotations

import datetime as dt
import html
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from config.loader import load_policy, overlays
from config.rules import rules_html, rules_markdown
from config.settings_shape import RetentionPart
from moderation.policy import Policy
from tests.unit.config.conftest import Write

VOID = {"meta", "br", "hr"}
EVERY = [None, *overlays()]


class Page(HTMLParser):
    """Reads a page as a browser without mercy would."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.headings: list[int] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)


@pytest.fixture(scope="module", params=EVERY, ids=[name or "default" for name in EVERY])
def policy(request: pytest.FixtureRequest) -> Policy:
    return load_policy(overlay=request.param)


def test_the_page_says_every_rule_word_for_word(policy: Policy) -> None:
    page = Page(rules_html(policy)).text

    for rule in policy.categories.values():
        assert rule.title in page
        assert rule.public in page


def test_the_page_is_whole_and_in_order(policy: Policy) -> None:
    page = Page(rules_html(policy))

    assert page.open == []
    assert page.headings.count(1) == 1
    assert page.headings[0] == 1
    assert all(after - before <= 1 for before, after in zip(page.headings, page.headings[1:], strict=False))


def test_the_page_says_its_language_title_and_width(policy: Policy) -> None:
    page = Page(rules_html(policy))

    assert ("html", {"lang": "en-GB"}) in page.seen
    assert "title" in [tag for tag, _ in page.seen]
    assert "main" in [tag for tag, _ in page.seen]
    assert any(attributes.get("name") == "viewport" for _, attributes in page.seen)


def test_the_page_needs_nothing_from_outside(policy: Policy) -> None:
    page = Page(rules_html(policy))

    assert {tag for tag, _ in page.seen}.isdisjoint({"script", "link", "img", "iframe", "object", "form"})
    assert not any("src" in attributes for _, attributes in page.seen)
    assert "url(" not in rules_html(policy)
    assert "@import" not in rules_html(policy)


def test_the_page_says_how_to_contest_and_where_to_complain(policy: Policy) -> None:
    page = Page(rules_html(policy))

    assert policy.organisation.contest in page.text
    assert policy.organisation.contacts["complaints"].public in page.text  # type: ignore[index] # a StrEnum's value
    assert "mailto:contest@example.invalid" in page.links


def test_the_page_says_that_only_the_assistant_director_blocks(policy: Policy) -> None:
    assert "Only our assistant director of communications can decide this" in rules_markdown(policy)


def test_the_page_names_the_rules_that_may_act_alone(write: Write) -> None:
    licences = write('[spam]\nprecision = 0.99\nexamples = 90\nmeasured_on = "a set"\n')

    assert "for these rules only: Spam. " in rules_markdown(load_policy(licences=licences))
    assert "At present it may not hide anything" in rules_markdown(
        load_policy(licences=write('[spam]\nprecision = 0.1\nexamples = 9\nmeasured_on = "a set"\n'))
    )


def test_the_page_says_how_long_things_are_kept_where_that_is_known(policy: Policy) -> None:
    days = dt.timedelta(days=1)
    retention = RetentionPart.model_construct(comments=31 * days, cases=366 * days, media=92 * days)

    page = rules_markdown(policy, retention)

    assert all(words in page for words in ("for 31 days", "for 366 days", "for 92 days"))
    assert "records policy" not in page


def test_the_page_carries_the_version_of_the_policy(policy: Policy) -> None:
    assert f"Version {policy.version}." in Page(rules_html(policy)).text


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        "*stars* _lines_ `code`",
        "[a](javascript:x)",
        "# no heading",
        "- no list",
        "1. one",
        "a & b &amp; c",
        "\\ back",
    ],
)
def test_words_of_the_policy_are_shown_and_never_obeyed(write: Write, words: str) -> None:
    own = write(f"[categories.spam]\npublic = '''{words}'''\n")

    page = Page(rules_html(load_policy(own)))

    assert words in page.text
    assert "script" not in [tag for tag, _ in page.seen]
    assert not any(link.startswith("javascript") for link in page.links)


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted((light(one), light(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_text_and_links_are_readable_by_day_and_by_night(policy: Policy) -> None:
    themes = re.findall(r"--ink: (#\w{6}); --paper: (#\w{6}); --link: (#\w{6})", rules_html(policy))

    assert len(themes) == 2
    assert all(contrast(ink, paper) >= 7 and contrast(link, paper) >= 4.5 for ink, paper, link in themes)


def test_a_name_of_an_organisation_is_escaped_in_the_title(write: Write) -> None:
    own = write('[organisation]\nname = "A & B <Trust>"\n')

    page = rules_html(load_policy(own))

    assert html.escape("A & B <Trust>") in page.split("</title>")[0]


def test_the_page_is_in_the_repositorys_words_for_the_ladder(policy: Policy) -> None:
    text = rules_markdown(policy)

    assert [
        text.index(step)
        for step in ("We hide it", "We may warn you", "We ask for advice", "You may be blocked")
    ] == sorted(
        text.index(step)
        for step in ("We hide it", "We may warn you", "We ask for advice", "You may be blocked")
    )
    assert isinstance(Path, type)
