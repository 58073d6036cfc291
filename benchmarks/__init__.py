"""Measurements of speed and memory: commands, not tests."""
