"""The commands for classifier models: houserules models list, fetch, verify and bench."""

from __future__ import annotations

import pathlib
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.table import Table

from bot.terminal import plain, run_to_end

app = typer.Typer(no_args_is_help=True, help="Fetch, list, verify and measure classifier models.")

MODELS = pathlib.Path("models")
ModelsOption = Annotated[pathlib.Path, typer.Option("--into", help="The folder for models.")]
ModelArgument = Annotated[str | None, typer.Argument(help="A model's name, or its folder; all if left out.")]


@app.command("list")
def list_(into: ModelsOption = MODELS) -> None:
    """List the Detoxify models that can be fetched and those that are there, with their digests checked."""
    from bot.wiring import models  # noqa: PLC0415

    table = Table(box=None, pad_edge=False)
    for column in ("Model", "Version", "Download", "On disk", "State"):
        table.add_column(column, overflow="fold")
    for row in models.listed(into):
        sizes = (_megabytes(row.download), _megabytes(row.kept))
        table.add_row(row.name, row.version, *sizes, plain(row.state))
    Console(highlight=False).print(table)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB" if size else "-"


@app.command("fetch")
def fetch(
    name: Annotated[
        str, typer.Argument(help="original, unbiased, multilingual, original-small or unbiased-small.")
    ],
    into: ModelsOption = MODELS,
    full_precision: Annotated[
        bool, typer.Option("--full-precision", help="Keep fp32: four times the size, a quarter of the speed.")
    ] = False,
) -> None:
    """Download a model once, check it, and convert it. It loads without a network ever after.

    Converting needs houserules[detoxify]. The folder that comes of it runs without, on other machines too.
    """
    from bot.wiring import models  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns) as progress:
        made = run_to_end(models.fetch(name, into, progress, full_precision=full_precision))
    typer.echo(f"Ready: {into / name} ({made.version})")


@app.command("verify")
def verify(model: ModelArgument = None, into: ModelsOption = MODELS) -> None:
    """Check every digest of a model, or of all; load it and try it. Exits with 1 where one is unsound."""
    from bot.wiring import models  # noqa: PLC0415

    checked = run_to_end(models.verified(model, into))
    for each in checked:
        typer.echo(f"{'ok' if each.sound else 'NO'}  {each.folder}: {each.said}")
    if not all(each.sound for each in checked):
        raise typer.Exit(1)


@app.command("bench")
def bench(
    model: Annotated[str, typer.Argument(help="A model's name, or its folder.")],
    into: ModelsOption = MODELS,
    comments: Annotated[int, typer.Option("--comments", min=1, help="How many to score.")] = 200,
    threads: Annotated[int, typer.Option("--threads", min=1, help="How many processors to use.")] = 1,
) -> None:
    """Measure a model on comments that are made up here."""
    from bot.wiring import models  # noqa: PLC0415

    speed = run_to_end(models.bench(model, into, comments, threads))
    table = Table(box=None, pad_edge=False, show_header=False)
    for what, measured in (
        ("version", speed.version),
        ("threads", str(speed.threads)),
        ("load", f"{speed.load.total_seconds():.2f} s"),
        ("comments a second", f"{speed.per_second:.1f}"),
        ("latency, p50", f"{speed.median.total_seconds() * 1000:.1f} ms"),
        ("latency, p99", f"{speed.slow.total_seconds() * 1000:.1f} ms"),
        ("memory", f"{_megabytes(speed.memory)}, of which the model {_megabytes(speed.grown)}"),
    ):
        table.add_row(what, measured)
    Console(highlight=False).print(table)
