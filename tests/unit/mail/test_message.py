"""How a message is built."""

from __future__ import annotations

import datetime as dt
import unicodedata
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.mail.message import Sender, UnsafeMailError, compose
from moderation.decision import Mail
from tests.fakes.clock import NOON

SENDER = Sender("houserules@trust.example", "Example Ambulance", "communications@trust.example")
OURS = [
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "Content-Type",
    "Content-Transfer-Encoding",
    "MIME-Version",
]
HOSTILE = st.text(
    st.sampled_from("\r\n\v\f\x00\x07\x1c\x7f\x85\x9b\u2028\u2029\u202e\ud800=?:<>@,; \tqQbB0A")
    | st.characters(),
    max_size=300,
)


def _sent(message: EmailMessage) -> EmailMessage:
    read = message_from_bytes(message.as_bytes(), policy=policy.SMTP)
    assert isinstance(read, EmailMessage)
    return read


@given(subject=HOSTILE, text=HOSTILE, html=HOSTILE, key=st.text(st.characters(codec="utf-8")))
@example(subject="=?utf-8?q?a=0ABcc:_x@y.z?=", text="", html="", key="")
@example(subject="=\n?utf-8?q?a=0ABcc:_x@y.z?\n=", text="", html="", key="")
@example(subject="=\ud800utf-8?q?a=0ABcc:_x@y.z?=", text="", html="", key="")
@example(subject="a\x00b\x07c\x7fd\x9be", text="", html="", key="")
@example(subject="a", text="\n.\nMAIL FROM:<x@y.z>", html="\n\nBcc: x@y.z", key="a")
def test_nothing_that_somebody_wrote_becomes_a_header(subject: str, text: str, html: str, key: str) -> None:
    try:
        message = _sent(compose(Mail("team@trust.example", subject, text, html), SENDER, key, NOON))
    except UnsafeMailError:
        assert "?" in subject
        return

    assert [name for name in message if name not in OURS] == []
    assert len(message.keys()) == len(set(message.keys()))
    assert str(message["To"]) == "team@trust.example"
    assert not [char for char in str(message["Subject"]) if unicodedata.category(char) in {"Cc", "Zl", "Zp"}]


@given(
    text=st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")))
    .map(str.strip)
    .filter(bool)
)
def test_what_people_read_is_what_was_written(text: str) -> None:
    message = _sent(compose(Mail("team@trust.example", "Case 7", text, f"<p>{text}</p>"), SENDER, "a", NOON))

    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content() == f"{text}\r\n"
    assert html.get_content() == f"<p>{text}</p>\r\n"


def test_every_server_can_take_it() -> None:
    raw = compose(Mail("team@trust.example", "Fälle", "ä" * 5000, "<p>ä</p>"), SENDER, "a", NOON).as_bytes()

    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_plain_text_comes_first_so_that_the_page_is_preferred() -> None:
    message = compose(Mail("team@trust.example", "Case 7", "words", "<p>words</p>"), SENDER, "a", NOON)

    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_a_mail_without_a_page_is_plain_text() -> None:
    message = compose(Mail("team@trust.example", "Case 7", "words"), SENDER, "a", NOON)

    assert message.get_content_type() == "text/plain"


def test_the_headers_say_that_no_person_wrote_it_and_who_answers() -> None:
    message = _sent(compose(Mail("team@trust.example", "Case 7", "words"), SENDER, "a", NOON))

    assert message["From"] == "Example Ambulance <houserules@trust.example>"
    assert message["Reply-To"] == "communications@trust.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == NOON


def test_the_message_id_comes_from_the_key_alone_and_stands_under_our_domain() -> None:
    first = compose(Mail("team@trust.example", "Case 7", "words"), SENDER, "a-1", NOON)
    later = compose(Mail("x@trust.example", "Case 8", "else"), SENDER, "a-1", NOON + dt.timedelta(hours=1))

    assert first["Message-ID"] == later["Message-ID"]
    assert str(first["Message-ID"]).endswith("@trust.example>")
    assert "a-1" not in str(first["Message-ID"])


@pytest.mark.parametrize(
    ("address", "name", "reply_to"),
    [
        ("nobody", "", ""),
        ("a@trust.example", "=?utf-8?q?x?=", ""),
        ("a@trust.example", "", "b@trust.example, c"),
    ],
)
def test_a_sender_that_would_break_every_mail_cannot_be_made(address: str, name: str, reply_to: str) -> None:
    with pytest.raises(UnsafeMailError):
        Sender(address, name, reply_to)
