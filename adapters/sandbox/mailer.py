"""A mailer that writes each mail into a folder, to be looked at."""

from __future__ import annotations

import email.message
import email.policy
import pathlib
from dataclasses import dataclass, field

from moderation.decision import AlreadyDone, Done, Mail, Outcome


@dataclass(slots=True)
class FolderMailer:
    """Writes `NUMBER.eml` files; the same message id is written once."""

    folder: pathlib.Path
    sent: dict[str, Mail] = field(default_factory=dict)

    async def send(self, mail: Mail, message_id: str) -> Outcome:
        """Write the mail down."""
        if message_id in self.sent:
            return AlreadyDone()
        self.sent[message_id] = mail
        self.folder.mkdir(parents=True, exist_ok=True)
        message = email.message.EmailMessage(policy=email.policy.SMTP)
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message["Message-ID"] = f"<{message_id}@sandbox.invalid>"
        message.set_content(mail.text)
        if mail.html:
            message.add_alternative(mail.html, subtype="html")
        (self.folder / f"{len(self.sent):03}.eml").write_bytes(message.as_bytes())
        return Done(message_id)
