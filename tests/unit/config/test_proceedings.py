"""The officers' watch list is read whole, and no complaint repeats a name."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from config.complaint import SettingsError
from config.proceedings import ProceedingsError, ended, load_proceedings
from config.settings import load_settings
from tests.unit.config.conftest import Write
from tests.unit.config.settings_text import ENVIRON, GOOD

LIST = """\
[[proceedings]]
name = "the Quayside case"
people = ["Rhys Pendragon"]
places = ["Quayside Mill"]
court = "Teesside Crown Court"
active_from = 2026-04-01
active_to = 2026-06-30
note = "ask the solicitor before answering"

[[proceedings]]
name = "the fire inquest"
places = ["Tolpuddle Lane"]
active_from = 2026-07-01
"""
NOW = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)


def refusal(path: Path) -> list[str]:
    with pytest.raises(ProceedingsError) as caught:
        load_proceedings(path)
    return str(caught.value).split("\n")


def test_a_list_is_read_with_days_as_they_are_in_england(write: Write) -> None:
    first, second = load_proceedings(write(LIST))

    assert (first.name, first.people, first.places) == (
        "the Quayside case",
        ("Rhys Pendragon",),
        ("Quayside Mill",),
    )
    assert first.begins == dt.datetime(2026, 3, 31, 23, tzinfo=dt.UTC)
    assert first.ends == dt.datetime(2026, 6, 30, 23, tzinfo=dt.UTC)
    assert (second.court, second.ends) == ("", None)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            'court = "Tees',
            'cuort = "Tees',
            "mine.toml:5: proceedings[0].cuort: unknown key; did you mean court?",
        ),
        ("active_from = 2026-04-01\n", "", "mine.toml:1: proceedings[0].active_from: is missing"),
        (
            "active_to = 2026-06-30",
            "active_to = 2026-03-30",
            "mine.toml:1: proceedings[0]: active_to comes before active_from",
        ),
        (
            'places = ["Tolpuddle Lane"]',
            'places = ["..."]',
            "mine.toml:10: proceedings[1]: names nobody and no place: give people, places or both",
        ),
        (
            'people = ["Rhys Pendragon"]',
            'people = "Rhys Pendragon"',
            "mine.toml:3: proceedings[0].people: is not right, needs a list",
        ),
        (
            "active_from = 2026-07-01",
            'active_from = "July"',
            "mine.toml:13: proceedings[1].active_from: is not right, needs a date such as 2026-04-01",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_without_a_name(
    old: str, new: str, told: str, write: Write
) -> None:
    assert LIST.count(old) == 1

    assert refusal(write(LIST.replace(old, new))) == [told]


def test_an_empty_list_is_refused(write: Write) -> None:
    assert refusal(write("")) == ["mine.toml: proceedings: is missing"]


def test_a_file_that_is_not_there_is_told() -> None:
    assert refusal(Path("absent.toml")) == ["absent.toml: there is no such file"]


def test_entries_that_have_run_out_are_told_by_number(write: Write) -> None:
    entries = load_proceedings(write(LIST))

    assert ended(entries, NOW) == ("entry 2 has not begun",)
    assert ended(entries, NOW + dt.timedelta(days=90)) == (
        "entry 1 has run out; comments about it are no longer looked for",
        "entry 2 has no active_to: take it out once the proceedings are over",
    )


def test_the_settings_read_the_list_beside_them(write: Write, tmp_path: Path) -> None:
    write(LIST, "cases.toml")
    text = GOOD.replace('overlay = "emas"', 'overlay = "emas"\nproceedings = "cases.toml"')

    read = load_settings(write(text), ENVIRON, NOW)

    assert read.policy.proceedings == tmp_path / "cases.toml"
    assert [entry.name for entry in read.watched] == ["the Quayside case", "the fire inquest"]
    assert "Pendragon" not in repr(read)


def test_settings_with_a_broken_list_are_refused_at_its_line(write: Write) -> None:
    write(LIST.replace("court", "cuort"), "cases.toml")
    text = GOOD.replace('overlay = "emas"', 'overlay = "emas"\nproceedings = "cases.toml"')

    with pytest.raises(SettingsError, match=r"cases\.toml:5: proceedings\[0\]\.cuort: unknown key"):
        load_settings(write(text), ENVIRON, NOW)


def test_a_misspelt_key_for_the_list_is_told(write: Write) -> None:
    text = GOOD.replace('overlay = "emas"', 'overlay = "emas"\nproceeding = "cases.toml"')

    with pytest.raises(SettingsError, match="unknown key; did you mean proceedings"):
        load_settings(write(text), ENVIRON, NOW)


def test_the_example_in_the_guide_is_a_list_that_stands(write: Write) -> None:
    guide = (Path(__file__).parents[3] / "docs" / "officers.md").read_text(encoding="utf-8")
    example = guide.partition("```toml\n[[proceedings]]")[2].partition("```")[0]

    assert load_proceedings(write(f"[[proceedings]]{example}"))
