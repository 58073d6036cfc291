"""The command line as an operator uses it: each command in a process of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import cli

ROOT = Path(__file__).parents[2]
TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"
OVERLAYS = ("emas", "yas", "scas", "wmas", "swast")
SETTINGS = """\
data_dir = "data"
[policy]
overlay = "emas"
[telegram]
staff_chat_id = -1001
[[telegram.accounts]]
name = "Our page"
group_id = -1002
[[roster]]
name = "Olu Officer"
telegram_id = 11
roles = ["officer"]
valid_from = 2026-01-01
[[roster]]
name = "Ada Director"
telegram_id = 12
roles = ["assistant_director"]
valid_from = 2026-01-01
[retention]
comments = "30 days"
cases = "365 days"
media = "90 days"
"""


def houserules(folder: Path, *arguments: str, **secrets: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a folder, with nothing in its environment but what it needs."""
    environ = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    environ |= {"PYTHONPATH": str(ROOT), "COLUMNS": "200", "NO_COLOR": "1", **secrets}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=50,
    )


def refused(done: subprocess.CompletedProcess[str], code: int = 2) -> str:
    """A refusal: its exit code, what it says, and that it shows neither a trace nor a secret."""
    said = done.stdout + done.stderr
    assert done.returncode == code, said
    assert "Traceback" not in said
    assert TOKEN not in said
    assert "hunter2" not in said
    return said


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The demo, played once: where its ledger is, and what it showed."""
    folder = tmp_path_factory.mktemp("demo") / "ledger"
    done = houserules(folder.parent, "demo", "--auto", "--plain", "--data", str(folder))
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


def test_it_says_its_version(tmp_path: Path) -> None:
    done = houserules(tmp_path, "--version")

    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"houserules \d+\.\d+\S*\n", done.stdout)


RUNGS = (
    "hide: done",
    "warn in private: done",
    "refer for support",
    "propose a block",
    "approved a block",
    "tell the person the reasons: done",
    "block: done",
    "tell an account holder: done",
)


def test_the_demo_shows_every_rung_in_turn(demo: tuple[Path, str]) -> None:
    found = [demo[1].find(rung) for rung in RUNGS]

    assert -1 not in found
    assert found == sorted(found)


def test_the_demo_shows_a_case_file_and_leaves_a_ledger_that_verifies(demo: tuple[Path, str]) -> None:
    folder, shown = demo
    verified = houserules(folder.parent, "audit", "verify", "--data", str(folder))

    assert re.search(r"\bC-\d+\b", shown)
    assert str(folder) in shown.replace("\n", "")
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_the_demo_does_not_play_over_a_ledger(demo: tuple[Path, str]) -> None:
    said = refused(houserules(demo[0].parent, "demo", "--auto", "--data", str(demo[0])))

    assert "choose another folder" in said


def test_an_audit_with_another_head_fails(demo: tuple[Path, str]) -> None:
    said = refused(
        houserules(demo[0].parent, "audit", "verify", "--data", str(demo[0]), "--head", f"999999:{'0' * 64}"),
        1,
    )

    assert "cut off" in said


def test_the_rules_are_printed_as_markdown_and_as_a_page(tmp_path: Path) -> None:
    markdown, page = houserules(tmp_path, "rules"), houserules(tmp_path, "rules", "--html")

    assert markdown.stdout.startswith("# ")
    assert page.stdout.lstrip().lower().startswith("<!doctype html>")
    assert "<script" not in page.stdout
    for ground in ("Abuse", "Threats", "Spam"):
        assert ground in markdown.stdout
        assert ground in page.stdout


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_each_trust_has_rules_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, overlay: str
) -> None:
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    plain = runner.invoke(cli.app, ["rules"]).stdout

    own = runner.invoke(cli.app, ["rules", "--overlay", overlay])
    page = runner.invoke(cli.app, ["rules", "--overlay", overlay, "--html"])

    assert own.exit_code == page.exit_code == 0
    assert own.stdout.startswith("# ")
    assert own.stdout != plain
    assert "</html>" in page.stdout


def test_an_overlay_that_there_is_not_is_refused_with_what_there_is(tmp_path: Path) -> None:
    assert "emas" in refused(houserules(tmp_path, "rules", "--overlay", "emass"))


def test_a_case_is_told_and_one_that_there_is_not_is_refused(demo: tuple[Path, str]) -> None:
    folder = demo[0]
    blocked = next(c for c in re.findall(r"C-\d+", demo[1]) if c)
    told = houserules(folder.parent, "case", blocked.lower(), "--data", str(folder))
    said = refused(houserules(folder.parent, "case", "C-99999", "--data", str(folder)))

    assert told.returncode == 0
    assert "decided" in told.stdout
    assert "no case C-99999" in said


def test_the_past_is_replayed_under_another_policy(demo: tuple[Path, str], tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text("[rungs]\nwarn_at = 1\n", encoding="utf-8")
    command = ("replay", "--policy", str(other), "--data", str(demo[0]))
    table, data = houserules(tmp_path, *command), houserules(tmp_path, *command, "--json")

    assert re.search(r"\d+ revisions judged; \d+ decided differently", table.stdout), table.stderr
    assert json.loads(data.stdout)


def test_a_digest_is_written_as_it_would_be_mailed(demo: tuple[Path, str], tmp_path: Path) -> None:
    done = houserules(
        tmp_path,
        "digest",
        "--preview",
        str(tmp_path / "out"),
        "--data",
        str(demo[0]),
        "--until",
        "2026-11-16",
    )

    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"digest.html", "digest.txt"}
    assert "<script" not in (tmp_path / "out" / "digest.html").read_text()


def test_first_settings_are_written_once_and_checked_with_complaints(tmp_path: Path) -> None:
    assert houserules(tmp_path, "init", "--defaults").returncode == 0
    assert TOKEN not in (tmp_path / "houserules.toml").read_text()

    again = refused(houserules(tmp_path, "init", "--defaults"))
    checked = houserules(tmp_path, "check")

    assert "exists already" in again
    assert checked.returncode in {1, 2}
    refused(checked, checked.returncode)
    assert checked.stdout + checked.stderr


def test_a_check_looks_at_the_models_that_would_be_loaded(tmp_path: Path) -> None:
    houserules(tmp_path, "init", "--defaults")
    whole = houserules(tmp_path, "check").stdout
    (tmp_path / "detoxify").mkdir()
    settings = tmp_path / "houserules.toml"
    written = settings.read_text(encoding="utf-8")
    settings.write_text(
        written.replace('# detoxify = "models/detoxify"', 'detoxify = "detoxify"'), encoding="utf-8"
    )

    broken = houserules(tmp_path, "check").stdout

    assert "ok  models" in whole
    assert "its digests are right" in whole
    assert "NO  models" in broken
    assert "made by `houserules models fetch`" in broken


def _settings(folder: Path, written: str = SETTINGS) -> Path:
    path = folder / "houserules.toml"
    path.write_text(written, encoding="utf-8")
    path.chmod(0o600)
    return path


def test_without_settings_it_does_not_run_and_names_the_file(tmp_path: Path) -> None:
    said = refused(houserules(tmp_path, "run"))

    assert "houserules.toml" in said
    assert "houserules init" in said


def test_without_a_token_it_does_not_run_and_names_the_key(tmp_path: Path) -> None:
    _settings(tmp_path)

    said = refused(houserules(tmp_path, "run"))

    assert "houserules.toml" in said
    assert "telegram" in said
    assert "HOUSERULES_TELEGRAM_TOKEN" in said


def test_a_token_in_the_file_is_refused_and_not_shown(tmp_path: Path) -> None:
    _settings(tmp_path, SETTINGS.replace("[telegram]", f'[telegram]\ntoken = "{TOKEN}"'))

    refused(houserules(tmp_path, "run", HOUSERULES_TELEGRAM_TOKEN=TOKEN))


def test_a_misspelt_key_is_refused_with_what_was_meant(tmp_path: Path) -> None:
    _settings(tmp_path, SETTINGS.replace("staff_chat_id", "staff_chat_idd"))

    said = refused(houserules(tmp_path, "run", HOUSERULES_TELEGRAM_TOKEN=TOKEN))

    assert "houserules.toml:4" in said
    assert "staff_chat_id" in said


def test_without_a_database_it_does_not_run_and_says_what_to_look_at(tmp_path: Path) -> None:
    _settings(tmp_path)
    url = "postgresql://house:hunter2@127.0.0.1:1/houserules"

    said = refused(houserules(tmp_path, "run", HOUSERULES_TELEGRAM_TOKEN=TOKEN, HOUSERULES_DATABASE_URL=url))

    assert "look whether the server runs" in said


def test_the_mode_is_changed_to_one_that_there_is(tmp_path: Path) -> None:
    _settings(tmp_path)
    (tmp_path / "data").mkdir()
    first = houserules(tmp_path, "mode", "active", "the officers trust it", HOUSERULES_TELEGRAM_TOKEN=TOKEN)
    unknown = houserules(tmp_path, "mode", "loud", "why not", HOUSERULES_TELEGRAM_TOKEN=TOKEN)

    assert first.returncode == 0, first.stderr
    assert "active" in first.stdout.lower()
    assert "rehearsal" in refused(unknown)


def test_models_that_can_be_fetched_are_listed(tmp_path: Path) -> None:
    done = houserules(tmp_path, "models", "list")

    assert done.returncode == 0
    assert "multilingual" in done.stdout
