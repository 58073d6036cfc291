"""Brings the tables up to this version of the program, and refuses those of a later one."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from adapters.ledger.errors import LedgerTooNewError, LedgerUnavailableError
from adapters.ledger.tables import METADATA

if TYPE_CHECKING:
    from alembic.runtime.environment import NameFilterParentNames, NameFilterType

VERSION_TABLE = "ledger_version"

_ALEMBIC = threading.Lock()
"""Alembic keeps the migration that is under way in a global."""


def upgrade(connection: Connection, name: str) -> None:
    """Bring the tables up to this version, in the transaction that the connection is in."""
    refuse_newer(connection, name)
    with _ALEMBIC:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def refuse_newer(connection: Connection, name: str) -> None:
    """Raise where a later version of the program has been here."""
    script = ScriptDirectory.from_config(_config())
    known = {revision.revision for revision in script.walk_revisions()}
    newer = sorted(set(_revisions(connection)) - known)
    if newer:
        raise LedgerTooNewError(
            f"{name} was written by a newer version of houserules: its tables are at {newer[0]}, and this one"
            f" knows them up to {script.get_current_head()}. Install the newer version, or restore the copy"
            " that was made before it"
        )


def refuse_older(connection: Connection, name: str) -> None:
    """Raise where the tables are not there, or not at this version: reading does not bring them up to it."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if _revisions(connection) != (head,):
        raise LedgerUnavailableError(
            f"{name} holds no ledger of this version: start the bot once, which brings it up to date"
        )


def differences(connection: Connection) -> list[Any]:
    """How the database differs from the tables as they are declared; nothing, after `upgrade`."""
    options = {"include_name": include_name, "version_table": VERSION_TABLE}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), METADATA))


def include_name(name: str | None, type_: NameFilterType, parents: NameFilterParentNames) -> bool:
    """Leave alone what is not ours, such as the tables of an engine in the same database."""
    del parents
    return type_ != "table" or name in METADATA.tables


def _revisions(connection: Connection) -> tuple[str, ...]:
    if not inspect(connection).has_table(VERSION_TABLE):
        return ()
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    return context.get_current_heads()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config
