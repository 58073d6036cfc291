"""Fixtures for the adapter's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.unit.telegram import station
from tests.unit.telegram.station import Station


@pytest.fixture(name="here")
async def _here() -> AsyncIterator[Station]:
    async with station.opened() as here:
        yield here
