"""What the operator is told before an account goes live."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.mastodon.inspection import inspect
from adapters.mastodon.settings import SCOPES, AdminMeasure
from tests.contracts.mastodon_stage import MastodonStage
from tests.peers.mastodon_server import TOKEN, Fault
from tests.peers.mastodon_world import US


@pytest.fixture(autouse=True)
def fitting_token(stage: MastodonStage) -> None:
    stage.server.world.scopes = sorted(SCOPES)


def said(lines: tuple[str, ...], words: str) -> bool:
    return any(words in line for line in lines)


async def test_an_account_that_is_ready_is_described(stage: MastodonStage) -> None:
    found = await inspect(stage.settings)

    assert found.ok
    assert {line.partition(":")[0] for line in found.lines} == {"ok"}
    assert said(found.lines, "is account 1")
    assert said(found.lines, "version 4.5.1, with 500 characters")
    assert said(found.lines, "possible: block, message, mute, reply, report, unblock, unmute")
    assert said(found.lines, "hiding: not possible")
    assert not any(TOKEN in line for line in found.lines)


async def test_it_changes_nothing(stage: MastodonStage) -> None:
    await inspect(stage.settings)

    assert {method for method, _ in stage.server.calls} == {"GET"}


async def test_a_scope_that_is_lacking_is_told(stage: MastodonStage) -> None:
    stage.server.world.scopes.remove("write:reports")

    found = await inspect(stage.settings)

    assert not found.ok
    assert said(found.lines, "PUT RIGHT: the settings name the scope write:reports")


async def test_a_token_that_may_do_too_much_is_told_and_tolerated(stage: MastodonStage) -> None:
    stage.server.world.scopes = ["read", "write", "push"]

    found = await inspect(stage.settings)

    assert found.ok
    assert said(found.lines, "broad scopes (read, write)")
    assert said(found.lines, "more than it needs: push")


async def test_a_token_that_is_refused_is_told(stage: MastodonStage) -> None:
    found = await inspect(replace(stage.settings, token="another"))

    assert not found.ok
    assert said(found.lines, "register the app again")


async def test_a_token_of_another_account_is_told(stage: MastodonStage) -> None:
    stage.server.world.accounts[US].acct = "somebody_else"

    found = await inspect(stage.settings)

    assert not found.ok
    assert said(found.lines, "Is it the token of this account?")


async def test_an_instance_that_cannot_be_reached_is_told(stage: MastodonStage) -> None:
    settings = stage.settings
    await stage.server.stop()

    found = await inspect(settings)

    assert not found.ok
    assert said(found.lines, "could not be reached")


async def test_an_instance_that_does_not_tell_scopes_is_believed(stage: MastodonStage) -> None:
    stage.server.faults.append(Fault("/apps/verify_credentials", 401))

    found = await inspect(stage.settings)

    assert found.ok
    assert said(found.lines, "does not say which scopes")


async def test_a_rule_that_the_instance_has_not_is_told(stage: MastodonStage) -> None:
    found = await inspect(replace(stage.settings, rules=(("abusive", "3"), ("spam", "99"))))

    assert not found.ok
    assert said(found.lines, "spam is mapped to 99")
    assert not said(found.lines, "abusive is mapped")


async def test_notifications_that_are_thrown_away_are_told(stage: MastodonStage) -> None:
    stage.server.world.policy = {"for_new_accounts": "drop", "for_private_mentions": "filter"}

    found = await inspect(stage.settings)

    assert not found.ok
    assert said(found.lines, "never see them: for_new_accounts")
    assert said(found.lines, "filters notifications (for_private_mentions)")


async def test_a_measure_without_its_scopes_is_told(stage: MastodonStage) -> None:
    found = await inspect(replace(stage.settings, admin_measure=AdminMeasure.LIMIT))

    assert not found.ok
    assert said(found.lines, "admin_measure needs the scope admin:write:accounts")


async def test_hiding_by_revoking_is_described_as_final(stage: MastodonStage) -> None:
    found = await inspect(replace(stage.settings, revoke_quotes=True))

    assert said(found.lines, "quotes of our own posts only, and for good")
