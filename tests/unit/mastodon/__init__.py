"""Looking after a Mastodon account."""
