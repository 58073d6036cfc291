"""Looks, for `houserules check`, whether everything on Telegram is as it has to be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from telegram.error import TelegramError

from adapters.telegram import failures, reading, rights
from adapters.telegram.api import Lines
from adapters.telegram.config import TelegramAccount, TelegramConfig
from adapters.telegram.reading import Node
from moderation.ports import Inspection


@dataclass(frozen=True, slots=True)
class _Finding:
    line: str
    fine: bool = True
    look: bool = False

    @property
    def mark(self) -> str:
        if not self.fine:
            return "PUT RIGHT"
        return "look" if self.look else "ok"


async def inspect(config: TelegramConfig, lines: Lines) -> Inspection:
    """Ask Telegram about the bot, every account and the staff chat. Changes nothing."""
    found = [finding async for finding in _findings(config, lines)]
    return Inspection(
        all(finding.fine for finding in found),
        tuple(f"{finding.mark}: {finding.line}" for finding in found),
    )


async def _findings(config: TelegramConfig, lines: Lines) -> AsyncIterator[_Finding]:
    try:
        me = await lines.described("getme")
    except TelegramError as error:
        yield _Finding(f"the bot's token: {_why(error)}", fine=False)
        return
    yield _Finding(f"the token belongs to @{reading.words(me, 'username')} ({reading.number(me, 'id')})")
    if me.get("can_read_all_group_messages") is not True:
        yield _Finding(
            "privacy mode is on: the bot sees comments only where it is an administrator", look=True
        )
    yield await _webhook(lines)
    for account in config.accounts:
        async for finding in _account(account, config, lines):
            yield finding
    async for finding in _staff_chat(config, lines):
        yield finding


async def _webhook(lines: Lines) -> _Finding:
    try:
        hook = await lines.described("getwebhookinfo")
    except TelegramError as error:
        return _Finding(f"the webhook: {_why(error)}", fine=False)
    if reading.words(hook, "url"):
        return _Finding("the bot sends its updates to a webhook: remove it with deleteWebhook", fine=False)
    return _Finding("no webhook stands in the way of reading updates")


async def _account(account: TelegramAccount, config: TelegramConfig, lines: Lines) -> AsyncIterator[_Finding]:
    name = f"group {account.group}"
    try:
        group = await lines.described("getchat", chat_id=account.group)
        held = await _rights(account.group, config, lines)
    except TelegramError as error:
        yield _Finding(f"{name}: {_why(error)}", fine=False)
        return
    if reading.words(group, "type") != "supergroup":
        yield _Finding(f"{name}: it is not a supergroup, so nobody can be banned there", fine=False)
    yield _right(name, "may delete messages", "delete messages", has=held.delete)
    yield _right(name, "may ban users", "ban users", has=held.restrict)
    if account.channel is None:
        return
    linked = reading.maybe_number(group, "linked_chat_id")
    if linked == account.channel:
        yield _Finding(f"{name}: its channel is {account.channel}")
    else:
        there = f"is linked to {linked}" if linked else "is linked to no channel"
        yield _Finding(f"{name}: it {there}, and the settings say {account.channel}", fine=False)
    try:
        held = await _rights(account.channel, config, lines)
    except TelegramError as error:
        yield _Finding(f"channel {account.channel}: {_why(error)}", fine=False)
        return
    yield _right(f"channel {account.channel}", "may ban users", "ban users", has=held.restrict)


async def _staff_chat(config: TelegramConfig, lines: Lines) -> AsyncIterator[_Finding]:
    name = f"staff chat {config.staff_chat}"
    try:
        chat = await lines.described("getchat", chat_id=config.staff_chat)
        held = await _rights(config.staff_chat, config, lines)
    except TelegramError as error:
        yield _Finding(f"{name}: {_why(error)}", fine=False)
        return
    kind = reading.words(chat, "type")
    if kind not in {"group", "supergroup"}:
        yield _Finding(f"{name}: it is a {kind}; cards go to a group", fine=False)
    if kind == "group":
        yield _Finding(f"{name}: make it a supergroup now, or its id will change one day", fine=False)
    if reading.words(chat, "username"):
        yield _Finding(f"{name}: it is public. Anybody could read the cards: remove its username", fine=False)
    if config.topic is not None and chat.get("is_forum") is not True:
        yield _Finding(f"{name}: the settings name a topic, and it has none", fine=False)
    if not held.present:
        yield _Finding(f"{name}: the bot is not in it", fine=False)
    elif not held.administrator:
        yield _Finding(f"{name}: the bot is no administrator there, so nobody tells it who leaves", look=True)
    else:
        yield _Finding(f"{name}: the bot is in it and is told who comes and goes")


async def _rights(chat: int, config: TelegramConfig, lines: Lines) -> rights.Rights:
    member: Node = await lines.described("getchatmember", chat_id=chat, user_id=config.bot_id)
    return rights.rights_of(member)


def _right(name: str, good: str, lacking: str, *, has: bool) -> _Finding:
    if has:
        return _Finding(f"{name}: the bot {good}")
    return _Finding(f"{name}: give the bot the right to {lacking}", fine=False)


def _why(error: TelegramError) -> str:
    outcome = failures.outcome_of(error, repeatable=True)
    return getattr(outcome, "reason", "") or "Telegram refuses"
