"""What init writes, settings read back."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.settings import Settings, load_settings
from config.settings_shape import (
    DigestPart,
    HolderPart,
    MailPart,
    MastodonPart,
    MemberPart,
    ModelsPart,
    PolicyFilesPart,
    RetentionPart,
    SettingsPart,
    TelegramAccountPart,
    TelegramPart,
)
from config.template import render_settings, toml
from moderation.roster import Role
from tests.unit.config.conftest import Write
from tests.unit.config.settings_text import ENVIRON, TOKEN

NAMES = st.text(min_size=1, max_size=12).filter(lambda text: text.isprintable() and bool(text.strip()))
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2039, 1, 1))
LENGTHS = st.integers(1, 3650).map(lambda days: dt.timedelta(days=days))
EMAILS = st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.nhs\.uk", fullmatch=True)


@st.composite
def rosters(draw: st.DrawFn) -> tuple[MemberPart, ...]:
    people = draw(st.lists(st.tuples(NAMES, DAYS, st.none() | EMAILS), max_size=3))
    officers = [
        MemberPart(
            name=name, telegram_id=100 + n, roles=frozenset({Role.OFFICER}), valid_from=day, email=email
        )
        for n, (name, day, email) in enumerate(people)
    ]
    director = MemberPart(name="Ada", telegram_id=1, roles=frozenset({*Role}), valid_from=dt.date(2020, 1, 1))
    first = draw(DAYS)
    deputy = MemberPart(
        name="Dee",
        telegram_id=2,
        roles=frozenset({Role.ASSISTANT_DIRECTOR}),
        valid_from=first,
        valid_to=first + dt.timedelta(days=9),
        appointed=True,
    )
    return (director, deputy, *officers)


ANSWERS = st.builds(
    SettingsPart,
    data_dir=st.sampled_from([Path("data"), Path("/var/lib/house rules"), Path('a"b')]),
    blocking=st.booleans(),
    policy=st.builds(
        PolicyFilesPart, overlay=st.none() | st.just("emas"), file=st.none() | st.just(Path("own.toml"))
    ),
    telegram=st.builds(
        TelegramPart,
        staff_chat_id=st.just(-1),
        staff_topic_id=st.none() | st.integers(1, 99),
        accounts=st.lists(NAMES, max_size=3).map(
            lambda names: tuple(
                TelegramAccountPart(name=name, group_id=-10 - n) for n, name in enumerate(names)
            )
        ),
    ),
    mastodon=st.lists(
        st.builds(
            MastodonPart,
            name=NAMES,
            base_url=st.just("https://social.example"),
            account_id=st.just("109"),
            token_secret=st.just("telegram_token"),
        ),
        max_size=2,
    ).map(tuple),
    mail=st.none()
    | st.builds(MailPart, host=st.just("mail.trust.nhs.uk"), sender=EMAILS, reply_to=st.none() | EMAILS)
    | st.just(
        MailPart(
            host="::1", security="none", username="u", password_secret="mail_password", sender="a@b.nhs.uk"
        )
    ),
    roster=rosters(),
    holders=st.lists(
        st.builds(HolderPart, name=NAMES, email=EMAILS, accounts=st.just(("@one", "@two"))), max_size=2
    ).map(tuple),
    digest=st.none() | st.builds(DigestPart, recipients=st.lists(EMAILS, max_size=2).map(tuple)),
    retention=st.builds(RetentionPart, comments=LENGTHS, cases=LENGTHS, media=LENGTHS),
)


def whole(part: SettingsPart, home: Path) -> SettingsPart:
    """The answers as reading gives them: with paths made whole."""
    file = part.policy.file
    policy = part.policy.model_copy(update={"file": home / file} if file else {})
    return part.model_copy(update={"data_dir": home / part.data_dir, "policy": policy})


@given(ANSWERS)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_answered_is_what_is_read_back(write: Write, tmp_path: Path, answers: SettingsPart) -> None:
    read = load_settings(write(render_settings(answers)), ENVIRON)

    kept = {key: value for key, value in dict(read).items() if key in SettingsPart.model_fields}
    assert kept == dict(whole(answers, tmp_path))


def test_bare_answers_give_a_file_that_runs_in_the_sandbox(write: Write) -> None:
    assert isinstance(
        load_settings(write(render_settings(SettingsPart(data_dir=Path("data")))), {}), Settings
    )


def test_every_key_of_the_settings_is_shown_to_the_operator() -> None:
    text = render_settings(SettingsPart(data_dir=Path("data")))

    assert [
        key for key in SettingsPart.model_fields if f"{key} =" not in text and f"{key}]" not in text
    ] == []


def test_no_secret_is_written() -> None:
    telegram = TelegramPart(staff_chat_id=-1)

    text = render_settings(SettingsPart(data_dir=Path("data"), telegram=telegram))

    assert 'token_secret = "telegram_token"' in text
    assert TOKEN not in text


@given(st.text(st.characters(codec="utf-8"), max_size=8))
def test_any_text_is_written_as_toml_that_reads_back(text: str) -> None:
    assert tomllib.loads(f"key = {toml(text)}")["key"] == text


def test_a_character_that_toml_refuses_is_written_by_its_number() -> None:
    assert toml("a\x7f") == '"a\\u007f"'


def test_the_folders_of_models_are_written_and_shown_as_examples_where_there_are_none() -> None:
    here = SettingsPart(data_dir=Path("data"), models=ModelsPart(media=Path("models/own")))

    written, blank = render_settings(here), render_settings(SettingsPart(data_dir=Path("data")))

    assert tomllib.loads(written)["models"] == {"media": "models/own"}
    assert '# media = "models/media"' in blank.splitlines()
