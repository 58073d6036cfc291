"""Fixtures for the adapter's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.peers.telegram_api import User
from tests.unit.telegram import station
from tests.unit.telegram.station import Station


@pytest.fixture(name="here")
async def _here() -> AsyncIterator[Station]:
    async with station.opened() as here:
        yield here


@pytest.fixture(name="ada")
def _ada(here: Station) -> User:
    ada = here.world.person("Ada")
    here.world.add(here.town.discussion, ada)
    return ada
