"""Processes that are killed and stopped, and a network whose own log judges what came of it."""
