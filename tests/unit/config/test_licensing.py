"""What is measured is written as a licences file that the loader reads again."""

from __future__ import annotations

import pathlib

import pytest

from config.licensing import Measured, written
from config.loader import load_policy
from moderation.policy import Policy
from moderation.taxonomy import Category

EARNED = Measured(Category.ABUSIVE, 0.8734, 0.98214, 56, (0.9068, 0.9968))
FAILED = Measured(Category.HATEFUL, None, 0.7, 20, (0.4810, 0.8541))
UNSEEN = Measured(Category.SPAM, None, 0.0, 0, (0.0, 1.0))
DEFAMATORY = Measured(Category.DEFAMATORY, None, 1.0, 12, (0.757, 1.0))


def _loaded(folder: pathlib.Path, *measured: Measured, measured_on: str = "a set") -> Policy:
    path = folder / "licences.toml"
    path.write_text(written(measured, measured_on), encoding="utf-8")
    return load_policy(licences=path)


def test_a_licence_that_is_earned_is_held_from_its_threshold_on(tmp_path: pathlib.Path) -> None:
    policy = _loaded(tmp_path, EARNED)

    licence = policy.categories[Category.ABUSIVE].licence
    assert licence is not None
    assert (licence.precision, licence.examples, licence.threshold) == (0.9821, 56, 0.873)
    assert policy.categories[Category.ABUSIVE].acts_from == 0.873
    assert policy.may_act_alone(Category.ABUSIVE)


def test_what_no_threshold_earns_is_suspended(tmp_path: pathlib.Path) -> None:
    policy = _loaded(tmp_path, FAILED)

    licence = policy.categories[Category.HATEFUL].licence
    assert licence is not None
    assert licence.suspended
    assert licence.precision == 0.7
    assert not policy.may_act_alone(Category.HATEFUL)


def test_a_ground_of_which_nothing_was_seen_has_no_licence(tmp_path: pathlib.Path) -> None:
    policy = _loaded(tmp_path, EARNED, UNSEEN)

    assert policy.categories[Category.SPAM].licence is None
    assert not policy.may_act_alone(Category.SPAM)


def test_defamation_earns_none_whatever_was_measured(tmp_path: pathlib.Path) -> None:
    assert not _loaded(tmp_path, DEFAMATORY).may_act_alone(Category.DEFAMATORY)


@pytest.mark.parametrize(
    "name", ['the "second" set', "C:\\data\\Bögen.jsonl", "two\nlines", "a tab\t# no remark"]
)
def test_any_name_of_a_set_is_read_again_as_it_was(tmp_path: pathlib.Path, name: str) -> None:
    licence = _loaded(tmp_path, EARNED, measured_on=name).categories[Category.ABUSIVE].licence

    assert licence is not None
    assert licence.measured_on == name


def test_every_interval_stands_beside_its_figure() -> None:
    text = written((EARNED, FAILED), "a set")

    assert "# 95 % interval: 0.907 to 0.997" in text
    assert "# 95 % interval: 0.481 to 0.854" in text
