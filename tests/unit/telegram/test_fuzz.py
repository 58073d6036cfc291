"""Whatever arrives, reading it gives an item or none, and never an exception."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from adapters.telegram import albums, mapping
from adapters.telegram.config import TelegramAccount
from adapters.telegram.ours import Ours
from moderation.arrival import Arrived, Noticed, Ordered, Pressed, Unreadable

PAYLOADS = Path(__file__).parents[2] / "recorded" / "telegram" / "payloads"
RECORDED = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(PAYLOADS.glob("*.json"))]
OURS = Ours(
    7700000001,
    "houserules_bot",
    -1002200000003,
    (TelegramAccount(-1002200000001, -1002200000002),),
    frozenset({7100000007}),
)
NOW = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["\ud83d", "\0", "", -1002200000001, 2**80, -(2**63), 10**20]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def _places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 -- JSON
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for key, value in inner for place in _places(value, (*path, key)))]


def _bent(update: Any, place: tuple[Any, ...], value: object, *, gone: bool) -> Any:  # noqa: ANN401 -- JSON
    """The update with one value in it replaced, or taken out."""
    copy = json.loads(json.dumps(update))
    if not place:
        return value
    home = copy
    for key in place[:-1]:
        home = home[key]
    if gone:
        del home[place[-1]]
    else:
        home[place[-1]] = value
    return copy


def _check(update: object) -> None:
    item = mapping.read(update, OURS, NOW)
    again = mapping.read(update, OURS, NOW)

    assert item is None or isinstance(item, Arrived | Pressed | Ordered | Noticed | Unreadable)
    albums.album_of(update)
    if item is not None:
        assert again is not None
        assert item.key == again.key
        assert item.raw.isascii()
        assert "\0" not in item.key
    if isinstance(item, Arrived):
        assert len(item.comment.digest) == 64
        for text in (item.comment.text, item.comment.author_label, *item.comment.quoted, *item.comment.links):
            assert "\0" not in text
            text.encode()
    if isinstance(item, Noticed):
        item.what.encode()


@given(JUNK)
def test_junk_is_read_or_set_aside(update: object) -> None:
    _check(update)


@given(st.fixed_dictionaries({"update_id": st.integers(), "message": JUNK}))
def test_a_junk_message_is_read_or_set_aside(update: object) -> None:
    _check(update)


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_a_real_update_with_anything_wrong_in_it_is_read_or_set_aside(data: st.DataObject) -> None:
    update = data.draw(st.sampled_from(RECORDED))
    for _ in range(data.draw(st.integers(1, 3))):
        places = _places(update)
        if not isinstance(update, dict):
            break
        place = data.draw(st.sampled_from(places))
        update = _bent(update, place, data.draw(JUNK), gone=data.draw(st.booleans()) and bool(place))

    _check(update)
    event(type(mapping.read(update, OURS, NOW)).__name__)


@pytest.mark.parametrize("number", range(len(RECORDED)))
def test_a_real_update_survives_the_loss_of_any_one_field(number: int) -> None:
    update = RECORDED[number]
    for place in _places(update)[1:]:
        _check(_bent(update, place, None, gone=True))
        _check(_bent(update, place, None, gone=False))
        _check(_bent(update, place, "\ud83d\0", gone=False))
        _check(_bent(update, place, 2**70, gone=False))
        _check(_bent(update, place, -5, gone=False))
        _check(_bent(update, place, 0, gone=False))
        _check(_bent(update, place, [{}], gone=False))


def test_the_fuzz_reaches_every_kind_of_item() -> None:
    kinds = {type(mapping.read(update, OURS, NOW)) for update in RECORDED}

    assert {Arrived, Pressed, Ordered, Noticed, Unreadable, type(None)} == kinds
