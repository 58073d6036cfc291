"""From HTML to what a reader sees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.mastodon import markup

LONG = '<a href="https://trust.example/a/long/path"><span class="invisible">https://</span>'


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<p>one<br>two<br />three</p>", "one\ntwo\nthree"),
        ("<p>one<br><br><br><br>two</p>", "one\n\ntwo"),
        ("a &lt;b&gt; &amp; &#x1F600;", "a <b> & \N{GRINNING FACE}"),
        ("<p>:blobcat: hi</p>", ":blobcat: hi"),
        ('<p><img alt=":blobcat:" src="x"> hi</p>', ":blobcat: hi"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("<blockquote><p>you said</p><p>this</p></blockquote><p>no</p>", "> you said\n\n> this\n\nno"),
        ("<pre>a\n b</pre>", "a\n b"),
        (
            LONG
            + '<span class="ellipsis">trust.example/a</span><span class="invisible">/long/path</span></a>',
            "https://trust.example/a/long/path",
        ),
        ("<p>half<b>bold", "halfbold"),
        ("", ""),
        ("<!-- gone? -->still here", "<!-- gone? -->still here"),
        ("<![if x", "<![if x"),
    ],
)
def test_html_reads_as_it_looks(html: str, text: str) -> None:
    assert markup.read(html).text == text


def test_an_address_behind_other_words_is_told() -> None:
    found = markup.read(
        '<p><a href="https://evil.example/x">click here</a> or <a href="https://evil.example/x">here</a>'
    )

    assert found.links == ("https://evil.example/x",)


def test_an_address_that_is_shown_whole_hides_nothing() -> None:
    found = markup.read(LONG + '<span>trust.example/a</span><span class="invisible">/long/path</span></a>')

    assert found.links == ()


def test_an_address_that_shows_another_is_told() -> None:
    found = markup.read('<a href="https://evil.example">https://trust.example</a>')

    assert found.links == ("https://evil.example",)


def test_people_and_tags_that_the_status_names_hide_nothing() -> None:
    known = {"https://social.example/@trust"}

    found = markup.read('<a href="https://social.example/@trust">@trust</a>', known)

    assert found.links == ()


def test_a_link_that_is_never_closed_is_told() -> None:
    assert markup.read('<a href="https://evil.example">click').links == ("https://evil.example",)


@given(
    html=st.text()
    | st.lists(st.sampled_from(["<p>", "</p>", "<a href=x>", "<", "<!", "<![", "&#", "x", "<br"])).map(
        "".join
    )
)
def test_no_html_breaks_the_reader(html: str) -> None:
    markup.read(html)


@given(
    words=st.text(alphabet=st.characters(exclude_characters="<>&\r\n", exclude_categories=["Cs"]), min_size=1)
)
def test_plain_words_stay_as_they_are(words: str) -> None:
    assert markup.read(f"<p>{words}</p>").text == words.strip("\n ")
