"""Labelled comments are read as a network would bring them, or refused with the line and the key."""

from __future__ import annotations

import json
import pathlib
import time
from typing import Any

import pytest

from bot import labelled
from bot.labelled import LabelledError
from moderation.comment import MediaKind
from moderation.quality import Course
from moderation.taxonomy import Category
from tests.strategies.comments import NOW

ROW = {"id": "one", "text": "you fool", "categories": ["abusive"], "care": ["complaint"], "expected": "hide"}


def _written(folder: pathlib.Path, *rows: object) -> pathlib.Path:
    path = folder / "labels.jsonl"
    lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_row_is_read_with_all_that_it_says(tmp_path: pathlib.Path) -> None:
    path = _written(tmp_path, {**ROW, "difficulty": "easy", "note": "plain", "source": "whatever else"}, "")

    (label,) = labelled.read(path, NOW)

    assert (label.id, label.comment.text, label.comment.posted_at) == ("one", "you fool", NOW)
    assert label.categories == {Category.ABUSIVE}
    assert label.care == {"complaint"}
    assert label.expected is Course.HIDE
    assert (label.difficulty, label.note) == ("easy", "plain")


def test_what_a_row_leaves_out_is_empty(tmp_path: pathlib.Path) -> None:
    (label,) = labelled.read(_written(tmp_path, {"id": "x", "text": "", "expected": "keep"}), NOW)

    assert (label.categories, label.care, label.difficulty, label.note) == (frozenset(), frozenset(), "", "")


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"id": ""}, r"labels\.jsonl:1: id: is empty"),
        ({"id": 7}, r"labels\.jsonl:1: id: input should be a valid string"),
        ({"text": None}, r"labels\.jsonl:1: text: input should be a valid string"),
        ({"expected": "delete"}, r"labels\.jsonl:1: expected: is 'delete'; say keep, human_review, hide"),
        ({"categories": ["rude"]}, r"labels\.jsonl:1: categories: there is no 'rude'; there are abusive, "),
        ({"care": "complaint"}, r"labels\.jsonl:1: care: input should be a valid tuple"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line_and_key(
    tmp_path: pathlib.Path, changed: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(LabelledError, match=complaint):
        labelled.read(_written(tmp_path, {**ROW, **changed}), NOW)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", r"labels\.jsonl:2: is not JSON: .* at character 2"),
        ("[1]", r"labels\.jsonl:2: is list, needs an object in braces"),
        (json.dumps(ROW), r"labels\.jsonl:2: id: 'one' stands on line 1 already"),
    ],
)
def test_a_line_that_is_no_row_of_its_own_is_refused(
    tmp_path: pathlib.Path, line: str, complaint: str
) -> None:
    with pytest.raises(LabelledError, match=complaint):
        labelled.read(_written(tmp_path, ROW, line), NOW)


def test_a_file_without_rows_without_text_or_without_itself_is_refused(tmp_path: pathlib.Path) -> None:
    latin = tmp_path / "latin.jsonl"
    latin.write_bytes(b'{"id": "\xe9"}')

    with pytest.raises(LabelledError, match=r"labels\.jsonl: holds no labelled comment"):
        labelled.read(_written(tmp_path, "", "  "), NOW)
    with pytest.raises(LabelledError, match=r"latin\.jsonl: is not UTF-8 text \(.* at byte 8\)"):
        labelled.read(latin, NOW)
    with pytest.raises(LabelledError, match=r"nowhere\.jsonl: cannot be read: No such file"):
        labelled.read(tmp_path / "nowhere.jsonl", NOW)


def test_what_is_written_in_brackets_is_attached() -> None:
    comment = labelled.comment("x", "Look [photo: a dog] at this [Live Video: a crash, people] now", NOW)

    assert comment.text == "Look  at this  now"
    assert [(item.kind, item.description) for item in comment.media] == [
        (MediaKind.PICTURE, "a dog"),
        (MediaKind.VIDEO, "a crash, people"),
    ]
    assert len({item.id for item in comment.media}) == 2


@pytest.mark.parametrize(
    "text",
    ["[sic: as it was]", " [photo a dog] ", "[photo: never closed", "(photo: a dog)", "[see: [photo: x]"],
)
def test_other_brackets_stay_in_the_text(text: str) -> None:
    comment = labelled.comment("x", text, NOW)

    assert (comment.text, comment.media) == (text, ())


def test_many_open_brackets_are_read_in_no_time() -> None:
    began = time.thread_time()

    for text in ("[photo: " * 400_000, "[zzz: " * 100_000 + "]"):
        assert labelled.comment("x", text, NOW).text == text
    assert time.thread_time() - began < 2.0
