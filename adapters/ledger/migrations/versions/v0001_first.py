"""The first version: events and their payloads, and what is computed from them."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import op

from adapters.ledger.migrations import guards

Autoincrement = bool | Literal["auto", "ignore_fk"]

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables, the guards and the one row of the house."""
    _happened()
    _follows()
    _arrives()
    bind = op.get_bind()
    for statement in guards.SQLITE if bind.dialect.name == "sqlite" else guards.POSTGRESQL:
        op.execute(statement)
    house = sa.table("house", *(sa.column(name) for name in ("id", "seq", "digest", "mode", "epoch")))
    # Nobody has said that effects may leave the house: it rehearses.
    op.execute(sa.insert(house).values(id=1, seq=0, digest="0" * 64, mode="rehearsal", epoch=0))


def _happened() -> None:
    op.create_table(
        "event",
        _number("seq", autoincrement=False),
        _text("at"),
        _text("kind"),
        _text("key"),
        _text("case", nullable=True),
        _text("author", nullable=True),
        _text("account", nullable=True),
        _text("comment", nullable=True),
        _small("rehearsed"),
        _text("payload_digest"),
        _text("previous"),
        _text("digest"),
        sa.PrimaryKeyConstraint("seq", name="pk_event"),
        sa.UniqueConstraint("key", name="uq_event_key"),
    )
    op.create_index("ix_event_at", "event", ["at"])
    op.create_index("ix_event_author_seq", "event", ["author", "seq"])
    op.create_table(
        "payload",
        _number("seq", autoincrement=False),
        _text("salt"),
        _text("body", nullable=True),
        _text("erased_at", nullable=True),
        sa.ForeignKeyConstraint(["seq"], ["event.seq"], name="fk_payload_seq"),
        sa.PrimaryKeyConstraint("seq", name="pk_payload"),
    )


def _follows() -> None:
    op.create_table(
        "house",
        _small("id", autoincrement=False),
        _number("seq"),
        _text("digest"),
        _text("mode"),
        _small("epoch"),
        sa.PrimaryKeyConstraint("id", name="pk_house"),
    )
    op.create_table(
        "cases",
        _number("number", autoincrement=False),
        _text("author"),
        sa.PrimaryKeyConstraint("number", name="pk_cases"),
        sa.UniqueConstraint("author", name="uq_cases_author"),
    )
    op.create_table(
        "comments",
        _text("comment"),
        _text("account"),
        _text("author"),
        _text("posted_at"),
        _number("revision"),
        _number("seq"),
        _flag("gone"),
        _flag("unjudged"),
        sa.PrimaryKeyConstraint("comment", name="pk_comments"),
    )
    op.create_index("ix_comments_account_posted_at", "comments", ["account", "posted_at"])
    op.create_index("ix_comments_author_posted_at", "comments", ["author", "posted_at"])
    op.create_index("ix_comments_unjudged", "comments", ["unjudged"])
    _asked()
    op.create_table(
        "actions",
        _text("action"),
        _number("seq"),
        _small("rank"),
        _text("state"),
        _small("attempts"),
        _text("after", nullable=True),
        _flag("only_if_done"),
        _text("not_before", nullable=True),
        _text("lease_until", nullable=True),
        _number("settled", nullable=True),
        _flag("succeeded"),
        sa.PrimaryKeyConstraint("action", name="pk_actions"),
    )
    op.create_index("ix_actions_state_rank_seq", "actions", ["state", "rank", "seq"])


def _asked() -> None:
    op.create_table(
        "cards",
        _text("card"),
        _number("case"),
        _text("audience"),
        _text("state"),
        _small("version"),
        _number("asked"),
        _number("seq"),
        sa.PrimaryKeyConstraint("card", name="pk_cards"),
    )
    op.create_index("ix_cards_case", "cards", ["case"])
    op.create_index("ix_cards_state", "cards", ["state"])
    op.create_table(
        "buttons",
        _text("token"),
        _text("card"),
        _small("version"),
        _text("verb"),
        _text("argument"),
        sa.PrimaryKeyConstraint("token", name="pk_buttons"),
    )
    op.create_table(
        "boards",
        _number("case", autoincrement=False),
        _text("audience"),
        _small("version"),
        _small("shown_version"),
        _number("stale_since"),
        _text("chat", nullable=True),
        _text("message", nullable=True),
        _text("shown_at", nullable=True),
        sa.PrimaryKeyConstraint("case", "audience", name="pk_boards"),
    )


def _arrives() -> None:
    op.create_table(
        "inbox",
        _number("id"),
        _text("source"),
        _text("key"),
        _small("lane"),
        _text("kind"),
        _text("body", nullable=True),
        _text("arrived_at"),
        _small("tries"),
        _flag("done"),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("source", "key", name="uq_inbox_source_key"),
    )
    op.create_index("ix_inbox_done_lane_id", "inbox", ["done", "lane", "id"])
    op.create_table(
        "cursors",
        _text("source"),
        _text("cursor"),
        _text("moved_at"),
        sa.PrimaryKeyConstraint("source", name="pk_cursors"),
    )
    op.create_table(
        "kept",
        _text("sha256"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _text("kept_at"),
        sa.PrimaryKeyConstraint("sha256", name="pk_kept"),
    )
    op.create_table(
        "attachments",
        _number("seq", autoincrement=False),
        _text("sha256"),
        sa.PrimaryKeyConstraint("seq", name="pk_attachments"),
    )
    op.create_index("ix_attachments_sha256", "attachments", ["sha256"])


def _text(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _number(name: str, *, nullable: bool = False, autoincrement: Autoincrement = "auto") -> sa.Column[Any]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=nullable, autoincrement=autoincrement)


def _small(name: str, *, autoincrement: Autoincrement = "auto") -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False, autoincrement=autoincrement)


def _flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=False)
