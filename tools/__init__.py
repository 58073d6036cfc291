"""What developers run, never the house."""
