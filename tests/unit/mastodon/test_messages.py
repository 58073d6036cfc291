"""What is written to whom, and that nobody else sees it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from adapters.mastodon.settings import ReplyVisibility
from moderation.comment import CommentRef
from moderation.decision import (
    Action,
    ActionKind,
    Done,
    Outcome,
    Refused,
    Step,
    TryLater,
    Unknown,
)
from tests.contracts.mastodon_stage import MastodonStage
from tests.peers.mastodon_server import Fault as Misfortune
from tests.peers.mastodon_world import US, Json

WARNING = "Our house rules ask for respect. To contest this: https://trust.example/contest"


def ours(stage: MastodonStage) -> list[Json]:
    """Our posts that name somebody."""
    posts = stage.server.world.statuses.values()
    return [one for one in posts if one["account"]["id"] == US and one["mentions"]]


def warning(stage: MastodonStage, text: str = WARNING, **more: Any) -> Action:  # noqa: ANN401 - any field
    return stage.action(ActionKind.MESSAGE, step=Step.WARN, text=text, **more)


async def test_a_warning_is_seen_by_its_author_alone(stage: MastodonStage) -> None:
    action = warning(stage, f"{WARNING} @pat @pat@elsewhere.example")
    stage.server.world.join("pat")
    stage.server.world.join("pat@elsewhere.example")

    outcome = await stage.enforcer.perform(action)

    (post,) = ours(stage)
    assert outcome == Done(post["id"])
    assert post["visibility"] == "direct"
    assert [one["id"] for one in post["mentions"]] == [stage.somebody.id]
    assert action.comment is not None
    assert post["in_reply_to_id"] == action.comment.id
    assert stage.server.keys == [action.key]


@pytest.mark.parametrize("step", Step)
async def test_a_message_is_private_whatever_it_is_for(stage: MastodonStage, step: Step) -> None:
    await stage.enforcer.perform(stage.action(ActionKind.MESSAGE, step=step))

    assert [one["visibility"] for one in ours(stage)] == ["direct"]


@pytest.mark.parametrize("step", [Step.WARN, Step.REASONS, Step.EXPLAIN, Step.BLOCK, Step.HIDE, Step.UNBLOCK])
async def test_a_warning_as_a_public_reply_is_refused(stage: MastodonStage, step: Step) -> None:
    outcome = await stage.enforcer.perform(stage.action(ActionKind.REPLY, step=step))

    assert isinstance(outcome, Refused)
    assert ours(stage) == []


async def test_an_instance_that_would_show_it_to_others_has_it_taken_back(stage: MastodonStage) -> None:
    action = warning(stage)
    stage.server.world.publish_as = "public"

    outcome = await stage.enforcer.perform(action)

    assert isinstance(outcome, Refused)
    assert ours(stage) == []
    assert len(stage.server.world.deleted) == 1


async def test_a_post_that_cannot_be_taken_back_is_cried_out(stage: MastodonStage) -> None:
    action = warning(stage)
    stage.server.world.publish_as = "public"
    stage.server.faults.append(Misfortune("/api/v1/statuses/", 500, method="DELETE"))

    outcome = await stage.enforcer.perform(action)

    assert isinstance(outcome, Unknown)
    assert "look now" in outcome.reason


async def test_a_message_that_would_reach_nobody_is_taken_back(stage: MastodonStage) -> None:
    action = warning(stage)
    stage.server.world.accounts[stage.somebody.id].acct = "renamed"
    stage.server.faults.append(
        Misfortune(f"/accounts/{stage.somebody.id}$", 200, body=stage.somebody.shown() | {"acct": "nobody"})
    )

    outcome = await stage.enforcer.perform(action)

    assert isinstance(outcome, Refused)
    assert len(stage.server.world.deleted) == 1


@pytest.mark.parametrize("visibility", ["direct", "private"])
async def test_an_answer_is_never_more_public_than_the_comment(stage: MastodonStage, visibility: str) -> None:
    status = stage.server.world.post(stage.somebody, "@trust who can help?", visibility=visibility)
    action = stage.action(ActionKind.REPLY, comment=CommentRef(stage.settings.ref, status["id"]))

    await stage.enforcer.perform(action)

    assert [one["visibility"] for one in ours(stage)] == ["direct"]


@pytest.mark.parametrize("visibility", ReplyVisibility)
async def test_a_signpost_is_as_public_as_the_settings_say(
    stage: MastodonStage, visibility: ReplyVisibility
) -> None:
    stage.more["reply_visibility"] = visibility

    await stage.enforcer.perform(stage.action(ActionKind.REPLY))

    assert [one["visibility"] for one in ours(stage)] == [visibility.value]


async def test_a_long_warning_becomes_a_thread_that_loses_nothing(stage: MastodonStage) -> None:
    text = f"{'Please be kind. ' * 70}\n\n{WARNING}"
    action = warning(stage, text)

    outcome = await stage.enforcer.perform(action)

    posts = ours(stage)
    assert outcome == Done(posts[0]["id"])
    assert len(posts) == 3
    assert [one["in_reply_to_id"] for one in posts[1:]] == [one["id"] for one in posts[:-1]]
    assert {one["visibility"] for one in posts} == {"direct"}
    assert "trust.example/contest" in posts[-1]["content"].replace("</span>", "").replace(
        '<span class="invisible">', ""
    ).replace('<span class="ellipsis">', "")
    assert stage.server.keys == [action.key, f"{action.key}-2", f"{action.key}-3"]


async def test_a_warning_that_does_not_fit_is_refused_whole(stage: MastodonStage) -> None:
    outcome = await stage.enforcer.perform(warning(stage, "word " * 2000))

    assert isinstance(outcome, Refused)
    assert "500" in outcome.reason
    assert ours(stage) == []


async def test_the_instances_own_limit_counts(stage: MastodonStage) -> None:
    stage.server.world.characters = 5000

    await stage.enforcer.perform(warning(stage, "word " * 500))

    assert len(ours(stage)) == 1


async def test_an_empty_message_is_refused(stage: MastodonStage) -> None:
    assert isinstance(await stage.enforcer.perform(warning(stage, "  ")), Refused)


async def test_a_thread_that_broke_off_is_completed_and_nothing_doubled(stage: MastodonStage) -> None:
    action = warning(stage, f"{'Please be kind. ' * 70}\n\n{WARNING}")
    stage.server.faults.append(
        Misfortune("/api/v1/statuses$", 429, {"Retry-After": "5"}, method="POST", times=0)
    )
    limits = stage.server.faults[0]
    stage.server.world.idempotency.clear()

    first = await _breaking_after(stage, action, 1, limits)
    stage.server.world.idempotency.clear()  # an instance forgets its keys after an hour
    found = await stage.enforcer.read_back(action)
    second = await stage.enforcer.perform(action)

    assert isinstance(first, TryLater)
    assert first.after == dt.timedelta(seconds=5)
    assert isinstance(found, TryLater)
    assert isinstance(second, Done)
    assert len(ours(stage)) == 3


async def _breaking_after(stage: MastodonStage, action: Action, posts: int, fault: Misfortune) -> Outcome:
    """Perform, with the fault striking after so many posts."""
    post = stage.server.world.post

    def counting(*args: Any, **more: Any) -> Json:  # noqa: ANN401 - whatever post takes
        made = post(*args, **more)
        if len(ours(stage)) >= posts:
            fault.times = 1
        return made

    stage.server.world.post = counting  # type: ignore[method-assign]
    outcome = await stage.enforcer.perform(action)
    stage.server.world.post = post  # type: ignore[method-assign]
    fault.times = 0
    return outcome


async def test_a_warning_about_a_deleted_comment_is_sent_all_the_same(stage: MastodonStage) -> None:
    action = warning(stage)
    assert action.comment is not None
    stage.server.world.delete(action.comment.id)

    outcome = await stage.enforcer.perform(action)

    assert isinstance(outcome, Done)
    assert ours(stage)[0]["in_reply_to_id"] is None
    assert isinstance(await stage.enforcer.read_back(action), Done)


async def test_without_the_comment_our_posts_cannot_prove_that_nothing_was_sent(stage: MastodonStage) -> None:
    action = warning(stage)
    assert action.comment is not None
    stage.server.world.delete(action.comment.id)

    assert isinstance(await stage.enforcer.read_back(action), Unknown)


async def test_a_comment_that_goes_while_we_answer_it_is_no_reason_to_give_up(stage: MastodonStage) -> None:
    stage.server.faults.append(Misfortune("/api/v1/statuses$", 404, method="POST"))

    assert isinstance(await stage.enforcer.perform(warning(stage)), TryLater)


async def test_the_same_words_in_public_do_not_count_as_the_private_message(stage: MastodonStage) -> None:
    private = stage.action(ActionKind.MESSAGE)
    public = stage.action(ActionKind.REPLY, comment=private.comment)
    await stage.enforcer.perform(private)

    assert isinstance(await stage.enforcer.read_back(public), TryLater)


@pytest.mark.parametrize("suspended", [True, False])
async def test_an_author_who_is_gone_is_not_written_to(stage: MastodonStage, suspended: bool) -> None:
    action = warning(stage)
    stage.somebody.suspended = suspended
    if not suspended:
        del stage.server.world.accounts[stage.somebody.id]

    assert isinstance(await stage.enforcer.perform(action), Refused)
