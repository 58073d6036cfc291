"""Classifiers: the embedded model, Detoxify, and what lets many comments share one of them."""
