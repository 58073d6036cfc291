"""Trains the embedded model: `python -m tools.train --help`."""
