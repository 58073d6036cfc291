# ruff: noqa: E501 - a complaint is one line, and stands here as the operator reads it
"""Settings are read whole, and secrets stay secret."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest

from config.complaint import SettingsError
from config.settings import Settings, concerns, load_settings
from moderation.decision import StaffId
from moderation.roster import Role
from tests.unit.config.conftest import Write
from tests.unit.config.settings_text import ENVIRON, GOOD, TOKEN

NOW = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
DIRECTOR = (
    'name = "Ada Director"\ntelegram_id = 12\nroles = ["assistant_director"]\nvalid_from = 2026-01-01\n'
)


def refusal(path: Path, environ: Mapping[str, str] = ENVIRON, now: dt.datetime | None = NOW) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(path, environ, now)
    return str(caught.value).split("\n")


def loaded(path: Path, environ: Mapping[str, str] = ENVIRON) -> Settings:
    return load_settings(path, environ, NOW)


def broken(old: str, new: str) -> str:
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


def test_a_good_file_is_read(write: Write) -> None:
    read = loaded(write(GOOD))

    assert read.telegram is not None
    assert read.telegram.staff_chat_id == -1001
    assert read.digest is not None
    assert (read.digest.weekday, read.digest.hour, read.digest.timezone) == ("monday", 8, "Europe/London")


def test_paths_are_read_from_the_files_folder(write: Write, tmp_path: Path) -> None:
    text = broken('overlay = "emas"', 'file = "own.toml"')

    read = loaded(write(text))

    assert read.data_dir == tmp_path / "data"
    assert read.policy.file == tmp_path / "own.toml"


@pytest.mark.parametrize("key", ["detoxify", "media"])
def test_the_folder_of_a_model_is_read_from_the_files_folder_and_has_to_be_there(
    key: str, write: Write, tmp_path: Path
) -> None:
    path = write(f'{GOOD}\n[models]\n{key} = "models/one"\n')
    assert refusal(path)[0].endswith(f"{key}: there is no folder {tmp_path / 'models' / 'one'}")

    (tmp_path / "models" / "one").mkdir(parents=True)

    assert getattr(loaded(path).models, key) == tmp_path / "models" / "one"


def test_the_database_is_a_file_in_the_data_folder_unless_the_environment_says_otherwise(
    write: Write, tmp_path: Path
) -> None:
    path = write(GOOD)
    named = {**ENVIRON, "HOUSERULES_DATABASE_URL": "postgresql://bot:pass@db/houserules"}

    assert loaded(path).database_url.get_secret_value() == f"sqlite:///{tmp_path}/data/houserules.db"
    assert loaded(path, named).database_url.get_secret_value() == named["HOUSERULES_DATABASE_URL"]


def test_a_secret_comes_from_the_environment(write: Write) -> None:
    assert loaded(write(GOOD)).secret("telegram_token").get_secret_value() == TOKEN


def test_a_secret_comes_from_a_file_that_the_environment_names(write: Write) -> None:
    file = write(f"{TOKEN}\n", "token")
    environ = {"HOUSERULES_TELEGRAM_TOKEN_FILE": str(file), "HOUSERULES_MAIL_PASSWORD": "x"}

    assert loaded(write(GOOD), environ).secret("telegram_token").get_secret_value() == TOKEN


def test_a_secret_comes_from_the_service_managers_folder(write: Write, tmp_path: Path) -> None:
    write(f"{TOKEN}\n", "telegram_token")
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path), "HOUSERULES_MAIL_PASSWORD": "x"}

    assert loaded(write(GOOD), environ).secret("telegram_token").get_secret_value() == TOKEN


@pytest.mark.parametrize(
    ("environ", "complaint"),
    [
        (
            {},
            (
                "the secret telegram_token is missing: set HOUSERULES_TELEGRAM_TOKEN, or name a file that holds it "
                "in HOUSERULES_TELEGRAM_TOKEN_FILE"
            ),
        ),
        (
            {"HOUSERULES_TELEGRM_TOKEN": TOKEN},
            (
                "the secret telegram_token is missing: set HOUSERULES_TELEGRAM_TOKEN, or name a file that holds it "
                "in HOUSERULES_TELEGRAM_TOKEN_FILE; did you mean it by HOUSERULES_TELEGRM_TOKEN?"
            ),
        ),
        ({"HOUSERULES_TELEGRAM_TOKEN": " "}, "HOUSERULES_TELEGRAM_TOKEN is empty"),
        (
            {"HOUSERULES_TELEGRAM_TOKEN": "a", "HOUSERULES_TELEGRAM_TOKEN_FILE": "b"},
            "HOUSERULES_TELEGRAM_TOKEN and HOUSERULES_TELEGRAM_TOKEN_FILE are both set; keep one",
        ),
        (
            {"HOUSERULES_TELEGRAM_TOKEN_FILE": "gone"},
            "the file gone, which should hold the secret telegram_token, cannot be read",
        ),
    ],
)
def test_a_secret_that_is_not_there_is_asked_for(
    write: Write, environ: dict[str, str], complaint: str
) -> None:
    told = refusal(write(GOOD), {**environ, "HOUSERULES_MAIL_PASSWORD": "x"})

    assert told == [f"mine.toml:6: telegram.token_secret: {complaint}"]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            'data_dir = "data"',
            'datadir = "data"',
            "mine.toml:1: datadir: unknown key; did you mean data_dir?",
        ),
        ('data_dir = "data"', "", "mine.toml: data_dir: is missing"),
        ('data_dir = "data"', "data_dir = 3", "mine.toml:1: data_dir: is 3, needs a path in quotes"),
        (
            "staff_chat_id = -1001",
            'staff_chat_id = "-1001"',
            'mine.toml:7: telegram.staff_chat_id: is "-1001", needs a whole number',
        ),
        ("staff_chat_id = -1001", "", "mine.toml:6: telegram.staff_chat_id: is missing"),
        (
            "staff_chat_id = -1001",
            "staff_chat_id = 1001",
            "mine.toml:7: telegram.staff_chat_id: is 1001, needs a number below 0",
        ),
        (
            "group_id = -1002",
            "group_id = -1001",
            (
                "mine.toml:11: telegram.accounts[0].group_id: is the staff chat; "
                "the public and the staff need different chats"
            ),
        ),
        (
            'sender = "houserules@trust.nhs.uk"',
            'sender = "us@trust.nhs.uk\\nBcc: x@y.z"',
            (
                'mine.toml:18: mail.sender: is "us@trust.nhs.uk\nBcc: x@y.z", '
                "needs an e-mail address such as team@example.nhs.uk"
            ),
        ),
        (
            'host = "mail.trust.nhs.uk"',
            'host = "mail.trust.nhs.uk"\nsecurity = "none"',
            'mine.toml:14: mail: security = "none" sends mail in the clear: only to this machine',
        ),
        (
            'host = "mail.trust.nhs.uk"',
            'host = "mail.trust.nhs.uk"\nsecurity = "ssl"',
            'mine.toml:16: mail.security: is "ssl", needs one of starttls, tls, none',
        ),
        (
            'password_secret = "mail_password"\n',
            "",
            "mine.toml:14: mail: username and password_secret go together",
        ),
        (
            'roles = ["officer"]',
            'roles = ["oficer"]',
            (
                'mine.toml:23: roster[0].roles[0]: is "oficer", needs one of officer, assistant_director, operator; '
                "did you mean officer?"
            ),
        ),
        (
            'roles = ["officer"]',
            "roles = []",
            "mine.toml:23: roster[0].roles: is a list, needs at least 1 item",
        ),
        (
            "telegram_id = 11",
            "telegram_id = 12",
            "mine.toml:28: roster[1].telegram_id: is also the id of Olu Officer; one entry for one person",
        ),
        (
            "telegram_id = 11",
            "telegram_id = 1087968824",
            (
                "mine.toml:22: roster[0].telegram_id: is 1087968824, needs a person's id; "
                "this one belongs to Telegram itself"
            ),
        ),
        (
            'roles = ["officer"]',
            'roles = ["operator"]',
            "mine.toml:20: roster: names no officer; nobody would look at what the checks find",
        ),
        (
            f"[[roster]]\n{DIRECTOR}",
            "",
            (
                "mine.toml:20: roster: names no assistant director, who alone decides about a block; "
                "add one, or set blocking = false"
            ),
        ),
        (
            DIRECTOR,
            f"{DIRECTOR}valid_to = 2026-04-30\n",
            "mine.toml:20: roster: has nobody who serves as assistant director today; look at valid_from and valid_to",
        ),
        (
            DIRECTOR,
            f"{DIRECTOR}valid_to = 2025-04-30\n",
            "mine.toml:26: roster[1]: valid_to comes before valid_from",
        ),
        (
            DIRECTOR,
            f"{DIRECTOR}appointed = true\n",
            "mine.toml:26: roster[1]: a deputy is appointed until a day: valid_to is missing",
        ),
        (
            DIRECTOR,
            f"{DIRECTOR}[[roster]]\n{DIRECTOR}".replace("12", "13", 1),
            (
                "mine.toml:34: roster[2].roles: Ada Director is assistant director at the same time; a deputy is "
                "appointed: set appointed = true, with valid_from and valid_to"
            ),
        ),
        (
            'valid_from = 2026-01-01\n\n[[roster]]\nname = "Ada',
            'valid_from = "2026-01-01"\n\n[[roster]]\nname = "Ada',
            'mine.toml:24: roster[0].valid_from: is "2026-01-01", needs a date such as 2026-04-01',
        ),
        (
            '[retention]\ncomments = "30 days"\ncases = "365 days"\nmedia = "90 days"\n',
            "",
            "mine.toml: retention: is missing; say how long comments, cases and media are kept",
        ),
        ('cases = "365 days"\n', "", "mine.toml:39: retention.cases: is missing"),
        (
            'recipients = ["team@trust.nhs.uk"]',
            'recipients = ["team@trust.nhs.uk"]\ntimezone = "London"',
            'mine.toml:38: digest.timezone: is "London", needs a time zone such as Europe/London',
        ),
        (
            'data_dir = "data"',
            'data_dir = "data"\nmode = "active"',
            "mine.toml:2: mode: is not set here: the first start is a rehearsal, and a person on the roster ends it",
        ),
    ],
)
def test_a_mistake_is_located_and_explained(write: Write, old: str, new: str, complaint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(write(broken(old, new)), ENVIRON, NOW)

    assert complaint in [str(problem) for problem in caught.value.problems]


def test_mastodon_alone_has_no_staff_chat(write: Write) -> None:
    account = '[[mastodon]]\nname = "x"\nbase_url = "https://social.example"\naccount_id = "1"\ntoken_secret = "masto"\n'

    told = refusal(write(f'data_dir = "d"\n{account}'), {"HOUSERULES_MASTO": "x"})

    assert (
        "mine.toml: telegram: is missing; officers and the assistant director decide in a Telegram staff chat"
        in told
    )


@pytest.mark.parametrize(
    "url", ["https://social.example", "http://127.0.0.1:8080", "http://localhost", "http://[::1]:1"]
)
def test_a_token_goes_in_the_clear_only_within_this_machine(write: Write, url: str) -> None:
    account = f'[[mastodon]]\nname = "x"\nbase_url = "{url}"\naccount_id = "1"\ntoken_secret = "masto"\n'

    settings = loaded(write(f"{GOOD}{account}"), {**ENVIRON, "HOUSERULES_MASTO": "x"})

    assert settings.mastodon[0].base_url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://social.example",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil",
        "http://10.0.0.1",
        "http://127.0.0.1/x",
    ],
)
def test_a_token_never_goes_in_the_clear_to_another_machine(write: Write, url: str) -> None:
    account = f'[[mastodon]]\nname = "x"\nbase_url = "{url}"\naccount_id = "1"\ntoken_secret = "masto"\n'

    told = refusal(write(f"{GOOD}{account}"), {**ENVIRON, "HOUSERULES_MASTO": "x"})

    assert any("an address such as https://mastodon.example" in line for line in told)


def test_a_house_with_no_account_needs_nobody(write: Write) -> None:
    assert not loaded(write('data_dir = "d"\n')).live


def test_without_blocking_no_assistant_director_is_needed(write: Write) -> None:
    text = broken(f"[[roster]]\n{DIRECTOR}", "").replace("[policy]", "blocking = false\n[policy]")

    assert loaded(write(text)).blocking is False


def test_an_appointed_deputy_may_stand_beside_the_assistant_director(write: Write) -> None:
    deputy = (
        DIRECTOR.replace("12", "13", 1).replace("Ada", "Dee") + "valid_to = 2026-05-31\nappointed = true\n"
    )

    staff = loaded(write(broken(DIRECTOR, f"{DIRECTOR}[[roster]]\n{deputy}"))).roster_of_staff()

    assert len(staff.serving(Role.ASSISTANT_DIRECTOR, NOW)) == 2


def test_the_last_day_of_service_ends_at_midnight_in_england(write: Write) -> None:
    text = broken(DIRECTOR, f"{DIRECTOR}valid_to = 2026-06-30\n")

    member = loaded(write(text)).roster_of_staff().find(StaffId("telegram:12"))

    assert member is not None
    assert member.valid_from == dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    assert member.valid_to == dt.datetime(2026, 6, 30, 23, tzinfo=dt.UTC)


def test_holders_are_told_of_blocks(write: Write) -> None:
    assert [holder.email for holder in loaded(write(GOOD)).roster_of_staff().holders] == ["hal@trust.nhs.uk"]


def test_settings_do_not_change(write: Write) -> None:
    read = loaded(write(GOOD))

    with pytest.raises(ValueError, match="frozen"):
        read.blocking = False


def test_settings_that_run_may_still_give_concern(write: Write) -> None:
    text = GOOD.replace("hal@trust.nhs.uk", "hal@example.invalid").replace(
        'roles = ["assistant_director"]', 'roles = ["assistant_director", "officer"]'
    )
    text = text.replace(
        'name = "Olu Officer"\ntelegram_id = 11\nroles = ["officer"]',
        'name = "O"\ntelegram_id = 11\nroles = ["operator"]',
    )
    path, token = write(text), write(TOKEN, "token")
    path.chmod(0o640)
    token.chmod(0o644)
    environ = {"HOUSERULES_TELEGRAM_TOKEN_FILE": str(token), "HOUSERULES_MAIL_PASSWORD": "x"}

    told = [str(one) for one in concerns(loaded(path, environ), path, environ)]

    assert told == [
        "mine.toml:6: telegram.token_secret: others on this machine can open token: chmod 600",
        (
            "mine.toml:20: roster: every officer is an assistant director as well; who proposes a block by hand cannot "
            "approve it, so such a block needs a second person"
        ),
        "mine.toml:34: holders[0].email: is an example address; put your own",
    ]


def test_a_settings_file_open_to_all_gives_concern(write: Write) -> None:
    path = write(GOOD)
    path.chmod(0o644)

    told = [str(one) for one in concerns(loaded(path), path, ENVIRON)]

    assert told == ["mine.toml: others on this machine can open it, and it names people: chmod 640"]


def test_nothing_is_read_from_the_real_environment(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOUSERULES_TELEGRAM_TOKEN", TOKEN)

    assert "the secret telegram_token is missing" in refusal(write(GOOD), {})[0]
