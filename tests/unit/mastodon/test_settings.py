"""What the settings allow, and which cannot be."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adapters.mastodon.settings import SCOPES, Settings, abilities, granted
from moderation.decision import (
    ActionKind,
)
from tests.peers.mastodon_server import TOKEN


@pytest.mark.parametrize(
    ("lacking", "lost"),
    [
        ("write:reports", {ActionKind.REPORT}),
        ("write:mutes", {ActionKind.MUTE, ActionKind.UNMUTE}),
        ("write:blocks", {ActionKind.BLOCK, ActionKind.UNBLOCK}),
        ("write:statuses", {ActionKind.MESSAGE, ActionKind.REPLY}),
    ],
)
def test_a_scope_that_is_lacking_takes_its_abilities_away(lacking: str, lost: set[ActionKind]) -> None:
    whole = abilities(Settings("https://social.example", "@trust", TOKEN))
    less = abilities(Settings("https://social.example", "@trust", TOKEN, scopes=SCOPES - {lacking}))

    assert whole - less == lost


def test_hiding_is_declared_only_where_the_settings_name_it() -> None:
    assert ActionKind.HIDE not in abilities(Settings("https://social.example", "@trust", TOKEN))
    assert ActionKind.HIDE in abilities(
        Settings("https://social.example", "@trust", TOKEN, revoke_quotes=True)
    )


@pytest.mark.parametrize(
    ("scopes", "wanted", "covered"),
    [
        ({"write"}, "write:reports", True),
        ({"follow"}, "write:blocks", True),
        ({"follow"}, "write:reports", False),
        ({"admin:write"}, "admin:write:accounts", True),
        ({"write"}, "admin:write:accounts", False),
        ({"read"}, "write:statuses", False),
    ],
)
def test_a_broad_scope_covers_those_below_it(scopes: set[str], wanted: str, covered: bool) -> None:
    assert granted(frozenset(scopes), wanted) is covered


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Settings("http://social.example", "@trust", TOKEN),
        lambda: Settings("https://social.example", "@trust", " "),
        lambda: Settings("https://social.example", "@trust", "to ken"),
        lambda: Settings("https://social.example", "@trust", TOKEN, window=10),
    ],
)
def test_settings_that_cannot_work_cannot_be_made(wrong: Callable[[], Settings]) -> None:
    with pytest.raises(ValueError, match=r"instance|account"):
        wrong()


def test_the_token_is_not_shown() -> None:
    assert TOKEN not in repr(Settings("https://social.example", "@trust", TOKEN))


@pytest.mark.parametrize(
    ("account", "meant"),
    [
        ("@trust@social.example", True),
        ("trust@social.example", True),
        ("@Trust", True),
        ("117440810532227399", True),
        ("the trust's account", True),
        ("@other@social.example", False),
        ("other@social.example", False),
        ("117440810532227398", False),
    ],
)
def test_the_token_has_to_be_of_the_account_that_is_meant(account: str, meant: bool) -> None:
    settings = Settings("https://social.example", account, TOKEN)

    assert settings.names("117440810532227399", "trust") is meant
