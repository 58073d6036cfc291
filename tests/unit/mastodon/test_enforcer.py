"""What is done to whom, and what a failure means."""

from __future__ import annotations

import datetime as dt

import pytest

from adapters.mastodon import faults
from adapters.mastodon.faults import CallFailedError, Fault
from adapters.mastodon.settings import SCOPES, AdminMeasure
from moderation.comment import CommentRef
from moderation.decision import (
    ActionKind,
    AlreadyDone,
    Done,
    Refused,
    TryLater,
    Unknown,
    Unsupported,
)
from tests.contracts.mastodon_stage import MastodonStage
from tests.peers.mastodon_server import Fault as Misfortune
from tests.peers.mastodon_world import US


async def test_a_report_names_the_comment_the_rule_and_our_reference(stage: MastodonStage) -> None:
    stage.more["rules"] = (("abusive", "3"), ("spam", "4"))
    action = stage.action(ActionKind.REPORT, rule="abusive", text="x" * 2000)

    outcome = await stage.enforcer.perform(action)

    (report,) = stage.server.world.reports
    assert action.comment is not None
    assert outcome == Done(report["id"])
    assert report["status_ids[]"] == [action.comment.id]
    assert report["rule_ids[]"] == ["3"]
    assert (report["category"], report["forward"]) == (["violation"], ["1"])
    assert len(report["comment"]) == 1000
    assert report["comment"].endswith(f"Reference: {action.key}")


async def test_a_ground_without_a_rule_is_reported_as_something_else(stage: MastodonStage) -> None:
    stage.more["forward_reports"] = False

    await stage.enforcer.perform(stage.action(ActionKind.REPORT, rule="abusive"))

    (report,) = stage.server.world.reports
    assert report["category"] == ["other"]
    assert "rule_ids[]" not in report
    assert "forward" not in report


async def test_a_moderators_token_reads_reports_back(stage: MastodonStage) -> None:
    stage.more["scopes"] = SCOPES | {"admin:read:reports"}
    stage.server.world.scopes.append("admin:read:reports")
    action = stage.action(ActionKind.REPORT)

    before = await stage.enforcer.read_back(action)
    await stage.enforcer.perform(action)
    after = await stage.enforcer.read_back(action)

    assert before == TryLater(dt.timedelta(0), "it was not done")
    assert isinstance(after, Done)


async def test_somebody_muted_is_still_heard(stage: MastodonStage) -> None:
    await stage.enforcer.perform(stage.action(ActionKind.MUTE))

    tie = stage.server.world.tie(stage.somebody.id)
    assert tie["muting"]
    assert not tie["muting_notifications"]


async def test_what_is_so_already_is_left_alone(stage: MastodonStage) -> None:
    stage.server.world.tie(stage.somebody.id)["blocking"] = True

    assert await stage.enforcer.perform(stage.action(ActionKind.BLOCK)) == AlreadyDone()
    assert stage.server.posts("/block") == 0


@pytest.mark.parametrize("measure", AdminMeasure)
async def test_a_measure_on_the_instance_goes_with_a_block_where_the_settings_name_it(
    stage: MastodonStage, measure: AdminMeasure
) -> None:
    stage.more["admin_measure"] = measure

    blocked = await stage.enforcer.perform(stage.action(ActionKind.BLOCK))
    then = (stage.somebody.silenced, stage.somebody.suspended)
    lifted = await stage.enforcer.perform(stage.action(ActionKind.UNBLOCK))

    assert isinstance(blocked, Done)
    assert isinstance(lifted, Done)
    assert then == (measure is AdminMeasure.LIMIT, measure is AdminMeasure.SUSPEND)
    assert (stage.somebody.silenced, stage.somebody.suspended) == (False, False)


async def test_by_default_the_instance_is_left_alone(stage: MastodonStage) -> None:
    await stage.enforcer.perform(stage.action(ActionKind.BLOCK))

    assert not stage.somebody.silenced
    assert not any("/admin/" in where for _, where in stage.server.calls)


async def test_only_a_quote_of_our_own_post_can_be_taken_off(stage: MastodonStage) -> None:
    stage.more["revoke_quotes"] = True
    world = stage.server.world
    theirs = world.quote(stage.somebody, "look", world.post(stage.somebody, "mine"))
    plain = world.post(stage.somebody, "@trust dreadful")

    for status in (theirs, plain):
        action = stage.action(ActionKind.HIDE, comment=CommentRef(stage.settings.ref, status["id"]))
        assert isinstance(await stage.enforcer.perform(action), Unsupported)
    assert stage.server.posts("revoke") == 0


async def test_a_quote_that_is_gone_needs_no_hiding(stage: MastodonStage) -> None:
    stage.more["revoke_quotes"] = True
    action = stage.action(ActionKind.HIDE, comment=CommentRef(stage.settings.ref, "999999"))

    assert await stage.enforcer.perform(action) == AlreadyDone()


@pytest.mark.parametrize(
    ("kind", "where", "fault", "expected"),
    [
        (ActionKind.BLOCK, "/block$", Misfortune("", 401), Refused),
        (ActionKind.BLOCK, "/block$", Misfortune("", 403), Refused),
        (
            ActionKind.BLOCK,
            "/block$",
            Misfortune("", 403, body={"error": "This action is outside the authorized scopes"}),
            Unsupported,
        ),
        (ActionKind.BLOCK, "/block$", Misfortune("", 404), Refused),
        (ActionKind.UNBLOCK, "/unblock$", Misfortune("", 404), AlreadyDone),
        (ActionKind.UNMUTE, "/unmute$", Misfortune("", 410), AlreadyDone),
        (ActionKind.MUTE, "/mute$", Misfortune("", 422), Refused),
        (ActionKind.MUTE, "/mute$", Misfortune("", 429), TryLater),
        (ActionKind.MUTE, "/mute$", Misfortune("", 500), TryLater),
        (ActionKind.MUTE, "/mute$", Misfortune("", 503), TryLater),
        (ActionKind.MUTE, "/mute$", Misfortune("", drop=True), Unknown),
        (ActionKind.MESSAGE, "/statuses$", Misfortune("", 500), Unknown),
        (ActionKind.MESSAGE, "/statuses$", Misfortune("", 502), Unknown),
        (ActionKind.MESSAGE, "/statuses$", Misfortune("", 503), TryLater),
        (ActionKind.MESSAGE, "/statuses$", Misfortune("", 200, body="<html>"), Unknown),
        (ActionKind.MESSAGE, "/statuses$", Misfortune("", 200, body="{}"), Unknown),
        (ActionKind.MESSAGE, "/statuses$", Misfortune("", 302, {"Location": "/elsewhere"}), Unknown),
        (ActionKind.REPORT, "/reports/$", Misfortune("", 504), Unknown),
        (ActionKind.REPORT, "/reports/$", Misfortune("", drop=True, after=True), Unknown),
    ],
)
async def test_every_failure_of_a_change_has_its_meaning(
    stage: MastodonStage, kind: ActionKind, where: str, fault: Misfortune, expected: type
) -> None:
    action = stage.action(kind)
    stage.server.faults.append(
        Misfortune(where, fault.status, fault.headers, fault.body, fault.after, fault.drop, method="POST")
    )

    assert isinstance(await stage.enforcer.perform(action), expected)


@pytest.mark.parametrize("status", [429, 500, 502, 503])
@pytest.mark.parametrize("kind", [ActionKind.MESSAGE, ActionKind.BLOCK, ActionKind.MUTE, ActionKind.REPLY])
async def test_a_look_that_failed_has_changed_nothing(
    stage: MastodonStage, kind: ActionKind, status: int
) -> None:
    action = stage.action(kind)
    stage.server.faults.append(Misfortune("/api/", status, method="GET"))
    before = stage.effects()

    assert isinstance(await stage.enforcer.perform(action), TryLater)
    assert stage.effects() == before


async def test_an_instance_that_cannot_be_reached_has_done_nothing(stage: MastodonStage) -> None:
    action = stage.action(ActionKind.BLOCK)
    enforcer = stage.enforcer
    await stage.server.stop()

    assert isinstance(await enforcer.perform(action), TryLater)


async def test_an_instance_that_hangs_leaves_it_unknown(stage: MastodonStage) -> None:
    stage.more["request_limit"] = dt.timedelta(seconds=0.1)
    action = stage.action(ActionKind.BLOCK)
    stage.server.faults.append(Misfortune("/block$", hang=0.2, after=True, method="POST"))

    outcome = await stage.enforcer.perform(action)

    assert isinstance(outcome, Unknown)
    assert isinstance(await stage.enforcer.read_back(action), Done)


async def test_the_wait_is_the_instances_own(stage: MastodonStage) -> None:
    action = stage.action(ActionKind.BLOCK)
    stage.server.faults.append(Misfortune("/block$", 429, {"Retry-After": "120"}, method="POST"))

    outcome = await stage.enforcer.perform(action)

    assert isinstance(outcome, TryLater)
    assert outcome.after == dt.timedelta(seconds=120)


async def test_a_token_of_another_account_does_nothing(stage: MastodonStage) -> None:
    action = stage.action(ActionKind.BLOCK)
    stage.server.world.accounts[US].acct = "somebody_else"

    assert isinstance(await stage.enforcer.perform(action), Refused)
    assert stage.server.posts("") == 0


async def test_what_the_instance_says_of_an_error_goes_nowhere(stage: MastodonStage) -> None:
    action = stage.action(ActionKind.BLOCK)
    stage.server.faults.append(Misfortune("/block$", 422, body={"error": "secret words"}, method="POST"))

    assert "secret" not in str(await stage.enforcer.perform(action))


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("writing", [True, False])
@pytest.mark.parametrize("harmless", [True, False])
def test_every_fault_is_an_outcome_and_only_a_change_can_be_unknown(
    fault: Fault, writing: bool, harmless: bool
) -> None:
    outcome = faults.outcome(CallFailedError(fault, writing=writing), harmless_to_repeat=harmless)

    assert isinstance(outcome, Refused | TryLater | Unknown | Unsupported)
    assert writing or not isinstance(outcome, Unknown)
    assert not isinstance(outcome, TryLater) or outcome.after > dt.timedelta(0)
