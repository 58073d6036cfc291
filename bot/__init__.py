"""The shell: runs the house."""
