"""What the operator says is read, checked and published."""
