"""Builders and Hypothesis strategies for the values of the core."""
