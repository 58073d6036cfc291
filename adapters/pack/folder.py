"""An evidence pack as a folder: what was said, when, by whom, what was done, and how to check it."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import hashlib
import json
import pathlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from moderation.comment import AccountRef, Comment, Platform
from moderation.decision import Action, ActionKind, Done, Outcome, Refused, Unknown

README = """Evidence pack {case}

Prepared by houserules on {when} UTC for an officer of {organisation}.
It says what was received and what was done. It does not say that anybody committed an offence.
Nothing has been sent to anybody. Hand it over only as your organisation's procedure says.

comments.csv    every revision that was received, with its SHA-256
timeline.txt    what was done, by whom and why
media/          attachments as the network gave them, named by their SHA-256
chain.json      the ledger's head when this was written, to check the record against
SHA256SUMS      digests of these files
"""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a spreadsheet take a cell for a formula; the last four are the full-width forms."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """What goes into a pack."""

    case: str
    organisation: str
    comments: tuple[Comment, ...]
    timeline: tuple[str, ...]
    media: tuple[tuple[str, bytes], ...]
    head: tuple[int, str]
    at: dt.datetime


NOBODY = AccountRef(Platform.SANDBOX, "packs")
"""A pack is written for no account in particular."""


@dataclass(slots=True)
class FolderPacker:
    """Performs PACK actions by writing a folder below `home`, readable by its owner alone."""

    home: pathlib.Path
    collect: Callable[[Action], Awaitable[Dossier]]
    account: AccountRef = NOBODY
    can: frozenset[ActionKind] = frozenset({ActionKind.PACK})

    async def perform(self, action: Action) -> Outcome:
        """Write the folder."""
        dossier = await self.collect(action)
        try:
            folder = await asyncio.to_thread(write, dossier, self.home)
        except OSError as error:
            return Refused(f"the evidence folder could not be written: {error.strerror}")
        return Done(folder.name)

    async def read_back(self, action: Action) -> Outcome:
        """Writing again does no harm, so nobody needs to know."""
        del action
        return Unknown("a folder is written anew")


def write(dossier: Dossier, home: pathlib.Path) -> pathlib.Path:
    """Write a pack; a second one of the same minute replaces the first."""
    folder = home / f"{dossier.case}-{dossier.at:%Y%m%dT%H%M}"
    (folder / "media").mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    intro = README.format(
        case=dossier.case, when=f"{dossier.at:%Y-%m-%d %H:%M}", organisation=dossier.organisation
    )
    _put(folder / "README.txt", intro.encode())
    _put(folder / "timeline.txt", ("\n".join(dossier.timeline) + "\n").encode("utf-8", "backslashreplace"))
    seq, digest = dossier.head
    _put(folder / "chain.json", json.dumps({"seq": seq, "digest": digest}, indent=2).encode())
    for digest_of_media, content in dossier.media:
        _put(folder / "media" / digest_of_media, content)
    _comments(folder / "comments.csv", dossier.comments)
    _sums(folder)
    return folder


def _put(path: pathlib.Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)


def _comments(path: pathlib.Path, comments: tuple[Comment, ...]) -> None:
    with path.open("w", newline="", encoding="utf-8", errors="backslashreplace") as file:
        rows = csv.writer(file, quoting=csv.QUOTE_ALL)
        rows.writerow(
            ["comment", "revision", "posted_at", "author_id", "author_label", "text", "permalink", "sha256"]
        )
        for one in comments:
            cells = [
                str(one.ref),
                str(one.revision),
                one.posted_at.isoformat(),
                one.author.id,
                one.author_label,
            ]
            rows.writerow([inert(cell) for cell in [*cells, one.text, one.permalink or "", one.digest]])
    path.chmod(0o600)


def inert(cell: str) -> str:
    """Keep a spreadsheet from running a cell: what could begin a formula gets an apostrophe before it."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _sums(folder: pathlib.Path) -> None:
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "SHA256SUMS"
    ]
    _put(folder / "SHA256SUMS", ("\n".join(lines) + "\n").encode())
