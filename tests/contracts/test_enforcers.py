"""What every enforcer keeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

import pytest

from moderation.comment import AccountRef, CommentRef
from moderation.decision import ActionKind, AlreadyDone, Done, Refused, TryLater, Unknown, Unsupported
from tests.contracts import fake_stage, mastodon_stage
from tests.contracts.stages import EnforcerStage

STAGES: dict[str, Callable[[], AbstractAsyncContextManager[EnforcerStage]]] = {
    "fake": fake_stage.stage,
    "mastodon": mastodon_stage.stage,
    "mastodon that revokes quotes": lambda: mastodon_stage.stage(revoke_quotes=True),
}
TWICE_IS_TWICE = frozenset({ActionKind.REPORT})
"""Kinds for which some networks take no key: dispatch never repeats these without reading back."""


@pytest.fixture(params=sorted(STAGES))
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[EnforcerStage]:
    async with STAGES[request.param]() as there:
        yield there


def able(stage: EnforcerStage, kind: ActionKind) -> None:
    if kind not in stage.enforcer.can:
        pytest.skip(f"this network has no {kind}")


async def test_an_enforcer_declares_kinds_that_there_are(stage: EnforcerStage) -> None:
    assert stage.enforcer.can <= frozenset(ActionKind)
    assert ActionKind.MAIL not in stage.enforcer.can


@pytest.mark.parametrize("kind", ActionKind)
async def test_what_is_not_declared_is_unsupported_and_does_nothing(
    stage: EnforcerStage, kind: ActionKind
) -> None:
    if kind in stage.enforcer.can:
        pytest.skip(f"this network has {kind}")
    action = stage.action(kind)
    before = stage.effects()

    assert isinstance(await stage.enforcer.perform(action), Unsupported)
    assert isinstance(await stage.enforcer.read_back(action), Unsupported)
    assert stage.effects() == before


@pytest.mark.parametrize("kind", ActionKind)
async def test_what_is_declared_gets_done(stage: EnforcerStage, kind: ActionKind) -> None:
    able(stage, kind)
    action = stage.action(kind)
    before = stage.effects()

    outcome = await stage.enforcer.perform(action)

    assert isinstance(outcome, Done | AlreadyDone)
    assert isinstance(outcome, AlreadyDone) or stage.effects() == before + 1


@pytest.mark.parametrize("kind", ActionKind)
async def test_reading_back_after_it_was_done_never_denies_it(stage: EnforcerStage, kind: ActionKind) -> None:
    able(stage, kind)
    action = stage.action(kind)
    await stage.enforcer.perform(action)

    assert isinstance(await stage.enforcer.read_back(action), Done | AlreadyDone | Unknown)


@pytest.mark.parametrize("kind", ActionKind)
async def test_reading_back_before_it_was_done_never_claims_it(
    stage: EnforcerStage, kind: ActionKind
) -> None:
    able(stage, kind)
    action = stage.action(kind)
    before = stage.effects()

    found = await stage.enforcer.read_back(action)

    if kind not in {ActionKind.UNHIDE, ActionKind.UNMUTE, ActionKind.UNBLOCK}:
        assert isinstance(found, Unknown) or found == TryLater(dt.timedelta(0), getattr(found, "reason", ""))
    assert stage.effects() == before


@pytest.mark.parametrize("kind", [kind for kind in ActionKind if kind not in TWICE_IS_TWICE])
async def test_a_repeat_delivers_nothing_twice(stage: EnforcerStage, kind: ActionKind) -> None:
    able(stage, kind)
    action = stage.action(kind)
    await stage.enforcer.perform(action)
    after = stage.effects()

    again = await stage.enforcer.perform(action)

    assert isinstance(again, Done | AlreadyDone)
    assert stage.effects() == after


@pytest.mark.parametrize("kind", ActionKind)
async def test_a_network_that_asks_us_to_wait_is_heard_and_nothing_happens(
    stage: EnforcerStage, kind: ActionKind
) -> None:
    able(stage, kind)
    if kind is ActionKind.UNHIDE:
        pytest.skip("nothing to undo")
    action = stage.action(kind)
    before = stage.effects()
    stage.busy()

    outcome = await stage.enforcer.perform(action)

    assert isinstance(outcome, TryLater)
    assert outcome.after > dt.timedelta(0)
    assert stage.effects() == before


@pytest.mark.parametrize("kind", ActionKind)
async def test_an_answer_that_got_lost_is_unknown_and_then_never_denied(
    stage: EnforcerStage, kind: ActionKind
) -> None:
    able(stage, kind)
    action = stage.action(kind)
    stage.lose_the_answer()

    outcome = await stage.enforcer.perform(action)
    found = await stage.enforcer.read_back(action)

    assert isinstance(outcome, Unknown)
    assert isinstance(found, Done | AlreadyDone | Unknown)


@pytest.mark.parametrize("kind", ActionKind)
async def test_an_action_for_another_account_is_refused(stage: EnforcerStage, kind: ActionKind) -> None:
    able(stage, kind)
    action = stage.action(kind)
    elsewhere = AccountRef(action.account.platform, "somebody else")
    assert action.comment is not None
    strange = replace(action, account=elsewhere, comment=CommentRef(elsewhere, action.comment.id))
    before = stage.effects()

    assert isinstance(await stage.enforcer.perform(strange), Refused)
    assert stage.effects() == before


async def test_two_decisions_about_one_comment_are_two_deeds(stage: EnforcerStage) -> None:
    able(stage, ActionKind.MESSAGE)
    first = stage.action(ActionKind.MESSAGE, "1")
    second = replace(
        stage.action(ActionKind.MESSAGE, "2"), comment=first.comment, text="Please be kind, really."
    )
    before = stage.effects()

    await stage.enforcer.perform(first)
    await stage.enforcer.perform(second)

    assert stage.effects() == before + 2
