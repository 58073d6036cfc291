"""Telegram: discussion groups as accounts, and the staff chat."""
