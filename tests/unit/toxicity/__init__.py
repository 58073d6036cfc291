"""Classifiers: shared, fetched and loaded."""
