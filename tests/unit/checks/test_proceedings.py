"""The officers' watch list: what touches an active case, and what does not."""

from __future__ import annotations

import dataclasses

import pytest

from moderation.checks.check import Context
from moderation.checks.proceedings import Proceeding, Proceedings
from moderation.decision import ActionKind, Step
from moderation.ladder import climb
from moderation.pipeline import Pipeline
from moderation.situation import Situation
from moderation.standing import Standing
from moderation.taxonomy import Category
from moderation.verdict import Finding, Gap
from tests.laws.world import POLICY
from tests.strategies.comments import AUTHOR, DAY, NOW, comment
from tests.unit.checks.looking import ACT, LOOK, NOTHING_ELSE, checks

ENTRY = Proceeding(
    name="the Quayside case",
    people=("Rhys Pendragon-Smythe", "Maeve O'Hanrahan", "Pendragon"),
    places=("Quayside Mill", "Tolpuddle Lane"),
    court="Teesside Crown Court",
    begins=NOW - 10 * DAY,
    ends=NOW + 10 * DAY,
)


def _look(text: str, entry: Proceeding = ENTRY, context: Context = NOTHING_ELSE) -> tuple[Finding | Gap, ...]:
    return Proceedings((entry,)).look(comment(text=text), context)


TOUCHING = (
    "Rhys Pendragon-Smythe did it and we all know",
    "RHYS PENDRAGON SMYTHE should swing for it",
    "rhys pendragon-smythe's mates are on here",
    "r h y s p e n d r a g o n s m y t h e",
    "Rhys Pendragоn-Smythe, with a letter of another alphabet",
    "#RhysPendragonSmythe",
    "what was Maeve O'Hanrahan doing there anyway",
    "maeve o hanrahan lied to the crew",
    "Maeve O’Hanrahan is no victim",
    "ask Maeve OHanrahan",
    "Pendragon is guilty as sin",
    "the jury should hear what Pendragon did before",
    "that Pendragon, hang him",
    "what happened at Quayside Mill was murder",
    "the quayside mill stabbing, he has form for it",
    "CCTV from Tolpuddle Lane shows him running",
    "so the Tolpuddle Lane defendant has previous",
)

APART = (
    "Pendragon is a good name for a dog",
    "King Arthur Pendragon at the fete",
    "Quayside Mill has a lovely cafe",
    "roadworks on Tolpuddle Lane again",
    "is the first aid course at Quayside Mill full",
    "the trial of the new ambulance begins on Monday",
    "he was found guilty last year in Leeds",
    "the inquest into the fire at the hotel",
    "Rhys from the Leeds crew was brilliant",
    "Maeve was so kind to my nan",
    "Smythe and Sons will fix the roof",
    "O'Hanrahan is a grand pub",
    "the jury is out on the new uniforms",
    "a quayside and a mill, what a view",
    "the murder mystery night raised £300",
    "police and ambulance working together, great",
    "",
)


@pytest.mark.parametrize("text", TOUCHING)
def test_a_comment_that_touches_an_active_case_is_for_an_officer(text: str) -> None:
    (found,) = _look(text)

    assert isinstance(found, Finding)
    assert found.subject is Category.UNLAWFUL
    assert LOOK <= found.score <= ACT
    assert found.because == "touches proceedings that are active: the Quayside case (Teesside Crown Court)"


@pytest.mark.parametrize("text", APART)
def test_what_only_shares_a_word_with_the_case_stays(text: str) -> None:
    assert _look(text) == ()


@pytest.mark.parametrize(
    ("begins", "ends", "looked_for"),
    [(-1, 1, True), (0, None, True), (1, None, False), (-2, -1, False), (-2, 0, False)],
)
def test_only_while_it_is_active(begins: int, ends: int | None, looked_for: bool) -> None:
    entry = dataclasses.replace(
        ENTRY, begins=NOW + begins * DAY, ends=None if ends is None else NOW + ends * DAY
    )

    assert bool(_look(TOUCHING[0], entry)) is looked_for


def test_the_list_changes_the_version_of_the_check() -> None:
    other = dataclasses.replace(ENTRY, people=("Somebody Else",))

    assert Proceedings((ENTRY,)).version == Proceedings((ENTRY,)).version
    assert Proceedings((ENTRY,)).version != Proceedings((other,)).version


def test_an_entry_that_names_nobody_and_no_place_is_refused() -> None:
    with pytest.raises(ValueError, match="without a name or a place"):
        dataclasses.replace(ENTRY, people=("...",), places=())


async def test_no_case_is_decided_without_an_officer() -> None:
    said = comment(text=TOUCHING[0])
    verdict = await Pipeline((*checks(), Proceedings((ENTRY,)))).judge(said, NOTHING_ELSE)

    decided = climb(Situation(said, verdict, Standing(AUTHOR), frozenset(ActionKind), NOW), POLICY)

    assert Step.HIDE not in {each.step for each in decided}
    assert [each.asks for each in decided if each.ground is Category.UNLAWFUL] == [Step.HIDE]
