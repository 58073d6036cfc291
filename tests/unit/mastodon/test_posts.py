"""What we write: one mention, nobody else's, and nothing cut off."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.mastodon import posts
from tests.peers.mastodon_world import World

CONTEST = "To contest this write to complaints@trust.example or see https://trust.example/contest."
WORDS = st.lists(st.text(alphabet="abcdefgh. ", min_size=1, max_size=12), min_size=1, max_size=120)


def test_a_short_message_is_one_post() -> None:
    assert posts.parts("@sam", "Please be kind.", 500) == ("@sam Please be kind.",)


def test_a_long_message_is_split_between_paragraphs_and_numbered() -> None:
    text = f"{'Kind. ' * 60}\n\n{CONTEST}"

    found = posts.parts("@sam", text, 400)

    assert found is not None
    assert len(found) == 2
    assert found[1] == f"@sam {CONTEST} (2/2)"


@given(words=WORDS, limit=st.integers(120, 600))
def test_no_part_is_too_long_and_no_word_is_lost(words: list[str], limit: int) -> None:
    text = " ".join(words)

    found = posts.parts("@sam@elsewhere.example", text, limit)

    if found is not None:
        assert all(posts.length(part) <= limit for part in found)
        assert len(found) <= posts.MOST_PARTS
        joined = " ".join(re.sub(r"^@\S+ | \(\d/\d\)$", "", part) for part in found)
        assert joined.split() == text.split()


def test_what_cannot_fit_is_not_shortened() -> None:
    assert posts.parts("@sam", "x" * 600, 500) is None
    assert posts.parts("@sam", "word " * 1000, 500) is None


def test_an_address_is_never_broken() -> None:
    found = posts.parts("@sam", f"{'w' * 100} {CONTEST} {'w' * 100}", 250)

    assert found is not None
    assert any("https://trust.example/contest." in part for part in found)
    assert any("complaints@trust.example" in part for part in found)


@pytest.mark.parametrize(
    "named", ["@pat", "see @pat@elsewhere.example", "(@pat)", "hello\n@pat", "@pat@social.example"]
)
def test_nobody_else_is_mentioned(named: str) -> None:
    world = World()
    world.join("pat")
    world.join("pat@elsewhere.example")
    somebody = world.join("sam")

    found = posts.parts("@sam", named, 500)

    assert found is not None
    assert [one["id"] for one in world.post("1", found[0])["mentions"]] == [somebody.id]


def test_a_mail_address_stays_as_it_is() -> None:
    assert posts.harmless(CONTEST) == CONTEST


@pytest.mark.parametrize("acct", ["", "sam pat", "sam@", "@sam", "sam@a b", "sam\n@pat"])
def test_a_handle_that_is_none_is_not_addressed(acct: str) -> None:
    assert posts.mention_of(acct) is None


@pytest.mark.parametrize("acct", ["sam", "sam.m-1@social.example", "sam@localhost:3000"])
def test_a_handle_is_addressed(acct: str) -> None:
    assert posts.mention_of(acct) == f"@{acct}"


def test_a_short_address_counts_as_the_instance_counts_it() -> None:
    assert posts.length("https://a.uk") == posts.URL_LENGTH


def test_our_own_post_is_known_again_as_the_instance_shows_it() -> None:
    part = "@sam@elsewhere.example Please be kind.\n\nSee https://trust.example/rules"

    assert posts.same("@sam Please be kind.\nSee https://trust.example/rules", part)
    assert not posts.same("@sam Please be unkind.", part)
