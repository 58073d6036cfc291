"""What the operator is told about an account before it goes live."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from adapters.mastodon import payload
from adapters.mastodon.client import Client
from adapters.mastodon.faults import CallFailedError, Fault
from adapters.mastodon.payload import Payload
from adapters.mastodon.settings import SCOPES, Settings, abilities, granted
from moderation.decision import ActionKind
from moderation.ports import Inspection

_READING = ("read:accounts", "read:notifications", "read:statuses")


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    bad: bool = False
    look: bool = False

    @property
    def mark(self) -> str:
        if self.bad:
            return "PUT RIGHT"
        return "look" if self.look else "ok"


async def inspect(settings: Settings) -> Inspection:
    """Look at the account, the token and the instance, changing nothing."""
    client = Client(settings)
    try:
        lines = [line async for line in _lines(client)]
    except CallFailedError as error:
        hint = ". Is it the token of this account?" if error.fault is Fault.UNAUTHORISED else ""
        lines = [_Line(f"{settings.account}: {error}{hint}", bad=True)]
    finally:
        await client.aclose()
    marked = tuple(f"{line.mark}: {line.text}" for line in lines)
    return Inspection(not any(line.bad for line in lines), marked)


async def _lines(client: Client) -> AsyncIterator[_Line]:
    ours = await client.whoami()
    instance = await client.instance()
    yield _Line(f"{client.settings.account} is account {ours.id}")
    for line in _of_instance(instance):
        yield line
    for line in _of_scopes(client.settings, await _given_scopes(client)):
        yield line
    for line in _of_abilities(client.settings):
        yield line
    for line in _of_rules(client.settings, instance):
        yield line
    for line in _of_policy(await _policy(client)):
        yield line


def _of_instance(instance: Payload) -> Iterator[_Line]:
    statuses = payload.inner(payload.inner(instance, "configuration"), "statuses")
    yield _Line(
        f"the instance runs version {payload.text(instance, 'version') or 'unknown'}, "
        f"with {statuses.get('max_characters', 'an unknown number of')} characters a post"
    )


def _of_scopes(settings: Settings, given: frozenset[str] | None) -> Iterator[_Line]:
    if given is None:
        yield _Line("the instance does not say which scopes the token has (it does from 4.3 on)", look=True)
        given = settings.scopes
    yield _Line(f"scopes: {', '.join(sorted(given))}")
    for scope in sorted(settings.scopes):
        if not granted(given, scope):
            yield _Line(f"the settings name the scope {scope}, and the token has it not", bad=True)
    for scope in _READING:
        if not granted(given, scope):
            yield _Line(f"without {scope} nothing can be read", bad=True)
    spare = sorted(
        one for one in given if not any(granted(frozenset({one}), need) for need in settings.scopes)
    )
    if spare:
        yield _Line(f"the token may do more than it needs: {', '.join(spare)}", look=True)
    broad = sorted(given & {"read", "write", "follow", "admin:read", "admin:write"})
    if broad:
        yield _Line(f"broad scopes ({', '.join(broad)}): {', '.join(sorted(SCOPES))} would do", look=True)


def _of_abilities(settings: Settings) -> Iterator[_Line]:
    can = abilities(settings)
    yield _Line(f"possible: {', '.join(sorted(can))}")
    if ActionKind.HIDE in can:
        yield _Line("hiding: quotes of our own posts only, and for good", look=True)
    else:
        yield _Line("hiding: not possible; a serious comment is reported to the instance instead")
    if settings.admin_measure is not None:
        needed = ("admin:read:accounts", "admin:write:accounts")
        lacking = [one for one in needed if not granted(settings.scopes, one)]
        yield _Line(f"a block also brings {settings.admin_measure.value} on the whole instance", look=True)
        for scope in lacking:
            yield _Line(f"admin_measure needs the scope {scope}", bad=True)


def _of_rules(settings: Settings, instance: Payload) -> Iterator[_Line]:
    there = {payload.identifier(rule) for rule in payload.rows(instance, "rules")}
    for ours, theirs in settings.rules:
        if theirs not in there:
            yield _Line(f"rules: {ours} is mapped to {theirs}, and the instance has no such rule", bad=True)


def _of_policy(policy: Payload) -> Iterator[_Line]:
    dropped = sorted(key for key, value in policy.items() if value == "drop")
    filtered = sorted(key for key, value in policy.items() if value == "filter")
    if dropped:
        yield _Line(
            f"the account ignores notifications, and we never see them: {', '.join(dropped)}", bad=True
        )
    if filtered:
        yield _Line(f"the account filters notifications ({', '.join(filtered)}); they are read all the same")


async def _given_scopes(client: Client) -> frozenset[str] | None:
    try:
        found = payload.record(await client.look(lambda api: api.app_verify_credentials()))
    except CallFailedError:
        # The token has proved itself already; older software and personal tokens have no app to ask about.
        return None
    scopes = found.get("scopes")
    return frozenset(str(one) for one in scopes) if isinstance(scopes, list) and scopes else None


async def _policy(client: Client) -> Payload:
    try:
        return payload.record(await client.look(lambda api: api.notifications_policy()))
    except CallFailedError:
        return {}
