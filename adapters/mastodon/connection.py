"""Everything for one account, made from its settings."""

from __future__ import annotations

from typing import NamedTuple

from adapters.mastodon.archive import MastodonArchive
from adapters.mastodon.client import Client
from adapters.mastodon.enforcer import MastodonEnforcer
from adapters.mastodon.settings import Settings
from adapters.mastodon.source import MastodonSource
from moderation.ports import Clock


class Connection(NamedTuple):
    """The three doors to one account. Close the source first, by itself, and this last."""

    source: MastodonSource
    enforcer: MastodonEnforcer
    archive: MastodonArchive

    async def aclose(self) -> None:
        """Let the threads of the enforcer and the archive go."""
        await self.archive.aclose()
        await self.enforcer.aclose()


def connect(settings: Settings, clock: Clock) -> Connection:
    """Make the source, the enforcer and the archive. Nothing is asked of the instance yet.

    The source has connections of its own, so that it can stop while actions are still being performed.
    """
    return Connection(
        MastodonSource(Client(settings), clock),
        MastodonEnforcer(Client(settings)),
        MastodonArchive(settings),
    )
