"""The token is in every address that we call, and in nothing that anybody reads."""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Iterator

import pytest
import structlog
import telegram
from telegram.error import TelegramError

from moderation.comment import Media, MediaKind
from moderation.decision import ActionKind
from moderation.ports import DeskUnavailableError, EvidenceUnavailableError
from tests.peers.telegram_api import errors, faults, town
from tests.unit.telegram import station
from tests.unit.telegram.station import Station, action


@pytest.fixture(name="heard")
def _heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything that anybody logs, down to DEBUG where the adapter does not forbid it."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.addFilter(lambda record: not record.name.startswith("aiohttp"))  # the emulator's own
    root = logging.getLogger()
    for name in ("httpx", "httpcore", "telegram"):
        monkeypatch.setattr(logging.getLogger(name), "level", logging.NOTSET)
    monkeypatch.setattr(root, "level", logging.DEBUG)
    root.addHandler(handler)
    logging.getLogger("httpx")._cache.clear()  # type: ignore[attr-defined]
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(heard))
    yield heard
    structlog.reset_defaults()
    root.removeHandler(handler)


async def test_neither_logs_nor_errors_nor_outcomes_hold_the_token_or_what_people_wrote(
    heard: io.StringIO,
) -> None:
    place = town.build()
    shown: list[str] = []
    for method in ("getMe", "getChatMember", "getUpdates", "deleteMessage", "sendMessage", "getFile", "file"):
        for fault in (
            faults.drop_before(),
            faults.server_error(502, html=True),
            faults.refuse(errors.ApiError(401)),
        ):
            place.world.faults.add(method, fault)
    async with station.opened(place) as here:
        await _work(here, shown)
        shown += [repr(here.telegram), str(here.telegram.lines), repr(here.telegram.config)]

    told = heard.getvalue() + "".join(shown)
    assert place.bot.token not in told
    assert place.bot.token.partition(":")[2] not in told
    assert "a very private sentence" not in told
    assert "no updates" in told  # the ear works


async def _work(here: Station, shown: list[str]) -> None:
    ada = here.world.person("Ada")
    message = here.comment("a very private sentence", ada)
    await here.items()
    for _ in range(4):
        shown.append(str(await here.enforcer.perform(action(ActionKind.HIDE, ada, message))))
        shown.append(str(await here.enforcer.perform(action(ActionKind.MESSAGE, ada))))
        try:
            await here.telegram.desk.reply("hello", None)
        except DeskUnavailableError as error:
            shown.append("".join(traceback.format_exception(error)))
        try:
            await here.telegram.archive.fetch(here.enforcer.account, Media(MediaKind.PICTURE, "FILE1"))
        except EvidenceUnavailableError as error:
            shown.append("".join(traceback.format_exception(error)))


async def test_a_bot_does_not_show_its_token(here: Station) -> None:
    bot = here.telegram.lines.acting

    assert here.town.bot.token not in f"{bot} {bot!r} {[bot]}"


async def test_the_library_does_not_print_answers_that_it_cannot_read(
    here: Station, caplog: pytest.LogCaptureFixture
) -> None:
    here.world.faults.add("getUpdates", faults.server_error(502, html=True))

    with pytest.raises(TelegramError):
        await here.telegram.lines.updates(None, 0, ())

    assert caplog.records == []
    assert isinstance(here.telegram.lines.polling, telegram.Bot)
