"""Every text that leaves the house, and the placeholders that it has to hold."""

from __future__ import annotations

import enum
import string
from collections.abc import Mapping


class WordingKey(enum.StrEnum):
    """Every text that leaves the house."""

    WARNING = "warning"
    REASONS = "reasons"
    EXPLAIN = "explain"
    SIGNPOST = "signpost"
    UNBLOCKED = "unblocked"
    CIRCULAR = "circular"
    REFERRAL = "referral"
    CARE_REFERRAL = "care_referral"
    ALERT = "alert"


PLACEHOLDERS: Mapping[WordingKey, tuple[frozenset[str], frozenset[str]]] = {
    WordingKey.WARNING: (
        frozenset({"rule", "comment", "contest", "rules_url"}),
        frozenset({"organisation", "complaints", "account"}),
    ),
    WordingKey.REASONS: (
        frozenset({"rule", "term", "contest", "complaints"}),
        frozenset({"organisation", "account", "rules_url", "ends"}),
    ),
    WordingKey.EXPLAIN: (frozenset({"comment"}), frozenset({"organisation", "account", "contest"})),
    WordingKey.SIGNPOST: (frozenset({"complaints"}), frozenset({"organisation"})),
    WordingKey.UNBLOCKED: (frozenset({"account"}), frozenset({"organisation", "rules_url"})),
    WordingKey.CIRCULAR: (
        frozenset({"case", "account", "network", "rule"}),
        frozenset({"organisation", "ends", "author", "holder"}),
    ),
    WordingKey.REFERRAL: (
        frozenset({"reference", "case", "account", "network", "summary"}),
        frozenset({"organisation", "team"}),
    ),
    WordingKey.CARE_REFERRAL: (
        frozenset({"reference", "case", "care", "permalink"}),
        frozenset({"organisation", "team", "account", "network"}),
    ),
    WordingKey.ALERT: (
        frozenset({"case", "what"}),
        frozenset({"organisation", "account", "network", "permalink", "severity"}),
    ),
}
"""For each wording: the placeholders that it must hold, and the further ones that it may."""


def placeholders(text: str) -> frozenset[str]:
    """The names that a wording asks for."""
    return frozenset(string.Template(text).get_identifiers())
