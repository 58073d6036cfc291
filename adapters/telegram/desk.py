"""The staff chat on Telegram: cards, answers to commands, answers to presses."""

from __future__ import annotations

import structlog
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, RetryAfter, TelegramError

from adapters.telegram import failures, rendering
from adapters.telegram.api import Lines, scrubbed
from adapters.telegram.config import TelegramConfig
from adapters.telegram.pace import NO_WAIT, Pace
from adapters.telegram.rendering import Drawn
from moderation.card import Audience, Order, Place, Press
from moderation.decision import TryLater
from moderation.ports import DeskUnavailableError, View

log = structlog.get_logger("telegram")

LONGEST_ANSWER = 200
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class TelegramDesk:
    """Speaks in the pinned staff chat and nowhere else."""

    def __init__(self, config: TelegramConfig, lines: Lines, pace: Pace) -> None:
        self._chat = config.staff_chat
        self._topic = config.topic
        self._lines = lines
        self._pace = pace

    @property
    def chat(self) -> str:
        """The staff chat's id."""
        return str(self._chat)

    async def show(self, view: View, place: Place | None) -> Place:
        """Post the card, or edit it where it stands; post it anew where it can no longer be edited."""
        drawn = rendering.draw(view)
        if place is not None and place.chat == self.chat and place.message.isdecimal():
            edited = await self._edit(drawn, int(place.message))
            if edited:
                return place
        # Only what is urgent, or for the director, makes a sound at any hour.
        silent = not view.urgent and view.audience is not Audience.ASSISTANT_DIRECTOR
        return await self._post(drawn, silent=silent)

    async def reply(self, text: str, to: Order | None) -> None:
        """Say something plain, in as many messages as it takes."""
        answered = to.message if to is not None and to.chat == self.chat else ""
        for part in rendering.split(text):
            await self._send(part, reply_to=int(answered) if answered.isdecimal() else None)
            answered = ""

    async def acknowledge(self, press: Press, text: str) -> None:
        """Answer a press. Too late, or not at all, is no reason to stop what the press set going."""
        if not press.query:
            return
        try:
            said = rendering.cut(text, LONGEST_ANSWER) or None
            await self._lines.acting.answer_callback_query(press.query, text=said)
        except TelegramError as error:
            log.info("press not acknowledged", why=scrubbed(error))

    # --- Calls --------------------------------------------------------------------------------------

    async def _edit(self, drawn: Drawn, message: int) -> bool:
        await self._turn(edit=True)
        try:
            await self._lines.speaking.edit_message_text(
                drawn.html,
                chat_id=self._chat,
                message_id=message,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                # Without it, the old buttons would go; with an empty one, they go on purpose.
                reply_markup=_keyboard(drawn),
            )
        except BadRequest as error:
            if failures.says(error, *failures.NOT_MODIFIED):
                return True
            if failures.says(error, *failures.UNEDITABLE):
                return False
            raise self._unavailable(error) from None
        except TelegramError as error:
            raise self._unavailable(error) from None
        return True

    async def _post(self, drawn: Drawn, *, silent: bool) -> Place:
        number = await self._send(drawn.html, drawn=drawn, silent=silent)
        return Place(self.chat, str(number))

    async def _send(
        self, text: str, *, drawn: Drawn | None = None, silent: bool = False, reply_to: int | None = None
    ) -> int:
        """Send into the topic; where that is closed or gone, into the chat itself rather than nowhere."""
        for topic in dict.fromkeys((self._topic, None)):
            await self._turn()
            try:
                sent = await self._lines.speaking.send_message(
                    self._chat,
                    text,
                    parse_mode=ParseMode.HTML if drawn is not None else None,
                    reply_markup=_keyboard(drawn) if drawn is not None and drawn.rows else None,
                    message_thread_id=topic,
                    disable_notification=silent,
                    protect_content=True,
                    link_preview_options=NO_PREVIEW,
                    reply_parameters=_answer_to(reply_to),
                )
            except BadRequest as error:
                if topic is None or not failures.says(error, *failures.NO_TOPIC):
                    raise self._unavailable(error) from None
                log.warning("topic not open; using the chat itself", topic=topic)
            except TelegramError as error:
                raise self._unavailable(error) from None
            else:
                return sent.message_id
        raise DeskUnavailableError("there is nowhere to send to")

    async def _turn(self, *, edit: bool = False) -> None:
        """Wait for a turn to send, if it is soon."""
        wait = await self._pace.turn(self._chat, edit=edit)
        if wait > NO_WAIT:
            raise DeskUnavailableError("the staff chat has had as many messages as Telegram allows", wait)

    def _unavailable(self, error: TelegramError) -> DeskUnavailableError:
        outcome = failures.outcome_of(error, repeatable=True)
        if isinstance(error, RetryAfter):
            self._pace.stop(self._chat, failures.wait_of(error))
        after = outcome.after if isinstance(outcome, TryLater) else None
        return DeskUnavailableError(f"the staff chat: {getattr(outcome, 'reason', '')}", after)


def _keyboard(drawn: Drawn) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(caption, callback_data=token) for caption, token in row] for row in drawn.rows]
    )


def _answer_to(message: int | None) -> ReplyParameters | None:
    return None if message is None else ReplyParameters(message, allow_sending_without_reply=True)
