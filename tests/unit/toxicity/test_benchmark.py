"""The benchmark measures what it says, on the comments that it says."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from benchmarks import classify, measuring, table, texts
from benchmarks.measuring import Measured, Task
from benchmarks.paths import Places, Way
from benchmarks.texts import Comments

COMMENTS = Comments(("a", "b c", "d"), "somewhere", 1)


def measured(way: Way, cpu: float, ready: float = 0.5, escalated: float | None = None) -> Measured:
    moment = dt.timedelta(milliseconds=4)
    return Measured(
        way, 100, cpu / 2, cpu, dt.timedelta(seconds=ready), moment, moment, 90_000_000, escalated
    )


class TestComments:
    def test_one_in_twenty_is_a_breach(self) -> None:
        rows = [json.loads(line) for line in texts.HOUSE.read_text(encoding="utf-8").splitlines()]
        breaches = {row["text"] for row in rows if row["categories"]}

        made = texts.mixed(400)

        assert sum(text in breaches for text in made.texts) == made.breaches == 20

    def test_there_are_as_many_as_were_asked_for(self) -> None:
        assert len(texts.mixed(3_000).texts) == 3_000

    def test_breaches_are_spread_over_the_whole(self) -> None:
        rows = [json.loads(line) for line in texts.HOUSE.read_text(encoding="utf-8").splitlines()]
        breaches = {row["text"] for row in rows if row["categories"]}

        made = texts.mixed(1_000).texts

        assert all(sum(text in breaches for text in made[at : at + 250]) >= 5 for at in range(0, 1_000, 250))

    def test_json_lines_are_read_with_their_breaches(self, tmp_path: Path) -> None:
        rows = [{"text": "one", "categories": []}, {"text": "two", "categories": ["spam"]}]
        (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(row) for row in rows))

        assert texts.of_file(tmp_path / "a.jsonl", 9) == Comments(("one", "two"), "a.jsonl", 1)

    def test_plain_lines_are_read_up_to_the_count(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("one\n\ntwo\nthree\n")

        assert texts.of_file(tmp_path / "a.txt", 2) == Comments(("one", "two"), "a.txt", None)


class TestTable:
    def test_ratios_are_to_stock_one_by_one(self) -> None:
        rows = [measured(Way.STOCK, 10.0), measured(Way.PAIR, 1_600.0)]

        printed = list(classify.lines(rows, COMMENTS, 99.0))

        assert printed[2].split()[-8:] == ["800", "1,600", "160", "4.0", "4.0", "90", "0.50", "-"]

    def test_a_stated_speed_stands_in_for_stock(self) -> None:
        rows: list[Measured | table.Left] = [
            table.Left(Way.STOCK, "torch not installed"),
            measured(Way.PAIR, 1_600.0, escalated=0.1),
        ]

        printed = list(classify.lines(rows, COMMENTS, 8.0))

        assert printed[1].endswith("torch not installed")
        assert printed[2].split()[-6:] == ["200", "4.0", "4.0", "90", "0.50", "10.0%"]
        assert "ratios to 8 comments a second, as stated" in printed

    def test_without_either_there_are_no_ratios(self) -> None:
        printed = list(classify.lines([measured(Way.PAIR, 1_600.0)], COMMENTS, None))

        assert printed[1].split()[-6] == "-"

    @pytest.mark.parametrize(
        ("pair", "cascade", "ready", "states"),
        [
            (1_500.0, 190.0, 1.9, ["reached"] * 5),
            (999.0, 189.0, 2.1, ["missed"] * 5),
        ],
    )
    def test_aims_are_judged(self, pair: float, cascade: float, ready: float, states: list[str]) -> None:
        rows = {
            Way.PAIR: measured(Way.PAIR, pair, ready),
            Way.CASCADE: measured(Way.CASCADE, cascade, ready),
        }

        printed = list(table.aims(rows, 10.0, COMMENTS))

        assert [line.rpartition(": ")[2] for line in printed] == states


def test_a_model_that_is_not_named_is_left_out() -> None:
    nothing = Places(None, None, None)

    assert [way for way in Way if not classify.left_out(way, nothing)] == [
        Way.PAIR,
        Way.STUDENT,
        Way.READER,
    ]


def test_a_way_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "_LONG_ENOUGH", 0.0)
    some = texts.mixed(40).texts

    found = measuring.measure(Task(Way.PAIR, Places(None, None, None), some, threads=1))

    assert found.comments == 40
    assert found.wall > 0 < found.cpu
    assert found.median is not None
    assert found.slow is not None
    assert found.median <= found.slow
    assert found.escalated is not None
    assert 0 < found.escalated <= 1
