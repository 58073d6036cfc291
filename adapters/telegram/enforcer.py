"""Performs actions in one discussion group and its channel."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from telegram import ChatPermissions, LinkPreviewOptions, ReplyParameters
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from adapters.telegram import failures, reading, rights
from adapters.telegram.api import Lines
from adapters.telegram.comments import DIRECT
from adapters.telegram.config import STAND_INS, TelegramAccount, TelegramConfig
from adapters.telegram.pace import NO_WAIT, Pace
from adapters.telegram.reading import Node, UnreadableError
from adapters.telegram.rendering import LONGEST
from adapters.telegram.whereabouts import Whereabouts
from moderation.comment import AccountRef
from moderation.decision import (
    Action,
    ActionKey,
    ActionKind,
    Done,
    Outcome,
    Refused,
    TryLater,
    Unknown,
    Unsupported,
)
from moderation.ports import Clock

POSSIBLE = frozenset(
    {
        ActionKind.HIDE,
        ActionKind.MESSAGE,
        ActionKind.REPLY,
        ActionKind.MUTE,
        ActionKind.UNMUTE,
        ActionKind.BLOCK,
        ActionKind.UNBLOCK,
    }
)
SPOKEN = frozenset({ActionKind.MESSAGE, ActionKind.REPLY})
"""What a repeat would say twice."""
SHORTEST = dt.timedelta(seconds=60)
LONGEST_TERM = dt.timedelta(days=366)
"""Telegram takes a ban shorter than 30 seconds or longer than 366 days for one without an end."""
SPARED = "this is the bot itself, a member of staff, one of our chats or Telegram's stand-in"
AT_ONCE = 100
LIMIT_SECONDS = 45
NOT_YET = TryLater(NO_WAIT, "it has not happened")
UNSEEN = Unknown("Telegram cannot be asked about it")
REMEMBERED = 1000
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class TelegramEnforcer:
    """Tries each action once. What Telegram says no to is an outcome, never an exception."""

    def __init__(
        self,
        account: TelegramAccount,
        config: TelegramConfig,
        lines: Lines,
        whereabouts: Whereabouts,
        *,
        pace: Pace,
        clock: Clock,
    ) -> None:
        self._where = account
        self._spared = STAND_INS | config.staff | {config.bot_id}
        self._lines = lines
        self._whereabouts = whereabouts
        self._pace = pace
        self._clock = clock
        self._spoken: OrderedDict[ActionKey, Outcome] = OrderedDict()

    @property
    def account(self) -> AccountRef:
        """The discussion group."""
        return self._where.ref

    @property
    def can(self) -> frozenset[ActionKind]:
        """What the bot's rights in the group allow. As long as nobody has told us, everything."""
        held = self._whereabouts.rights(self._where.group)
        able = {ActionKind.MESSAGE}
        if held is None or held.present:
            able.add(ActionKind.REPLY)
        if held is None or held.delete:
            able.add(ActionKind.HIDE)
        if held is None or held.restrict:
            able |= {ActionKind.MUTE, ActionKind.UNMUTE, ActionKind.BLOCK, ActionKind.UNBLOCK}
        return frozenset(able)

    async def perform(self, action: Action) -> Outcome:
        """Try once. What has been said, or may have been, is not said again under the same key."""
        if action.account != self.account:
            return Refused("the action is for another account")
        if action.key in self._spoken:
            return self._spoken[action.key]
        outcome = await self._tried(action)
        if action.kind in SPOKEN and isinstance(outcome, Done | Unknown):
            self._spoken[action.key] = outcome
            while len(self._spoken) > REMEMBERED:
                self._spoken.popitem(last=False)
        return outcome

    async def _tried(self, action: Action) -> Outcome:
        repeatable = action.kind not in SPOKEN
        try:
            async with asyncio.timeout(LIMIT_SECONDS):
                return await self._perform(action)
        except RetryAfter as error:
            if not repeatable:
                self._pace.stop(self._listener(action), failures.wait_of(error))
            return failures.outcome_of(error, repeatable=repeatable)
        except TelegramError as error:
            return failures.outcome_of(error, repeatable=repeatable)
        except TimeoutError:
            late = f"Telegram had not answered after {LIMIT_SECONDS} seconds"
            return TryLater(failures.SOON, late) if repeatable else Unknown(late)

    async def read_back(self, action: Action) -> Outcome:
        """Ask whether a ban or a restriction holds. Telegram shows no message to a bot a second time."""
        if action.kind not in POSSIBLE:
            return Unsupported(f"Telegram has no call for: {action.kind}")
        if action.kind in SPOKEN:
            return self._spoken.get(action.key, UNSEEN)
        try:
            async with asyncio.timeout(LIMIT_SECONDS):
                return await self._read_back(action)
        except TelegramError as error:
            outcome = failures.outcome_of(error, repeatable=True)
            return outcome if isinstance(outcome, TryLater) else UNSEEN
        except (TimeoutError, UnreadableError):
            return UNSEEN

    # --- One action ---------------------------------------------------------------------------------

    async def _perform(self, action: Action) -> Outcome:
        match action.kind:
            case ActionKind.HIDE:
                return await self._hide(action)
            case ActionKind.MESSAGE:
                return await self._message(action)
            case ActionKind.REPLY:
                return await self._reply(action)
            case ActionKind.MUTE | ActionKind.BLOCK:
                return await self._shut_out(action)
            case ActionKind.UNMUTE:
                return await self._unmute(action)
            case ActionKind.UNBLOCK:
                return await self._let_in(action)
            case ActionKind.UNHIDE:
                return Unsupported("Telegram deletes for good: what was hidden cannot come back")
            case ActionKind.REPORT | ActionKind.MAIL | ActionKind.PACK:
                return Unsupported(f"Telegram has no call for: {action.kind}")

    async def _hide(self, action: Action) -> Outcome:
        messages = _messages(action)
        if not messages:
            return Unsupported("nobody but the bot sees this message, and a bot cannot take it away")
        bot = self._lines.acting
        try:
            if len(messages) == 1:
                await bot.delete_message(self._where.group, messages[0])
            for start in range(0, len(messages) if len(messages) > 1 else 0, AT_ONCE):
                await bot.delete_messages(self._where.group, messages[start : start + AT_ONCE])
        except BadRequest as error:
            if failures.says(error, failures.UNDELETABLE):
                return Refused(await self._why_undeletable())
            raise
        return Done(",".join(map(str, messages)))

    async def _why_undeletable(self) -> str:
        """Telegram says the same for a message that is too old and for a bot without the right."""
        try:
            held = rights.rights_of(await self._member(self._where.group, self._whereabouts.ours.bot))
        except (TelegramError, UnreadableError):
            return "the message is older than 48 hours, or the bot has no right to delete it"
        if not held.delete:
            return failures.NO_RIGHT
        return "the message is older than 48 hours: a bot cannot delete it any more, a person can"

    async def _message(self, action: Action) -> Outcome:
        person = int(action.author.id)
        if person <= 0:
            return Refused(f"{failures.UNDELIVERABLE}: the author speaks as a channel, which has no inbox")
        return await self._say(action.text, person)

    async def _reply(self, action: Action) -> Outcome:
        messages = _messages(action)
        if not messages:
            return Unsupported("a private message has no public reply")
        return await self._say(action.text, self._where.group, messages[0])

    async def _say(self, text: str, chat: int, to: int | None = None) -> Outcome:
        if not 1 <= reading.units(text.strip()) <= LONGEST:
            return Refused(f"the text is empty, or longer than Telegram's {LONGEST} characters")
        wait = await self._pace.turn(chat)
        if wait > NO_WAIT:
            return TryLater(wait, "as much as Telegram allows has been sent")
        sent = await self._lines.speaking.send_message(
            chat,
            reading.whole(text),
            link_preview_options=NO_PREVIEW,
            reply_parameters=None if to is None else ReplyParameters(to),
        )
        return Done(str(sent.message_id))

    async def _shut_out(self, action: Action) -> Outcome:
        person = int(action.author.id)
        if person in self._spared or person in {self._where.group, self._where.channel}:
            return Refused(SPARED)
        if problem := self._problem_with(action):
            return Refused(problem)
        if person < 0:
            return await self._shut_out_channel(action, person)
        until, bot = action.until, self._lines.acting
        if action.kind is ActionKind.MUTE:
            silence = ChatPermissions.no_permissions()
            await bot.restrict_chat_member(self._where.group, person, silence, until_date=until)
            return Done(str(self._where.group))
        return await self._everywhere(lambda chat: bot.ban_chat_member(chat, person, until_date=until))

    def _problem_with(self, action: Action) -> str:
        if action.until is None:
            return ""
        term = action.until - self._clock.now()
        if term < SHORTEST:
            return "its end has come, or nearly: Telegram would make a term this short one without an end"
        if term > LONGEST_TERM and int(action.author.id) > 0:
            return "Telegram makes a term of more than 366 days one without an end: approve a shorter one"
        return ""

    async def _shut_out_channel(self, action: Action, channel: int) -> Outcome:
        if action.kind is ActionKind.MUTE:
            return Unsupported("Telegram cannot mute somebody who speaks as a channel")
        bot = self._lines.acting
        outcome = await self._everywhere(lambda chat: bot.ban_chat_sender_chat(chat, channel))
        if isinstance(outcome, Done) and action.until is not None:
            return Done(f"{outcome.proof}; without an end on Telegram: to be lifted {action.until:%d %b %Y}")
        return outcome

    async def _let_in(self, action: Action) -> Outcome:
        person, bot = int(action.author.id), self._lines.acting
        if person < 0:
            return await self._everywhere(lambda chat: bot.unban_chat_sender_chat(chat, person))
        # Without only_if_banned, Telegram throws out somebody who is in the chat.
        return await self._everywhere(lambda chat: bot.unban_chat_member(chat, person, only_if_banned=True))

    async def _unmute(self, action: Action) -> Outcome:
        person = int(action.author.id)
        if person < 0:
            return Unsupported("Telegram cannot mute somebody who speaks as a channel")
        everything = ChatPermissions.all_permissions()
        await self._lines.acting.restrict_chat_member(self._where.group, person, everything)
        return Done(str(self._where.group))

    async def _everywhere(self, call: Callable[[int], Awaitable[object]]) -> Outcome:
        """In the group, which decides; then in the channel, whose refusal is told but changes nothing."""
        await call(self._where.group)
        if self._where.channel is None:
            return Done(str(self._where.group))
        try:
            await call(self._where.channel)
        except (BadRequest, Forbidden) as error:
            why = getattr(failures.outcome_of(error, repeatable=True), "reason", "")
            return Done(f"{self._where.group}; not in the channel {self._where.channel}: {why}")
        return Done(f"{self._where.group}, {self._where.channel}")

    # --- Looking whether it happened ----------------------------------------------------------------

    async def _read_back(self, action: Action) -> Outcome:
        person = int(action.author.id)
        if action.kind is ActionKind.HIDE or person < 0:
            return UNSEEN
        member = await self._member(self._where.group, person)
        status = reading.words(member, "status")
        match action.kind:
            case ActionKind.BLOCK:
                happened = status == "kicked" and await self._banned_from_channel(person)
            case ActionKind.UNBLOCK:
                happened = status != "kicked" and not await self._banned_from_channel(person, unsure=False)
            case ActionKind.MUTE:
                happened = status == "restricted" and member.get("can_send_messages") is not True
            case ActionKind.UNMUTE:
                happened = status != "restricted"
            case _:
                return UNSEEN
        return Done(str(self._where.group)) if happened else NOT_YET

    async def _banned_from_channel(self, person: int, *, unsure: bool = True) -> bool:
        """Whether the channel's ban holds. Where the bot may not ban there, none was ever made."""
        held = None if self._where.channel is None else self._whereabouts.rights(self._where.channel)
        if self._where.channel is None or (held is not None and not held.restrict):
            return unsure
        member = await self._member(self._where.channel, person)
        return reading.words(member, "status") == "kicked"

    async def _member(self, chat: int, person: int) -> Node:
        return await self._lines.described("getchatmember", chat_id=chat, user_id=person)

    def _listener(self, action: Action) -> int:
        return int(action.author.id) if action.kind is ActionKind.MESSAGE else self._where.group


def _messages(action: Action) -> list[int]:
    """The messages of the comment in the group; none where it came in private."""
    if action.comment is None or action.comment.id.startswith(DIRECT):
        return []
    return [int(number) for number in dict.fromkeys((action.comment.id, *action.also))]
