"""TOML has lists where our values are tuples."""

from __future__ import annotations


def listed(value: object) -> object:
    """Turn a list into a tuple, and leave anything else to be complained about."""
    return tuple(value) if isinstance(value, list) else value
