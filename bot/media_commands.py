"""The commands for known pictures: houserules media add, list, check and remove."""

from __future__ import annotations

import asyncio
import getpass
import os
import pathlib
from collections.abc import Callable
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from bot.terminal import Complaints
from config.settings import load_settings
from moderation.taxonomy import Category, Severity

T = TypeVar("T")

CONFIG = pathlib.Path("houserules.toml")
SEVERITIES = {one.name.lower(): one for one in Severity if one is not Severity.NOTHING}
SHOWN = 16
"""Characters of a hash in a table: enough to name it by."""

app = typer.Typer(
    no_args_is_help=True, help="Known pictures, kept as hashes: add one, list, check and remove them."
)

ConfigOption = Annotated[
    pathlib.Path, typer.Option("--config", "-c", help="The settings file.", envvar="HOUSERULES_CONFIG")
]
DataOption = Annotated[
    pathlib.Path | None, typer.Option("--data", help="The data folder, instead of the settings file's.")
]
PictureArgument = Annotated[
    pathlib.Path, typer.Argument(help="A JPEG, PNG, GIF or WebP.", exists=True, dir_okay=False)
]


@app.command("add")
def add(
    picture: PictureArgument,
    note: Annotated[str, typer.Option("--note", help="What it is, without a person's name.")],
    category: Annotated[
        Category, typer.Option("--category", help="What it is a ground for.")
    ] = Category.INAPPROPRIATE_MEDIA,
    severity: Annotated[
        str, typer.Option("--severity", help=f"One of {', '.join(SEVERITIES)}.")
    ] = "clear_breach",
    to: Annotated[str, typer.Option("--list", help="The list that it goes on.")] = "own",
    by: Annotated[str | None, typer.Option("--by", help="Who adds it; your login if left out.")] = None,
    config: ConfigOption = CONFIG,
    data: DataOption = None,
) -> None:
    """Put a picture on a list. Its hash is kept, and the picture is not. A running house sees it at once."""
    from bot.clocks import WallClock  # noqa: PLC0415
    from bot.wiring import media  # noqa: PLC0415

    if severity not in SEVERITIES:
        raise typer.BadParameter(f"one of {', '.join(SEVERITIES)}", param_hint="--severity")
    path, row = _said(
        lambda: asyncio.run(
            media.add(
                _data(config, data),
                picture.read_bytes(),
                category,
                SEVERITIES[severity],
                note,
                by or _login(),
                to,
                WallClock().now().date(),
            )
        )
    )
    typer.echo(f"{path}: {row.hash} added as {row.category}, {row.severity}")


@app.command("list")
def show(config: ConfigOption = CONFIG, data: DataOption = None) -> None:
    """List every known picture."""
    from bot.wiring import media  # noqa: PLC0415

    table = Table(box=None, pad_edge=False)
    for column in ("Hash", "Category", "Severity", "Added", "By", "List", "Note"):
        table.add_column(column, overflow="fold")
    for row in _said(lambda: media.listed(_data(config, data))):
        parts = (row.hash[:SHOWN], row.category, row.severity, row.added, row.by, row.list, row.note)
        table.add_row(*(part.replace("[", "\\[") for part in parts))
    Console(highlight=False).print(table)


@app.command("check")
def check(picture: PictureArgument, config: ConfigOption = CONFIG, data: DataOption = None) -> None:
    """Compare a picture with the lists. Exits with 1 where it is on none."""
    from bot.wiring import media  # noqa: PLC0415

    found = _said(lambda: asyncio.run(media.compared(_data(config, data), picture.read_bytes())))
    seen = f"{found.pictures} picture{'s' if found.pictures != 1 else ''} seen in it, quality {found.quality}"
    if not found.whole:
        seen += ", not to its end"
    if found.row is None:
        typer.echo(f"On no list: {found.known} known; {seen}")
        raise typer.Exit(1)
    how = ", turned or mirrored" if found.turned else ""
    typer.echo(
        f"Known: {found.row.hash} on the list {found.row.list}, {found.distance} bits away{how}:"
        f" {found.row.category}, {found.row.severity}: {found.row.note}; {seen}"
    )


@app.command("remove")
def remove(
    start: Annotated[str, typer.Argument(metavar="HASH", help="The hash, or how it begins.")],
    config: ConfigOption = CONFIG,
    data: DataOption = None,
) -> None:
    """Take a picture off every list that it is on."""
    from bot.wiring import media  # noqa: PLC0415

    for row in _said(lambda: media.removed(_data(config, data), start)):
        typer.echo(f"Removed from the list {row.list}: {row.hash}: {row.note}")


def _data(config: pathlib.Path, data: pathlib.Path | None) -> pathlib.Path:
    if data is not None:
        return data
    if not config.exists():
        raise Complaints(f"{config}: there is no such file; name it with --config, or a folder with --data")
    return load_settings(config, os.environ).data_dir


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise typer.BadParameter("say who adds it", param_hint="--by") from None


def _said(work: Callable[[], T]) -> T:
    """Do it, or say in one sentence why it cannot be done."""
    from bot.wiring import faults  # noqa: PLC0415

    try:
        return work()
    except faults.SAID_PLAINLY as error:
        raise Complaints(str(error)) from error
