"""Mastodon: one account on one instance."""
