"""Classifier models: listing them, fetching them, and loading what the settings name."""

from __future__ import annotations

import asyncio
import pathlib

from rich.progress import Progress, TaskID

from adapters.toxicity.batching import BatchingClassifier
from adapters.toxicity.catalogue import RELEASES
from adapters.toxicity.detoxify_model import DetoxifyModel
from adapters.toxicity.fetch import Progress as Reached
from adapters.toxicity.fetch import fetch as fetch_release
from moderation.ports import Classifier


def catalogue() -> tuple[str, ...]:
    """One line for each model that can be fetched."""
    return tuple(f"{name}: {len(release.files)} files" for name, release in RELEASES.items())


def classifiers(folder: pathlib.Path | None) -> tuple[Classifier, ...]:
    """The models of the settings, loaded without a network. None where the settings name none."""
    if folder is None:
        return ()
    return (BatchingClassifier(DetoxifyModel(folder)),)


async def fetch(name: str, into: pathlib.Path, progress: Progress) -> pathlib.Path:
    """Download a model into a folder of its own, showing how far each file has come."""
    tasks: dict[str, TaskID] = {}

    def reached(so_far: Reached) -> None:
        if so_far.file not in tasks:
            tasks[so_far.file] = progress.add_task(so_far.file, total=so_far.total)
        progress.update(tasks[so_far.file], completed=so_far.done)

    await asyncio.to_thread(fetch_release, name, into, reached)
    return into / name
