"""Lists of known pictures are plain text, and a wrong line is named by its place."""

from __future__ import annotations

import pathlib

import pytest

from adapters.media import lists
from adapters.media.lists import HEADER, ListError
from moderation.taxonomy import Category, Severity
from tests.unit.media.drawing import entry

A, B = "a" * 64, "ab" * 32
GOOD = f"{A} | hateful | serious | 2026-05-01 | Asha | a symbol | with a bar"


def test_a_line_is_read_and_a_note_may_hold_anything(tmp_path: pathlib.Path) -> None:
    (tmp_path / "shared.txt").write_text(
        f"\ufeff{HEADER}\n\n  # more\n{GOOD.replace('a' * 64, 'A' * 64)}\n", encoding="utf-8"
    )

    (found,) = lists.read(tmp_path)

    assert (found.hash, found.category, found.severity) == (A, Category.HATEFUL, Severity.SERIOUS)
    assert (found.list, found.by, found.note) == ("shared", "Asha", "a symbol | with a bar")


def test_where_there_is_no_folder_there_are_no_lists(tmp_path: pathlib.Path) -> None:
    assert lists.read(tmp_path / "nowhere") == ()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("zz", "has 1 parts and not 6"),
        (GOOD.replace(A, "a" * 63), "is no PDQ hash"),
        (GOOD.replace(A, "g" * 64), "is no PDQ hash"),
        (GOOD.replace("hateful", "rude"), "'rude' is no category: one of abusive, "),
        (GOOD.replace("serious", "nothing"), "'nothing' is no severity: one of minor, "),
        (GOOD.replace("2026-05-01", "1 May"), "'1 May' is no date"),
        (GOOD.replace("Asha", " "), "nobody is named"),
        (GOOD + "x" * 1_000, "at most 1000 printable"),
        (GOOD + "\x1b[31m", "printable"),
    ],
)
def test_a_wrong_line_is_named_by_its_place(line: str, says: str, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "own.txt"
    path.write_text(f"{HEADER}\n{GOOD}\n{line}\n", encoding="utf-8")

    with pytest.raises(ListError) as caught:
        lists.read(tmp_path)

    assert str(caught.value).startswith(f"{path}:3: ")
    assert says in str(caught.value)


def test_all_wrong_lines_are_named_at_once(tmp_path: pathlib.Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.txt").write_text("x\ny\n", encoding="utf-8")

    with pytest.raises(ListError) as caught:
        lists.read(tmp_path)

    assert len(str(caught.value).splitlines()) == 4


def test_a_file_that_is_no_text_is_named(tmp_path: pathlib.Path) -> None:
    (tmp_path / "own.txt").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ListError, match=r"own\.txt: cannot be read"):
        lists.read(tmp_path)


def test_what_is_added_is_read_back_and_what_was_written_by_hand_stays(tmp_path: pathlib.Path) -> None:
    (tmp_path / "own.txt").write_text(f"# by hand\n{GOOD}", encoding="utf-8")

    path = lists.add(tmp_path, entry(B))

    assert path.read_text(encoding="utf-8") == f"# by hand\n{GOOD}\n{entry(B).line()}\n"
    assert lists.read(tmp_path)[1] == entry(B)


def test_a_picture_is_added_once(tmp_path: pathlib.Path) -> None:
    lists.add(tmp_path, entry(A))

    with pytest.raises(ListError, match="on it already"):
        lists.add(tmp_path, entry(A, name="other"))


@pytest.mark.parametrize("name", ["../own", "", "Own", "a/b", ".hidden"])
def test_a_list_has_a_plain_name(name: str, tmp_path: pathlib.Path) -> None:
    with pytest.raises(ListError, match="names no list"):
        lists.add(tmp_path, entry(A, name=name))


def test_what_could_not_be_read_back_is_not_written(tmp_path: pathlib.Path) -> None:
    broken = entry(A)
    object.__setattr__(broken, "note", "two\nlines")

    with pytest.raises(ListError, match="printable"):
        lists.add(tmp_path, broken)

    assert not (tmp_path / "own.txt").exists()


def test_a_picture_is_taken_off_every_list_by_the_beginning_of_its_hash(tmp_path: pathlib.Path) -> None:
    lists.add(tmp_path, entry(A))
    lists.add(tmp_path, entry(B))
    (tmp_path / "other.txt").write_text(f"# kept\n{entry(A).line()}\n", encoding="utf-8")

    gone = lists.remove(tmp_path, "AAA")

    assert [one.list for one in gone] == ["other", "own"]
    assert [one.hash for one in lists.read(tmp_path)] == [B]
    assert (tmp_path / "other.txt").read_text(encoding="utf-8") == "# kept\n"


@pytest.mark.parametrize(
    ("start", "says"), [("a", "2 hashes begin"), ("c", "no hash begins"), ("", "2 hashes")]
)
def test_only_one_picture_is_taken_off(start: str, says: str, tmp_path: pathlib.Path) -> None:
    lists.add(tmp_path, entry(A))
    lists.add(tmp_path, entry(B))

    with pytest.raises(ListError, match=says):
        lists.remove(tmp_path, start)
