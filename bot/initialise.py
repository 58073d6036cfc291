"""Asks what a first settings file needs, and writes it."""

from __future__ import annotations

import datetime as dt
import pathlib
from typing import Any

from pydantic import ValidationError
from rich.console import Console
from rich.prompt import Confirm, IntPrompt, Prompt

from bot.clocks import WallClock
from config.loader import overlays
from config.settings_shape import SettingsPart
from config.template import render_settings
from moderation.roster import Role


def write(path: pathlib.Path, console: Console, *, ask: bool) -> None:
    """Write the settings; an existing file is never overwritten."""
    if path.exists():
        console.print(f"{path} exists already; nothing was changed. Edit it, or name another file.")
        raise SystemExit(2)
    answers = _ask(console) if ask else {"data_dir": "data"}
    try:
        part = SettingsPart.model_validate(answers)
    except ValidationError as error:
        for one in error.errors(include_url=False, include_input=False):
            console.print(f"{'.'.join(str(key) for key in one['loc'])}: {one['msg']}", markup=False)
        raise SystemExit(2) from None
    path.write_text(render_settings(part), encoding="utf-8")
    path.chmod(0o640)
    console.print(f"Wrote {path}. Put each secret where the file says, then run: houserules check")


def _ask(console: Console) -> dict[str, Any]:
    console.print("A few questions. Secrets are not asked for: the file will say where each belongs.")
    answers: dict[str, Any] = {
        "data_dir": Prompt.ask("Folder for the ledger", default="data", console=console)
    }
    trust = Prompt.ask("Which trust", choices=[*overlays(), "none"], default="none", console=console)
    if trust != "none":
        answers["policy"] = {"overlay": trust}
    if Confirm.ask("Look after a Telegram discussion group", default=True, console=console):
        answers["telegram"] = _telegram(console)
    if Confirm.ask("Look after a Mastodon account", default=False, console=console):
        answers["mastodon"] = [_mastodon(console)]
    answers["roster"] = _roster(console)
    answers["retention"] = _retention(console)
    return answers


def _retention(console: Console) -> dict[str, str]:
    """How long to keep what people wrote: the records manager's answer, with no silent default."""
    console.print('How long is what people wrote kept? Write a duration such as "90 days".')
    return {
        "comments": Prompt.ask("Comments that nothing was done about", console=console),
        "cases": Prompt.ask("Comments and evidence in a case, from its last event on", console=console),
        "media": Prompt.ask("Pictures and video", console=console),
    }


def _telegram(console: Console) -> dict[str, Any]:
    group = IntPrompt.ask("Id of the discussion group (below zero)", console=console)
    staff = IntPrompt.ask("Id of the staff group (below zero)", console=console)
    name = Prompt.ask("What people call the account", default="Our Telegram channel", console=console)
    return {"staff_chat_id": staff, "accounts": [{"name": name, "group_id": group}]}


def _mastodon(console: Console) -> dict[str, Any]:
    return {
        "name": Prompt.ask("What people call the account", default="Our Mastodon account", console=console),
        "base_url": Prompt.ask("Address of the instance, https://...", console=console),
        "account_id": Prompt.ask("The account, @name@instance", console=console),
        "token_secret": "mastodon_token",
    }


def _roster(console: Console) -> list[dict[str, Any]]:
    today = WallClock().now().astimezone(dt.UTC).date()
    people = []
    for role in (Role.ASSISTANT_DIRECTOR, Role.OFFICER, Role.OPERATOR):
        said = role.value.replace("_", " ")
        name = Prompt.ask(f"Name of the {said}", console=console)
        number = IntPrompt.ask(f"Their numeric Telegram id ({name})", console=console)
        people.append({"name": name, "telegram_id": number, "roles": [role.value], "valid_from": today})
    return people
