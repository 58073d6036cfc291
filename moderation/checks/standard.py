"""The checks that a house runs, made from its vocabulary."""

from __future__ import annotations

from dataclasses import dataclass

from moderation.checks.check import Check
from moderation.checks.contacts import Linking
from moderation.checks.harassing import Harassing
from moderation.checks.identifiers import Identifiers, Surroundings
from moderation.checks.jigsaw import Jigsaw, Pieces
from moderation.checks.lexicon import Lexicon
from moderation.checks.linked import Linked
from moderation.checks.media_seen import MediaSeen
from moderation.checks.phrases import PhraseCheck, Phrases
from moderation.checks.spam import Spam
from moderation.checks.unread import Languages, Unread
from moderation.checks.words import Words


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything in the checks that is policy and not code. `config.words` reads it."""

    version: str
    lexicon: Lexicon
    phrases: tuple[Phrases, ...]
    surroundings: Surroundings
    jigsaw: Pieces
    linking: Linking
    languages: Languages


def standard_checks(vocabulary: Vocabulary) -> tuple[Check, ...]:
    """All pure checks, in the order in which they look."""
    words = Words(vocabulary.lexicon)
    phrased = tuple(PhraseCheck(phrases) for phrases in vocabulary.phrases)
    return (
        words,
        *phrased,
        Linked((words, *phrased)),
        Identifiers(vocabulary.surroundings),
        Jigsaw(vocabulary.jigsaw),
        Spam(vocabulary.linking),
        Harassing(words),
        MediaSeen(),
        Unread(vocabulary.languages),
    )
