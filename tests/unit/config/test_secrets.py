# ruff: noqa: E501 - a complaint is one line, and stands here as the operator reads it
"""A secret that strayed into the settings file is refused, and repeated nowhere."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.complaint import SettingsError
from config.settings import Settings, load_settings
from tests.unit.config.conftest import Write
from tests.unit.config.settings_text import ENVIRON, GOOD, TOKEN


def broken(old: str, new: str) -> str:
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


def loaded(path: Path) -> Settings:
    return load_settings(path, ENVIRON)


def refusal(path: Path) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        loaded(path)
    return str(caught.value).split("\n")


PASTED = [
    ("[telegram]", f'[telegram]\ntoken = "{TOKEN}"', "telegram.token", "TELEGRAM_TOKEN"),
    ("[telegram]", f'[telegram]\ntoken_secret = "{TOKEN}"', "telegram.token_secret", "TELEGRAM_TOKEN"),
    ("[mail]", '[mail]\npassword = "hunter2 hunter2"', "mail.password", "MAIL_PASSWORD"),
    ('data_dir = "data"', 'data_dir = "data"\ndatabase_url = "sqlite:///x"', "database_url", "DATABASE_URL"),
    ('host = "mail.trust.nhs.uk"', 'host = "smtp://bot:hunter2@mail"', "mail.host", "MAIL_TOKEN"),
    (
        'name = "Our page"',
        'name = "aB3dEfGhIjKlMnOpQrStUvWxYz012345678"',
        "telegram.accounts[0].name",
        "TELEGRAM_TOKEN",
    ),
]


@pytest.mark.parametrize(("old", "new", "key", "name"), PASTED)
def test_a_secret_in_the_file_is_refused_and_shown_its_place(
    write: Write, old: str, new: str, key: str, name: str
) -> None:
    told = refusal(write(broken(old, new)))

    assert len(told) == 1
    assert told[0].endswith(
        f": {key}: a secret does not belong in this file; put it in the environment as HOUSERULES_{name}, "
        f"or in a file that HOUSERULES_{name}_FILE names, and change it where it was issued"
    )


@pytest.mark.parametrize(("old", "new"), [(old, new) for old, new, _, _ in PASTED])
def test_a_secret_in_the_file_is_in_no_complaint_and_no_traceback(write: Write, old: str, new: str) -> None:
    value = new.split('"')[-2]
    try:
        loaded(write(broken(old, new)))
    except SettingsError as error:
        shown = "".join(traceback.format_exception(error, chain=True)) + repr(error) + repr(error.__context__)
        assert value not in shown


def test_a_password_pasted_where_a_secrets_name_belongs_is_not_repeated(write: Write) -> None:
    told = refusal(write(broken('"mail_password"', '"Tr0ub4dor&3"')))

    assert told == [
        "mine.toml:17: mail.password_secret: is not right, needs the name of a secret, in small letters, such as telegram_token"
    ]


def test_a_secret_is_in_no_text_of_the_settings(write: Write) -> None:
    environ = {**ENVIRON, "HOUSERULES_DATABASE_URL": "postgresql://bot:verysecret@db/x"}
    read = load_settings(write(GOOD), environ)

    for shown in (repr(read), str(read), f"{read}", read.model_dump_json(), repr(read.model_dump())):
        assert TOKEN not in shown
        assert "hunter2" not in shown
        assert "verysecret" not in shown


SECRETS = st.from_regex(r"[0-9]{8,10}:[A-Za-z0-9_-]{35}", fullmatch=True)
LINES = [number for number, line in enumerate(GOOD.split("\n")) if " = " in line]


@given(SECRETS, st.sampled_from(LINES), st.sampled_from(["value", "key", "typo", "unquoted"]))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_token_pasted_anywhere_is_never_repeated(write: Write, token: str, number: int, how: str) -> None:
    lines = GOOD.split("\n")
    key = lines[number].split(" = ")[0]
    lines[number] = {
        "value": f'{key} = "{token}"',
        "key": f'{lines[number]}\ntokn = "{token}"',
        "typo": f'{key} = "{token}',
        "unquoted": f"{key} = {token}",
    }[how]

    with pytest.raises(SettingsError) as caught:
        loaded(write("\n".join(lines)))

    assert token not in "".join(traceback.format_exception(caught.value))
