"""Detection through the front door: functional, metamorphic and hostile-input suites."""
