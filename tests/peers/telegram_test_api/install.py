"""Installs the npm package once, into a cache outside the repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent
DESCRIPTIONS = ("package.json", "package-lock.json")
INSTALL_LIMIT = 300


def cache_folder() -> Path:
    """Named after what is to be installed, so that another version has another folder."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    pinned = b"".join((HERE / name).read_bytes() for name in DESCRIPTIONS)
    return Path(base) / "houserules" / f"telegram-test-api-{sha256(pinned).hexdigest()[:16]}"


def installed() -> Path:
    """The node_modules folder that holds the package."""
    folder = cache_folder()
    if not folder.exists():
        _install(folder)
    return folder / "node_modules"


def _install(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError("telegram-test-api needs Node 20 or newer; npm is not on the PATH")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        fresh = Path(scratch) / "fresh"
        fresh.mkdir()
        for name in DESCRIPTIONS:
            shutil.copy(HERE / name, fresh)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(
            command, cwd=fresh, check=False, capture_output=True, text=True, timeout=INSTALL_LIMIT
        )
        if done.returncode != 0:
            raise RuntimeError(f"npm ci failed: {done.stderr}")
        try:
            fresh.rename(folder)
        except OSError:
            # Another test process was first.
            if not folder.exists():
                raise
