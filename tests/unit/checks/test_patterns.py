"""Patterns and word files refuse what cannot run, and say where it stands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import config.words
from config import words
from moderation.checks.phrases import PhraseCheck, Phrases, Rule
from moderation.checks.text.patterns import Pattern, PatternError
from moderation.taxonomy import Category, Severity


@pytest.mark.parametrize("source", [r"(?<=a)b", r"a(?=b)", r"a(?!b)", r"(?<!a)b"])
def test_look_around_is_refused_with_its_place(source: str) -> None:
    with pytest.raises(PatternError, match=r"threats\.toml: rules\.x.*look-around"):
        Pattern(source, "threats.toml: rules.x")


def test_a_back_reference_is_refused_with_its_place() -> None:
    with pytest.raises(PatternError, match=r"here.*back-reference"):
        Pattern(r"(a)\1", "here")


def test_nonsense_is_refused_with_its_place() -> None:
    with pytest.raises(PatternError, match="here: is no pattern"):
        Pattern("(", "here")


def test_a_rule_names_the_pattern_that_is_wrong() -> None:
    rule = Rule(
        key="x",
        subject=Category.SPAM,
        score=0.5,
        severity=Severity.MINOR,
        because="y",
        patterns=("fine", "("),
        place="adverts.toml: rules.x",
    )

    with pytest.raises(PatternError, match=r"adverts\.toml: rules\.x\.patterns\[1\]"):
        PhraseCheck(Phrases("adverts", "1", (rule,)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the word files that a test may spoil."""
    source = Path(str(config.words.__file__)).parent
    for path in source.glob("*.toml"):
        shutil.copy(path, tmp_path)
    return tmp_path


def test_an_operators_own_folder_is_read(folder: Path) -> None:
    assert words.load(folder).version == words.load().version


def test_a_change_of_the_words_changes_the_version(folder: Path) -> None:
    with (folder / "threats.toml").open("a") as file:
        file.write("# a remark\n")

    assert words.load(folder).version != words.load().version


@pytest.mark.parametrize(
    ("spoilt", "by", "complaint"),
    [
        ('subject = "petition"', 'subject = "cheese"', r"protected\.toml: rules\.petition.*cheese"),
        ("score = 0.75", "skore = 0.75", r"protected\.toml: rules\.petition\.skore"),
        ("[rules.petition]", "[rules.petition", r"protected\.toml"),
        ("petition\\w*", "{nosuchset}", r"protected\.toml: rules\.petition.*nosuchset"),
    ],
)
def test_a_spoilt_file_is_named_with_its_key(folder: Path, spoilt: str, by: str, complaint: str) -> None:
    path = folder / "protected.toml"
    path.write_text(path.read_text().replace(spoilt, by, 1))

    with pytest.raises(words.WordsError, match=complaint):
        words.load(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "care.toml").unlink()

    with pytest.raises(words.WordsError, match=r"care\.toml"):
        words.load(folder)


def test_the_source_of_the_tiers_is_named_with_its_licence() -> None:
    text = (Path(str(config.words.__file__)).parent / "lexicon.toml").read_text()

    assert "Ofcom" in text
    assert "Open Government Licence v3.0" in text
