"""The public page of the house rules, from the same policy as the checks and the notices."""

from __future__ import annotations

import re

import markdown_it
import markupsafe

from config.durations import write_duration
from config.rendering import render
from config.settings_shape import RetentionPart
from moderation.decision import Route
from moderation.policy import Policy

_ADDRESS = re.compile(r"https?://[^\s<>]*[^\s<>.,;:!?)]|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_MARKS = re.compile(r"([\\`*_\[\]<>#&~|])|^(\s*)([-+]|\d+[.)])(?=\s)", re.MULTILINE)


def rules_markdown(policy: Policy, retention: RetentionPart | None = None) -> str:
    """Write the page as Markdown. With `retention`, it says how long what people wrote is kept."""
    return render(
        "rules.md.j2",
        {"plain": plain, "duration": write_duration},
        policy=policy,
        organisation=policy.organisation,
        complaints=_complaints(policy),
        alone=[rule.title for category, rule in policy.categories.items() if policy.may_act_alone(category)],
        lifetimes=_lifetimes(policy),
        retention=retention,
    )


def rules_html(policy: Policy, retention: RetentionPart | None = None) -> str:
    """Write the page as one HTML document that needs nothing from outside."""
    body = markdown_it.MarkdownIt("commonmark", {"html": False}).render(rules_markdown(policy, retention))
    return render(
        "rules.html.j2",
        {},
        title=policy.title,
        organisation=policy.organisation,
        body=markupsafe.Markup(body),  # noqa: S704 - made by the line above, with HTML turned off
    )


def plain(text: str) -> str:
    """Write a text so that Markdown shows it as it is, with its addresses as links."""
    pieces: list[str] = []
    end = 0
    for address in _ADDRESS.finditer(text):
        pieces += [_escaped(text[end : address.start()]), f"<{address.group()}>"]
        end = address.end()
    return "".join([*pieces, _escaped(text[end:])])


def _escaped(text: str) -> str:
    return _MARKS.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}{_listless(found[3])}", text)


def _listless(mark: str) -> str:
    """Keep the start of a line from becoming a list."""
    return f"{mark[:-1]}\\{mark[-1]}"


def _complaints(policy: Policy) -> str:
    contact = policy.organisation.contacts[Route.COMPLAINTS]
    return (contact.public or contact.name).rstrip(".")


def _lifetimes(policy: Policy) -> list[tuple[str, list[str]]]:
    """Say how long breaches count: for each time, the rules that have it."""
    titles: dict[str, list[str]] = {}
    for rule in sorted(policy.categories.values(), key=lambda rule: rule.lifetime):
        if not rule.protective:
            titles.setdefault(write_duration(rule.lifetime), []).append(rule.title)
    return list(titles.items())
