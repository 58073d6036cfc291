"""Charts as pictures, for people who want to see a measurement."""
