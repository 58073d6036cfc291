"""How the mailer gets along with servers: privacy, login, faults, and what it tells the operator."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
import ssl

import pytest
import trustme

from adapters.mail.connection import Security, Server
from adapters.mail.smtp import LATER, SmtpMailer
from moderation.decision import Done, Mail, TryLater, Unknown
from tests.fakes.clock import FakeClock
from tests.fakes.mailer import SENDER
from tests.peers import mail_server
from tests.peers.mail_server import Trouble

MAIL = Mail("team@trust.example", "Case 7", "words")
PATIENCE = dt.timedelta(seconds=0.3)
LOGIN = ("houserules", "a long secret")


@pytest.fixture(name="authority", scope="session")
def _authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(name="theirs")
def _theirs(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return context


@pytest.fixture(name="trust")
def _trust(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def _mailer(
    port: int,
    security: Security = Security.NONE,
    trust: ssl.SSLContext | None = None,
    login: tuple[str, str] = ("", ""),
) -> SmtpMailer:
    server = Server("127.0.0.1", port, security, *login, patience=PATIENCE, trust=trust)
    return SmtpMailer(server, SENDER, FakeClock())


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_mail_goes_encrypted_and_logged_in(
    security: Security, theirs: ssl.SSLContext, trust: ssl.SSLContext
) -> None:
    async with mail_server.serving(tls=theirs, immediate=security is Security.TLS, login=LOGIN) as server:
        outcome = await _mailer(server.port, security, trust, LOGIN).send(MAIL, "a")

    assert isinstance(outcome, Done)
    assert len(server.taken) == 1
    assert server.logins == [True]


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_no_mail_goes_to_a_server_that_we_cannot_trust(
    security: Security, theirs: ssl.SSLContext
) -> None:
    async with mail_server.serving(tls=theirs, immediate=security is Security.TLS) as server:
        outcome = await _mailer(server.port, security).send(MAIL, "a")

    assert isinstance(outcome, TryLater)
    assert "certificate" in outcome.reason
    assert server.taken == []


async def test_no_mail_goes_in_the_clear_because_a_server_offers_nothing_better() -> None:
    async with mail_server.serving() as server:
        outcome = await _mailer(server.port, Security.STARTTLS).send(MAIL, "a")

    assert isinstance(outcome, TryLater)
    assert "STARTTLS" in outcome.reason
    assert server.taken == []


async def test_a_wrong_password_loses_no_mail(theirs: ssl.SSLContext, trust: ssl.SSLContext) -> None:
    async with mail_server.serving(tls=theirs, login=LOGIN) as server:
        outcome = await _mailer(server.port, Security.STARTTLS, trust, ("houserules", "wrong")).send(
            MAIL, "a"
        )

    assert outcome == TryLater(LATER, "the mail server does not take our name and password (535)")


async def test_a_server_that_is_not_there_is_tried_later() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        outcome = await _mailer(probe.getsockname()[1]).send(MAIL, "a")

    assert isinstance(outcome, TryLater)


@pytest.mark.parametrize(
    ("greeting", "after"), [(b"554 no\r\n", LATER), (b"421 busy\r\n", None), (b"", None)]
)
async def test_a_server_that_does_not_greet_us_is_tried_later(
    greeting: bytes, after: dt.timedelta | None
) -> None:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server:
        outcome = await _mailer(server.sockets[0].getsockname()[1]).send(MAIL, "a")

    assert isinstance(outcome, TryLater)
    assert after is None or outcome.after == after


async def test_the_reason_repeats_no_address() -> None:
    async with mail_server.serving() as server:
        server.trouble = Trouble.GREYLISTED
        outcome = await _mailer(server.port).send(MAIL, "a")

    assert isinstance(outcome, TryLater)
    assert "451" in outcome.reason
    assert MAIL.to not in outcome.reason


async def test_cancelling_passes_through_and_leaves_no_connection() -> None:
    async with mail_server.serving() as server:
        server.trouble = Trouble.SILENT_AFTER
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await _mailer(server.port).send(MAIL, "a")

        await asyncio.wait_for(server.left.wait(), 5)


async def test_a_server_that_falls_silent_is_not_waited_for_without_end() -> None:
    started = asyncio.get_running_loop().time()
    async with mail_server.serving() as server:
        server.trouble = Trouble.SILENT_AFTER
        outcome = await _mailer(server.port).send(MAIL, "a")

    assert isinstance(outcome, Unknown)
    assert asyncio.get_running_loop().time() - started < 5 * PATIENCE.total_seconds()


async def test_a_look_says_what_is_well(theirs: ssl.SSLContext, trust: ssl.SSLContext) -> None:
    async with mail_server.serving(tls=theirs, login=LOGIN) as server:
        found = await _mailer(server.port, Security.STARTTLS, trust, LOGIN).inspect()

    assert found.ok
    assert [line.partition(": ")[2] for line in found.lines] == [
        "answers",
        "TLSv1.3",
        "logged in as houserules",
        "takes mail from houserules@trust.example",
    ]
    assert server.taken == []


async def test_a_look_says_that_the_server_knows_no_such_sender() -> None:
    async with mail_server.serving() as server:
        server.trouble = Trouble.SENDER_REFUSED
        found = await _mailer(server.port).inspect()

    assert not found.ok
    assert found.lines == (f"127.0.0.1:{server.port}: refuses mail from houserules@trust.example (553)",)


async def test_a_look_says_that_nothing_answers() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found = await _mailer(probe.getsockname()[1]).inspect()

    assert not found.ok
    assert "cannot be reached" in found.lines[0]


def test_a_password_is_never_shown() -> None:
    assert LOGIN[1] not in repr(_mailer(25, login=LOGIN))
