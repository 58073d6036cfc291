"""Strategies for everything that the ledger may be asked to hold."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import functools
import typing
from collections.abc import Callable, Mapping

from hypothesis import strategies as st

from moderation.arrival import Item
from moderation.comment import AccountRef, AuthorRef, Comment, CommentRef, Platform
from moderation.decision import Approval, Decision, Outcome, Step, StrikeWeight, UnlawfulDecisionError
from moderation.record import Event
from moderation.taxonomy import Care
from moderation.verdict import Span

# Every code point there is: NUL, and surrogates alone and in pairs, among them.
TEXT = st.text(st.characters(exclude_categories=()), max_size=12) | st.sampled_from(
    [
        "\x00",
        "\ud800",
        "\udfff",
        "\ud83d\ude00",
        "\U0001f600",
        "\\ud800",
        "utf-8-surrogatepass:00",
        "{}",
        "\r\n",
    ]
)
_NAME = TEXT.filter(bool)
_WHOLE = st.integers(0, 2**62)
_ZONES = st.integers(-23 * 60, 23 * 60).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)))
_MOMENTS = st.datetimes(
    dt.datetime(2, 1, 1),  # noqa: DTZ001 - the zone is drawn apart
    dt.datetime(9998, 12, 31),  # noqa: DTZ001
    timezones=st.just(dt.UTC) | _ZONES,
)

EVENTS: tuple[type, ...] = typing.get_args(Event)
ITEMS: tuple[type, ...] = typing.get_args(Item)
OUTCOMES: tuple[type, ...] = typing.get_args(Outcome)


@functools.cache
def of(kind: typing.Any) -> st.SearchStrategy[typing.Any]:  # noqa: ANN401 - a class, a union or an alias
    """Anything of a type, as its fields say; where a law ties fields together, anything lawful."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind in _TIED:
        return _TIED[kind]()
    if hasattr(kind, "__supertype__"):
        return of(kind.__supertype__)
    parts = typing.get_args(kind)
    if typing.get_origin(kind) is tuple:
        return st.lists(of(parts[0]), max_size=3).map(tuple)
    if parts:
        return st.one_of(*(st.none() if one is type(None) else of(one) for one in parts))
    return st.sampled_from(list(kind)) if issubclass(kind, enum.Enum) else st.builds(kind, **_fields(kind))


@functools.cache
def _fields(kind: typing.Any) -> dict[str, st.SearchStrategy[typing.Any]]:  # noqa: ANN401
    hints = typing.get_type_hints(kind)
    return {field.name: of(hints[field.name]) for field in dataclasses.fields(kind)}


@st.composite
def _comments(draw: st.DrawFn) -> Comment:
    fields = {name: draw(strategy) for name, strategy in _fields(Comment).items()}
    fields["author"] = AuthorRef(fields["ref"].account.platform, fields["author"].id)
    return Comment(**fields)


@st.composite
def _decisions(draw: st.DrawFn) -> Decision:
    fields = {name: draw(strategy) for name, strategy in _fields(Decision).items()}
    try:
        return Decision(**fields)
    except UnlawfulDecisionError:
        lawful = (
            {"step": Step.ALERT, "strike": None}
            if isinstance(fields["ground"], Care)
            else {"step": Step.HIDE}
        )
        return Decision(**fields | lawful)


@st.composite
def _approvals(draw: st.DrawFn) -> Approval:
    fields = {name: draw(strategy) for name, strategy in _fields(Approval).items()}
    fields["term"] = abs(fields["term"]) or dt.timedelta(microseconds=1)
    fields["expires_at"] = fields["at"] + draw(
        st.timedeltas(dt.timedelta(microseconds=1), dt.timedelta(days=99))
    )
    return Approval(**fields)


_PLAIN: Mapping[type, st.SearchStrategy[typing.Any]] = {
    str: TEXT,
    int: _WHOLE,
    bool: st.booleans(),
    float: st.floats(0, 1),
    dt.timedelta: st.timedeltas(),
    dt.datetime: _MOMENTS,
    dt.date: st.dates(),
}
_TIED: Mapping[type, Callable[[], st.SearchStrategy[typing.Any]]] = {
    AccountRef: lambda: st.builds(AccountRef, st.sampled_from(Platform), _NAME),
    AuthorRef: lambda: st.builds(AuthorRef, st.sampled_from(Platform), _NAME),
    CommentRef: lambda: st.builds(CommentRef, of(AccountRef), _NAME),
    Comment: _comments,
    Span: lambda: st.tuples(_WHOLE, _WHOLE).map(lambda two: Span(min(two), max(two))),
    StrikeWeight: lambda: st.builds(StrikeWeight, st.integers(1, 9), _MOMENTS),
    Decision: _decisions,
    Approval: _approvals,
}
