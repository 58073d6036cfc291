"""The model that ships: whole, pinned, and answering everything that the house asks."""

from __future__ import annotations

import importlib.resources
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.toxicity import embedded
from adapters.toxicity.embedded import EmbeddedModel, WeightsError
from moderation.checks import blend, fusion, trained

ABUSE = "you fat useless pig, I hope you choke"
THANKS = "thank you so much to the lovely crew who came to mum last night"


@pytest.fixture(scope="module")
def model() -> EmbeddedModel:
    return EmbeddedModel()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = importlib.resources.files("adapters.toxicity") / "weights"
    with importlib.resources.as_file(source) as shipped:
        return Path(shutil.copytree(shipped, tmp_path / "weights"))


def test_it_answers_everything_that_the_house_asks(model: EmbeddedModel) -> None:
    (scores,) = model.score([THANKS])

    assert trained.ANSWERS | set(fusion.Label) <= scores.keys()
    assert all(0 <= score <= 1 for score in scores.values())
    assert fusion.findings((scores,), (), model.name, model.version)


def test_its_version_names_the_table_that_weighs_its_answers(model: EmbeddedModel) -> None:
    assert model.version.endswith(f"+{blend.VERSION}")


def test_it_tells_abuse_from_thanks(model: EmbeddedModel) -> None:
    abuse, thanks = model.score([ABUSE, THANKS])

    assert abuse["ground.abusive"] > 0.8
    assert abuse["course.hide"] > 0.6
    assert thanks["course.keep"] > 0.8
    assert thanks["care.compliment"] > 0.5


def test_the_quick_stage_answers_alone_where_nothing_matters(model: EmbeddedModel) -> None:
    before = model.escalated

    model.score(["ok", "nice photo", "what time does it start"])

    assert model.escalated == before


def test_the_better_stage_looks_where_something_might_matter(model: EmbeddedModel) -> None:
    before = model.escalated

    model.score([ABUSE])

    assert model.escalated == before + 1


@pytest.mark.parametrize("text", ["", " ", "\ud800", "x" * 100_000, "🚑" * 5_000, "\x00\u202e\u200d", "нет"])
def test_no_text_is_too_strange(model: EmbeddedModel, text: str) -> None:
    (scores,) = model.score([text])

    assert all(0 <= score <= 1 for score in scores.values())


def test_no_texts_are_no_scores(model: EmbeddedModel) -> None:
    assert model.score([]) == []


def test_abuse_at_the_end_of_a_long_text_is_read(model: EmbeddedModel) -> None:
    (scores,) = model.score([f"{'We walked along the river and looked at the boats. ' * 200}{ABUSE}"])

    assert scores["ground.abusive"] > 0.5


def test_company_moves_no_score(model: EmbeddedModel) -> None:
    (alone,) = model.score([ABUSE])
    beside = model.score([ABUSE, THANKS, "why", "a longer comment about the new station and its car park"])[0]

    assert alone == beside


@pytest.mark.parametrize("file", ["student.onnx", "reader.onnx", "tokenizer.json"])
def test_a_changed_file_is_refused(folder: Path, file: str) -> None:
    content = bytearray((folder / file).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / file).write_bytes(content)

    with pytest.raises(WeightsError, match=rf"{file}: is not the released file"):
        EmbeddedModel(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "reader.onnx").unlink()

    with pytest.raises(WeightsError, match=r"reader\.onnx: is missing; reinstall"):
        EmbeddedModel(folder)


def test_a_changed_description_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "DESCRIPTION_SHA256", "0" * 64)

    with pytest.raises(WeightsError, match=r"model\.json: is not the released one"):
        EmbeddedModel()


def test_what_ships_is_small(folder: Path) -> None:
    size = sum(path.stat().st_size for path in folder.iterdir())

    assert size <= 25_000_000, f"{size} bytes"


def test_the_card_names_what_ships(folder: Path) -> None:
    version = json.loads((folder / "model.json").read_text())["version"]
    card = (folder / "CARD.md").read_text(encoding="utf-8")

    assert version in card
    for heading in ("Data", "Licences", "Figures", "Limits", "Groups"):
        assert f"## {heading}" in card


def test_it_needs_no_torch() -> None:
    code = (
        "import sys; from adapters.toxicity.embedded import EmbeddedModel; EmbeddedModel();"
        " print('torch' in sys.modules)"
    )

    told = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )

    assert told.stdout.strip() == "False"
