"""Private messages and public replies, and whether one of them got through."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from adapters.mastodon import mapping, markup, payload, posts
from adapters.mastodon.client import PAGE, Client
from adapters.mastodon.faults import CallFailedError, Fault
from adapters.mastodon.payload import Payload
from moderation.decision import Action, ActionKind, Done, Outcome, Refused, Step, TryLater, Unknown

CHARACTERS = 500
"""What an instance allows that does not say."""
SECLUDED = frozenset({"direct", "private"})
NEVER_IN_PUBLIC = frozenset({Step.WARN, Step.REASONS, Step.EXPLAIN, Step.BLOCK, Step.HIDE, Step.UNBLOCK})
PAGES_BACK = 3
DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Letter:
    """What is about to be posted, and who may see it."""

    parts: tuple[str, ...]
    visibility: str
    answers: str | None


class _RefusedError(Exception):
    """It cannot be sent, whoever tries."""


async def send(client: Client, action: Action) -> Outcome:
    """Post the message, part by part; a part that is there already is not posted again."""
    try:
        letter = await _letter(client, action)
    except _RefusedError as error:
        return Refused(str(error))
    there = (await _search(client, action, letter)).parts if len(letter.parts) > 1 else {}
    proof, previous = "", letter.answers
    for number in range(len(letter.parts)):
        try:
            status = there.get(number) or await _post(client, action, letter, number, previous)
        except CallFailedError as error:
            if error.fault is not Fault.GONE:
                raise
            return TryLater(dt.timedelta(seconds=1), "the comment went away while we were answering it")
        if trouble := await _misdelivered(client, action, letter, status):
            return trouble
        previous = payload.identifier(status)
        proof = proof or previous
    return Done(proof)


async def found(client: Client, action: Action) -> Outcome:
    """Look for the message among our own posts.

    The answers to the comment say for certain. Without the comment, our newest posts can only confirm.
    """
    try:
        letter = await _letter(client, action)
    except _RefusedError as error:
        return Refused(str(error))
    seen = await _search(client, action, letter)
    if len(seen.parts) == len(letter.parts):
        return Done(payload.identifier(seen.parts[0]))
    if seen.certain:
        return TryLater(dt.timedelta(0), "it was not posted, or not all of it")
    return Unknown("the comment is gone, and the message is not among our newest posts")


async def _letter(client: Client, action: Action) -> Letter:
    number = action.comment.id if action.comment else ""
    comment = await client.status(number) if number else None
    visibility = _visibility(client, action, comment)
    mention = await _mention(client, action)
    limit = await _characters(client)
    parts = posts.parts(mention, action.text, limit)
    if not action.text.strip():
        raise _RefusedError("the message is empty")
    if parts is None:
        raise _RefusedError(
            f"the message does not fit: {len(action.text)} characters, and the instance takes {limit} a post"
        )
    return Letter(parts, visibility, number if comment is not None else None)


def _visibility(client: Client, action: Action, comment: Payload | None) -> str:
    """Who may see it. The one place that decides: all but a public reply goes to the author alone."""
    if action.kind is not ActionKind.REPLY:
        return DIRECT
    if action.step in NEVER_IN_PUBLIC:
        raise _RefusedError(f"{action.step} goes to the author alone, never in public")
    if comment is None:
        raise _RefusedError("the comment is there no longer")
    secluded = payload.text(comment, "visibility") in SECLUDED
    return DIRECT if secluded else client.settings.reply_visibility.value


async def _mention(client: Client, action: Action) -> str:
    try:
        author = payload.record(await client.look(lambda api: api.account(action.author.id)))
    except CallFailedError as error:
        if error.fault is not Fault.GONE:
            raise
        raise _RefusedError("the author's account is there no longer") from None
    if author.get("suspended"):
        raise _RefusedError("the author's account is suspended: nothing reaches it")
    mention = posts.mention_of(payload.text(author, "acct"))
    if mention is None or payload.identifier(author) != action.author.id:
        raise _RefusedError("the instance does not say how to address the author")
    return mention


async def _characters(client: Client) -> int:
    configuration = payload.inner(await client.instance(), "configuration")
    most = payload.inner(configuration, "statuses").get("max_characters")
    return most if isinstance(most, int) and most > 0 else CHARACTERS


async def _post(client: Client, action: Action, letter: Letter, number: int, answers: str | None) -> Payload:
    key = str(action.key) if number == 0 else f"{action.key}-{number + 1}"
    return payload.record(
        await client.change(
            lambda api: api.status_post(
                letter.parts[number],
                in_reply_to_id=answers,
                visibility=letter.visibility,
                idempotency_key=key,
                language="en",
            )
        )
    )


async def _misdelivered(client: Client, action: Action, letter: Letter, status: Payload) -> Outcome | None:
    """Take a post back at once that others can see, or that the author cannot."""
    if not payload.identifier(status):
        return Unknown("the instance took the message and gave nothing back")
    named = {payload.identifier(one) for one in payload.rows(status, "mentions")}
    secluded = letter.visibility != DIRECT or payload.text(status, "visibility") == DIRECT
    if secluded and named == {action.author.id}:
        return None
    number = payload.identifier(status)
    try:
        await client.change(lambda api: api.status_delete(number))
    except CallFailedError:
        return Unknown(f"our post {number} went to the wrong people and could not be taken back: look now")
    return Refused("the instance would have shown it to the wrong people: it was taken back")


@dataclass(frozen=True, slots=True)
class _Seen:
    """Parts of ours that are there, by their place; and whether the others certainly are not."""

    parts: dict[int, Payload] = field(default_factory=dict)
    certain: bool = False


async def _search(client: Client, action: Action, letter: Letter) -> _Seen:
    candidates, certain = await _candidates(client, letter.answers)
    ours = await client.whoami()
    parts: dict[int, Payload] = {}
    for status in candidates:
        if not _like(status, ours.id, action, letter):
            continue
        text = markup.read(payload.text(status, "content")[: mapping.LONGEST]).text
        for number, part in enumerate(letter.parts):
            if number not in parts and posts.same(text, part):
                parts[number] = status
    return _Seen(parts, certain)


def _like(status: Payload, ours: str, action: Action, letter: Letter) -> bool:
    """Whether a post is ours, to that author, and seen by as many as the letter would be."""
    named = {payload.identifier(one) for one in payload.rows(status, "mentions")}
    return (
        payload.identifier(payload.inner(status, "account")) == ours
        and action.author.id in named
        and payload.text(status, "visibility") == letter.visibility
    )


async def _candidates(client: Client, comment: str | None) -> tuple[tuple[Payload, ...], bool]:
    if comment is not None:
        context = payload.record(await client.look(lambda api: api.status_context(comment)))
        return payload.rows(context, "descendants"), True
    ours = await client.whoami()
    seen: list[Payload] = []
    for _ in range(PAGES_BACK):
        older = {"max_id": payload.identifier(seen[-1])} if seen else {}
        rows = await _own_posts(client, ours.id, older)
        seen += rows
        if not rows:
            break
    return tuple(seen), False


async def _own_posts(client: Client, ours: str, older: dict[str, str]) -> tuple[Payload, ...]:
    page = await client.look(
        lambda api: api.account_statuses(ours, limit=PAGE, exclude_reblogs=True, **older)
    )
    return payload.rows({"page": page}, "page")
