"""A house that is killed with -9 after the assistant director's yes: run as a process of its own."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import pathlib
import signal
import sys

from adapters.sandbox.network import SandboxEnforcer
from moderation.decision import Action, Outcome
from tests.journey import attack_scene


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class _Deadly(SandboxEnforcer):
    """Dies in the middle of its first call."""

    async def perform(self, action: Action) -> Outcome:
        _die()
        return await super().perform(action)


async def _live_and_die(url: str, home: pathlib.Path, when: str, at: dt.datetime) -> None:
    stage = await attack_scene.open_stage(url, home, at)
    main = stage.account("main")
    stage.dispatch.hands.enforcers[main] = _Deadly(stage.network, main)  # type: ignore[index]
    await stage.worker.work_once()
    if when == "answered":
        _die()
    await stage.dispatch.dispatch_once()


if __name__ == "__main__":
    asyncio.run(
        _live_and_die(
            sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3], dt.datetime.fromisoformat(sys.argv[4])
        )
    )
