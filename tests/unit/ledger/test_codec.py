"""What is written is read back exactly, and what an older version wrote stays readable."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import json
import typing
from collections.abc import Callable

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from adapters.ledger import codec
from adapters.ledger.escape import escaped, fitted, unescaped
from moderation.decision import ActionKey, Decision, TryLater
from moderation.record import CommentSeen, Decided, Judged, Noted, Settled
from moderation.taxonomy import Care, Category, Protection
from moderation.verdict import Finding, Subject
from tests.unit.ledger import anything

T = typing.TypeVar("T")

SEEN = (
    '{"comment": {"ref": {"account": {"platform": "sandbox", "id": "a"}, "id": "1"}, '
    '"author": {"platform": "sandbox", "id": "u"}, "text": "t", "posted_at": "2026-06-01T12:00:00Z"}, '
    '"raw": "r"}'
)


def _first(strategy: st.SearchStrategy[T], wanted: Callable[[T], bool] = lambda _: True) -> T:
    """The first that comes along; nobody needs the smallest."""
    return find(strategy, wanted, settings=settings(phases=[Phase.generate], max_examples=5_000))


def _same(one: typing.Any, two: typing.Any) -> bool:  # noqa: ANN401 - whatever was written
    """Whether two values are equal in type as well, all the way down; for `==` an enum is its text."""
    if isinstance(one, dt.datetime):
        return bool(isinstance(two, dt.datetime) and one == two and one.utcoffset() == two.utcoffset())
    if type(one) is not type(two) or one != two:
        return False
    if isinstance(one, tuple):
        return all(map(_same, one, two))
    if dataclasses.is_dataclass(one):
        return all(_same(getattr(one, f.name), getattr(two, f.name)) for f in dataclasses.fields(one))
    return True


def _utf8(body: str) -> bool:
    return "\x00" not in body and body.encode().decode() == body


@pytest.mark.parametrize("kind", anything.EVENTS, ids=lambda kind: kind.__name__)
@given(st.data())
def test_every_event_comes_back_exactly(kind: type, data: st.DataObject) -> None:
    event = data.draw(anything.of(kind))

    body = codec.write(event)

    assert _utf8(body)
    assert _same(codec.read_event(kind.__name__, body), event)


@pytest.mark.parametrize("kind", anything.ITEMS, ids=lambda kind: kind.__name__)
@given(st.data())
def test_every_item_comes_back_exactly(kind: type, data: st.DataObject) -> None:
    item = data.draw(anything.of(kind))

    body = codec.write(item)

    assert _utf8(body)
    assert _same(codec.read_item(kind.__name__, body), item)


@pytest.mark.parametrize("outcome", anything.OUTCOMES, ids=lambda kind: kind.__name__)
@given(st.data())
def test_every_outcome_is_told_from_its_likes(outcome: type, data: st.DataObject) -> None:
    settled = Settled(ActionKey("a"), 1, data.draw(anything.of(outcome)))

    assert _same(codec.read_event("Settled", codec.write(settled)), settled)


@pytest.mark.parametrize(
    "subject", [*Category, *Care, *Protection], ids=lambda subject: f"{type(subject).__name__}.{subject.name}"
)
def test_every_subject_comes_back_as_what_it_was(subject: Subject) -> None:
    kinds: list[type[enum.StrEnum]] = [Category, Care, Protection]
    finding = _first(anything.of(Finding))
    verdict = dataclasses.replace(
        _first(anything.of(Judged)).verdict,
        findings=(dataclasses.replace(finding, subject=subject),),
    )

    read = codec.read_event("Judged", codec.write(Judged(verdict)))

    assert isinstance(read, Judged)
    assert type(read.verdict.findings[0].subject) in kinds
    assert _same(read.verdict, verdict)


@pytest.mark.parametrize("hard", ["\x00", "\ud800", "\ud83d\ude00", "\U0001f600"])
def test_the_strategies_reach_the_hard_texts(hard: str) -> None:
    assert _first(anything.of(Noted), lambda event: hard in event.text)


def test_the_strategies_reach_care_and_categories() -> None:
    assert _first(anything.of(Decision), lambda decision: isinstance(decision.ground, Care))
    assert _first(anything.of(Decided), lambda event: isinstance(event.decision.ground, Category))


@pytest.mark.parametrize(
    "length",
    [dt.timedelta.max, dt.timedelta.min, dt.timedelta(microseconds=-1), dt.timedelta(days=-1, seconds=1)],
)
def test_the_longest_and_the_shortest_lengths_come_back(length: dt.timedelta) -> None:
    settled = Settled(ActionKey("a"), 1, TryLater(length))

    assert codec.read_event("Settled", codec.write(settled)) == settled


# --- Old payloads -----------------------------------------------------------------------------------------


def test_fields_that_are_missing_have_their_defaults_and_unknown_ones_are_ignored() -> None:
    body = json.loads(SEEN)
    body |= {"from_the_future": 1}
    body["comment"] |= {"mood": "cross", "media": [{"kind": "picture", "id": "m", "colour": "red"}]}

    event = codec.read_event("CommentSeen", json.dumps(body))

    assert isinstance(event, CommentSeen)
    assert (event.comment.quoted, event.comment.language, event.comment.revision) == ((), None, 0)
    assert event.comment.media[0].id == "m"


def test_an_outcome_with_unknown_fields_is_read() -> None:
    body = '{"action": "a", "attempt": 1, "outcome": {"is": "Refused", "reason": "no", "code": 4}}'

    event = codec.read_event("Settled", body)

    assert isinstance(event, Settled)
    assert event.by is None


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("Telepathy", "{}"),
        ("Noted", "{}"),
        ("Noted", "no json: secret"),
        ("Noted", "[]"),
        ("Noted", "utf-8-surrogatepass:zz"),
        ("Settled", '{"action": "a", "attempt": 1, "outcome": {"is": "secret"}}'),
        ("Settled", '{"action": "a", "attempt": 1}'),
        ("Settled", "[]"),
        ("CommentSeen", SEEN.replace("sandbox", "secret")),
    ],
)
def test_what_cannot_be_read_is_told_without_quoting_it(kind: str, body: str) -> None:
    with pytest.raises(codec.UnreadableError) as caught:
        codec.read_event(kind, body)

    assert "secret" not in str(caught.value)
    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_an_unlawful_score_is_not_written() -> None:
    with pytest.raises(ValueError, match="score"):
        dataclasses.replace(_first(anything.of(Finding)), score=float("nan"))


# --- Keys and names ---------------------------------------------------------------------------------------


@given(anything.TEXT)
def test_an_escaped_text_can_be_held_and_comes_back(text: str) -> None:
    assert _utf8(escaped(text))
    assert unescaped(escaped(text)) == text


@given(anything.TEXT, anything.TEXT, st.integers(0, 900))
def test_different_texts_never_share_a_key(one: str, two: str, padding: int) -> None:
    first, second = "a" * padding + one, "a" * padding + two

    assert (fitted(first) == fitted(second)) == (first == second)
    assert len(fitted(first).encode()) <= 2704


def test_plain_text_stays_as_it_is() -> None:
    assert escaped("seen:telegram:1/2:0 — é 😀") == "seen:telegram:1/2:0 — é 😀"


def test_a_key_of_the_widest_characters_fits_an_index() -> None:
    assert len(fitted("\U0001f600" * 5000).encode()) <= 2704
