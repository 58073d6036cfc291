"""Blanks in the policy that only the operator can fill in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from moderation.policy import Policy, Problem

_RESERVED = re.compile(
    r"(?:^|[@./:\s(])(?:example\.(?:com|net|org)|[a-z0-9-]+\.(?:invalid|example|test))(?![a-z0-9-])",
    re.IGNORECASE,
)


def is_placeholder(address: str) -> bool:
    """Whether an address, or a text with one in it, lies in a domain that exists for nobody (RFC 2606)."""
    return _RESERVED.search(address) is not None


def blanks(policy: Policy) -> Iterator[Problem]:
    """List what is still to be filled in before the policy can serve a real organisation."""
    organisation = policy.organisation
    for key in ("rules_url", "contest"):
        if is_placeholder(getattr(organisation, key)):
            yield Problem(f"organisation.{key}", "still holds the example address; put your own")
    for route, contact in organisation.contacts.items():
        for key in ("public", "email"):
            if is_placeholder(getattr(contact, key)):
                yield Problem(
                    f"organisation.contacts.{route}.{key}", "still holds the example address; put your own"
                )
    for wording, text in policy.wordings.items():
        if is_placeholder(text):
            yield Problem(f"wordings.{wording}", "still holds an example address; put your own")
