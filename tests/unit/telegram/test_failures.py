"""Telegram's errors, as the library words them, and what we make of them."""

from __future__ import annotations

import datetime as dt

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)

from adapters.telegram import failures
from moderation.decision import AlreadyDone, Outcome, Refused, TryLater, Unknown, Unsupported


def _caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


BROKEN = [
    TimedOut(),
    NetworkError("Bad Gateway"),
    NetworkError("httpx.ReadError: "),
    TelegramError("Invalid server response"),
    _caused(TimedOut(), httpx.ReadTimeout("")),
]
NEVER_SENT = [
    _caused(NetworkError("httpx.ConnectError: refused"), httpx.ConnectError("")),
    _caused(TimedOut(), httpx.ConnectTimeout("")),
    _caused(TimedOut("Pool timeout"), httpx.PoolTimeout("")),
]


@pytest.mark.parametrize("error", BROKEN, ids=repr)
def test_a_break_is_unknown_for_what_may_not_be_repeated(error: TelegramError) -> None:
    assert isinstance(failures.outcome_of(error, repeatable=False), Unknown)


@pytest.mark.parametrize("error", [*BROKEN, *NEVER_SENT], ids=repr)
def test_a_break_is_later_for_what_may_be_repeated(error: TelegramError) -> None:
    assert isinstance(failures.outcome_of(error, repeatable=True), TryLater)


@pytest.mark.parametrize("error", NEVER_SENT, ids=repr)
def test_what_never_left_may_always_be_tried_again(error: TelegramError) -> None:
    assert isinstance(failures.outcome_of(error, repeatable=False), TryLater)


@pytest.mark.parametrize("change", [str.lower, str.upper, str.capitalize, "Bad Request: {}".format])
@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("message to delete not found", AlreadyDone()),
        ("not enough rights to restrict/unrestrict chat member", Refused(failures.NO_RIGHT)),
        ("method is available only for supergroups", Unsupported("the discussion group is not a supergroup")),
        ("chat not found", Refused("Telegram does not know this chat")),
    ],
)
def test_a_text_is_known_however_the_library_writes_it(change: object, text: str, outcome: Outcome) -> None:
    assert callable(change)

    assert failures.outcome_of(BadRequest(change(text)), repeatable=False) == outcome


@pytest.mark.parametrize(
    "error", [BadRequest("Message can't be deleted"), Forbidden("Forbidden: bot was blocked by the user")]
)
@pytest.mark.parametrize("repeatable", [True, False])
def test_a_refusal_is_never_tried_again_for_being_a_network_error(
    error: TelegramError, repeatable: bool
) -> None:
    assert isinstance(failures.outcome_of(error, repeatable=repeatable), Refused)


def test_too_many_requests_without_a_number_is_half_a_minute() -> None:
    outcome = failures.outcome_of(NetworkError("Too Many Requests: slow down"), repeatable=False)

    assert outcome == TryLater(dt.timedelta(seconds=30), "Telegram asks us to wait")


def test_a_move_is_never_followed() -> None:
    outcome = failures.outcome_of(ChatMigrated(-1004), repeatable=True)

    assert isinstance(outcome, Refused)
    assert "an operator has to confirm" in outcome.reason


def test_a_rejected_token_may_be_a_proxys_fault() -> None:
    assert isinstance(failures.outcome_of(InvalidToken(), repeatable=False), TryLater)


def test_a_reason_never_holds_a_token() -> None:
    token = "7700000001:AAtest-token_001xxxxxxxxxxxxxxxxxxx"
    told = [
        failures.outcome_of(kind(f"see https://api.telegram.org/bot{token}/x"), repeatable=repeatable)
        for kind in (BadRequest, Forbidden, NetworkError, TimedOut, Conflict, TelegramError)
        for repeatable in (True, False)
    ]

    assert token not in str(told)
    assert "[token]" in str(told)
