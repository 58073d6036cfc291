"""Has a model ready under its name: fetched, converted, and what it was made from cleared away."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from adapters.toxicity import convert, fetch, manifest
from adapters.toxicity.catalogue import RELEASES, Release
from adapters.toxicity.fetch import FetchError, Progress
from adapters.toxicity.manifest import Manifest, ManifestError, Precision


def install(
    name: str,
    directory: Path,
    progress: Callable[[Progress], None],
    said: Callable[[str], None],
    precision: Precision = Precision.INT8,
    releases: Mapping[str, Release] = RELEASES,
) -> Manifest:
    """Have a model in the folder of its name under `directory`, without a network where it is there already.

    What was fetched stays beside it until it is converted: whatever fails, calling again carries on.

    Raises:
        FetchError: If there is no such model, or it could not be fetched.
        DetoxifyMissingError: If what a conversion needs is not installed.
        CheckpointError: If what came is not Detoxify's, or cannot be converted faithfully.
    """
    if name not in releases:
        raise FetchError(f"there is no model {name!r}; there are {', '.join(sorted(releases))}")
    release = releases[name]
    folder = directory / name
    if (there := _there(folder)) and there.version == convert.version(release, precision):
        said("is there already")
        return there
    convert.require()
    originals = fetching(folder)
    sources = fetch.download(release, originals, progress)
    made = convert.convert(release, sources, originals, folder, said, precision)
    shutil.rmtree(originals)
    return made


def fetching(folder: Path) -> Path:
    """Where a model's originals lie while it is fetched and converted."""
    return folder / "original"


def _there(folder: Path) -> Manifest | None:
    try:
        return manifest.verified(folder)
    except ManifestError:
        return None
