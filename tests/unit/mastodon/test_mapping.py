"""From payloads to comments, on recordings and on whatever else may come."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mastodon.return_types import Notification, Status
from mastodon.types_base import try_cast_recurse

from adapters.mastodon import mapping, payload
from adapters.mastodon.mapping import Ignored, Self
from moderation.arrival import Arrived, Noticed, Unreadable
from moderation.comment import AccountRef, CommentKind, Media, MediaKind, Platform

RECORDED = Path(__file__).parents[2] / "recorded" / "mastodon"
ACCOUNT = AccountRef(Platform.MASTODON, "@trust@social.example")
TRUST = Self(ACCOUNT, "117440810532227399", "social.example")
PAT = "117440810233042393"
NOBODY = Self(ACCOUNT, "1", "social.example")


def recorded(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    return found


def status(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    return {
        "id": "10",
        "created_at": "2026-06-01T12:00:00.000Z",
        "account": {"id": "7", "username": "sam", "acct": "sam@elsewhere.example"},
        "content": "<p>hello</p>",
        "visibility": "public",
        "mentions": [{"id": "1", "acct": "trust", "url": "https://social.example/@trust"}],
    } | more


def entity_of(kind: type, received: dict[str, Any]) -> object:
    """The payload as Mastodon.py would hand it over."""
    found: object = try_cast_recurse(kind, received)  # type: ignore[no-untyped-call]
    return found


def arrived(found: object) -> Arrived:
    assert isinstance(found, Arrived)
    return found


def test_a_mention_becomes_a_comment() -> None:
    comment = arrived(mapping.from_notification(TRUST, recorded("mention"))).comment

    assert comment.text == "@trust hello!"
    assert comment.ref.account == ACCOUNT
    assert (comment.ref.id, comment.author.id) == ("117440821662233205", PAT)
    assert comment.author_label == "pat@social.example"
    assert comment.kind is CommentKind.MENTION
    assert comment.permalink == "https://social.example/@pat/117440821662233205"
    assert comment.posted_at == dt.datetime(2026, 10, 14, 19, 5, 25, 72000, tzinfo=dt.UTC)
    assert (comment.revision, comment.language, comment.links) == (0, "en", ())


@pytest.mark.parametrize("name", ["quote", "reply", "edited", "poll_with_media", "warned_direct"])
def test_mastodon_py_and_plain_json_say_the_same(name: str) -> None:
    plain = arrived(mapping.from_status(NOBODY, recorded(name))).comment

    entity = arrived(mapping.from_status(NOBODY, entity_of(Status, recorded(name)))).comment

    assert entity == plain


def test_a_notification_as_mastodon_py_gives_it_is_read() -> None:
    entity = entity_of(Notification, recorded("mention"))

    found = arrived(mapping.from_notification(TRUST, entity))

    assert found.comment.text == "@trust hello!"
    assert json.loads(found.raw)["id"] == "117440821662233205"


def test_a_quote_keeps_our_words_apart_from_theirs() -> None:
    comment = arrived(
        mapping.from_notification(TRUST, {"id": "1", "type": "quote", "status": recorded("quote")})
    )

    assert comment.comment.text == "check this quiet street out"
    assert comment.comment.quoted == ("https://www.trust.example/watch?v=FAEKjYroiME",)
    assert comment.comment.kind is CommentKind.MENTION


def test_a_quote_that_was_taken_off_is_still_a_comment() -> None:
    comment = arrived(mapping.from_status(TRUST, recorded("quote_revoked"))).comment

    assert comment.quoted == ()
    assert comment.text.endswith("check this quiet street out")


def test_a_pointer_to_another_post_is_not_taken_away() -> None:
    content = "<p>RE: https://elsewhere.example/1</p><p>look</p>"

    comment = arrived(mapping.from_status(NOBODY, status(content=content))).comment

    assert comment.text == "RE: https://elsewhere.example/1\n\nlook"


def test_an_edit_raises_the_revision() -> None:
    found = arrived(mapping.from_status(NOBODY, recorded("edited")))

    edited_at = dt.datetime.fromisoformat(recorded("edited")["edited_at"])
    assert found.comment.revision == int(edited_at.timestamp())
    assert found.key == f"status/117440831413709748@{int(edited_at.timestamp() * 1000)}"


def test_two_edits_within_a_second_have_two_keys() -> None:
    keys = {
        mapping.key_of(status(edited_at=f"2026-06-01T12:00:00.{fraction}Z"))
        for fraction in ("100", "200", "900")
    }

    assert len(keys) == 3


@pytest.mark.parametrize(
    "edited_at", ["1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]
)
def test_an_edit_at_an_absurd_time_is_an_edit_all_the_same(edited_at: str) -> None:
    assert arrived(mapping.from_status(NOBODY, status(edited_at=edited_at))).comment.revision > 0


def test_a_content_warning_and_the_choices_of_a_poll_are_the_authors_words() -> None:
    warned = arrived(mapping.from_status(NOBODY, recorded("warned_direct"))).comment
    poll = arrived(mapping.from_status(NOBODY, recorded("poll_with_media"))).comment

    assert warned.text == "Content warning\n\nToot!"
    assert warned.kind is CommentKind.DIRECT
    assert poll.text == "nice\n\n- on foot\n- by bus"
    assert [item.kind for item in poll.media] == [MediaKind.PICTURE, MediaKind.POLL]


def test_a_picture_carries_its_address_and_its_description() -> None:
    attached = [
        {"id": "5", "type": "image", "url": "https://social.example/a.png", "description": "a bus"},
        {"id": "6", "type": "unknown", "url": None, "remote_url": "https://elsewhere.example/b"},
        {"id": "7", "type": "gifv", "url": None, "remote_url": None},
    ]

    comment = arrived(mapping.from_status(NOBODY, status(media_attachments=attached))).comment

    assert comment.media == (
        Media(MediaKind.PICTURE, "https://social.example/a.png", "a bus"),
        Media(MediaKind.DOCUMENT, "https://elsewhere.example/b"),
        Media(MediaKind.VIDEO, "attachment:7"),
    )


def test_a_recorded_picture_keeps_its_alternative_text_and_its_links_preview() -> None:
    comment = arrived(mapping.from_status(NOBODY, recorded("alt_text_and_card"))).comment

    assert [(item.kind, item.description) for item in comment.media] == [
        (MediaKind.PICTURE, "An ambulance outside a station at dawn"),
        (
            MediaKind.LINK,
            "Mastodon documentation\nWelcome to the Mastodon documentation!\nA mastodon at a desk",
        ),
    ]
    assert comment.media[1].id == "preview:https://docs.joinmastodon.example/"


@pytest.mark.parametrize(
    "card", [None, {}, {"url": "https://x.example", "title": "", "description": " "}, "x"]
)
def test_a_preview_that_says_nothing_is_none(card: object) -> None:
    assert arrived(mapping.from_status(NOBODY, status(card=card))).comment.media == ()


def test_an_answer_to_us_is_a_reply() -> None:
    answer = recorded("reply")
    asked = Self(ACCOUNT, answer["in_reply_to_account_id"], "social.example")

    comment = arrived(mapping.from_status(asked, answer)).comment

    assert comment.kind is CommentKind.REPLY
    assert comment.in_reply_to is not None
    assert comment.in_reply_to.id == "117440826670289215"


def test_a_private_message_comes_out_of_its_conversation() -> None:
    comment = arrived(mapping.from_conversation(NOBODY, recorded("conversation"))).comment

    assert comment.kind is CommentKind.DIRECT


def test_what_we_wrote_ourselves_is_ignored() -> None:
    ours = Self(ACCOUNT, PAT, "social.example")

    assert mapping.from_notification(ours, recorded("mention")) == Ignored("our own")
    assert not mapping.addressed(ours, recorded("mention")["status"])


def test_a_boost_is_ignored() -> None:
    assert mapping.from_status(NOBODY, status(reblog=status())) == Ignored("a boost")


@pytest.mark.parametrize(
    "kind", ["favourite", "follow", "follow_request", "poll", "reblog", "admin.report", "admin.sign_up"]
)
def test_what_is_no_comment_is_ignored_with_a_reason(kind: str) -> None:
    found = mapping.from_notification(NOBODY, {"id": "4", "type": kind, "status": status()})

    assert found == Ignored(f"{kind}: no comment")


def test_a_collection_that_somebody_puts_us_in_is_ignored() -> None:
    assert isinstance(mapping.from_notification(TRUST, recorded("added_to_collection")), Ignored)


@pytest.mark.parametrize("kind", ["update", "status", "quoted_update", "brand_new"])
def test_an_edited_or_new_kind_of_post_counts_where_it_is_addressed_to_us(kind: str) -> None:
    found = mapping.from_notification(NOBODY, {"id": "4", "type": kind, "status": status()})

    assert isinstance(found, Arrived)


@pytest.mark.parametrize("kind", ["update", "status", "quoted_update"])
def test_a_post_that_is_not_addressed_to_us_is_ignored(kind: str) -> None:
    found = mapping.from_notification(NOBODY, {"id": "4", "type": kind, "status": status(mentions=[])})

    assert found == Ignored(f"{kind}: not to us")


@pytest.mark.parametrize("kind", ["moderation_warning", "severed_relationships"])
def test_what_concerns_the_account_itself_is_told(kind: str) -> None:
    assert isinstance(mapping.from_notification(NOBODY, {"id": "4", "type": kind}), Noticed)


def test_an_unknown_kind_is_kept() -> None:
    found = mapping.from_notification(NOBODY, {"id": "4", "type": "thunderstorm", "more": [1]})

    assert isinstance(found, Unreadable)
    assert found.key == "notification/4"
    assert json.loads(found.raw) == {"id": "4", "type": "thunderstorm", "more": [1]}


@pytest.mark.parametrize(
    "broken",
    [
        {"created_at": "yesterday"},
        {"created_at": None},
        {"id": ""},
        {"account": {}},
        {"account": None},
        {"content": "x" * (mapping.LONGEST + 1)},
    ],
)
def test_a_status_that_makes_no_sense_is_kept(broken: dict[str, Any]) -> None:
    assert isinstance(mapping.from_status(NOBODY, status(**broken)), Unreadable)


def test_two_things_without_a_name_are_kept_apart() -> None:
    first = mapping.from_notification(NOBODY, {"type": "odd", "a": 1})
    second = mapping.from_notification(NOBODY, {"type": "odd", "a": 2})

    assert isinstance(first, Unreadable)
    assert isinstance(second, Unreadable)
    assert first.key != second.key


def test_a_quote_without_a_frame_around_it_is_read() -> None:
    inner = status(id="3", content="<p>we said</p>", account={"id": "1", "acct": "trust"})

    found = mapping.from_status(NOBODY, status(quote=inner, mentions=[]))

    assert arrived(found).comment.quoted == ("we said",)
    assert mapping.addressed(NOBODY, status(quote=inner, mentions=[]))


def test_a_link_dressed_as_a_mention_is_a_link() -> None:
    content = '<p><a href="https://evil.example/" class="u-url mention">@<span>trust</span></a> hi</p>'

    comment = arrived(mapping.from_status(NOBODY, status(content=content))).comment

    assert comment.links == ("https://evil.example/",)


def test_what_decides_is_in_the_digest() -> None:
    plain = arrived(mapping.from_status(NOBODY, status())).comment
    warned = arrived(mapping.from_status(NOBODY, status(spoiler_text="beware"))).comment

    assert plain.digest != warned.digest


FIELDS = [
    *status(),
    "quote",
    "poll",
    "media_attachments",
    "spoiler_text",
    "edited_at",
    "reblog",
    "tags",
    "language",
]
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["1", "direct", "quote"])
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*FIELDS, "type", "status", "account", "quoted_status", "acct"]), inner
        )
    ),
    max_leaves=12,
)


@given(notification=ANYTHING)
def test_no_notification_breaks_the_mapping(notification: object) -> None:
    mapping.from_notification(NOBODY, notification)
    mapping.from_conversation(NOBODY, notification)


@given(broken=st.dictionaries(st.sampled_from(FIELDS), ANYTHING))
def test_no_status_breaks_the_mapping(broken: dict[str, Any]) -> None:
    found = mapping.from_notification(NOBODY, {"id": "4", "type": "mention", "status": status(**broken)})

    assert isinstance(found, Arrived | Unreadable | Ignored)
    if isinstance(found, Arrived):
        assert found.comment.digest
        json.loads(found.raw)


@given(value=ANYTHING)
def test_whatever_arrives_can_be_stored(value: object) -> None:
    payload.written(value).encode("ascii")
