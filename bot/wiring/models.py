"""Classifier models: which there are, fetching them, trying them, and loading what the settings name."""

from __future__ import annotations

import asyncio
import pathlib
from collections.abc import Iterator
from dataclasses import dataclass

from rich.progress import Progress, TaskID

from adapters.toxicity import embedded, manifest, trial
from adapters.toxicity.batching import BatchingClassifier
from adapters.toxicity.cascade import Cascade
from adapters.toxicity.catalogue import RELEASES
from adapters.toxicity.embedded import EmbeddedModel, WeightsError
from adapters.toxicity.fetch import FetchError
from adapters.toxicity.fetch import Progress as Reached
from adapters.toxicity.install import fetching, install
from adapters.toxicity.manifest import Manifest, ManifestError, Precision
from adapters.toxicity.onnx_model import OnnxDetoxify
from adapters.toxicity.trial import Speed
from moderation.ports import Classifier


@dataclass(frozen=True, slots=True)
class Row:
    """A model that can be fetched or is there. Sizes are in bytes; `kept` is 0 where it is not there."""

    name: str
    version: str
    download: int
    kept: int
    state: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of verifying a model folder."""

    folder: pathlib.Path
    sound: bool
    said: str


def classifiers(folder: pathlib.Path | None) -> tuple[Classifier, ...]:
    """The model that ships, and behind it the Detoxify of the settings. Both load without a network."""
    first = EmbeddedModel()
    return (BatchingClassifier(first if folder is None else Cascade(first, OnnxDetoxify(folder))),)


def listed(directory: pathlib.Path) -> tuple[Row, ...]:
    """Every model that can be fetched, and every other that is there."""
    others = [folder for folder in _folders(directory) if folder.name not in RELEASES]
    return tuple(_row(directory / name) for name in RELEASES) + tuple(_row(folder) for folder in others)


async def fetch(name: str, into: pathlib.Path, progress: Progress, *, full_precision: bool) -> Manifest:
    """Have a model in a folder of its own, showing how far each file and the conversion have come."""
    tasks: dict[str, TaskID] = {}

    def reached(so_far: Reached) -> None:
        if so_far.file not in tasks:
            tasks[so_far.file] = progress.add_task(so_far.file, total=so_far.total)
        progress.update(tasks[so_far.file], completed=so_far.done)

    def said(step: str) -> None:
        progress.console.print(f"{name}: {step}", markup=False, highlight=False)

    precision = Precision.FULL if full_precision else Precision.INT8
    return await asyncio.to_thread(install, name, into, reached, said, precision)


async def verified(named: str | None, directory: pathlib.Path) -> tuple[Checked, ...]:
    """Verify one model, or all that are there."""
    folders = (_folder(named, directory),) if named else tuple(_folders(directory))
    if not folders:
        raise FetchError(f"{directory}: there is no model; fetch one with `houserules models fetch NAME`")
    return tuple([await asyncio.to_thread(_checked, folder) for folder in folders])


def at_hand(folder: pathlib.Path | None) -> tuple[Checked, ...]:
    """Whether what `classifiers` would load is whole, and Detoxify scores as it did when it was made."""
    return (_shipped(), *(() if folder is None else (_checked(folder),)))


def _shipped() -> Checked:
    place = pathlib.Path(str(embedded.WEIGHTS))
    try:
        model = EmbeddedModel()
    except WeightsError as error:
        return Checked(place, sound=False, said=str(error))
    return Checked(place, sound=True, said=f"{model.name} {model.version}: its digests are right")


async def bench(named: str, directory: pathlib.Path, comments: int, threads: int) -> Speed:
    """Measure one model."""
    return await asyncio.to_thread(trial.bench, _folder(named, directory), comments, threads)


def _folder(named: str, directory: pathlib.Path) -> pathlib.Path:
    """Find a model by the folder of its name, or by a folder's path."""
    for folder in (directory / named, pathlib.Path(named)):
        if folder.is_dir():
            return folder
    raise FetchError(f"{directory / named}: there is no such model; fetch it, or name its folder")


def _folders(directory: pathlib.Path) -> Iterator[pathlib.Path]:
    if directory.is_dir():
        yield from sorted(path.parent for path in directory.glob(f"*/{manifest.FILE}"))


def _row(folder: pathlib.Path) -> Row:
    release = RELEASES.get(folder.name)
    version, download = (release.version, release.size) if release else ("", 0)
    try:
        made = manifest.verified(folder)
    except ManifestError as error:
        if (folder / manifest.FILE).is_file():
            return Row(folder.name, version, download, 0, f"refused: {error}")
        state = "partly fetched" if fetching(folder).is_dir() else "not fetched"
        return Row(folder.name, version, download, 0, state)
    kept = sum((folder / name).stat().st_size for name in made.files)
    outdated = release is not None and not made.version.startswith(f"{release.version}-")
    return Row(
        folder.name, made.version, download, kept, "ready, of another release" if outdated else "ready"
    )


def _checked(folder: pathlib.Path) -> Checked:
    try:
        made = trial.verify(folder)
    except ManifestError as error:
        return Checked(folder, sound=False, said=str(error))
    agreed = made.agreement
    return Checked(
        folder,
        sound=True,
        said=(
            f"{made.name} {made.version}: {len(made.files)} digests and {len(made.probes)} probes are right;"
            f" from stock Detoxify {agreed.kept.mean:.4f} on average, {agreed.kept.most:.4f} at most,"
            f" on {agreed.texts} texts"
        ),
    )
