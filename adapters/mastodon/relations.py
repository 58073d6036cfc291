"""Muting and blocking: the ties between our account and an author."""

from __future__ import annotations

from adapters.mastodon import payload
from adapters.mastodon.client import Client
from adapters.mastodon.settings import AdminMeasure
from moderation.decision import Action, ActionKind, AlreadyDone, Done, Outcome, Unknown

_FLAG = {
    ActionKind.MUTE: ("muting", True),
    ActionKind.UNMUTE: ("muting", False),
    ActionKind.BLOCK: ("blocking", True),
    ActionKind.UNBLOCK: ("blocking", False),
}
_STATE = {AdminMeasure.LIMIT: "silenced", AdminMeasure.SUSPEND: "suspended"}


async def change(client: Client, action: Action) -> Outcome:
    """Change the tie, where it is not so already. A measure on the instance goes with a block only."""
    tied, measured = await _tied(client, action), await _measured(client, action)
    if tied and measured:
        return AlreadyDone()
    if not tied:
        await _tie(client, action)
    if not measured:
        await _measure(client, action)
    if await settled(client, action):
        return Done(action.author.id)
    return Unknown("the instance took the call, but nothing changed")


async def settled(client: Client, action: Action) -> bool:
    """Whether everything is as the action would have it."""
    return await _tied(client, action) and await _measured(client, action)


async def _tied(client: Client, action: Action) -> bool:
    flag, wanted = _FLAG[action.kind]
    found = await client.look(lambda api: api.account_relationships(action.author.id))
    ties = {payload.identifier(one): one for one in payload.rows({"ties": found}, "ties")}
    return action.author.id in ties and bool(ties[action.author.id].get(flag)) is wanted


async def _tie(client: Client, action: Action) -> None:
    author = action.author.id
    match action.kind:
        case ActionKind.MUTE:
            # Muted, not deaf: what they go on to write to us is still read and kept.
            await client.change(lambda api: api.account_mute(author, notifications=False))
        case ActionKind.UNMUTE:
            await client.change(lambda api: api.account_unmute(author))
        case ActionKind.BLOCK:
            await client.change(lambda api: api.account_block(author))
        case _:
            await client.change(lambda api: api.account_unblock(author))


async def _measured(client: Client, action: Action) -> bool:
    measure = client.settings.admin_measure
    if measure is None or action.kind not in {ActionKind.BLOCK, ActionKind.UNBLOCK}:
        return True
    found = payload.record(await client.look(lambda api: api.admin_account(action.author.id)))
    return bool(found.get(_STATE[measure])) is (action.kind is ActionKind.BLOCK)


async def _measure(client: Client, action: Action) -> None:
    author, measure = action.author.id, client.settings.admin_measure
    match action.kind, measure:
        case ActionKind.BLOCK, AdminMeasure():
            await client.change(lambda api: api.admin_account_moderate(author, action=measure.value))
        case _, AdminMeasure.LIMIT:
            await client.change(lambda api: api.admin_account_unsilence(author))
        case _, AdminMeasure.SUSPEND:
            await client.change(lambda api: api.admin_account_unsuspend(author))
        case _:
            pass
