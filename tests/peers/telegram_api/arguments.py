"""The arguments of one call, however they were sent."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests.peers.telegram_api import errors
from tests.peers.telegram_api.objects import Json


@dataclass(frozen=True, slots=True)
class Arguments:
    """Values are strings from forms and query strings, anything from JSON."""

    values: Json
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        return self.values.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        try:
            return int(self.text(name, str(default)))
        except ValueError:
            return default

    def boolean(self, name: str) -> bool:
        return self.text(name).strip().lower() in {"true", "yes", "1"}

    def parsed(self, name: str) -> Any:  # noqa: ANN401 -- any JSON value
        """A JSON value, whether it came as JSON or as a string of it; None when absent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise errors.bad_request(f"can't parse {name} JSON object") from None

    def integers(self, name: str) -> list[int]:
        value = self.parsed(name)
        if not isinstance(value, list):
            raise errors.bad_request(f"expected an Array of Integer in the parameter {name}")
        return [int(item) for item in value]
