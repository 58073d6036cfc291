"""Runs the steps on the connection that the ledger hands over, in its transaction."""

from __future__ import annotations

from alembic import context

from adapters.ledger.schema import VERSION_TABLE, include_name
from adapters.ledger.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
    include_name=include_name,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
