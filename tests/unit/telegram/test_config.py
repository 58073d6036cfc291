"""Settings that could not work are refused before anything is tried."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pydantic import SecretStr

from adapters.telegram.config import TelegramAccount, TelegramConfig

ACCOUNT = TelegramAccount(-1001, -1002)


def _config(**more: Any) -> TelegramConfig:  # noqa: ANN401 -- any setting
    return TelegramConfig(**{"token": SecretStr("12345:secret"), "staff_chat": -1003, **more})


@pytest.mark.parametrize(("group", "channel"), [(5, None), (0, None), (-1001, 7), (-1001, -1001)])
def test_an_account_is_a_group_and_another_chat(group: int, channel: int | None) -> None:
    with pytest.raises(ValueError, match=str(group)):
        TelegramAccount(group, channel)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"accounts": (ACCOUNT, TelegramAccount(-1001))}, "named twice"),
        ({"accounts": (ACCOUNT,), "staff_chat": -1001}, "staff chat is one of the public chats"),
        ({"accounts": (ACCOUNT,), "staff_chat": -1002}, "staff chat is one of the public chats"),
        ({"poll": dt.timedelta(0)}, "never rest"),
    ],
)
def test_settings_that_contradict_themselves_are_refused(more: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        _config(**more)


@pytest.mark.parametrize(("token", "number"), [("12345:secret", 12345), ("nonsense", 0), ("", 0), ("²:x", 0)])
def test_the_bots_id_begins_its_token(token: str, number: int) -> None:
    assert _config(token=SecretStr(token)).bot_id == number


def test_a_part_of_a_second_is_a_whole_one_to_telegram() -> None:
    assert _config(poll=dt.timedelta(seconds=1.2)).poll_seconds == 2


def test_an_account_is_named_after_its_group() -> None:
    assert str(ACCOUNT.ref) == "telegram:-1001"
