"""The ledger, a piece at a time."""
