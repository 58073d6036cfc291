"""The settings file that `houserules init` writes, with a word about every key."""

from __future__ import annotations

import json

from config.durations import write_duration
from config.loader import overlays
from config.rendering import render
from config.settings_shape import SettingsPart


def render_settings(answers: SettingsPart) -> str:
    """Write a settings file that `load_settings` reads back as the same answers. No secret is in it."""
    filters = {"toml": toml, "duration": write_duration}
    return render("houserules.toml.j2", filters, settings=answers, overlays=overlays(), given=_given)


def toml(value: object) -> str:
    """Write a text, a number, a truth or a list of them as TOML."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case list():
            return f"[{', '.join(toml(item) for item in value)}]"
        case _:
            return str(value)


def _given(key: str, value: object, example: object, *, bare: bool = False) -> str:
    """Write a key that may be left out: as answered or, without an answer, as a comment with an example."""
    mark, shown = ("# ", example) if value is None else ("", value)
    written = str(shown) if bare or isinstance(shown, int) else toml(str(shown))
    return f"{mark}{key} = {written}"
