"""The Telegram adapter from a comment to a lifted block, and through crashes and floods."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from adapters.telegram.connection import connect
from moderation.arrival import Arrived, Noticed, Ordered, Pressed
from moderation.card import Audience, Place
from moderation.decision import (
    Action,
    ActionKey,
    ActionKind,
    AlreadyDone,
    CaseRef,
    DecisionId,
    Done,
    Refused,
    Step,
)
from moderation.ports import DeskUnavailableError, View
from tests.peers.telegram_api import Message, NotPossibleError, errors, faults, town
from tests.unit.telegram import station
from tests.unit.telegram.station import Station, action

DAY = dt.timedelta(days=1)


@pytest.fixture(name="here")
async def _here() -> AsyncIterator[Station]:
    place = town.build()
    place.world.add(place.staff, place.bot, "administrator", rights=())
    async with station.opened(place) as here:
        yield here


def _card(headline: str, *rows: tuple[tuple[str, str], ...]) -> View:
    return View(CaseRef("C-1"), Audience.ASSISTANT_DIRECTOR, headline, excerpt="you fools", rows=rows)


def _on(item: Arrived, kind: ActionKind, until: dt.datetime | None = None) -> Action:
    """An action on what arrived, as the ladder would make one."""
    comment = item.comment
    return Action(
        key=ActionKey(f"a-1-{kind}"),
        kind=kind,
        step=station.STEPS.get(kind, Step.HIDE),
        decision=DecisionId("d-1"),
        author=comment.author,
        account=comment.account,
        comment=comment.ref,
        also=comment.siblings,
        media=comment.media,
        text="Please stop.",
        until=until,
    )


async def test_from_a_comment_to_a_lifted_block(here: Station) -> None:
    world, desk, enforcer = here.world, here.telegram.desk, here.enforcer
    ada = world.person("Ada")
    world.direct(ada, "/start")
    message = here.comment("you fools", ada)

    (arrived,), cursor = await here.items()
    assert isinstance(arrived, Arrived)
    assert isinstance(await enforcer.perform(_on(arrived, ActionKind.HIDE)), Done)
    assert message.deleted is not None
    assert isinstance(await enforcer.perform(_on(arrived, ActionKind.MESSAGE)), Done)

    place = await desk.show(_card("C-1 · Block?", (("Approve...", "token-1"),)), None)
    shown = here.town.staff.messages[int(place.message)]
    query = world.press(here.town.director, shown, "Approve...")
    (pressed,), cursor = await here.items(cursor)
    assert isinstance(pressed, Pressed)
    assert (pressed.press.place, pressed.press.by) == (place, f"telegram:{here.town.director.id}")
    await desk.acknowledge(pressed.press, "Approved.")
    assert query.answer == "Approved."
    assert await desk.show(_card("C-1 · Blocked"), place) == place

    block = _on(arrived, ActionKind.BLOCK, until=here.clock.now() + 90 * DAY)
    assert isinstance(await enforcer.perform(block), Done)
    assert isinstance(await enforcer.read_back(block), Done)
    with pytest.raises(NotPossibleError):
        here.comment("again", ada)

    world.direct(ada, "I want to contest this")
    (contest,), cursor = await here.items(cursor)
    assert isinstance(contest, Arrived)
    world.comment(here.town.director, "/undo C-1", chat=here.town.staff)
    (ordered,), cursor = await here.items(cursor)
    assert isinstance(ordered, Ordered)
    await desk.reply("Undone.", ordered.order)

    assert isinstance(await enforcer.perform(_on(arrived, ActionKind.UNBLOCK)), Done)
    here.comment("thank you", ada)
    (back,), _ = await here.items(cursor)
    assert isinstance(back, Arrived)
    assert back.comment.author == arrived.comment.author


@pytest.mark.parametrize("seed", range(4))
async def test_crashes_between_receiving_and_committing_lose_nothing_and_double_nothing(seed: int) -> None:
    place = town.build()
    ledger: dict[str, Arrived] = {}
    cursor: str | None = None
    said: list[Message] = []
    for life in range(12):
        for number in range((life * 7 + seed * 3) % 9):
            ada = place.world.person(f"Ada {number}")
            if number % 3 == 2:
                said += place.world.album(ada, [b"1", b"2", b"3"], thread=place.post)[:1]
            else:
                said.append(place.world.comment(ada, f"{life}.{number}", thread=place.post))
        async with station.opened(place) as here:
            cursor = await _live(here, cursor, ledger, commits=(life + seed) % 3)
    place.clock.pass_by(dt.timedelta(seconds=5))
    async with station.opened(place) as here:
        while here.town.bot.queue.pending():
            cursor = await _live(here, cursor, ledger, commits=99)

    stored = {item.comment.ref.id for item in ledger.values()}
    assert stored == {str(message.message_id) for message in said}
    assert place.bot.queue.lost() == ()


async def _live(here: Station, cursor: str | None, ledger: dict[str, Arrived], commits: int) -> str | None:
    """Commit so many batches, receive one more, and die before it is committed."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.15), aclosing(here.telegram.intake.batches(cursor)) as source:  # type: ignore[type-var]
            async for batch in source:
                if commits == 0:
                    return cursor
                commits -= 1
                new = {item.key: item for item in batch.items if isinstance(item, Arrived)}
                assert not new.keys() & ledger.keys()
                ledger |= new
                cursor = batch.cursor
    return cursor


async def test_a_hundred_deletions_do_not_wait_for_a_flood_of_cards(here: Station) -> None:
    here.world.limits.on = True
    ada = here.world.person("Ada")
    messages = [here.comment(str(number), ada) for number in range(100)]
    refused = 0
    for number in range(40):
        try:
            await here.telegram.desk.show(_card(f"C-{number}"), None)
        except DeskUnavailableError:
            refused += 1
    slept = len(here.clock.slept)

    outcomes = [await here.enforcer.perform(action(ActionKind.HIDE, ada, one)) for one in messages]

    assert refused > 0
    assert all(isinstance(outcome, Done) for outcome in outcomes)
    assert len(here.clock.slept) == slept


async def test_a_staff_chat_that_moves_is_told_and_never_followed(here: Station) -> None:
    old = here.town.staff
    here.comment()
    _, cursor = await here.items()
    old.type = "group"
    new = here.world.migrate(old, by=here.town.director)
    here.world.comment(here.town.director, "/pause", chat=new)

    items, _ = await here.items(cursor)

    assert {type(item) for item in items} == {Noticed}
    assert len({item.key for item in items}) == 1
    with pytest.raises(DeskUnavailableError, match="an operator has to confirm"):
        await here.telegram.desk.show(_card("C-1"), Place(here.telegram.desk.chat, "1"))
    assert not [sent for sent in here.world.log.effects("sent") if sent.chat_id == new.id]


async def test_a_start_while_telegram_is_away_is_a_start_all_the_same() -> None:
    place = town.build()
    place.world.faults.add(faults.ANY, faults.refuse(errors.ApiError(502)), times=7)
    async with station.opened(place) as here:
        here.comment()

        (item,), _ = await here.items()

        assert isinstance(item, Arrived)
        assert isinstance(await here.enforcer.perform(_on(item, ActionKind.HIDE)), Done)


async def test_two_hands_on_one_comment_do_it_once(here: Station) -> None:
    ada = here.world.person("Ada")
    hide = action(ActionKind.HIDE, ada, here.comment(who=ada))
    other = await connect(here.telegram.config, here.clock)

    outcomes = [await here.enforcer.perform(hide), await other.enforcers[0].perform(hide)]
    await other.aclose()

    assert [type(outcome) for outcome in outcomes] == [Done, AlreadyDone]
    assert len(here.world.log.effects("deleted")) == 1


async def test_without_rights_nothing_is_pretended(here: Station) -> None:
    ada = here.world.person("Ada")
    message = here.comment(who=ada)
    here.world.add(here.town.discussion, here.town.bot, "administrator", rights=())

    outcomes = [
        await here.enforcer.perform(action(kind, ada, message))
        for kind in (ActionKind.HIDE, ActionKind.BLOCK, ActionKind.MUTE)
    ]

    assert all(isinstance(outcome, Refused) for outcome in outcomes)
    assert not here.world.log.effects("deleted")
