"""How the templates of our mails are filled in."""

from __future__ import annotations

import html as html_text

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.mail import templates

PAGE = """\
{% extends "layout.html" %}
{% block body %}<p>{{ words }}</p><a class="button" href="#">Open case C-42</a>{% endblock %}
"""


def _page(**values: object) -> str:
    return templates.inlined(templates.environment().from_string(PAGE).render(**values))


@given(words=st.text(st.sampled_from("<>&\"'{}%# abc/=script")))
def test_what_people_wrote_is_words_on_the_page_and_nothing_else(words: str) -> None:
    page = _page(title="Case", words=words)

    inner = page.partition("<p")[2].partition(">")[2].partition("</p>")[0]
    assert html_text.unescape(inner) == words
    assert "<" not in inner


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        _page(title="Case")


def test_styles_stand_on_their_elements_and_dark_mode_stays() -> None:
    page = _page(title="Case", words="words")

    assert "padding: 12px 20px" in page.partition('class="button"')[2].partition(">")[0]
    assert "prefers-color-scheme: dark" in page


def test_the_page_names_its_language_and_title_and_has_one_heading() -> None:
    page = _page(title="Weekly digest", words="words")

    assert '<html lang="en-GB"' in page
    assert "<title>Weekly digest</title>" in page
    assert page.count("<h1") == 1


def test_nothing_is_fetched_to_fill_a_page_in() -> None:
    page = templates.inlined(
        '<html><head><link rel="stylesheet" href="https://elsewhere.example/a.css"></head></html>'
    )

    assert page


def test_plain_text_is_not_escaped() -> None:
    environment = templates.environment().overlay(loader=jinja2.DictLoader({"note.txt": "{{ words }}"}))

    assert environment.get_template("note.txt").render(words="<&>") == "<&>"
