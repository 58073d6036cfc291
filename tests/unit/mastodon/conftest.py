"""An emulated instance for every test that asks for one."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.contracts import mastodon_stage
from tests.contracts.mastodon_stage import MastodonStage


@pytest.fixture
async def stage() -> AsyncIterator[MastodonStage]:
    async with mastodon_stage.stage() as there:
        yield there
