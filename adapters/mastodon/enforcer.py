"""Performs actions as one Mastodon account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from adapters.mastodon import faults, messages, payload, posts, relations
from adapters.mastodon.client import Client
from adapters.mastodon.faults import CallFailedError, Fault
from adapters.mastodon.payload import Payload
from adapters.mastodon.settings import abilities, granted
from moderation.comment import AccountRef
from moderation.decision import (
    Action,
    ActionKind,
    AlreadyDone,
    Done,
    Outcome,
    Refused,
    TryLater,
    Unknown,
    Unsupported,
)

NOT_DONE = TryLater(dt.timedelta(0), "it was not done")

_HARMLESS = frozenset(
    {ActionKind.MUTE, ActionKind.UNMUTE, ActionKind.BLOCK, ActionKind.UNBLOCK, ActionKind.HIDE}
)
_MET_BY_ABSENCE = frozenset({ActionKind.UNMUTE, ActionKind.UNBLOCK, ActionKind.HIDE})
"""What there is no need for where its object is gone."""
_REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class _Quote:
    ours: str
    theirs: str
    state: str


class MastodonEnforcer:
    """One call at a time, and what came of it."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._settings = client.settings
        self._can = abilities(client.settings)

    @property
    def account(self) -> AccountRef:
        """The account that it acts for."""
        return self._settings.ref

    @property
    def can(self) -> frozenset[ActionKind]:
        """What the network and the token allow on this account."""
        return self._can

    async def perform(self, action: Action) -> Outcome:
        """Try once. Expected failures are outcomes, never exceptions."""
        return await self._translating(action, self._perform)

    async def read_back(self, action: Action) -> Outcome:
        """Look whether an earlier attempt got through."""
        return await self._translating(action, self._read_back)

    async def aclose(self) -> None:
        """Let the threads go."""
        await self._client.aclose()

    async def _translating(self, action: Action, work: Callable[[Action], Awaitable[Outcome]]) -> Outcome:
        if action.account != self.account:
            return Refused(f"{action.account} is not the account that we act for here")
        if action.kind not in self._can:
            return Unsupported(f"{action.kind} is not possible on Mastodon, or not with this token")
        try:
            await self._client.whoami()
            return await work(action)
        except CallFailedError as error:
            if error.fault is Fault.GONE and action.kind in _MET_BY_ABSENCE:
                return AlreadyDone()
            return faults.outcome(error, harmless_to_repeat=action.kind in _HARMLESS)

    async def _perform(self, action: Action) -> Outcome:
        match action.kind:
            case ActionKind.MUTE | ActionKind.UNMUTE | ActionKind.BLOCK | ActionKind.UNBLOCK:
                return await relations.change(self._client, action)
            case ActionKind.MESSAGE | ActionKind.REPLY:
                return await messages.send(self._client, action)
            case ActionKind.REPORT:
                return await self._report(action)
            case ActionKind.HIDE:
                return await self._revoke(action)
            case _:
                return Unsupported(f"{action.kind} is not possible on Mastodon")

    async def _read_back(self, action: Action) -> Outcome:
        match action.kind:
            case ActionKind.MUTE | ActionKind.UNMUTE | ActionKind.BLOCK | ActionKind.UNBLOCK:
                return Done() if await relations.settled(self._client, action) else NOT_DONE
            case ActionKind.MESSAGE | ActionKind.REPLY:
                return await messages.found(self._client, action)
            case ActionKind.REPORT:
                return await self._report_found(action)
            case ActionKind.HIDE:
                quote = await self._quote(action)
                return Done() if quote is None or quote.state == _REVOKED else NOT_DONE
            case _:
                return Unsupported(f"{action.kind} is not possible on Mastodon")

    async def _report(self, action: Action) -> Outcome:
        rules = [theirs for ours, theirs in self._settings.rules if ours == action.rule]
        about = [action.comment.id, *action.also] if action.comment else []
        report = payload.record(
            await self._client.change(
                lambda api: api.report(
                    action.author.id,
                    status_ids=about,
                    comment=_report_text(action),
                    forward=self._settings.forward_reports,
                    category="violation" if rules else "other",
                    rule_ids=rules or None,
                )
            )
        )
        return Done(payload.identifier(report))

    async def _report_found(self, action: Action) -> Outcome:
        """Reports can be read by the instance's own moderators alone."""
        if not granted(self._settings.scopes, "admin:read:reports"):
            return Unknown("Mastodon does not show an account its own reports")
        open_ones = await self._client.look(
            lambda api: api.admin_reports(resolved=False, target_account_id=action.author.id)
        )
        resolved = await self._client.look(
            lambda api: api.admin_reports(resolved=True, target_account_id=action.author.id)
        )
        reports = [one for found in (open_ones, resolved) for one in payload.rows({"found": found}, "found")]
        ours = [one for one in reports if action.key in payload.text(one, "comment")]
        return Done(payload.identifier(ours[0])) if ours else NOT_DONE

    async def _revoke(self, action: Action) -> Outcome:
        quote = await self._quote(action)
        if quote is None or quote.state == _REVOKED:
            return AlreadyDone()
        if not quote.ours:
            return Unsupported("only a quote of our own post can be taken off it; others can be reported")
        changed = payload.record(
            await self._client.change(lambda api: api.status_quote_revoke(quote.ours, quote.theirs))
        )
        if payload.text(payload.inner(changed, "quote"), "state") == _REVOKED:
            return Done(quote.theirs)
        return Unknown("the instance took the call, but the quote stands")

    async def _quote(self, action: Action) -> _Quote | None:
        """The quote that an action is about; None where the quoting post is gone."""
        if action.comment is None:
            return _Quote("", "", "")
        number = action.comment.id
        status = await self._client.status(number)
        if status is None:
            return None
        frame = payload.inner(status, "quote")
        return _Quote(await self._ours(frame), number, payload.text(frame, "state"))

    async def _ours(self, frame: Payload) -> str:
        """The id of the quoted post, where it is ours."""
        ours = await self._client.whoami()
        quoted = payload.inner(frame, "quoted_status")
        number = payload.identifier(quoted) or payload.identifier(frame, "quoted_status_id")
        if number and not quoted:
            quoted = await self._client.status(number) or {}
        return number if payload.identifier(payload.inner(quoted, "account")) == ours.id else ""


def _report_text(action: Action) -> str:
    """Our words first; the reference last, by which the report is found again."""
    reference = f"Reference: {action.key}"
    room = posts.REPORT_LENGTH - len(reference) - 2
    words = action.text if len(action.text) <= room else action.text[: room - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return f"{words}\n\n{reference}".lstrip()
