"""Hands mail to a server, one at a time, and says what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from dataclasses import dataclass

import aiosmtplib

from adapters.mail.connection import Server, explain
from adapters.mail.message import Sender, UnsafeMailError, compose
from moderation.decision import Done, Mail, Outcome, Refused, TryLater, Unknown
from moderation.ports import Clock, Inspection

SOON = dt.timedelta(minutes=5)
"""Long enough for a greylist, short enough for a referral."""
LATER = dt.timedelta(minutes=15)
"""For what a person has to put right first: a password, a certificate."""
_GOODBYE = 2.0
_TROUBLE = (aiosmtplib.SMTPException, OSError)


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Sends by SMTP: a connection for each mail, since there are few."""

    server: Server
    sender: Sender
    clock: Clock

    async def send(self, mail: Mail, message_id: str) -> Outcome:
        """Try once. Once the mail itself is on its way, silence may mean that it was taken: unknown."""
        try:
            content = compose(mail, self.sender, message_id, self.clock.now()).as_bytes()
        except UnsafeMailError as error:
            return Refused(str(error))
        client = self.server.client(self.sender.domain)
        try:
            return await self._reach(client, mail.to) or await _hand_over(client, content)
        finally:
            client.close()

    async def inspect(self) -> Inspection:
        """Look whether the server would take our mail, and send none."""
        place = f"{self.server.host}:{self.server.port}"
        client = self.server.client(self.sender.domain)
        try:
            async with asyncio.timeout(self.server.patience.total_seconds()):
                await client.connect()
                await client.mail(self.sender.address)
        except aiosmtplib.SMTPSenderRefused as error:
            line = f"{place}: refuses mail from {self.sender.address} ({error.code})"
            return Inspection(ok=False, lines=(line,))
        except _TROUBLE as error:
            return Inspection(ok=False, lines=(f"{place}: {explain(error)}",))
        else:
            return Inspection(ok=True, lines=tuple(self._found(client, place)))
        finally:
            client.close()

    def _found(self, client: aiosmtplib.SMTP, place: str) -> list[str]:
        secured = client.get_transport_info("ssl_object")
        return [
            f"{place}: answers",
            f"{place}: {secured.version() if secured else 'not encrypted'}",
            f"{place}: logged in as {self.server.username}" if self.server.username else f"{place}: no login",
            f"{place}: takes mail from {self.sender.address}",
        ]

    async def _reach(self, client: aiosmtplib.SMTP, recipient: str) -> Outcome | None:
        """Go as far as the recipient. Nothing has been sent yet; None says that all is well.

        What goes wrong on the way there says nothing about this mail: it is tried again.
        """
        try:
            async with asyncio.timeout(self.server.patience.total_seconds()):
                try:
                    await client.connect()
                except aiosmtplib.SMTPResponseException as error:
                    return TryLater(LATER if _final(error.code) else SOON, explain(error))
                await client.mail(self.sender.address)
                await client.rcpt(recipient)
        except aiosmtplib.SMTPResponseException as error:
            return _answered(error) or TryLater(LATER, explain(error))
        except _TROUBLE as error:
            return TryLater(SOON, explain(error))
        return None


async def _hand_over(client: aiosmtplib.SMTP, content: bytes) -> Outcome:
    try:
        response = await client.data(content)
    except aiosmtplib.SMTPResponseException as error:
        return _answered(error) or Unknown(explain(error))
    except _TROUBLE as error:
        return Unknown(explain(error))
    with contextlib.suppress(*_TROUBLE):
        await client.quit(timeout=_GOODBYE)
    return Done(" ".join(response.message.split())[:120])


def _answered(error: aiosmtplib.SMTPResponseException) -> Outcome | None:
    """Translate the server's no; None where it is not one."""
    match error:
        case aiosmtplib.SMTPSenderRefused():
            what = "our address"
        case aiosmtplib.SMTPRecipientRefused():
            what = "the recipient"
        case _:
            what = "the mail"
    if _final(error.code):
        return Refused(f"the mail server refuses {what} ({error.code})")
    if _passing(error.code):
        return TryLater(SOON, f"the mail server puts off {what} ({error.code})")
    return None


def _final(code: int) -> bool:
    return 500 <= code < 600  # noqa: PLR2004 - by RFC 5321


def _passing(code: int) -> bool:
    return 400 <= code < 500  # noqa: PLR2004 - by RFC 5321
