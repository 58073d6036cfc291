"""Telegram keeps what every source and every enforcer keeps, but where the network does not let it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from moderation.decision import ActionKind, AlreadyDone, Done, TryLater, Unknown
from tests.contracts import test_enforcers, test_sources
from tests.unit.telegram import stage as telegram_stage
from tests.unit.telegram.stage import TelegramStage

EXEMPT = {
    "test_a_deletion_is_told": "Telegram tells bots of no deletion",
    "test_an_answer_that_got_lost_is_unknown_and_then_never_denied": "see the test below",
}
"""Promises that are kept otherwise, and why."""

for module in (test_enforcers, test_sources):
    for name, promise in vars(module).items():
        if name.startswith("test_") and name not in EXEMPT:
            globals()[name] = promise


@pytest.fixture(name="stage")
async def _stage() -> AsyncIterator[TelegramStage]:
    async with telegram_stage.stage() as there:
        yield there


@pytest.mark.parametrize("kind", ActionKind)
async def test_an_answer_that_got_lost_is_never_denied_and_repeated_only_without_harm(
    stage: TelegramStage, kind: ActionKind
) -> None:
    test_enforcers.able(stage, kind)
    action = stage.action(kind)
    stage.lose_the_answer()

    outcome = await stage.enforcer.perform(action)
    found = await stage.enforcer.read_back(action)

    said = kind in {ActionKind.MESSAGE, ActionKind.REPLY}
    assert isinstance(outcome, Unknown if said else TryLater)
    assert isinstance(found, Done | AlreadyDone | Unknown)
