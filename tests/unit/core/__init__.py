"""The core, exactly."""
