"""The shell, piece by piece."""
