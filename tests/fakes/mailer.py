"""A mailer that keeps what it is given."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from email.message import EmailMessage

from adapters.mail.message import Sender, UnsafeMailError, compose
from moderation.decision import Done, Mail, Outcome, Refused, Unknown
from tests.fakes.clock import NOON

SENDER = Sender("houserules@trust.example", "Example Ambulance", "communications@trust.example")


@dataclass
class FakeMailer:
    """Sends to a list. `answers` are given first, one for each mail; what may have happened has happened."""

    answers: list[Outcome] = field(default_factory=list)
    sent: list[EmailMessage] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    now: dt.datetime = NOON

    async def send(self, mail: Mail, message_id: str) -> Outcome:
        """Keep it, or answer as told."""
        try:
            message = compose(mail, SENDER, message_id, self.now)
        except UnsafeMailError as error:
            return Refused(str(error))
        answer = self.answers.pop(0) if self.answers else Done(f"kept as {len(self.sent) + 1}")
        if isinstance(answer, Done | Unknown):
            self.sent.append(message)
            self.mails.append(mail)
        return answer
