"""What the public writes in the demo."""
