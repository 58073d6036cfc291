"""From the checked tables of the policy files to the core's Policy."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from config.shape import CategoryPart, OrganisationPart, PolicyPart, WeightsPart
from moderation.policy import (
    Approvals,
    CareRule,
    CategoryRule,
    Contact,
    Licence,
    LicenceFloor,
    Organisation,
    Policy,
    RegisteredAccount,
    Rungs,
)
from moderation.taxonomy import Category, Severity

_DIGITS = 8


def policy(part: PolicyPart, tree: Mapping[str, Any]) -> Policy:
    """Build the policy. Raises UnlawfulPolicyError where it would break a law."""
    organisation = _organisation(part.organisation)
    return Policy(
        version=version(part.version, tree),
        title=part.title,
        preamble=part.preamble.strip(),
        source=part.source,
        organisation=organisation,
        categories=MappingProxyType(
            {
                category: _category(category, part.categories[category], organisation)
                for category in Category
                if category in part.categories
            }
        ),
        cares=MappingProxyType(
            {care: CareRule(care=care, **dict(rule)) for care, rule in part.cares.items()},
        ),
        rungs=Rungs(**dict(part.rungs)),
        approvals=Approvals(**dict(part.approvals)),
        floor=LicenceFloor(**dict(part.floor)),
        protect_at=part.protect_at,
        ask_at=part.ask_at,
        wordings=MappingProxyType({key: text.strip() for key, text in part.wordings.items()}),
    )


def version(declared: str, tree: Mapping[str, Any]) -> str:
    """Name a policy by its declared version and a digest of everything in it, so that any change shows."""
    written = json.dumps(tree, sort_keys=True, ensure_ascii=True, default=str)
    return f"{declared}+{hashlib.sha256(written.encode()).hexdigest()[:_DIGITS]}"


def _category(category: Category, part: CategoryPart, organisation: Organisation) -> CategoryRule:
    licence = part.licence
    return CategoryRule(
        category=category,
        title=part.title,
        public=part.public.replace(
            "$protected_characteristics", _either(organisation.protected_characteristics)
        ),
        clause=part.clause,
        look_at=part.look_at,
        act_at=part.act_at,
        lifetime=part.lifetime or dt.timedelta(0),
        weights=_weights(part.weights),
        warns=part.warns,
        protective=part.protective,
        officer_only=part.officer_only,
        licence=None if licence is None else Licence(**dict(licence)),
    )


def _weights(part: WeightsPart | None) -> Mapping[Severity, int]:
    if part is None:
        return MappingProxyType({})
    return MappingProxyType({Severity[name.upper()]: points for name, points in part})


def _organisation(part: OrganisationPart) -> Organisation:
    values = dict(part)
    values["contacts"] = MappingProxyType(
        {route: Contact(**dict(one)) for route, one in part.contacts.items()}
    )
    values["accounts"] = tuple(RegisteredAccount(**dict(one)) for one in part.accounts)
    return Organisation(**values)


def _either(words: tuple[str, ...]) -> str:
    *rest, last = words or ("a protected characteristic",)
    return f"{', '.join(rest)} or {last}" if rest else last
