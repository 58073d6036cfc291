"""Keeps the staff chat in step with the ledger: one message for each case and audience, edited in place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from bot.bell import Bell
from bot.cards import Composed, compose, with_buttons
from bot.loop import keep_going
from moderation.card import Place
from moderation.casework import House
from moderation.ports import Board, Books, Clock, Desk, DeskUnavailableError, Ledger, View
from moderation.record import Offered, Shown

log = structlog.get_logger("desk")

AT_ONCE = 20
IDLE = dt.timedelta(seconds=3)
WAIT_WHEN_DOWN = dt.timedelta(seconds=15)
POST_ANEW_AFTER = dt.timedelta(minutes=30)
"""An old message does not ring anybody's telephone when it is edited: a new question is posted anew."""


@dataclass(slots=True)
class FrontDesk:
    """Shows boards that are out of date. The ledger remembers what is shown: a crash repeats at most one."""

    ledger: Ledger
    house: House
    desk: Desk
    bell: Bell
    clock: Clock
    make_token: Callable[[], str]
    _repost: set[tuple[str, str]] = field(default_factory=set)

    async def run(self) -> None:
        """Show for ever. After a start every open card is put up anew: the chat soon forgets presses."""
        await self.catch_up()
        await keep_going("desk", self.show_once, self.bell, IDLE)

    async def catch_up(self) -> None:
        """Have every message with an open card shown again."""
        self._repost = await self.ledger.transact(_touch_open)

    async def show_once(self) -> int:
        """Show what is out of date now; gives how many messages were shown."""
        stale = await self.ledger.transact(lambda books: books.boards(stale_only=True, limit=AT_ONCE))
        shown = 0
        for board in stale:
            try:
                await self._show(board)
                shown += 1
            except DeskUnavailableError as error:
                wait = error.after or WAIT_WHEN_DOWN
                log.warning("staff chat unavailable", case=board.case, wait_seconds=wait.total_seconds())
                await self.clock.sleep(wait)
                return shown
        return shown

    async def _show(self, board: Board) -> None:
        composed, author = await self.ledger.transact(
            lambda books: (compose(books, self.house, board), board.author)
        )
        if composed is None:
            place = board.place or Place(self.desk.chat, "")
            await self._shown(board, place)
            return
        tokens = [self.make_token() for row in composed.rows for _ in row]
        view, buttons = with_buttons(composed, tokens)
        offered = Offered(board.case, board.audience, board.version, buttons)
        await self.ledger.transact(lambda books: books.append(offered, author))
        if self._anew(board, composed):
            place = await self.desk.show(view, None)
            if board.place is not None and board.place.message:
                await self.desk.show(_retired(view), board.place)
        else:
            place = await self.desk.show(view, board.place)
        await self._shown(board, place)
        self._repost.discard((board.case, board.audience))
        log.info("card shown", case=board.case, audience=board.audience, version=board.version)

    def _anew(self, board: Board, composed: Composed) -> bool:
        if board.place is None or board.shown_at is None or not board.place.message:
            return True
        if (board.case, board.audience) in self._repost:
            return True
        asked = max((offer.card.asked_at for row in composed.rows for offer in row), default=None)
        old = self.clock.now() - board.shown_at > POST_ANEW_AFTER
        return asked is not None and asked > board.shown_at and old

    async def _shown(self, board: Board, place: Place) -> None:
        shown = Shown(board.case, board.audience, place, board.version, self.clock.now())
        await self.ledger.transact(lambda books: books.append(shown, board.author))


def _retired(view: View) -> View:
    return View(view.case, view.audience, f"{view.case} · this case goes on in a newer message below")


def _touch_open(books: Books) -> set[tuple[str, str]]:
    waiting = books.boards(stale_only=False, limit=1000)
    for board in waiting:
        books.touch(board.case, board.audience)
    return {(board.case, board.audience) for board in waiting if board.place is not None}
