"""What every implementation of a door must keep."""
