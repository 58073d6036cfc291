"""The `models` commands as an operator uses them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from adapters.toxicity import manifest
from bot import cli, terminal
from tests.unit.toxicity import folders


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "220")


def _models(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, ["models", *arguments])


def _line(said: str, name: str) -> str:
    (line,) = (line for line in said.splitlines() if name in line.split())
    return line.rstrip()


def test_a_list_says_what_can_be_fetched_and_what_is_there(tmp_path: Path) -> None:
    folders.make(tmp_path / "unbiased")
    folders.make(tmp_path / "ours")
    folders.make(tmp_path / "multilingual")
    (tmp_path / "multilingual" / manifest.MODEL).write_bytes(b"\x08")
    (tmp_path / "original-small" / "original").mkdir(parents=True)

    done = _models("list", "--into", str(tmp_path))

    assert done.exit_code == 0
    assert _line(done.stdout, "original").split() == [
        *("original", "v0.1-alpha-c1212f89", "439", "MB", "-", "not", "fetched")
    ]
    assert _line(done.stdout, "unbiased").endswith("ready, of another release")
    assert _line(done.stdout, "ours").split()[:3] == ["ours", "v1-int8", "-"]
    assert _line(done.stdout, "ours").endswith("ready")
    assert "refused: " in _line(done.stdout, "multilingual")
    assert "SHA-256 differs" in _line(done.stdout, "multilingual")
    assert _line(done.stdout, "original-small").endswith("partly fetched")
    assert _line(done.stdout, "unbiased-small").endswith("not fetched")


def test_a_sound_model_is_verified_by_name_and_by_folder(tmp_path: Path) -> None:
    folders.make(tmp_path / "ours")

    for named in (("ours", "--into", str(tmp_path)), (str(tmp_path / "ours"),)):
        done = _models("verify", *named)

        assert done.exit_code == 0
        assert done.stdout.startswith(f"ok  {tmp_path / 'ours'}: tiny v1-int8: 2 digests and 3 probes")
        assert "0.0010 on average, 0.0100 at most, on 9 texts" in done.stdout


def test_all_are_verified_and_one_that_is_unsound_is_named(tmp_path: Path) -> None:
    folders.make(tmp_path / "sound")
    folders.make(tmp_path / "changed")
    (tmp_path / "changed" / manifest.TOKENIZER).write_text("{ }")

    done = _models("verify", "--into", str(tmp_path))

    assert done.exit_code == 1
    changed, sound = done.stdout.splitlines()
    assert changed.startswith(f"NO  {tmp_path / 'changed'}: ")
    assert "SHA-256 differs" in changed
    assert sound.startswith(f"ok  {tmp_path / 'sound'}: ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("verify",), "there is no model; fetch one"),
        (("verify", "ours"), "there is no such model"),
        (("bench", "ours"), "there is no such model"),
        (("fetch", "orignal"), "there is no model 'orignal'"),
    ],
)
def test_what_is_not_there_is_said_plainly(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = _models(*arguments, "--into", str(tmp_path))

    assert isinstance(done.exception, terminal.Complaints)
    assert said in str(done.exception)


def test_a_model_that_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    folders.make(tmp_path / "original", version="v0.1-alpha-c1212f89-int8")

    done = _models("fetch", "original", "--into", str(tmp_path))

    assert done.exit_code == 0
    assert f"Ready: {tmp_path / 'original'} (v0.1-alpha-c1212f89-int8)" in done.stdout


def test_a_bench_prints_what_a_model_costs(tmp_path: Path) -> None:
    folders.make(tmp_path / "ours")

    done = _models("bench", "ours", "--into", str(tmp_path), "--comments", "20", "--threads", "2")

    assert done.exit_code == 0
    said = {line.split("  ")[0]: line.split()[-2:] for line in done.stdout.splitlines()}
    assert said.keys() == {
        *("version", "threads", "load", "comments a second", "latency, p50", "latency, p99", "memory")
    }
    assert said["threads"][-1] == "2"
    assert float(said["comments a second"][-1]) > 1
    assert said["latency, p99"][-1] == "ms"
