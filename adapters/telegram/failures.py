"""From Telegram's errors to outcomes: the one place that knows their texts."""

from __future__ import annotations

import datetime as dt

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from adapters.telegram.api import scrubbed
from moderation.decision import AlreadyDone, Outcome, Refused, TryLater, Unknown, Unsupported

SOON = dt.timedelta(seconds=5)
TOKEN_REJECTED = dt.timedelta(minutes=1)
BUSY = dt.timedelta(seconds=30)
"""How long to wait where Telegram says that it is too much and not for how long."""

NO_RIGHT = "the bot has no right to do this in the chat: give it the right there"
NOT_THERE = "the bot is not in the chat"
UNDELIVERABLE = "undeliverable"
UNDELETABLE = "message can't be deleted"
NOT_MODIFIED = ("message is not modified",)
UNEDITABLE = ("message to edit not found", "message can't be edited", "message_id_invalid")
NO_TOPIC = ("topic_closed", "message thread not found", "topic_deleted")

# The library capitalises the first letter of a text and drops "Bad Request: ", so case says nothing.
_REFUSALS = (
    ("message to be replied not found", "the comment is no longer there to reply to"),
    (UNDELETABLE, "Telegram does not let a bot delete this message"),
    ("not enough rights", NO_RIGHT),
    ("need administrator rights", NO_RIGHT),
    ("chat_admin_required", NO_RIGHT),
    ("user is an administrator of the chat", "the author is an administrator of the chat"),
    ("user_admin_invalid", "the author is an administrator of the chat"),
    ("can't remove chat owner", "the author owns the chat"),
    ("can't restrict self", "this is the bot itself"),
    ("participant_id_invalid", "Telegram does not know this author in the chat"),
    ("user_id_invalid", "Telegram does not know this author in the chat"),
    ("user not found", "Telegram does not know this author in the chat"),
    ("invalid user_id", "Telegram does not know this author in the chat"),
    ("sender_chat not found", "Telegram does not know this channel"),
    ("chat not found", "Telegram does not know this chat"),
    ("can't initiate conversation", f"{UNDELIVERABLE}: the author has never written to the bot"),
    ("bot was blocked by the user", f"{UNDELIVERABLE}: the author has blocked the bot"),
    ("user is deactivated", f"{UNDELIVERABLE}: the author's account is deleted"),
    ("can't send messages to bots", f"{UNDELIVERABLE}: the author is a bot"),
    ("bot can't send messages to", f"{UNDELIVERABLE}: Telegram does not let the bot write to the author"),
    ("bot was kicked", NOT_THERE),
    ("bot is not a member", NOT_THERE),
)
_UNSUPPORTED = ("method is available only for supergroups", "method is available for supergroup and channel")


def says(error: TelegramError, *texts: str) -> bool:
    """Whether the error's text holds one of these."""
    said = str(error.message).lower()
    return any(text in said for text in texts)


def outcome_of(error: TelegramError, *, repeatable: bool) -> Outcome:
    """Say what an error means. `repeatable`: doing it twice does no harm, so that not knowing is no harm.

    BadRequest and TimedOut are kinds of NetworkError, so the order of the questions matters.
    """
    match error:
        case RetryAfter():
            return TryLater(wait_of(error), "Telegram asks us to wait")
        case InvalidToken() | EndPointNotFound():
            return TryLater(TOKEN_REJECTED, "Telegram does not accept the bot's token")
        case ChatMigrated():
            return Refused(f"the group has moved to {error.new_chat_id}: an operator has to confirm that")
        case BadRequest() | Forbidden():
            return _refusal(error)
        case _:
            return _interruption(error, repeatable=repeatable)


def _interruption(error: TelegramError, *, repeatable: bool) -> Outcome:
    if says(error, "too many requests"):
        return TryLater(BUSY, "Telegram asks us to wait")
    if repeatable or not _may_have_arrived(error):
        return TryLater(SOON, scrubbed(error.message))
    return Unknown(f"the connection broke before Telegram had answered: {scrubbed(error.message)}")


def wait_of(error: RetryAfter) -> dt.timedelta:
    """How long Telegram asks us to wait."""
    wait = error.retry_after
    return wait if isinstance(wait, dt.timedelta) else dt.timedelta(seconds=wait)


def _refusal(error: TelegramError) -> Outcome:
    if says(error, "message to delete not found"):
        return AlreadyDone()
    if says(error, *_UNSUPPORTED):
        return Unsupported("the discussion group is not a supergroup")
    for text, reason in _REFUSALS:
        if says(error, text):
            return Refused(reason)
    return Refused(f"Telegram refuses: {scrubbed(error.message)}")


def _may_have_arrived(error: TelegramError) -> bool:
    """Whether the request can have reached Telegram before it failed."""
    return not isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
