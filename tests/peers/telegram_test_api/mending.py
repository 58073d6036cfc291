"""Mends where `telegram-test-api` 4.2.1 departs from the Bot API, so that real clients can read it."""

from __future__ import annotations

import json
from typing import Any, TypeAlias

from telegram.request import HTTPXRequest

Json: TypeAlias = dict[str, Any]

# Anything later than this many seconds after 1970 is a number of milliseconds.
SECONDS_END = 100_000_000_000


class MendingRequest(HTTPXRequest):
    """Asks as always, then mends the answer."""

    async def do_request(self, *given: Any, **named: Any) -> tuple[int, bytes]:  # noqa: ANN401 -- as the base's
        status, body = await super().do_request(*given, **named)
        return status, json.dumps(mended(json.loads(body))).encode()


def mended(answer: Json) -> Json:
    """The answer as Telegram would have given it."""
    if answer.get("ok") and answer.get("result") is None:
        # Edits, deletions and answers to presses say null.
        return answer | {"result": True}
    return {name: _mend(value) for name, value in answer.items()}


def _mend(value: Any) -> Any:  # noqa: ANN401 -- any JSON
    if isinstance(value, list):
        return [_mend(one) for one in value]
    if not isinstance(value, dict):
        return value
    whole = {name: _mend(one) for name, one in value.items()}
    if isinstance(whole.get("date"), int) and whole["date"] > SECONDS_END:
        whole["date"] //= 1000
    if "callback_query" in whole:
        whole["callback_query"].setdefault("chat_instance", "1")
    if "username" in whole and "first_name" in whole and "id" in whole and "type" not in whole:
        whole.setdefault("is_bot", True)
    return whole
