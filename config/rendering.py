"""Where our templates lie, and how they are read: strictly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import jinja2

_TEMPLATES = Path(__file__).parent / "templates"


def render(name: str, filters: Mapping[str, Callable[..., object]], /, **values: object) -> str:
    """Fill a template in. Values are escaped in HTML alone; elsewhere the filters quote them."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=jinja2.select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= dict(filters)
    return environment.get_template(name).render(**values)
