"""Reads the word lists and phrases into the values that the checks take."""

from __future__ import annotations

import functools
import hashlib
import importlib.resources
import re
import tomllib
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from typing import Any

from config.words.identification import identifier
from moderation.checks.contacts import Linking
from moderation.checks.identifiers import Surroundings
from moderation.checks.jigsaw import Pieces
from moderation.checks.lexicon import Directions, Entry, Kind, Lexicon, Tier
from moderation.checks.phrases import Phrases, Rule, Where
from moderation.checks.standard import Vocabulary
from moderation.checks.unread import Languages
from moderation.taxonomy import Care, Category, Doubt, Protection, Severity
from moderation.verdict import Subject

PHRASE_FILES = (
    "threats",
    "conduct",
    "accusations",
    "court",
    "hatred",
    "adverts",
    "attachments",
    "care",
    "protected",
)
"""The files that hold rules. Each becomes a check of its name."""

_SET = re.compile(r"\{([a-z_]+)\}")
_DEPTH = 5


class WordsError(ValueError):
    """A word list or phrase file that cannot be used, with the file and the key."""


def load(folder: Traversable | None = None) -> Vocabulary:
    """Read the word lists of a folder, or those that come with houserules."""
    return _Reader(folder or importlib.resources.files(__name__)).vocabulary()


class _Reader:
    def __init__(self, folder: Traversable) -> None:
        self._folder = folder
        self._digest = hashlib.sha256()
        self._sets: Mapping[str, str] = {}

    def vocabulary(self) -> Vocabulary:
        self._sets = {key: "|".join(words) for key, words in self._toml("sets").items()}
        lexicon = self._lexicon()
        phrases = tuple(self._phrases(name) for name in PHRASE_FILES)
        surroundings = self._surroundings()
        jigsaw = self._jigsaw()
        links = self._toml("links")
        languages = self._languages()
        version = self._digest.hexdigest()[:12]
        return Vocabulary(
            version=version,
            lexicon=lexicon,
            phrases=phrases,
            surroundings=surroundings,
            jigsaw=jigsaw,
            linking=Linking(
                trusted=tuple(links["trusted"]),
                shady=tuple(links["shady"]),
                endings=tuple(links["endings"]),
                selling=tuple(links["selling"]),
                appeals=tuple(links["appeals"]),
                kindness=tuple(links["kindness"]),
                version=self._version(),
            ),
            languages=languages,
        )

    def _lexicon(self) -> Lexicon:
        given = self._toml("lexicon")
        directions = {
            key: self._filled(patterns, f"lexicon.toml: directions.{key}")
            for key, patterns in given["directions"].items()
        }
        entries = tuple(self._entry(each, number) for number, each in enumerate(given["words"]))
        return Lexicon(self._version(), entries, Directions(**directions))

    def _entry(self, given: Mapping[str, Any], number: int) -> Entry:
        place = f"lexicon.toml: words[{number}] ({given.get('word', 'no word')})"
        try:
            return Entry(
                word=given["word"],
                tier=Tier[given["tier"].upper()],
                kind=Kind(given["kind"]),
                forms=tuple(given.get("forms", ())),
                ground=given.get("ground", ""),
                needs=self._filled(given.get("needs", ()), place),
                unless=self._filled(given.get("unless", ()), place),
                strict=given.get("strict", False),
                place=place,
            )
        except (KeyError, ValueError) as error:
            raise WordsError(f"{place}: {_said(error)}") from None

    def _phrases(self, name: str) -> Phrases:
        given = self._toml(name)
        rules = tuple(
            self._rule(each, f"{name}.toml: rules.{key}", key) for key, each in given["rules"].items()
        )
        return Phrases(name, f"1+{self._version()}", rules)

    def _rule(self, given: Mapping[str, Any], place: str, key: str) -> Rule:
        unknown = sorted(set(given) - _RULE_KEYS)
        if unknown:
            raise WordsError(
                f"{place}.{unknown[0]}: is not a key of a rule; there are {', '.join(sorted(_RULE_KEYS))}"
            )
        try:
            return Rule(
                key=key,
                subject=_subject(given["subject"]),
                score=given["score"],
                severity=Severity(given["severity"]),
                because=given["because"],
                patterns=self._filled(given["patterns"], f"{place}.patterns"),
                unless=self._filled(given.get("unless", ()), f"{place}.unless"),
                also=self._filled(given.get("also", ()), f"{place}.also"),
                where=Where(given.get("where", Where.WORDS)),
                doubtful=given.get("doubtful", False),
                place=place,
            )
        except (KeyError, ValueError) as error:
            raise WordsError(f"{place}: {_said(error)}") from None

    def _surroundings(self) -> Surroundings:
        given = self._toml("surroundings")
        helplines = tuple(given.pop("helplines"))
        filled = {key: self._filled(patterns, f"surroundings.toml: {key}") for key, patterns in given.items()}
        return Surroundings(**filled, helplines=helplines, version=self._version())

    def _jigsaw(self) -> Pieces:
        given = self._toml("jigsaw")
        unknown = sorted(set(given) ^ (set(Pieces._fields) - {"version"}))
        if unknown:
            raise WordsError(f"jigsaw.toml: {unknown[0]}: is missing or unknown")
        filled = {key: self._filled(patterns, f"jigsaw.toml: {key}") for key, patterns in given.items()}
        return Pieces(**filled, version=self._version())

    def _languages(self) -> Languages:
        given = self._toml("languages")
        names = given.pop("met")
        unknown = sorted(set(given) ^ _LANGUAGE_KEYS)
        if unknown:
            raise WordsError(f"languages.toml: {unknown[0]}: is missing or unknown")
        try:
            identify = identifier(frozenset(names))
        except ValueError as error:
            raise WordsError(f"languages.toml: met: {error}") from None
        common, courtesies = frozenset(given.pop("common")), tuple(given.pop("courtesies"))
        return Languages(
            identify=identify,
            names=names,
            common=common,
            courtesies=courtesies,
            version=self._version(),
            **given,
        )

    def _filled(self, patterns: list[str] | tuple[str, ...], place: str) -> tuple[str, ...]:
        return tuple(self._fill(pattern, f"{place}[{number}]") for number, pattern in enumerate(patterns))

    def _fill(self, pattern: str, place: str) -> str:
        def of(found: re.Match[str]) -> str:
            name = found.group(1)
            if name == "w":
                return found.group()
            if name not in self._sets:
                raise WordsError(f"{place}: sets.toml has no set {name!r}")
            return f"(?:{self._sets[name]})"

        for _ in range(_DEPTH):  # a set may name other sets
            filled = _SET.sub(of, pattern)
            if filled == pattern:
                return filled
            pattern = filled
        raise WordsError(f"{place}: its sets name one another without end")

    def _toml(self, name: str) -> dict[str, Any]:
        try:
            content = self._folder.joinpath(f"{name}.toml").read_bytes()
        except FileNotFoundError:
            raise WordsError(f"{name}.toml: is missing from {self._folder}") from None
        self._digest.update(content)
        try:
            return tomllib.loads(content.decode())
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise WordsError(f"{name}.toml: {error}") from None

    def _version(self) -> str:
        return self._digest.hexdigest()[:12]


_LANGUAGE_KEYS = frozenset(
    {
        "common",
        "courtesies",
        "fewest_words",
        "fewest_words_elsewhere",
        "fewest_signs",
        "english_at_most",
        "common_at_most",
        "named_from",
    }
)
_RULE_KEYS = frozenset(
    {"subject", "score", "severity", "because", "patterns", "unless", "also", "where", "doubtful"}
)


@functools.cache
def _subjects() -> Mapping[str, Subject]:
    return {subject.value: subject for kind in (Category, Care, Protection, Doubt) for subject in kind}


def _subject(name: str) -> Subject:
    if name not in _subjects():
        raise ValueError(f"subject {name!r} is none of {', '.join(_subjects())}")
    return _subjects()[name]


def _said(error: Exception) -> str:
    return f"{error.args[0]} is missing or unknown" if isinstance(error, KeyError) else str(error)
