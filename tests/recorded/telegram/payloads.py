"""What was recorded, and whose chats it comes from."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from adapters.telegram import mapping
from adapters.telegram.config import TelegramAccount
from adapters.telegram.ours import Ours
from moderation.arrival import Arrived, Item
from moderation.comment import AccountRef, Comment, Platform

PAYLOADS = Path(__file__).parent / "payloads"
GROUP, CHANNEL, STAFF = -1002200000001, -1002200000002, -1002200000003
DANA, ADA, BOB = 7100000007, 5500000017, 6200000042
OURS = Ours(
    bot=7700000001,
    bot_name="houserules_bot",
    staff_chat=STAFF,
    accounts=(TelegramAccount(GROUP, CHANNEL),),
    staff=frozenset({DANA}),
)
ACCOUNT = AccountRef(Platform.TELEGRAM, str(GROUP))
HEARD = dt.datetime(2026, 11, 20, 9, 1, tzinfo=dt.UTC)
SAID = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
OPENED = "kT3v9xQ0aLx1yPq7Zz2m4w"


def payload(name: str) -> Any:  # noqa: ANN401 -- JSON
    return json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))


def read(name: str) -> Item | None:
    return mapping.read(payload(name), OURS, HEARD)


def comment(name: str) -> Comment:
    item = read(name)
    assert isinstance(item, Arrived), item
    return item.comment
