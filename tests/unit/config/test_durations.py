"""Durations as people write them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from config.durations import parse_duration, write_duration


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("20 seconds", dt.timedelta(seconds=20)),
        ("1 hour", dt.timedelta(hours=1)),
        ("48 hours", dt.timedelta(days=2)),
        ("90 days", dt.timedelta(days=90)),
        ("2 weeks", dt.timedelta(days=14)),
        ("0 seconds", dt.timedelta(0)),
    ],
)
def test_a_number_and_a_unit_are_a_duration(written: str, meant: dt.timedelta) -> None:
    assert parse_duration(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        "90days",
        "90",
        "1.5 days",
        "-1 days",
        "1 day 2 hours",
        "3 months",
        "1 year",
        " 1 day",
        "1  day",
        "01 days",
        "",
        90,
        "1 day\n",
        "٣ days",
        True,
        None,
    ],
)
def test_anything_else_is_refused(written: object) -> None:
    with pytest.raises(PydanticCustomError, match='a duration such as "20 seconds", "48 hours" or "90 days"'):
        parse_duration(written)


def test_a_duration_that_no_calendar_holds_is_refused() -> None:
    with pytest.raises(PydanticCustomError, match="at most 36500 days"):
        parse_duration("9999999999 weeks")


@given(
    st.timedeltas(dt.timedelta(0), dt.timedelta(days=36_500)).map(lambda d: dt.timedelta(d.days, d.seconds))
)
def test_a_duration_reads_back_as_it_was_written(duration: dt.timedelta) -> None:

    assert parse_duration(write_duration(duration)) == duration
