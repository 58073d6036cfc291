"""A network of our own, in memory: for the demo, for tests and for trying a policy out."""
