"""What the bot asked of the server, kept for the judge."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from tests.peers.telegram_api.objects import Json


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that really changed in the world because of a call."""

    call: int
    at: datetime
    kind: str
    chat_id: int
    subject: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One finished call: status is None when the connection was cut before an answer."""

    number: int
    at: datetime
    bot_id: int
    method: str
    arguments: Json
    status: int | None
    answer: Json | None
    effects: tuple[Effect, ...]
    fault: str | None = None

    @property
    def ok(self) -> bool:
        return self.status == 200

    @property
    def description(self) -> str:
        return str((self.answer or {}).get("description", ""))


@dataclass(slots=True)
class CallLog:
    """Grows only; an effect is there at once, a call when it has been answered."""

    finished: list[ApiCall] = field(default_factory=list)
    happened: list[Effect] = field(default_factory=list)
    started: int = 0

    def begin(self) -> int:
        self.started += 1
        return self.started

    def calls(self, method: str | None = None, *, ok: bool | None = None) -> tuple[ApiCall, ...]:
        return tuple(
            call
            for call in self.finished
            if (method is None or call.method.lower() == method.lower()) and (ok is None or call.ok is ok)
        )

    def effects(
        self, kind: str | None = None, *, chat_id: int | None = None, subject: int | None = None
    ) -> tuple[Effect, ...]:
        return tuple(
            effect
            for effect in self.happened
            if (kind is None or effect.kind == kind)
            and (chat_id is None or effect.chat_id == chat_id)
            and (subject is None or effect.subject == subject)
        )

    def doubled(self, kind: str = "sent") -> tuple[tuple[int, str], ...]:
        """The (chat id, detail) pairs that happened more than once."""
        seen = Counter((effect.chat_id, effect.detail) for effect in self.effects(kind))
        return tuple(pair for pair, times in seen.items() if times > 1)

    def of_call(self, number: int) -> tuple[Effect, ...]:
        return tuple(effect for effect in self.happened if effect.call == number)
