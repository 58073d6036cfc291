"""Logging: one line for each thing that happened, with ids and counts and never a person's words."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

FORBIDDEN_KEYS = frozenset(
    {"text", "label", "name", "email", "token", "password", "secret", "raw", "url", "excerpt"}
)
"""Keys that would carry a person's words or a secret."""

NOISY = ("httpx", "httpcore", "telegram", "urllib3", "aiosmtplib", "mastodon", "alembic", "sqlalchemy")
"""Vendors that write addresses, some with a token in them, at INFO."""


def configure(*, level: str = "INFO", json: bool = False, stream: TextIO | None = None) -> None:
    """Set logging up once, at the start of the process."""
    for vendor in NOISY:
        logging.getLogger(vendor).setLevel(logging.WARNING)
    renderer: Any = (
        structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            withhold,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )


def withhold(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop what must not be logged, and flatten line breaks that would forge a second line."""
    for key in list(event):
        if key in FORBIDDEN_KEYS:
            event[key] = "withheld"
        elif isinstance(event[key], str) and key != "exception":
            event[key] = event[key].replace("\n", " ").replace("\r", " ")
    return event
