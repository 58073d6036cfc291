"""Pictures: known ones by their hash, and a safety model where one is installed."""
