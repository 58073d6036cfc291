"""What every mailer keeps, the real one and the fake."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from email.message import EmailMessage
from typing import Protocol

import pytest

from adapters.mail.connection import Security, Server
from adapters.mail.smtp import SmtpMailer
from moderation.decision import Done, Mail, Outcome, Refused, TryLater, Unknown
from moderation.ports import Mailer
from tests.fakes.clock import FakeClock
from tests.fakes.mailer import SENDER, FakeMailer
from tests.peers import mail_server
from tests.peers.mail_server import MailServer, Trouble

MAIL = Mail(
    "safeguarding@trust.example",
    "Referral: case 7",
    "Somebody may need help.",
    "<p>Somebody may need help.</p>",
)
PUT_OFF = {Trouble.GREYLISTED, Trouble.CONTENT_PUT_OFF, Trouble.HUNG_UP_BEFORE, Trouble.SILENT_BEFORE}
REFUSED = {Trouble.NOBODY, Trouble.SENDER_REFUSED, Trouble.CONTENT_REFUSED}
UNCLEAR = {Trouble.HUNG_UP_AFTER, Trouble.SILENT_AFTER, Trouble.NONSENSE_AFTER}


class Post(Protocol):
    """A mailer, a way to trouble it, and the far end."""

    mailer: Mailer

    def expect(self, trouble: Trouble) -> None: ...

    def arrived(self) -> list[EmailMessage]: ...


class RealPost:
    def __init__(self, server: MailServer, clock: FakeClock) -> None:
        self._server = server
        place = Server("127.0.0.1", server.port, Security.NONE, patience=dt.timedelta(seconds=0.3))
        self.mailer: Mailer = SmtpMailer(place, SENDER, clock)

    def expect(self, trouble: Trouble) -> None:
        self._server.trouble = trouble

    def arrived(self) -> list[EmailMessage]:
        return self._server.messages


class FakePost:
    def __init__(self) -> None:
        self._fake = FakeMailer()
        self.mailer: Mailer = self._fake

    def expect(self, trouble: Trouble) -> None:
        answer: Outcome = Unknown(trouble)
        if trouble in PUT_OFF:
            answer = TryLater(dt.timedelta(minutes=5), trouble)
        elif trouble in REFUSED:
            answer = Refused(trouble)
        self._fake.answers.append(answer)

    def arrived(self) -> list[EmailMessage]:
        return self._fake.sent


@pytest.fixture(name="post", params=["smtp", "fake"])
async def _post(request: pytest.FixtureRequest, clock: FakeClock) -> AsyncIterator[Post]:
    if request.param == "fake":
        yield FakePost()
        return
    async with mail_server.serving() as server:
        yield RealPost(server, clock)


def test_every_trouble_has_its_place() -> None:
    assert set(Trouble) == PUT_OFF | REFUSED | UNCLEAR


async def test_a_mail_arrives_as_it_was_written(post: Post) -> None:
    outcome = await post.mailer.send(MAIL, "a-1-mail")

    assert isinstance(outcome, Done)
    [message] = post.arrived()
    assert (message["To"], message["Subject"]) == (MAIL.to, MAIL.subject)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().strip() == MAIL.text
    assert html.get_content().strip() == MAIL.html


@pytest.mark.parametrize("trouble", sorted(PUT_OFF))
async def test_what_surely_did_not_happen_is_tried_later(post: Post, trouble: Trouble) -> None:
    post.expect(trouble)

    outcome = await post.mailer.send(MAIL, "a-1-mail")

    assert isinstance(outcome, TryLater)
    assert outcome.after > dt.timedelta(0)
    assert post.arrived() == []


@pytest.mark.parametrize("trouble", sorted(REFUSED))
async def test_a_no_is_a_no(post: Post, trouble: Trouble) -> None:
    post.expect(trouble)

    outcome = await post.mailer.send(MAIL, "a-1-mail")

    assert isinstance(outcome, Refused)
    assert post.arrived() == []


@pytest.mark.parametrize("trouble", sorted(UNCLEAR))
async def test_silence_after_the_mail_is_not_taken_for_a_no(post: Post, trouble: Trouble) -> None:
    post.expect(trouble)

    outcome = await post.mailer.send(MAIL, "a-1-mail")

    assert isinstance(outcome, Unknown)
    assert len(post.arrived()) == 1


async def test_a_repeat_is_seen_to_be_one(post: Post) -> None:
    for key in ("a-1-mail", "a-1-mail", "a-2-mail"):
        await post.mailer.send(MAIL, key)

    first, again, other = (message["Message-ID"] for message in post.arrived())
    assert first == again
    assert first != other


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
async def test_no_break_in_a_subject_begins_a_header(post: Post, break_: str) -> None:
    hostile = Mail(MAIL.to, f"Case 7{break_}Bcc: everybody@elsewhere.example", MAIL.text)

    outcome = await post.mailer.send(hostile, "a-1-mail")

    assert isinstance(outcome, Done)
    [message] = post.arrived()
    assert message["Subject"] == "Case 7 Bcc: everybody@elsewhere.example"
    assert message["Bcc"] is None


async def test_an_encoded_word_is_refused(post: Post) -> None:
    hostile = Mail(MAIL.to, "=?utf-8?q?a=0ABcc:_x@y.z?=", MAIL.text)

    outcome = await post.mailer.send(hostile, "a-1-mail")

    assert isinstance(outcome, Refused)
    assert post.arrived() == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "two@trust.example, three@trust.example",
        "a@trust.example\r\nRCPT TO:<b@trust.example>",
        "Somebody <a@trust.example>",
        "a@trust.example>",
        "=?utf-8?q?a?=@trust.example",
        "ä@trust.example",
    ],
)
async def test_only_a_plain_address_is_written_to(post: Post, address: str) -> None:
    outcome = await post.mailer.send(Mail(address, MAIL.subject, MAIL.text), "a-1-mail")

    assert isinstance(outcome, Refused)
    assert post.arrived() == []
