"""Labelled comments are judged as in earnest, and told for people and for machines."""

from __future__ import annotations

import datetime as dt
import io
import json
import pathlib

import pytest
from rich.console import Console

from bot import evaluation
from bot.wiring import quality as running
from bot.wiring.parts import pipeline
from config.loader import load_policy
from moderation.pipeline import Pipeline
from moderation.ports import Classifier
from moderation.quality import Course
from moderation.taxonomy import Care, Category, Severity
from tests.strategies.labels import decided, labelled
from tests.strategies.policies import lawful_policy
from tests.strategies.verdicts import finding

POLICY = lawful_policy()
ABUSE = finding(Category.ABUSIVE, 0.912345, Severity.CLEAR_BREACH)
SECRET = "xylophonic"
HIDDEN_COMPLAINT = decided(labelled("c", care=["complaint"], text=f"{SECRET} complaint"), ABUSE)
OF = (
    decided(labelled("h", Course.HIDE, categories=[Category.ABUSIVE], text=SECRET, difficulty="easy"), ABUSE),
    HIDDEN_COMPLAINT,
    decided(labelled("e", care=["emergency"], difficulty="hard"), finding(Care.EMERGENCY)),
    decided(labelled("p", Course.HIDE, categories=[Category.CONFIDENTIALITY], difficulty="easy")),
)
GROUPS = [("people with secrets", lambda text: SECRET in text)]


def test_the_figures_for_machines_are_json_and_hold_every_measure() -> None:
    data = json.loads(json.dumps(evaluation.as_data(OF, POLICY, GROUPS)))

    assert data["comments_judged"] == 4
    assert data["decision_accuracy"] == 0.5
    assert (data["hidden_complaints"], data["hidden_complaint_ids"]) == (1, ["c"])
    assert (data["auto_hide_precision"], data["auto_hides"]) == (0.5, 2)
    assert data["urgent_care_recall"] == 1.0
    assert data["patient_identifier_recall"] == 0.0
    assert data["checks"] == ["words@1"]
    assert data["policy_version"] == POLICY.version


def test_the_confusion_counts_every_comment_once() -> None:
    confusion = evaluation.as_data(OF, POLICY, ())["confusion"]

    assert confusion[Course.HIDE] == {Course.KEEP: 1, Course.HUMAN_REVIEW: 0, Course.HIDE: 1}
    assert confusion[Course.KEEP] == {Course.KEEP: 1, Course.HUMAN_REVIEW: 0, Course.HIDE: 1}
    assert sum(sum(row.values()) for row in confusion.values()) == len(OF)


def test_each_table_for_machines_says_how_many_it_rests_on() -> None:
    data = evaluation.as_data(OF, POLICY, GROUPS)

    assert {name: row["of"] for name, row in data["by_difficulty"].items()} == {"easy": 2, "hard": 1}
    assert data["by_category"][Category.ABUSIVE]["hide_precision"]["hits"] == 1
    assert data["by_category"][Category.CONFIDENTIALITY]["stopped"]["of"] == 1
    assert data["by_care"][Care.EMERGENCY]["noticed"]["value"] == 1.0
    assert data["by_care"][Care.COMPLAINT]["noticed"]["value"] == 0.0
    assert data["fairness"]["people with secrets"]["mentions"] == 2
    assert data["fairness"]["people with secrets"]["kept_comments_hidden"]["value"] == 1.0
    assert data["licences"][Category.ABUSIVE] == {
        "threshold": None,
        "value": 0.5,
        "interval": data["licences"][Category.ABUSIVE]["interval"],
        "hits": 1,
        "of": 2,
    }


def test_a_comment_has_one_record_and_its_words_are_not_repeated() -> None:
    data = evaluation.as_data(OF, POLICY, GROUPS)

    first = data["comments"][0]
    assert [record["id"] for record in data["comments"]] == ["h", "c", "e", "p"]
    assert (first["expected"], first["decided"], first["right"]) == (Course.HIDE, Course.HIDE, True)
    assert (first["ground"], first["categories"]) == (Category.ABUSIVE, {"abusive": 0.9123})
    assert data["comments"][2]["care"] == [Care.EMERGENCY]
    assert SECRET not in json.dumps(data)
    assert {(worst["harm"], worst["id"]) for worst in data["worst_errors"]} == {
        ("a complaint or a grieving person is hidden", "c"),
        ("patient data stays visible", "p"),
    }


def test_the_strongest_finding_of_a_ground_is_the_one_that_is_told() -> None:
    one = decided(labelled(), ABUSE, finding(Category.ABUSIVE, 0.2, Severity.MINOR, source="other"))

    (record,) = evaluation.as_data([one], POLICY, ())["comments"]

    assert record["categories"] == {"abusive": 0.9123}


def test_nothing_judged_is_told_without_a_figure() -> None:
    data = evaluation.as_data([], POLICY, GROUPS)

    assert data["decision_accuracy"] is None
    assert data["urgent_care_recall"] is None
    assert data["comments"] == []


def _printed(*, words: bool) -> str:
    out = io.StringIO()
    Console(file=out, width=200).print(evaluation.report(OF, POLICY, GROUPS, words=words))
    return out.getvalue()


def test_the_report_for_people_shows_texts_only_where_it_is_asked_to() -> None:
    quiet, open_one = _printed(words=False), _printed(words=True)

    assert "a complaint or a grieving person is hidden: 1; patient data stays visible: 1" in quiet
    assert "0.500 (0.150 to 0.850; 2 of 4)" in quiet
    assert SECRET not in quiet
    assert f"{SECRET} complaint" in open_one


async def test_labelled_comments_are_judged_through_every_check_of_the_house() -> None:
    labels = [
        labelled("threat", Course.HIDE, text="I will stab you tonight"),
        *(labelled(f"thanks-{number}", text=f"Thank you all, number {number}") for number in range(70)),
    ]

    of = await evaluation.judge(labels, pipeline(), load_policy())

    assert [one.label.id for one in of] == [label.id for label in labels]
    assert of[0].course is Course.HIDE
    assert {one.course for one in of[1:]} == {Course.KEEP}
    assert {check.name for check in pipeline().checks} <= {
        name.split("@")[0] for name in of[0].verdict.checks
    }


async def test_what_is_measured_does_not_hang_on_how_busy_the_machine_is(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hurried(classifiers: tuple[Classifier, ...]) -> Pipeline:
        return Pipeline(pipeline().checks, classifiers, budget=dt.timedelta(microseconds=1))

    monkeypatch.setattr(running, "pipeline", hurried)
    data = tmp_path / "labelled.jsonl"
    data.write_text(
        json.dumps({"id": "1", "text": "go away", "categories": [], "care": [], "expected": "keep"})
    )

    (one,) = await running.evaluate(data, POLICY, None)

    assert not one.verdict.gaps
