"""The commands for known pictures, as an operator types them."""

from __future__ import annotations

import pathlib

import pytest
from typer.testing import CliRunner, Result

from bot import media_commands
from bot.terminal import Complaints
from tests.unit.media.drawing import picture, written


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    (tmp_path / "bad.jpg").write_bytes(written(picture(1), "JPEG"))
    (tmp_path / "turned.png").write_bytes(written(picture(1).rotate(90, expand=True)))
    (tmp_path / "other.png").write_bytes(written(picture(2)))
    (tmp_path / "plain.png").write_bytes(written(picture(1, (2, 2))))
    (tmp_path / "words.txt").write_text("no picture", encoding="utf-8")
    return tmp_path


def typed(folder: pathlib.Path, command: str, *rest: str) -> Result:
    told = [
        str(folder / word) if word.endswith((".jpg", ".png", ".txt")) else word for word in (command, *rest)
    ]
    return CliRunner().invoke(media_commands.app, [*told, "--data", str(folder)])


def added(folder: pathlib.Path) -> str:
    ground = ("--category", "hateful", "--severity", "serious")
    done = typed(folder, "add", "bad.jpg", *ground, "--note", "a [symbol]", "--by", "Asha")
    assert done.exit_code == 0, done.output
    return done.output


def test_a_picture_that_was_added_is_listed_and_recognised_when_it_is_turned(folder: pathlib.Path) -> None:
    assert "added as hateful, serious" in added(folder)

    shown = typed(folder, "list").output
    checked = typed(folder, "check", "turned.png")

    assert all(word in shown for word in ("Asha", "hateful", "serious", "own", "[symbol]"))
    assert checked.exit_code == 0
    assert "turned or mirrored: hateful, serious: a [symbol]" in checked.output


def test_only_the_hash_is_kept(folder: pathlib.Path) -> None:
    added(folder)

    kept = [path for path in (folder / "known-pictures").rglob("*") if path.is_file()]

    assert [path.name for path in kept] == ["own.txt"]
    assert kept[0].stat().st_size < 300


def test_a_picture_on_no_list_exits_with_1(folder: pathlib.Path) -> None:
    added(folder)

    checked = typed(folder, "check", "other.png")

    assert checked.exit_code == 1
    assert "On no list: 1 known" in checked.output


def test_a_picture_is_removed_by_the_beginning_of_its_hash(folder: pathlib.Path) -> None:
    bits = added(folder).split()[1]

    gone = typed(folder, "remove", bits[:12])

    assert f"Removed from the list own: {bits}" in gone.output
    assert typed(folder, "check", "bad.jpg").exit_code == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "words.txt", "--note", "x"), "is no JPEG, PNG, GIF or WebP"),
        (("add", "plain.png", "--note", "x"), "too plain to be told from others"),
        (("add", "bad.jpg", "--note", "two\nlines"), "printable"),
        (("add", "bad.jpg", "--note", "x", "--list", "../x"), "names no list"),
        (("remove", "ff"), "no hash begins with 'ff'"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    words: tuple[str, ...], says: str, folder: pathlib.Path
) -> None:
    done = typed(folder, *words)

    assert isinstance(done.exception, Complaints)
    assert says in str(done.exception)
    assert not (folder / "known-pictures").exists()


@pytest.mark.parametrize(("option", "word"), [("--category", "rude"), ("--severity", "bad")])
def test_a_category_or_severity_that_is_none_is_turned_away(
    option: str, word: str, folder: pathlib.Path
) -> None:
    assert typed(folder, "add", "bad.jpg", "--note", "x", option, word).exit_code == 2


def test_a_wrong_list_is_named_by_its_place(folder: pathlib.Path) -> None:
    added(folder)
    with (folder / "known-pictures" / "own.txt").open("a", encoding="utf-8") as file:
        file.write("nonsense\n")

    done = typed(folder, "list")

    assert "own.txt:3: has 1 parts" in str(done.exception)


def test_without_settings_or_a_folder_the_command_says_so(
    folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)

    done = CliRunner().invoke(media_commands.app, ["list"])

    assert "houserules.toml: there is no such file" in str(done.exception)
