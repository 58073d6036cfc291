"""What every ledger keeps, on SQLite and on PostgreSQL."""
