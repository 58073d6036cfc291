"""The command line."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import json
import os
import pathlib
import sys
import tempfile
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bot import logs, media_commands, model_commands
from bot.terminal import Complaints, plain, run_to_end
from config.complaint import ConfigError
from config.loader import load_policy
from config.rules import rules_html, rules_markdown
from config.settings import Settings, load_settings
from moderation.policy import Policy
from moderation.record import Mode

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Moderates the comments on a public body's accounts. Only the assistant director blocks.",
)
audit_app = typer.Typer(no_args_is_help=True, help="Prove that nobody has touched the record.")
app.add_typer(audit_app, name="audit")
app.add_typer(model_commands.app, name="models")
app.add_typer(media_commands.app, name="media")

CONFIG = pathlib.Path("houserules.toml")
ConfigOption = Annotated[
    pathlib.Path, typer.Option("--config", "-c", help="The settings file.", envvar="HOUSERULES_CONFIG")
]
PolicyOption = Annotated[pathlib.Path | None, typer.Option("--policy", help="A policy file of your own.")]
OverlayOption = Annotated[
    str | None, typer.Option("--overlay", help="A trust's overlay: emas, yas, scas, wmas, swast.")
]
DataOption = Annotated[
    pathlib.Path | None, typer.Option("--data", help="A folder that holds a ledger.db, such as the demo's.")
]


def main() -> None:
    """Run the command line; say what went wrong in one breath and exit with 2."""
    try:
        app()
    except ConfigError as error:
        _fail(str(error))
    except Complaints as error:
        _fail(str(error))


def _fail(message: str) -> None:
    Console(stderr=True, soft_wrap=True).print(message, style="red", markup=False, highlight=False)
    sys.exit(2)


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Say the version and stop.")] = False,
) -> None:
    if version:
        typer.echo(f"houserules {importlib.metadata.version('houserules')}")
        raise typer.Exit


def _settings(path: pathlib.Path) -> Settings:
    if not path.exists():
        raise Complaints(
            f"{path}: there is no such file; write one with houserules init, or name it with --config"
        )
    now = _now()
    return load_settings(path, os.environ, now)


def _now() -> dt.datetime:
    from bot.clocks import WallClock  # noqa: PLC0415

    return WallClock().now()


def _policy_of(settings: Settings) -> Policy:
    part = settings.policy
    return load_policy(part.file, part.overlay, part.licences)


@app.command()
def demo(
    auto: Annotated[
        bool, typer.Option("--auto", help="Let a script act for the officers and the director.")
    ] = False,
    overlay: OverlayOption = None,
    data: Annotated[
        pathlib.Path | None, typer.Option("--data", help="Where to write; a new folder if left out.")
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help="No colours.")] = False,
) -> None:
    """Play three weeks on a sandbox network, with nothing to configure."""
    from bot import demo as played  # noqa: PLC0415

    interactive = not auto and sys.stdin.isatty()
    folder = data or pathlib.Path(tempfile.mkdtemp(prefix="houserules-demo-"))
    if (folder / "ledger.db").exists():
        raise Complaints(f"{folder} holds a ledger already: choose another folder, since a ledger only grows")
    folder.mkdir(parents=True, exist_ok=True)
    logs.configure(level="ERROR")
    console = Console(no_color=plain, highlight=False)
    policy = load_policy(None, overlay)
    start = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
    run_to_end(played.run(policy, folder, console, auto=not interactive, start=start))


@app.command()
def run(
    config: ConfigOption = CONFIG,
    level: Annotated[str, typer.Option(help="DEBUG, INFO, WARNING or ERROR.")] = "INFO",
    json_logs: Annotated[bool, typer.Option("--json", help="Log as JSON lines.")] = False,
) -> None:
    """Look after the accounts in the settings, until stopped."""
    from bot.wiring import live  # noqa: PLC0415

    logs.configure(level=level, json=json_logs)
    settings = _settings(config)
    run_to_end(live.run(settings, _policy_of(settings)))


@app.command()
def init(
    path: Annotated[pathlib.Path, typer.Argument(help="The settings file to write.")] = CONFIG,
    defaults: Annotated[
        bool, typer.Option("--defaults", help="Ask nothing; write a file to fill in.")
    ] = False,
) -> None:
    """Ask what is needed and write the settings. Secrets never go into the file."""
    from bot import initialise  # noqa: PLC0415

    initialise.write(path, Console(), ask=not defaults and sys.stdin.isatty())


@app.command()
def check(config: ConfigOption = CONFIG) -> None:
    """Look at everything before going live: tokens, rights, scopes, mail, roster, policy, ledger."""
    from bot.wiring import checkup  # noqa: PLC0415

    logs.configure(level="ERROR")
    settings = _settings(config)
    policy = _policy_of(settings)
    report = run_to_end(checkup.inspect(settings, policy, config, os.environ))
    console = Console(highlight=False, soft_wrap=True)
    for part in report:
        console.print(
            f"[{'green' if part.ok else 'red'}]{'ok ' if part.ok else 'NO '}[/] [bold]{part.name}[/]"
        )
        for line in part.lines:
            console.print(f"     {line}", markup=False)
    if not all(part.ok for part in report):
        raise typer.Exit(1)


@app.command()
def rules(
    html: Annotated[bool, typer.Option("--html", help="A whole page, instead of Markdown.")] = False,
    overlay: OverlayOption = None,
    policy: PolicyOption = None,
    config: ConfigOption = CONFIG,
) -> None:
    """Print the public house-rules page, from the same source as the checks and the notices.

    With a settings file, and no policy named, it is the page of the policy that the bot runs.
    """
    retention = None
    if policy is None and overlay is None and config.exists():
        settings = _settings(config)
        lawful, retention = _policy_of(settings), settings.retention
    else:
        lawful = load_policy(policy, overlay)
    typer.echo(rules_html(lawful, retention) if html else rules_markdown(lawful, retention))


@app.command()
def case(
    reference: Annotated[str, typer.Argument(help="The case, such as C-42.")],
    config: ConfigOption = CONFIG,
    data: DataOption = None,
    evidence: Annotated[bool, typer.Option("--evidence", help="Show the person's own words too.")] = False,
) -> None:
    """Tell a case from the ledger, oldest first."""
    from bot import records  # noqa: PLC0415

    url, policy, roster = _where(config, data)
    lines = run_to_end(records.case(url, policy, roster, reference.upper()))
    if lines is None:
        raise Complaints(f"The ledger holds no case {reference.upper()}.")
    table = Table(box=None, pad_edge=False)
    for column in ("When (UTC)", "What", "Why"):
        table.add_column(column)
    for line in lines:
        what = f"{line.what} (rehearsed)" if line.rehearsed else line.what
        words = f"\n“{line.evidence}”" if evidence and line.evidence else ""
        table.add_row(f"{line.at:%Y-%m-%d %H:%M:%S}", plain(what + words), plain(line.why))
    Console(highlight=False).print(table)


def _where(config: pathlib.Path, data: pathlib.Path | None) -> tuple[str, Policy, Any]:
    from moderation.roster import Roster  # noqa: PLC0415

    if data is not None:
        ledger = data / "ledger.db"
        if not ledger.exists():
            raise Complaints(f"{ledger} does not exist: give the folder that the demo named")
        return f"sqlite:///{ledger}", load_policy(), Roster(())
    settings = _settings(config)
    return settings.database_url.get_secret_value(), _policy_of(settings), settings.roster_of_staff()


@app.command()
def replay(
    policy: Annotated[pathlib.Path | None, typer.Option("--policy", help="The other policy.")] = None,
    overlay: OverlayOption = None,
    config: ConfigOption = CONFIG,
    data: DataOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Run the ledger's history under another policy, and show what would have been decided differently."""
    from bot import records  # noqa: PLC0415

    url, _, _ = _where(config, data)
    replayed = run_to_end(records.replayed(url, load_policy(policy, overlay)))
    if as_json:
        typer.echo(json.dumps(records.as_data(replayed), indent=2))
        return
    console = Console(highlight=False)
    console.print(records.table(replayed))
    console.print(f"{replayed.judged} revisions judged; {len(replayed.differences)} decided differently.")


@app.command()
def digest(
    preview: Annotated[
        pathlib.Path, typer.Option("--preview", help="The folder to write digest.html and .txt into.")
    ],
    until: Annotated[dt.datetime | None, typer.Option(help="The end of the week; now if left out.")] = None,
    config: ConfigOption = CONFIG,
    data: DataOption = None,
) -> None:
    """Write the digest of a week as it would be mailed."""
    from bot import records  # noqa: PLC0415

    url, lawful, roster = _where(config, data)
    end = until.replace(tzinfo=dt.UTC) if until else None
    written = run_to_end(records.preview(url, lawful, roster, preview, end))
    typer.echo("\n".join(str(path) for path in written))


@app.command()
def mode(
    wanted: Annotated[str, typer.Argument(help="active, rehearsal or paused.")],
    why: Annotated[str, typer.Argument(help="Why: it goes into the ledger.")],
    config: ConfigOption = CONFIG,
) -> None:
    """Change the mode as the operator, while the bot is not running: /pause and /activate do it live."""
    from bot import records  # noqa: PLC0415

    if wanted not in set(Mode):
        raise Complaints(f"There is no mode {wanted!r}: say active, rehearsal or paused.")
    settings = _settings(config)
    typer.echo(run_to_end(records.set_mode(settings.database_url.get_secret_value(), Mode(wanted), why)))


@app.command()
def evaluate(
    data: Annotated[
        pathlib.Path,
        typer.Argument(help="Labelled comments: one JSON object a line, as docs/detection.md says."),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="For machines, with one record a comment.")] = False,
    plots: Annotated[
        pathlib.Path | None,
        typer.Option("--plots", help="A folder for charts: calibration, precision, cost."),
    ] = None,
    licences: Annotated[
        pathlib.Path | None,
        typer.Option("--licences", help="Write the licences that were earned to this file."),
    ] = None,
    words: Annotated[
        bool, typer.Option("--words", help="Show the comments of the worst errors: on your own screen only.")
    ] = False,
    policy: PolicyOption = None,
    overlay: OverlayOption = None,
    config: ConfigOption = CONFIG,
) -> None:
    """Measure how well the house decides, on comments that people have labelled."""
    from bot import evaluation  # noqa: PLC0415
    from bot.wiring import quality  # noqa: PLC0415
    from config import fairness  # noqa: PLC0415

    lawful, detoxify = _house(policy, overlay, config)
    console = Console(highlight=False)
    with Progress(console=Console(stderr=True), transient=True, disable=as_json) as progress:
        of = run_to_end(quality.evaluate(data, lawful, detoxify, progress))
    if as_json:
        typer.echo(json.dumps(evaluation.as_data(of, lawful, fairness.groups()), indent=2))
    else:
        console.print(evaluation.report(of, lawful, fairness.groups(), words=words))
    told = Console(stderr=True, highlight=False, soft_wrap=True)
    for path in quality.draw(of, plots) if plots else ():
        told.print(f"Drawn: {path}", markup=False)
    if licences:
        measured_on = f"{data.name}, {len(of)} comments, on {_now():%-d %B %Y}"
        licences.write_text(quality.licences(of, lawful, measured_on), encoding="utf-8")
        told.print(f"Written: {licences}; name it under [policy] licences in the settings", markup=False)


@app.command()
def explain(
    text: Annotated[str, typer.Argument(help="A comment, in quotes. [photo: ...] stands for an attachment.")],
    policy: PolicyOption = None,
    overlay: OverlayOption = None,
    config: ConfigOption = CONFIG,
) -> None:
    """Say how a verdict about a comment comes about, and what would happen."""
    from bot.wiring import quality  # noqa: PLC0415

    lawful, detoxify = _house(policy, overlay, config)
    Console(highlight=False).print(run_to_end(quality.explain(text, lawful, detoxify)))


def _house(
    policy: pathlib.Path | None, overlay: str | None, config: pathlib.Path
) -> tuple[Policy, pathlib.Path | None]:
    """The policy, and the Detoxify folder if there is one: of the settings, or as named."""
    if policy is None and overlay is None and config.exists():
        settings = _settings(config)
        return _policy_of(settings), settings.models.detoxify
    return load_policy(policy, overlay), None


@audit_app.command("verify")
def verify(
    config: ConfigOption = CONFIG,
    data: DataOption = None,
    head: Annotated[str, typer.Option("--head", help="SEQ:DIGEST as a digest mail or a pack names it.")] = "",
) -> None:
    """Recompute the chain over every event. Exits with 1 where anything was changed, removed or cut off."""
    from bot import records  # noqa: PLC0415

    url, _, _ = _where(config, data)
    sound, said = run_to_end(records.verified(url, head))
    typer.echo(said)
    if not sound:
        raise typer.Exit(1)
