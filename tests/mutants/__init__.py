"""Seeded defects that the laws must catch."""
