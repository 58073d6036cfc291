"""Triggers that refuse to change what happened, on either database."""

# ruff: noqa: S608 - nothing in these statements comes from outside

from __future__ import annotations

_EVENT = "the ledger only grows: an event is never changed or removed"
_PAYLOAD = "the ledger only grows: a payload is never changed or removed, only erased"

_ERASING = """
    NEW.seq = OLD.seq AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
    AND NEW.body IS NULL AND NEW.salt = ''
"""

SQLITE = (
    f"""
    CREATE TRIGGER event_update BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, '{_EVENT}'); END
    """,
    f"""
    CREATE TRIGGER event_delete BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, '{_EVENT}'); END
    """,
    # INSERT OR REPLACE removes the row before it and asks no DELETE trigger, so inserting is watched too.
    f"""
    CREATE TRIGGER event_insert BEFORE INSERT ON event
    WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM event)
        OR EXISTS (SELECT 1 FROM event WHERE key = NEW.key)
    BEGIN SELECT RAISE(ABORT, '{_EVENT}'); END
    """,
    f"""
    CREATE TRIGGER payload_update BEFORE UPDATE ON payload WHEN NOT ({_ERASING})
    BEGIN SELECT RAISE(ABORT, '{_PAYLOAD}'); END
    """,
    f"""
    CREATE TRIGGER payload_delete BEFORE DELETE ON payload
    BEGIN SELECT RAISE(ABORT, '{_PAYLOAD}'); END
    """,
    f"""
    CREATE TRIGGER payload_insert BEFORE INSERT ON payload
    WHEN EXISTS (SELECT 1 FROM payload WHERE seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, '{_PAYLOAD}'); END
    """,
)

POSTGRESQL = (
    f"""
    CREATE FUNCTION refuse_event() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{_EVENT}'; END $$
    """,
    f"""
    CREATE FUNCTION refuse_payload() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{_PAYLOAD}'; END $$
    """,
    """
    CREATE TRIGGER event_change BEFORE UPDATE OR DELETE ON event
    FOR EACH ROW EXECUTE FUNCTION refuse_event()
    """,
    """
    CREATE TRIGGER event_truncate BEFORE TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_event()
    """,
    f"""
    CREATE TRIGGER payload_update BEFORE UPDATE ON payload
    FOR EACH ROW WHEN (NOT ({_ERASING})) EXECUTE FUNCTION refuse_payload()
    """,
    """
    CREATE TRIGGER payload_delete BEFORE DELETE ON payload
    FOR EACH ROW EXECUTE FUNCTION refuse_payload()
    """,
    """
    CREATE TRIGGER payload_truncate BEFORE TRUNCATE ON payload
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_payload()
    """,
)
