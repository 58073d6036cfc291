"""A mail server on loopback that takes mail, or goes wrong as it is told."""

from __future__ import annotations

import asyncio
import contextlib
import enum
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Trouble(enum.StrEnum):
    """What may go wrong with a mail, and what the server does for it."""

    GREYLISTED = "451 to the recipient"
    NOBODY = "550 to the recipient"
    SENDER_REFUSED = "553 to the sender"
    CONTENT_PUT_OFF = "452 to the mail"
    CONTENT_REFUSED = "554 to the mail"
    HUNG_UP_BEFORE = "hangs up at the recipient"
    SILENT_BEFORE = "says nothing to the recipient"
    HUNG_UP_AFTER = "keeps the mail, then hangs up"
    SILENT_AFTER = "keeps the mail, then says nothing"
    NONSENSE_AFTER = "keeps the mail, then answers no SMTP"


@dataclass
class MailServer:
    """The server, and what it has taken."""

    port: int
    trouble: Trouble | None = None
    taken: list[Envelope] = field(default_factory=list)
    logins: list[bool] = field(default_factory=list)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)
    """Somebody has gone away again."""

    @property
    def messages(self) -> list[EmailMessage]:
        """What it has taken, read."""
        found = []
        for envelope in self.taken:
            assert isinstance(envelope.content, bytes)
            message = message_from_bytes(envelope.content, policy=policy.SMTP)
            assert isinstance(message, EmailMessage)
            found.append(message)
        return found

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the sender, or not."""
        if self.trouble is Trouble.SENDER_REFUSED:
            return f"553 5.1.8 {address} is not yours"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the recipient, or not."""
        match self.trouble:
            case Trouble.GREYLISTED:
                return f"451 4.7.1 <{address}> greylisted"
            case Trouble.NOBODY:
                return f"550 5.1.1 <{address}> user unknown"
            case Trouble.HUNG_UP_BEFORE:
                _hang_up(server)
            case Trouble.SILENT_BEFORE:
                await self.closing.wait()
            case _:
                pass
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """Take the mail, or not, and say so, or not."""
        match self.trouble:
            case Trouble.CONTENT_PUT_OFF:
                return "452 4.3.1 no room"
            case Trouble.CONTENT_REFUSED:
                return "554 5.7.1 no"
            case _:
                self.taken.append(envelope)
        match self.trouble:
            case Trouble.HUNG_UP_AFTER:
                _hang_up(server)
            case Trouble.SILENT_AFTER:
                await self.closing.wait()
            case Trouble.NONSENSE_AFTER:
                return "what?"
            case _:
                pass
        return f"250 2.0.0 queued as {len(self.taken)}"


class _Visit(SMTP):
    """One visit."""

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self.event_handler.left.set()


def _hang_up(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.WriteTransport)
    server.transport.abort()


@contextlib.asynccontextmanager
async def serving(
    *, tls: ssl.SSLContext | None = None, immediate: bool = False, login: tuple[str, str] | None = None
) -> AsyncIterator[MailServer]:
    """Serve. With `tls` by STARTTLS, or from the first byte; with `login` to nobody else."""
    mail = MailServer(port=0)

    def authenticate(_: SMTP, __: Session, ___: Envelope, ____: str, data: object) -> AuthResult:
        given = isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode())
        mail.logins.append(given == login)
        return AuthResult(success=given == login, handled=False)

    def protocol() -> SMTP:
        return _Visit(
            mail,
            hostname="mail.test",
            tls_context=None if immediate else tls,
            require_starttls=tls is not None and not immediate,
            authenticator=authenticate if login else None,
            auth_required=login is not None and not immediate,
            auth_require_tls=not immediate,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=tls if immediate else None)
    mail.port = server.sockets[0].getsockname()[1]
    try:
        yield mail
    finally:
        mail.closing.set()
        server.close()
        await asyncio.sleep(0)
