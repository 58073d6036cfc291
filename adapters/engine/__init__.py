"""The engine that moves work: DBOS Transact, on the ledger's own database."""
