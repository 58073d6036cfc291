"""Writes evidence folders for an officer to hand over. Nothing is sent from here."""
