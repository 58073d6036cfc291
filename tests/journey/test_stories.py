"""Appendix 3 as stories: each file in `stories/` is played through the real wiring, on a ledger on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.ledger.audit import verify
from adapters.ledger.ledger import SqlLedger
from tests.journey.judging import judged, lawful
from tests.journey.player import Player, open_stage
from tests.journey.story import FOLDER, Scene, StoryError, given, parse, read

STORIES = tuple(sorted(FOLDER.glob("*.toml")))
ENOUGH = 40

ON_POSTGRESQL = (
    "a_block_on_one_of_two_accounts",
    "a_card_after_a_restart",
    "a_deleted_comment",
    "a_new_comment_between_yes_and_block",
    "a_picture_nobody_described",
    "a_rehearsal",
    "a_tailored_response_in_place_of_the_template",
    "abuse_edited_away_before_anybody_looked",
    "an_overturn_after_the_block",
    "rulings_suspend_a_licence",
    "the_same_comment_twice_is_one",
)
"""The contract of the ledger holds both databases to the same; these walk through all of its tables."""


async def _play(path: Path, home: Path, url: str) -> None:
    story = read(path)
    player = Player(story, await open_stage(story, home, url))
    try:
        await player.begin()
        for number, scene in enumerate(given(story.given), start=1):
            await _step(player, scene, f"{path.name}, given {story.given}, step {number}")
        for number, scene in enumerate(story.step, start=1):
            await _step(player, scene, f"{path.name}, step {number}")
        problems = await lawful(player)
        assert not problems, "\n".join([f"{path.name}, at the end:", *problems])
        await _audit(player)
    finally:
        await player.stage.aclose()


async def _step(player: Player, scene: Scene, place: str) -> None:
    try:
        before = await player.play(scene)
        problems = await judged(player, scene, before)
    except StoryError as error:
        raise StoryError(f"{place}: {error}") from None
    assert not problems, "\n".join([f"{place}:", *problems])


async def _audit(player: Player) -> None:
    ledger = player.stage.ledger
    assert isinstance(ledger, SqlLedger)
    report = await verify(ledger)
    assert report.intact, f"the chain breaks at event {report.broken_at}: {report.wrong}"


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
async def test_a_story_ends_as_it_says(path: Path, tmp_path: Path) -> None:
    await _play(path, tmp_path, f"sqlite:///{tmp_path / 'ledger.db'}")


@pytest.mark.postgres
@pytest.mark.parametrize("name", ON_POSTGRESQL)
async def test_a_story_ends_the_same_on_postgresql(name: str, tmp_path: Path, postgres_url: str) -> None:
    await _play(FOLDER / f"{name}.toml", tmp_path, postgres_url)


def test_there_are_stories_enough() -> None:
    assert len(STORIES) >= ENOUGH


def test_a_key_that_no_story_knows_is_refused_by_file_and_step() -> None:
    told = {"title": "t", "clause": "c", "step": [{"by": "dave", "comment": "Hello."}, {"hiden": ["c1"]}]}

    with pytest.raises(StoryError, match=r"^typo\.toml: step 2: hiden: Extra inputs are not permitted$"):
        parse(told, "typo.toml")


def test_a_step_in_which_two_things_happen_is_refused() -> None:
    step = {"by": "officer", "type": "/queue", "press": "Uphold", "about": "dave"}
    told = {"title": "t", "clause": "c", "step": [step]}

    with pytest.raises(StoryError, match=r"^two\.toml: step 1: .*one step, one happening$"):
        parse(told, "two.toml")
