"""From policy files to one lawful Policy, or to every complaint about them at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as FilePath

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from config import build, document, layers, validation
from config.complaint import Complaint, ConfigError, Path, Place, PolicyError, did_you_mean
from config.document import Document
from config.shape import PolicyPart
from moderation.policy import Policy, Problem, UnlawfulPolicyError

POLICIES = FilePath(__file__).parent / "policy"
_ROUNDS = 10


def load_policy(
    path: FilePath | None = None, overlay: str | FilePath | None = None, licences: FilePath | None = None
) -> Policy:
    """Load the default policy, an overlay over it (by name or file) and the operator's own file over both.

    `licences` stands in for the licences that came with the program. Raises PolicyError with all complaints.
    """
    documents, problems = _read(path, overlay, licences)
    if problems:
        raise PolicyError(problems)
    policy, problems = _assemble(layers.Layers(documents))
    if policy is None or problems:
        raise PolicyError(_in_order(problems, documents))
    return policy


def overlays() -> tuple[str, ...]:
    """Name the overlays that come with the program."""
    return tuple(sorted(file.stem for file in (POLICIES / "overlays").glob("*.toml")))


def _read(
    path: FilePath | None, overlay: str | FilePath | None, licences: FilePath | None
) -> tuple[list[Document], list[Complaint]]:
    """Read the layers, lowest first. Licences go beneath the operator's file, which may not grant any."""
    documents: list[Document] = []
    problems: list[Complaint] = []
    files: list[FilePath | str] = [POLICIES / "default.toml", licences or POLICIES / "licences.toml"]
    files += [one for one in (overlay, path) if one is not None]
    for number, file in enumerate(files):
        try:
            found = document.read(_overlay(file) if isinstance(file, str) else file)
        except ConfigError as error:
            problems += error.problems
            continue
        documents.append(_licences(found) if number == 1 else found)
    return documents, problems


def _in_order(problems: list[Complaint], documents: list[Document]) -> list[Complaint]:
    """Sort complaints as somebody would work through them: file by file, from the top."""
    files = [found.name for found in documents]
    return sorted(problems, key=lambda one: (files.index(one.place.file), one.place.line or 0))


def _overlay(name: str) -> FilePath:
    if name not in overlays():
        message = (
            f"there is no overlay {name}{did_you_mean(name, overlays())}; known: {', '.join(overlays())}"
        )
        raise ConfigError([Complaint(Place("overlay", None, ""), message)])
    return POLICIES / "overlays" / f"{name}.toml"


def _licences(found: Document) -> Document:
    """Hang the tables of a licences file into the categories, each place keeping its own key."""
    data = {"categories": {category: {"licence": table} for category, table in found.data.items()}}
    return Licences(found.name, data, found.lines)


class Licences(Document):
    """A licences file, whose table [abusive] is the policy's categories.abusive.licence."""

    __slots__ = ()

    def place(self, path: Path) -> Place | None:
        """Say where a path of the policy was written in this file."""
        own = _own(path)
        return Document.place(self, own) if own else None

    def nearest(self, path: Path) -> Place:
        """Say where the closest table of this file was written."""
        return Document.nearest(self, _own(path) or path)


def _own(path: Path) -> Path | None:
    match path:
        case ("categories", category):
            return (category,)
        case ("categories", category, "licence", *rest):
            return (category, *rest)
        case _:
            return None


def _granted(stack: layers.Layers) -> Iterator[tuple[Path, Complaint]]:
    """Complain about licences in a policy file: they are measured, and have a file of their own."""
    for found in stack.documents:
        for path in found.lines:
            if path[:1] == ("categories",) and path[2:] == ("licence",):
                message = "does not belong here; licences are measured, and stand in the licences file"
                yield path, Complaint(found.nearest(path), message)


def _assemble(stack: layers.Layers) -> tuple[Policy | None, list[Complaint]]:
    """Build the policy. A wrong key is complained about and set aside, so that the rest is checked."""
    tree, granted = stack.merged(), dict(_granted(stack))
    told, problems = list(granted), list(granted.values())
    part = None
    for _ in range(_ROUNDS):
        part, errors = _shaped(tree)
        if part is not None:
            break
        problems += validation.complaints(_news(errors, told), PolicyPart, stack.place)
        for one in errors:
            layers.mend(tree, validation.path_of(one), stack.documents[0].data)
    if part is None:
        return None, problems
    try:
        return build.policy(part, tree), problems
    except UnlawfulPolicyError as error:
        unlawful = error.problems
    return None, problems + [_complaint(one, stack) for one in unlawful if not _told_of(one, told)]


def _shaped(tree: layers.Tree) -> tuple[PolicyPart | None, list[ErrorDetails]]:
    try:
        return PolicyPart.model_validate(tree), []
    except ValidationError as error:
        return None, error.errors(include_url=False)


def _news(errors: list[ErrorDetails], told: list[Path]) -> Iterator[ErrorDetails]:
    """Pick the errors that nothing has been said about, and remember them as told."""
    for error in errors:
        path = validation.path_of(error)
        if not _covered(path, told):
            told.append(path)
            yield error


def _covered(path: Path, told: list[Path]) -> bool:
    """Whether a path, or a table around or a key inside it, has been complained about."""
    return any(path[: len(one)] == one or one[: len(path)] == path for one in told)


def _told_of(problem: Problem, told: list[Path]) -> bool:
    return any(_covered(_path(key), told) for key in (problem.key, *problem.also))


def _complaint(problem: Problem, stack: layers.Layers) -> Complaint:
    """Point at the key that spoke last: a rule about two keys is broken by whoever changed one of them."""
    place = stack.last_of(_path(key) for key in (problem.key, *problem.also))
    return Complaint(place, problem.message)


def _path(key: str) -> Path:
    return tuple(key.split("."))
