"""A house without a mail server."""

from __future__ import annotations

from dataclasses import dataclass

from moderation.decision import Mail, Outcome, Unsupported


@dataclass(frozen=True, slots=True)
class NoMailer:
    """Sends nothing, and says so: each mail becomes a task for a person."""

    async def send(self, mail: Mail, message_id: str) -> Outcome:
        """Say that a person has to write this one."""
        del mail, message_id
        return Unsupported("the settings name no mail server")
