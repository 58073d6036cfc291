"""Where the templates of our mails lie, and how they are filled in."""

from __future__ import annotations

import functools
from pathlib import Path

import css_inline
import jinja2

_TEMPLATES = Path(__file__).parent / "templates"


def html(template: str, /, **values: object) -> str:
    """Fill a template in for mail programs: every value escaped, every style on its element."""
    return inlined(environment().get_template(template).render(**values))


def text(template: str, /, **values: object) -> str:
    """Fill a template in as plain text."""
    return environment().get_template(template).render(**values)


@functools.cache
def environment() -> jinja2.Environment:
    """Make it strict: what ends in .html is escaped, and a missing value is an error, never a blank."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=jinja2.select_autoescape(("html",), default_for_string=True, default=False),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def inlined(page: str) -> str:
    """Put styles on their elements; keep the sheet for dark mode and small screens. Fetches nothing."""
    inliner = css_inline.CSSInliner(keep_style_tags=True, keep_at_rules=True, load_remote_stylesheets=False)
    return inliner.inline(page)
