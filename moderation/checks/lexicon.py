"""Words that may insult, as values: what they are, how strong, and where they mean something else."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Tier(enum.IntEnum):
    """How strong a word is held to be in Britain. A prior, never a verdict."""

    MILD = 1
    MEDIUM = 2
    STRONG = 3


class Kind(enum.StrEnum):
    """What a word does when it is used at somebody."""

    SWEAR = "swear"
    """Expresses feeling. No ground for action, however strong."""
    INSULT = "insult"
    """Calls a person something."""
    SLUR = "slur"
    """Calls a person something for a protected characteristic."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One word with its spellings.

    `needs` are surroundings without which the word is innocent, `unless` those in which it is: both
    are patterns, in which `{w}` stands for the word. A `strict` word counts only when it is said to
    somebody's face.
    """

    word: str
    tier: Tier
    kind: Kind
    forms: tuple[str, ...] = ()
    ground: str = ""
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    strict: bool = False
    place: str = ""

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every written form."""
        return (self.word, *self.forms)


@dataclass(frozen=True, slots=True)
class Directions:
    """How a sentence shows at whom a word is aimed. Each is a list of patterns.

    Those named `before` are searched in what stands before the word in its sentence, those named
    `after` behind it, and the others in the whole sentence.
    """

    face_before: tuple[str, ...]
    person_before: tuple[str, ...]
    person_after: tuple[str, ...]
    own_before: tuple[str, ...]
    """The author speaks of themselves."""
    body: tuple[str, ...]
    """The sentence is about an organisation, the government or a state of affairs."""
    praise: tuple[str, ...]
    told: tuple[str, ...]
    """The sentence reports that somebody was called this, or discusses the word."""
    reclaimed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words with what shows their direction."""

    version: str
    entries: tuple[Entry, ...]
    directions: Directions
