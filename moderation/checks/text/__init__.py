"""Reading: what the checks do to a text before they look at it."""
