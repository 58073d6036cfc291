"""The doors: what the core and the loops ask of the outside world."""
