"""The whole journey on Mastodon, with the staff chat on Telegram: reports and private posts."""

from __future__ import annotations

import datetime as dt
import pathlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from moderation.record import CommentSeen, Quarantined
from tests.journey import live, telegram_scene
from tests.journey.telegram_scene import ABUSE, DAY, MINUTE, Scene
from tests.peers.mastodon_server import DATE, TOKEN, Fault, MastodonServer
from tests.peers.mastodon_world import NOON, US, Account, World
from tests.peers.telegram_api import town

MASTODON = """
[[mastodon]]
name = "Town on Mastodon"
base_url = "{url}"
account_id = "@eastshire@social.example"
token_secret = "mastodon_token"
"""
Post = dict[str, Any]


class TimedWorld(World):
    """An instance whose clock is the test's."""

    clock: town.HandClock

    def moment(self) -> str:
        return self.clock.now.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


@dataclass(slots=True)
class Instance:
    """The instance, somebody who writes there, and the house with its staff chat."""

    scene: Scene
    server: MastodonServer
    sam: Account

    @property
    def world(self) -> World:
        return self.server.world

    def mention(self, text: str) -> Post:
        return self.world.post(self.sam, f"@eastshire {text}")

    async def reported(self, post: Post) -> None:
        await live.until(lambda: post["id"] in self.reports(), f"{post['content']!r} is reported")
        await live.at_rest(self.scene.house)

    def reports(self) -> list[str]:
        """The statuses that were reported, each as often as it was."""
        return [number for report in self.world.reports for number in report.get("status_ids[]", [])]

    def said(self) -> list[Post]:
        """What the account itself has posted."""
        return [one for one in self.world.statuses.values() if one["account"]["id"] == US]


@pytest.fixture
async def instance(tmp_path: pathlib.Path) -> AsyncIterator[Instance]:
    server = MastodonServer()
    world = TimedWorld()
    world.clock = town.HandClock(NOON)
    world.accounts[US].acct = "eastshire"
    world.tell = server.tell
    server.world = world
    sam = world.join("sam@elsewhere.example")
    await server.start()
    try:
        more = MASTODON.format(url=server.url)
        async with telegram_scene.opened(tmp_path, more, HOUSERULES_MASTODON_TOKEN=TOKEN) as scene:
            world.clock = scene.place.clock
            await scene.activate()
            await live.until(lambda: ("GET", "/api/v1/notifications") in server.calls, "a first look")
            yield Instance(scene, server, sam)
    finally:
        await server.stop()


async def test_a_mention_climbs_the_ladder_and_only_the_assistant_director_blocks(instance: Instance) -> None:
    scene, world, sam = instance.scene, instance.world, instance.sam
    first = instance.mention(ABUSE[0])
    await instance.reported(first)
    assert instance.said() == []

    scene.place.clock.pass_by(DAY)
    await instance.reported(instance.mention(ABUSE[1]))
    await live.until(lambda: len(instance.said()) > 0, "a warning")
    scene.place.clock.pass_by(DAY)
    await instance.reported(instance.mention(ABUSE[2]))
    await live.until(lambda: len(scene.letters()) >= 2, "two referrals by mail")
    scene.place.clock.pass_by(3 * DAY)
    await instance.reported(instance.mention(ABUSE[3]))
    await scene.shown("Approve...", "Block?", "Mastodon")
    warnings = len(instance.said())
    scene.place.clock.pass_by(MINUTE)
    await scene.decides("Approve...", "Abuse", "30 days")
    assert not world.tie(sam.id)["blocking"]
    await scene.decides("Confirm the block")

    await live.until(lambda: world.tie(sam.id)["blocking"], "the block")
    await live.until(lambda: len(scene.letters()) >= 4, "a circular to each holder")
    await live.at_rest(scene.house)
    reasons = instance.said()[warnings:]
    assert "decided to block" in " ".join(one["content"] for one in reasons)
    assert {one["visibility"] for one in instance.said()} == {"direct"}
    assert all([m["acct"] for m in one["mentions"]] == [sam.acct] for one in instance.said())
    assert sorted(instance.reports()) == sorted(set(instance.reports()))
    assert scene.public() == []


async def test_an_edit_that_turns_a_clean_mention_into_abuse_is_reported(instance: Instance) -> None:
    post = instance.mention("Thank you all so much.")
    await live.until(lambda: _came_in(instance, 1), "the mention has come in")
    assert instance.reports() == []
    instance.scene.place.clock.pass_by(MINUTE)

    instance.world.edit(post, f"@eastshire {ABUSE[0]}")

    await instance.reported(post)


async def _came_in(instance: Instance, count: int) -> bool:
    return len(await instance.scene.recorded(CommentSeen)) >= count


async def test_a_restart_goes_on_from_the_cursor_and_reports_each_mention_once(instance: Instance) -> None:
    before = instance.mention(ABUSE[0])
    await instance.reported(before)
    await instance.scene.stop()
    meanwhile = [instance.mention(f"{ABUSE[0]} {number}") for number in range(5)]
    instance.scene.place.clock.pass_by(MINUTE)

    await instance.scene.start()
    for post in meanwhile:
        await instance.reported(post)

    assert sorted(instance.reports()) == sorted(post["id"] for post in [before, *meanwhile])


async def test_a_busy_instance_is_waited_for_and_nothing_is_reported_twice(instance: Instance) -> None:
    headers = {"X-RateLimit-Reset": "2026-06-01T12:00:02.000Z", "Date": DATE}
    instance.server.faults += [
        Fault("/api/v1/notifications", 429, headers, times=2),
        Fault("/api/v1/reports/", 429, headers, times=2, method="POST"),
        Fault("/api/v1/notifications", 503, times=1),
    ]
    post = instance.mention(ABUSE[0])

    def later() -> bool:
        instance.scene.place.clock.pass_by(MINUTE)
        return instance.reports() != []

    await live.until(later, "the report goes through")
    await instance.reported(post)

    assert instance.reports() == [post["id"]]
    assert [fault.times for fault in instance.server.faults] == [0, 0, 0]


async def test_notifications_that_nobody_understands_are_set_aside(
    instance: Instance,
) -> None:
    world = instance.world
    world.notify("thunderstorm")
    broken = world.notify("mention", world.post(instance.sam, "not for us"))
    broken["status"] = {"id": 5, "content": None}
    world.notify("mention")["account"] = "nobody"

    await instance.reported(instance.mention(ABUSE[0]))

    kept = [event for event in await instance.scene.recorded(Quarantined) if isinstance(event, Quarantined)]
    assert kept
    assert all(event.raw for event in kept)
