"""`houserules check` says what has to be put right on Telegram, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from adapters.telegram import inspection
from moderation.ports import Inspection
from tests.peers.telegram_api import errors, faults
from tests.peers.telegram_api.town import Town
from tests.unit.telegram.station import Station


async def test_a_town_in_order_passes(here: Station) -> None:
    here.world.add(here.town.staff, here.town.bot, "administrator", rights=())

    found = await here.telegram.inspect()

    assert found.ok
    assert {line.partition(":")[0] for line in found.lines} == {"ok", "look"}
    assert any("privacy mode" in line for line in found.lines)


async def test_looking_changes_nothing(here: Station) -> None:
    before = len(here.world.log.happened)

    await here.telegram.inspect()

    assert len(here.world.log.happened) == before


def _unlinked(town: Town) -> None:
    town.world.link(town.channel, None)


def _linked_elsewhere(town: Town) -> None:
    town.world.channel("Other", discussion=town.discussion)


def _rightless(town: Town) -> None:
    town.world.add(town.discussion, town.bot, "administrator", rights=())


def _channelless(town: Town) -> None:
    town.world.add(town.channel, town.bot, "left")


def _thrown_out(town: Town) -> None:
    town.world.add(town.discussion, town.bot, "kicked")


def _absent(town: Town) -> None:
    town.world.add(town.staff, town.bot, "left")


def _public(town: Town) -> None:
    town.staff.username = "moderators_example"


def _basic(town: Town) -> None:
    town.staff.type = "group"


def _a_channel(town: Town) -> None:
    town.staff.type = "channel"


def _old_group(town: Town) -> None:
    town.discussion.type = "group"


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (_unlinked, "is linked to no channel"),
        (_linked_elsewhere, "and the settings say"),
        (_rightless, "give the bot the right to delete messages"),
        (_rightless, "give the bot the right to ban users"),
        (_channelless, "channel"),
        (_thrown_out, "the bot is not in the chat"),
        (_absent, "the bot is not in"),
        (_public, "it is public"),
        (_basic, "make it a supergroup now"),
        (_a_channel, "cards go to a group"),
        (_old_group, "it is not a supergroup"),
    ],
)
async def test_what_is_wrong_is_named(here: Station, break_it: Callable[[Town], None], words: str) -> None:
    break_it(here.town)

    found = await here.telegram.inspect()

    wrong = [line for line in found.lines if line.startswith("PUT RIGHT: ")]
    assert not found.ok
    assert any(words in line for line in wrong), found.lines


async def test_a_topic_in_a_chat_without_topics_is_named(here: Station) -> None:
    config = replace(here.telegram.config, topic=5)

    found = await inspection.inspect(config, here.telegram.lines)

    assert any("names a topic" in line or "name a topic" in line for line in found.lines)


async def test_a_rejected_token_is_all_there_is_to_say(here: Station) -> None:
    here.world.faults.add("getMe", faults.refuse(errors.ApiError(401)))

    found = await here.telegram.inspect()

    assert found == Inspection(
        ok=False, lines=("PUT RIGHT: the bot's token: Telegram does not accept the bot's token",)
    )


async def test_a_webhook_is_named(here: Station) -> None:
    await here.telegram.lines.acting.set_webhook("https://elsewhere.example/hook")

    found = await here.telegram.inspect()

    assert any("deleteWebhook" in line for line in found.lines)


@pytest.mark.parametrize("method", ["getWebhookInfo", "getChat", "getChatMember"])
async def test_telegram_out_of_reach_is_a_finding_and_not_a_crash(here: Station, method: str) -> None:
    here.world.faults.add(method, faults.drop_before(), times=9)

    found = await here.telegram.inspect()

    assert not found.ok
