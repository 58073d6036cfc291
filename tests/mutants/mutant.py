"""What a seeded defect is, and which tests must notice it."""

from __future__ import annotations

from dataclasses import dataclass

LAW = "tests/laws/test_"
FORGED = LAW + "01_no_forged_press_is_a_yes.py::test_each_way_to_spoil_a_press_is_refused_by_itself"
DIRECTOR = LAW + "01_nobody_is_blocked_without_the_assistant_director.py"
HELD = DIRECTOR + "::test_a_block_is_carried_out_in_exactly_one_constellation"
WARNED = LAW + "02_a_block_follows_a_warning.py"
PRIVATE = LAW + "03_warnings_go_in_private.py"
CARE = LAW + "04_care_brings_no_penalty.py"
PROTECTED = LAW + "05_protected_speech_is_not_hidden.py"
DEFAMATION = LAW + "06_defamation_waits_for_an_officer.py"
REPEAT = LAW + "08_a_repeat_does_nothing_twice.py"
GAP = LAW + "09_a_gap_is_never_clean.py"
UNDONE = LAW + "10_what_is_done_can_be_undone.py"
LICENCE = LAW + "11_no_licence_no_acting_alone.py"
PERSISTENT = LAW + "02_persistent_contact_is_referred.py"
LIVE = "tests/unit/core/test_licence.py"
REFUSALS = "tests/unit/core/test_refusals.py"
STANDING = "tests/unit/core/test_standing.py"
POINTS = "tests/unit/core/test_strike_points.py"
DIGEST = "tests/unit/core/test_evidence_digest.py"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One defect: which snippet of which file becomes what, and which tests must notice."""

    name: str
    file: str
    snippet: str
    replacement: str
    killers: tuple[str, ...]


def seed(file: str, *defects: tuple[str, str, str, str]) -> tuple[Mutant, ...]:
    return tuple(Mutant(name, file, snippet, new, (killer,)) for name, snippet, new, killer in defects)
